"""Ctrl+E, and the red button in the top bar: what tills did against each other, and who bears it (ux.md §7, Conflict).

A cashier may look; what is decided needs somebody whose limits reach so far.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

from posapp.domain.ids import StaffId
from posapp.domain.inbox.words import cost_words, option_words, title_of
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.form import FormFact
from posapp.ui.checkout.inbox_modes import CaseMode, InboxMode
from posapp.ui.checkout.intents import OpenInbox
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import CompleteMode, Listing
from posapp.ui.checkout.words import named, warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.application.inbox import Inbox
    from posapp.domain.inbox.remedies import Option

_GIVES_WAY: Final = (*get_args(Listing), CompleteMode)
"""What may be closed without losing anything; where something is typed or counted, that is finished first."""
_NOBODY: Final = StaffId("")


class InboxKeys:
    """The list of exceptions, and deciding about one."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about the inbox; then it is done or under way."""
        owner, mode = self._owner, self._owner.session.mode
        if isinstance(intent, OpenInbox):
            if mode is not None and not isinstance(mode, (*_GIVES_WAY, CaseMode)):
                owner.toast(warning("inbox.later"))
            else:
                owner.leave_complete()
                self._read()
            return True
        if isinstance(mode, CaseMode):
            return self._on_case(mode, intent)
        return isinstance(mode, InboxMode) and handle_rows(owner, mode, mode.count, self._open, intent)

    def _read(self) -> None:
        from posapp.application.inbox import read_inbox  # noqa: PLC0415 - start-up cost

        till = self._owner.till
        self._owner.work(lambda: read_inbox(till), lambda inbox: self._show(inbox, None))

    def _show(self, inbox: Inbox, notice: Notice | None) -> None:
        owner = self._owner
        sync = replace(owner.session.sync, exceptions=len(inbox.cases))
        owner.change(mode=InboxMode(inbox), sync=sync, toast=notice)

    def _open(self, row: int) -> None:
        mode = self._owner.session.mode
        if isinstance(mode, InboxMode):
            opened = mode.inbox.cases[row]
            last = max(0, len(opened.case.lines) - 1)
            self._owner.change(mode=CaseMode(replace(mode, selected=row), opened, last), toast=None)

    def _on_case(self, mode: CaseMode, intent: do.Intent) -> bool:
        owner, options = self._owner, mode.opened.options
        match intent:
            case do.RowMoved(by=by) | do.LineMoved(by=by):
                last = max(0, len(mode.opened.case.lines) - 1)
                owner.change(mode=replace(mode, line=max(0, min(last, mode.line + by))))
            case do.PickRow(index=index) if 0 <= index < len(options):
                self._decide(mode, options[index])
            case do.EnterPressed(typed=""):
                self._decide(mode, options[0])
            case do.PickRow() | do.EnterPressed():
                pass
            case do.EscPressed():
                owner.change(mode=mode.back, toast=None)
            case _:
                return False
        return True

    def _decide(self, mode: CaseMode, option: Option) -> None:
        """Close it so, with another person's word where the cashier's own is not enough."""
        from posapp.application.inbox import ask_for, needs_approver  # noqa: PLC0415 - start-up cost

        owner = self._owner
        if not needs_approver(option, owner.cashier):
            self._close(mode, option, _NOBODY)
            return
        case = mode.opened.case

        def facts(language: str) -> tuple[FormFact, ...]:
            return (
                FormFact(named(title_of(case), language), ""),
                FormFact(msg("inbox.decision"), named(option_words(case, option), language)),
                FormFact(msg("inbox.cost"), named(cost_words(option), language), strong=True),
            )

        owner.ask_approval(ask_for(mode.opened, option), facts, lambda who: self._close(mode, option, who))

    def _close(self, mode: CaseMode, option: Option, approver: StaffId) -> None:
        from posapp.application.inbox import close_exception, moves_cash, read_inbox  # noqa: PLC0415 - start-up cost

        owner = self._owner
        till, cashier, words = owner.till, owner.cashier, option_words(mode.opened.case, option)

        def close() -> tuple[bool, Inbox]:
            done = close_exception(till, mode.opened, option, cashier, approver)
            return done, read_inbox(till)

        def closed(result: tuple[bool, Inbox]) -> None:
            done, inbox = result
            if not done:
                self._show(inbox, Notice(Tone.INFO, "check", msg("inbox.closed_before")))
                return
            if moves_cash(option):
                owner.shell.open_drawer()
            title = msg("inbox.closed", decision=named(words, owner.language))
            self._show(inbox, Notice(Tone.SUCCESS, "circle-check", title))

        owner.work(close, closed)
