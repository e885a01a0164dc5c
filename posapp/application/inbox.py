"""The exceptions inbox of a store: what is open, what may be done about it, and doing it.

The list is the server's as of its last word; closing is an event and needs no server
(docs/adr/0012-exceptions-are-closed-by-entries.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from posapp.application.event_words import words_of
from posapp.application.members import find_member
from posapp.application.staff.approving import Ask
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.events import ExceptionClosed
from posapp.domain.ids import StaffId
from posapp.domain.inbox.case import Case, LedgerLine
from posapp.domain.inbox.kinds import ExceptionKind
from posapp.domain.inbox.remedies import Option, Terms, options_of
from posapp.domain.staff import Right
from posapp.domain.text import Text
from posapp.storage import inbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posapp.application.till import Cashier, Till

NOBODY: Final = StaffId("")
OF_A_BALANCE: Final = frozenset({ExceptionKind.OVERDRAFT, ExceptionKind.POINTS_OVERSPENT, ExceptionKind.DEBT})
_UNREADABLE: Final = Text("无法识别的记录", "A record that cannot be read")
_OTHER: Final = Text("其他记录", "Another record")


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """An event concerned, as a manager reads it.

    `moved` is what it moved on the balance in question, and `balance` what that was then; where the exception is about
    no balance, `moved` is the money that changed hands.  `is_here` says that this till recorded it.
    """

    what: Text
    number: str
    at: datetime | None
    is_here: bool
    moved: int | None = None
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open exception, the events concerned, and the ways to close it, the recommended one first.

    `who` is the member's name, or the number of their card where they gave none.
    """

    case: Case
    options: tuple[Option, ...]
    events: tuple[CaseEvent, ...] = ()
    who: str = ""

    @property
    def is_of_a_balance(self) -> bool:
        """Whether the events are told with the balance that they led to."""
        return self.case.kind in OF_A_BALANCE


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
    return Inbox(tuple(_opened(till, case, terms) for case in cases), heard.at, heard.left_out)


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
    """Record who bears an exception; False where it is settled already, and then nothing is recorded."""
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
        if not inbox.is_open(connection, case.item):
            return False
        till.log.append(connection, event, till.clock.now())
    till.committed()
    return True


def moves_cash(option: Option) -> bool:
    """Whether the drawer is needed."""
    return any(entry.account is Account.CASH for entry in option.entries)


def _opened(till: Till, case: Case, terms: Terms) -> OpenCase:
    member = find_member(till, case.member) if case.member is not None else None
    who = (member.profile.name or member.card_number) if member is not None else ""
    return OpenCase(case, options_of(case, terms), tuple(_events(till, case)), who)


def _events(till: Till, case: Case) -> Iterator[CaseEvent]:
    """The events concerned; what the balance was after each is reckoned back from what it is now."""
    moves = [_moved(case, line) for line in case.lines]
    balance = None
    if case.kind in OF_A_BALANCE and case.account is not None:
        now = case.amount if case.kind is ExceptionKind.DEBT else -case.amount
        balance = now - sum(moved or 0 for moved in moves)
    for line, moved in zip(case.lines, moves, strict=True):
        if balance is not None:
            balance += moved or 0
        what, number, at = _UNREADABLE, "", None
        if line.recorded is not None:
            what, number, _money = words_of(line.recorded.event, _OTHER)
            at = line.recorded.at
        yield CaseEvent(what, number, at, line.stream.device == till.identity.device, moved, balance)


def _moved(case: Case, line: LedgerLine) -> int | None:
    if line.recorded is None:
        return None
    if case.kind in OF_A_BALANCE and case.account is not None:
        return line.moved(case.account, case.holder)
    money = words_of(line.recorded.event, _OTHER)[2]
    return None if money is None else money.fen


def _terms(till: Till) -> Terms:
    redeem = till.programme.redeem
    return Terms(till.programme.offline.write_off_most_fen, redeem.worth if redeem is not None else _worth_nothing)


def _worth_nothing(_points: int) -> int:
    """Where points buy nothing."""
    return 0
