"""The drawer of a till: float, cash in and out, the blind count, the Z report (domain.md §4, Cash shift).

A shift is whatever this till recorded after its last Z report, so a sale never waits for one to be opened; where nobody
told the float, it is asked when the drawer is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import (
    CashMove,
    CashMoved,
    DrawerOpened,
    Recorded,
    ShiftClosed,
    ShiftCounted,
    ShiftOpened,
    TenderTotal,
)
from posapp.domain.posting.sale import DISCOUNT_ACCOUNT
from posapp.domain.posting.tenders import TENDER_ACCOUNT
from posapp.domain.time import from_micros
from posapp.storage import shifts as shift_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from posapp.application.till import Cashier, Till

_NOTHING: Final = Money(0)
_LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Shift:
    """What the till took and gave since its last Z report; `number` is that of the next.

    `opening` is None where nobody told the float yet, and `begun_at` where nothing happened.  `counts` are those of
    this shift, the last one last.
    """

    number: int
    begun_at: datetime | None
    opening: Money | None
    cash_in: Money
    cash_out: Money
    moved: dict[CashMove, Money]
    counts: tuple[ShiftCounted, ...]
    no_sales: int
    totals: shift_rows.Totals

    @property
    def expected(self) -> Money:
        """What should be in the drawer; without a float it begins with nothing."""
        into = (self.opening or _NOTHING) + self.cash_in + self.moved[CashMove.PAID_IN]
        return into - self.cash_out - self.moved[CashMove.PAID_OUT] - self.moved[CashMove.DROP]

    @property
    def counted(self) -> Money | None:
        """What was counted, if nothing has moved since."""
        if not self.counts or self.counts[-1].expected != self.expected:
            return None
        return self.counts[-1].counted

    @property
    def return_fees(self) -> Money:
        """What was withheld from goods that came back."""
        added, taken = self.totals.accounts.get(Account.RETURN_FEES, (0, 0))
        return Money(taken - added)

    @property
    def tenders(self) -> tuple[TenderTotal, ...]:
        """What each way of paying took in and gave back."""
        found = ((method, self.totals.accounts.get(account, (0, 0))) for method, account in TENDER_ACCOUNT.items())
        return tuple(
            TenderTotal(method, Money(added), Money(taken)) for method, (added, taken) in found if added or taken
        )


def current(till: Till) -> Shift:
    """The shift as it stands: an X report.  Writes nothing."""
    with till.database.read() as connection:
        return _current(connection)


def z_reports(till: Till) -> list[Recorded]:
    """Every Z report of this till, the newest first."""
    with till.database.read() as connection:
        return [recorded for _position, recorded in shift_rows.closed(connection)]


def open_shift(till: Till, opening: Money, cashier: Cashier) -> Shift:
    """Tell the float that was put into the drawer.  Raises `InvalidField` where it was told already."""
    _positive("amount", opening, zero=True)
    with till.database.write() as connection:
        if _current(connection).opening is not None:
            raise InvalidField("amount", "the float of this shift is known already", "本班备用金已登记")
        till.log.append(connection, ShiftOpened(till.business_day(), cashier.id, opening), till.clock.now())
        shift = _current(connection)
    till.committed()
    return shift


def move_cash(till: Till, move: CashMove, amount: Money, reason: str, cashier: Cashier) -> Shift:
    """Put cash in, pay some out, or drop some into the safe.  Raises `InvalidField` without an amount or a reason."""
    _positive("amount", amount)
    event = CashMoved(till.business_day(), cashier.id, move, amount, _reason(reason))
    with till.database.write() as connection:
        till.log.append(connection, event, till.clock.now())
        shift = _current(connection)
    till.committed()
    return shift


def open_drawer(till: Till, reason: str, cashier: Cashier) -> None:
    """Record that the drawer is opened without a sale, before it opens.  Raises `InvalidField` without a reason."""
    event = DrawerOpened(till.business_day(), cashier.id, _reason(reason))
    with till.database.write() as connection:
        till.log.append(connection, event, till.clock.now())
    till.committed()


def count(till: Till, counted: Money, opening: Money | None, cashier: Cashier) -> Shift:
    """Record what is in the drawer; only the answer tells what should be (each count is kept, so it stays blind).

    `opening` is the float where nobody told it yet, and is ignored where somebody did.  Raises `InvalidField`.
    """
    _positive("counted", counted, zero=True)
    with till.database.write() as connection:
        before = _current(connection)
        if before.opening is None and opening is None:
            raise InvalidField("opening", "how much was in the drawer at the start?", "请输入开班时的备用金")
        told = opening if before.opening is None else None
        expected = before.expected + (told or _NOTHING)
        event = ShiftCounted(till.business_day(), cashier.id, counted, expected, told)
        till.log.append(connection, event, till.clock.now())
        shift = _current(connection)
    till.committed()
    return shift


def close_shift(till: Till, cashier: Cashier, note: str = "", *, closes_day: bool = False) -> Recorded:
    """Close the shift with a Z report, which nothing changes any more; the next sale is the next shift's.

    Raises `InvalidField` where the drawer was not counted, or cash moved since.
    """
    with till.database.write() as connection:
        shift = _current(connection)
        if not shift.counts:
            raise InvalidField("counted", "count the drawer first", "先点钱，再结班")
        counted = shift.counted
        if counted is None:
            raise InvalidField("counted", "cash moved since the count: count again", "点钱后又有现金进出，请重新点钱")
        event = _z(till, shift, counted, cashier, (note, closes_day))
        recorded = till.log.append(connection, event, till.clock.now())
    till.committed()
    return recorded


def _current(connection: Connection) -> Shift:
    last = shift_rows.last_closed(connection)
    position = last[0] if last is not None else 0
    number = last[1].event.number + 1 if last is not None and isinstance(last[1].event, ShiftClosed) else 1
    facts = [one.event for one in shift_rows.since(connection, position)]
    counts = tuple(one for one in facts if isinstance(one, ShiftCounted))
    floats = [one.opening for one in facts if isinstance(one, ShiftOpened | ShiftCounted) and one.opening is not None]
    totals = shift_rows.totals(connection, position)
    begun = shift_rows.begun_at(connection, position)
    cash_in, cash_out = totals.accounts.get(Account.CASH, (0, 0))
    return Shift(
        number=number,
        begun_at=from_micros(begun) if begun is not None else None,
        opening=floats[0] if floats else None,
        cash_in=Money(cash_in),
        cash_out=Money(cash_out),
        moved={move: _moved(facts, move) for move in CashMove},
        counts=counts,
        no_sales=sum(isinstance(one, DrawerOpened) for one in facts),
        totals=totals,
    )


def _moved(facts: Sequence[object], move: CashMove) -> Money:
    return Money(sum(one.amount.fen for one in facts if isinstance(one, CashMoved) and one.move is move))


def _z(till: Till, shift: Shift, counted: Money, cashier: Cashier, ending: tuple[str, bool]) -> ShiftClosed:
    note, closes_day = ending
    now, totals = till.clock.now(), shift.totals
    return ShiftClosed(
        business_day=till.business_day(),
        operator=cashier.id,
        number=shift.number,
        begun_at=shift.begun_at or now,
        opening=shift.opening or _NOTHING,
        cash_in=shift.cash_in,
        cash_out=shift.cash_out,
        paid_in=shift.moved[CashMove.PAID_IN],
        paid_out=shift.moved[CashMove.PAID_OUT],
        drops=shift.moved[CashMove.DROP],
        counted=counted,
        counts=len(shift.counts),
        no_sales=shift.no_sales,
        sales=totals.sales,
        sales_total=Money(totals.sales_fen),
        refunds=totals.refunds,
        refunds_total=Money(totals.refunds_fen),
        discounts=Money(sum(_net(totals, account) for account in set(DISCOUNT_ACCOUNT.values()))),
        by_hand=Money(_net(totals, Account.MANUAL_DISCOUNT)),
        tenders=shift.tenders,
        closes_day=closes_day,
        note=_tidy(note),
        return_fees=shift.return_fees,
    )


def _net(totals: shift_rows.Totals, account: Account) -> int:
    added, taken = totals.accounts.get(account, (0, 0))
    return added - taken


def _positive(field: str, amount: Money, *, zero: bool = False) -> None:
    if amount.fen < 0 or not (amount or zero):
        raise InvalidField(field, "an amount above zero", "请输入金额")


def _reason(reason: str) -> str:
    tidy = _tidy(reason)
    if not tidy:
        raise InvalidField("reason", "say why", "请写明原因")
    return tidy


def _tidy(words: str) -> str:
    return " ".join(words.split())[:_LONGEST_REASON]
