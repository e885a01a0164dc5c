"""The exceptions inbox of a store: what is open, what may be done about it, and doing it.

The list is the server's as of its last word; closing is an event and needs no server
(docs/adr/0012-exceptions-are-closed-by-entries.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from posapp.application.staff.approving import Ask
from posapp.domain.amounts import Money
from posapp.domain.events import ExceptionClosed
from posapp.domain.ids import StaffId
from posapp.domain.inbox.case import Case
from posapp.domain.inbox.remedies import Option, Terms, options_of
from posapp.domain.staff import Right
from posapp.storage import inbox

if TYPE_CHECKING:
    from posapp.application.till import Cashier, Till

NOBODY: Final = StaffId("")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open exception and the ways to close it, the recommended one first."""

    case: Case
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The open exceptions, oldest first; `heard_at` is when the server told them, None where it never did.

    `left_out` more were too many to tell.
    """

    cases: tuple[OpenCase, ...]
    heard_at: datetime | None
    left_out: int = 0


def read_inbox(till: Till) -> Inbox:
    """What is open, as far as this till knows."""
    terms = _terms(till)
    with till.database.read() as connection:
        cases = inbox.open_cases(connection)
        heard = inbox.heard(connection)
    return Inbox(tuple(OpenCase(case, options_of(case, terms)) for case in cases), heard.at, heard.left_out)


def count_open(till: Till) -> int:
    """How many are open."""
    with till.database.read() as connection:
        return inbox.count_open(connection)


def ask_for(opened: OpenCase, option: Option) -> Ask:
    """What another person is asked to agree to."""
    amount = max(1, option.cost_fen, option.member_fen)
    return Ask(Right.EXCEPTIONS, amount, opened.case.item.hex(), option.remedy.value)


def needs_approver(option: Option, cashier: Cashier) -> bool:
    """Whether the cashier may not decide this alone."""
    return not cashier.limits.cover(Right.EXCEPTIONS, max(1, option.cost_fen, option.member_fen))


def close_exception(
    till: Till, opened: OpenCase, option: Option, cashier: Cashier, approver: StaffId = NOBODY, note: str = ""
) -> bool:
    """Record who bears an exception; False where it was closed already, and then nothing is recorded."""
    case = opened.case
    event = ExceptionClosed(
        business_day=till.business_day(),
        operator=cashier.id,
        approver=approver,
        item=case.item,
        kind=case.kind.value,
        remedy=option.remedy.value,
        member=case.member,
        entries=option.entries,
        cost=Money(option.cost_fen),
        note=note,
    )
    with till.database.write() as connection:
        if inbox.is_closed(connection, case.item):
            return False
        till.log.append(connection, event, till.clock.now())
    till.committed()
    return True


def _terms(till: Till) -> Terms:
    redeem = till.programme.redeem
    return Terms(till.programme.offline.write_off_most_fen, redeem.worth if redeem is not None else _worth_nothing)


def _worth_nothing(_points: int) -> int:
    """Where points buy nothing."""
    return 0
