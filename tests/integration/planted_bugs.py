"""Bugs that are put into a process on purpose, to see that killing it shows them.

``python -m tests.integration.planted_bugs BUG serve …`` runs the server with one of its own; a selling process reads
its own from ``PLANTED_BUG``.  Each keeps the dangerous moment open for long enough that a kill falls into it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from posapp.application import checkout
from posapp.application.checkout import SaleRequest
from posapp.application.till import Till
from posapp.domain.events import Recorded, SaleCompleted
from posapp.storage.event_log import EventLog
from sync.protocol.messages import Outcome, PushReply, PushRequest
from sync.server import accept
from sync.server.context import Caller, Context

VARIABLE: Final = "PLANTED_BUG"
CONFIRMS_BEFORE_COMMIT: Final = "confirms_before_commit"
APPLIES_TWICE: Final = "applies_twice"
_OPEN_SECONDS: Final = 0.05

Confirm = Callable[[SaleCompleted, Recorded], None]


def complete_and_confirm(till: Till, request: SaleRequest, confirm: Confirm) -> None:
    """Complete a sale by the use case and write down what it confirmed, or with the bug of this process."""
    if os.environ.get(VARIABLE) == CONFIRMS_BEFORE_COMMIT:
        _confirm_early(till, request, confirm)
        return
    done = checkout.complete_sale(till, request)
    confirm(done.sale, done.recorded)


def _confirm_early(till: Till, request: SaleRequest, confirm: Confirm) -> None:
    """The bug: a sale is confirmed inside its transaction, when it is written and not yet committed."""
    appended = EventLog.append

    def append(self: EventLog, *arguments: Any, **named: Any) -> Recorded:
        recorded = appended(self, *arguments, **named)
        if isinstance(recorded.event, SaleCompleted):
            confirm(recorded.event, recorded)
            time.sleep(_OPEN_SECONDS)
        return recorded

    EventLog.append = append  # type: ignore[method-assign]
    try:
        checkout.complete_sale(till, request)
    finally:
        EventLog.append = appended  # type: ignore[method-assign]


def _apply_twice() -> None:
    """The bug: what is pushed again, because nobody heard the answer, moves balances again."""
    place, push = accept._place, accept.push

    def forgetful(connection: Any, merchant_id: str, state: Any, checked: Any) -> Outcome:
        outcome = place(connection, merchant_id, state, checked)
        if outcome is Outcome.KNOWN:
            accept.write_effects(connection, merchant_id, state.gseq - 1, checked.effects)
        return outcome

    def slow(context: Context, caller: Caller, request: PushRequest) -> PushReply:
        reply = push(context, caller, request)
        time.sleep(_OPEN_SECONDS)
        return reply

    accept._place = forgetful
    accept.push = slow


if __name__ == "__main__":
    _program, bug, *rest = sys.argv
    if bug == APPLIES_TWICE:
        _apply_twice()
    from sync.__main__ import main

    main(rest)
