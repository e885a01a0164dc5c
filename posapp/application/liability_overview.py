"""Everything that the shop owes its members over a period: open + what came − what went = close (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posapp.application.coupon_report import coupon_report
from posapp.application.csv_rows import write_rows
from posapp.application.liabilities import REPORTS, movements
from posapp.application.points_report import points_report
from posapp.application.stored_value.custody import Gauge, custody_gauge
from posapp.application.till import Till
from posapp.domain.accounts import Unit
from posapp.domain.amounts import Money
from posapp.domain.coupon_report import CouponReport
from posapp.domain.errors import InvalidField
from posapp.domain.liability import POINTS, Movement
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

BEGINNING: Final = BusinessDay(1)
"""Before everything: the first day of a report about all time."""
_COUPONS: Final = Text("优惠券", "Coupons")


@dataclass(frozen=True, slots=True)
class LiabilityLine:
    """One liability: what was owed when the period began and ended, and the columns that explain the difference.

    Counts are in the liability's own unit, fen where `is_money`.  `worth` is what is owed for it in money at the end,
    where that is known; of points it is what is expected to be spent of them.
    """

    code: str
    name: Text
    is_money: bool
    open: int
    columns: Mapping[str, int]
    close: int
    worth: Money | None = None

    @property
    def came(self) -> int:
        """What was added."""
        return sum(amount for amount in self.columns.values() if amount > 0)

    @property
    def went(self) -> int:
        """What was taken off, as a positive amount."""
        return -sum(amount for amount in self.columns.values() if amount < 0)


@dataclass(frozen=True, slots=True)
class LiabilityOverview:
    """Every liability over the business days from `first` to `last`; `differences` says what does not agree.

    `store` is whose log it was reckoned from, by name: what other stores took and gave is not in it.  `custody` is the
    gauge of stored value, where the period ends today.
    """

    first: BusinessDay
    last: BusinessDay
    lines: tuple[LiabilityLine, ...]
    differences: tuple[str, ...]
    store: str = ""
    custody: Gauge | None = None


def liability_overview(till: Till, first: BusinessDay, last: BusinessDay) -> LiabilityOverview:
    """Reckon every liability from this store's log.  Reads all of it.  Raises `InvalidField` for a period that is none.

    The same code as `posapp report`, `posapp points report` and `posapp coupon-report`.
    """
    moved = movements(till, [one for group in REPORTS.values() for one in group], first, last)
    before, after = coupon_report(till, first.plus(-1)), coupon_report(till, last)
    coupons, points = _coupons(before, after), points_report(till, last)
    lines = tuple(_line(each, points.liability if each.liability is POINTS else None) for each in moved)
    differences = [line for each in moved for line in each.differences]
    differences += [f"{account.name}: {amount}" for account, amount in after.differences.items()]
    differences += [
        f"points: {line.close} by entries, {points.ledger} by lots"
        for line in lines
        if line.code == POINTS.code and line.close != points.ledger
    ]
    if coupons.open + sum(coupons.columns.values()) != coupons.close:
        differences.append(f"coupons: {coupons.columns}")
    sells = till.programme.stored_value is not None
    custody = custody_gauge(till) if sells and last == till.business_day() else None
    return LiabilityOverview(first, last, (*lines, coupons), tuple(differences), till.identity.store_name, custody)


def _line(moved: Movement, worth: Money | None) -> LiabilityLine:
    owed = moved.liability
    if owed.money is not None:
        worth = Money(moved.owed)
    is_money = owed.held.unit is Unit.STORED_FEN
    return LiabilityLine(owed.code, owed.name, is_money, moved.open, moved.columns, moved.close, worth)


def _coupons(before: CouponReport, after: CouponReport) -> LiabilityLine:
    """What is open is what was issued less what was redeemed, voided, or has lapsed."""
    then, now = before.total, after.total
    columns = {
        "issued": now.issued - then.issued,
        "redeemed": then.redeemed - now.redeemed,
        "voided": then.voided - now.voided,
        "lapsed": then.expired - now.expired,
    }
    return LiabilityLine("coupons", _COUPONS, False, then.open_, columns, now.open_)


def write_csv(overview: LiabilityOverview, folder: Path) -> Path:
    """Write an overview into a folder, one row a figure, money in yuan; return the file.

    Raises `InvalidField` naming `folder` where nothing can be written there.
    """
    since = "" if overview.first == BEGINNING else str(overview.first)
    path = folder / f"liabilities-{since}{'_' if since else ''}{overview.last}.csv"
    period, store = [since, str(overview.last)], overview.store
    rows = [["from", "to", "liability", "entry", "amount", "store"]]
    for line in overview.lines:
        for entry, amount in {"open": line.open, **line.columns, "close": line.close}.items():
            rows.append([*period, line.code, entry, str(Money(amount)) if line.is_money else str(amount), store])
        if line.worth is not None:
            rows.append([*period, line.code, "worth", str(line.worth), store])
    try:
        write_rows(path, rows)
    except OSError as error:
        raise InvalidField("folder", f"cannot write to {folder}", f"不能写入 {folder}") from error
    return path
