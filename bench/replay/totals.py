"""The totals of a log of sales, under the field names that an independent oracle of the same data uses.

Everything here is the till's business and follows from recorded events alone.  What is not, because a till neither
prints coupons nor runs mailings, is in `campaigns`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from posapp.domain.events import SaleCompleted, Step
from posapp.domain.ids import MemberId
from posapp.domain.member import VISIT_MINIMUM_FEN
from posapp.domain.sale import TenderMethod

TIERS = ("base", "silver", "gold", "platinum")
TIER_SPEND_CENTS = (50_000, 200_000, 500_000)
CANCELLED = "cancelled"
"""The article of a basket whose every line was cancelled: it is sold for nothing, and no line."""


@dataclass(slots=True)
class MemberTotals:
    """One member's line.  `days` holds what was kept on each, `history` when how much was paid."""

    sales: int = 0
    due: int = 0
    paid: int = 0
    points: int = 0
    first: date = date.max
    last: date = date.min
    days: dict[date, int] = field(default_factory=dict)
    history: list[tuple[datetime, int, date]] = field(default_factory=list)

    @property
    def tier(self) -> str:
        """By cumulative paid; no downgrade."""
        return TIERS[sum(self.paid >= limit for limit in TIER_SPEND_CENTS)]

    @property
    def visits(self) -> int:
        """Days on which at least ¥1 was kept."""
        return sum(net >= VISIT_MINIMUM_FEN for net in self.days.values())

    def reached(self, limit: int) -> date | None:
        """The day on which the member had paid so much for the first time."""
        paid = 0
        for _at, amount, day in sorted(self.history):
            paid += amount
            if paid >= limit:
                return day
        return None


@dataclass(slots=True)
class Totals:
    """Running totals; add every sale of the log once, in any order."""

    household: Callable[[MemberId], int]
    sums: Counter[str] = field(default_factory=Counter)
    members: dict[int, MemberTotals] = field(default_factory=dict)
    stores: dict[int, list[int]] = field(default_factory=dict)
    months: dict[str, Counter[str]] = field(default_factory=dict)
    active: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    campaigns: Counter[str] = field(default_factory=Counter)
    redeemers: dict[str, set[int]] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, store: int, at: datetime, sale: SaleCompleted) -> None:
        """Add one sale."""
        if sale.member is None:
            raise ValueError("every basket of the data set has a member")
        household = self.household(sale.member)
        due = sale.due.fen
        tendered = sum(t.amount.fen for t in sale.tenders if t.method is TenderMethod.MANUFACTURER_COUPON)
        paid, points = due - tendered, sale.points_base.count + sale.points_bonus.count
        self._sums(sale, due, tendered, points)
        self._member(household, at, sale, due, paid, points)
        row = self.stores.setdefault(store, [0, 0, 0])
        for place, amount in enumerate((1, due, paid)):
            row[place] += amount
        month = sale.business_day.date.strftime("%Y-%m")
        self.months.setdefault(month, Counter()).update(sales=1, paid_cents=paid, points=points)
        self.active[month].add(household)
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)

    def _sums(self, sale: SaleCompleted, due: int, tendered: int, points: int) -> None:
        off: Counter[Step] = Counter()
        for line in sale.lines:
            for adjustment in line.adjustments:
                off[adjustment.step] += adjustment.amount.fen
        self.sums.update(
            sales=1,
            lines=sum(line.sku != CANCELLED for line in sale.lines),
            due_cents=due,
            gross_cents=sale.list_total.fen,
            member_price_off_cents=off[Step.MEMBER_PRICE],
            store_coupon_match_cents=off[Step.COUPON],
            coupon_tender_cents=tendered,
            paid_cents=due - tendered,
            points=points,
            redemptions=len(_redeemed(sale)),
        )

    def _member(self, household: int, at: datetime, sale: SaleCompleted, due: int, paid: int, points: int) -> None:
        line = self.members.setdefault(household, MemberTotals())
        day = sale.business_day.date
        line.sales += 1
        line.due += due
        line.paid += paid
        line.points += points
        line.first, line.last = min(line.first, day), max(line.last, day)
        line.days[day] = line.days.get(day, 0) + due
        line.history.append((at, paid, day))
        for coupon in _redeemed(sale):
            campaign = coupon.partition("/")[0]
            self.campaigns[campaign] += 1
            self.redeemers.setdefault(campaign, set()).add(household)

    def member_rows(self) -> list[tuple[Any, ...]]:
        """One row a member: household, sales, due, paid, points, first and last day, tier."""
        return [
            (number, m.sales, m.due, m.paid, m.points, m.first, m.last, m.tier)
            for number, m in sorted(self.members.items())
        ]

    def store_rows(self) -> list[tuple[int, ...]]:
        """One row a store: number, sales, due, paid."""
        return [(store, *numbers) for store, numbers in sorted(self.stores.items())]

    def report(self) -> dict[str, Any]:
        """Everything as one document."""
        as_of = max(m.last for m in self.members.values())
        months = sorted(self.months)
        reached = {
            name: [day for m in self.members.values() if (day := m.reached(limit)) is not None]
            for name, limit in zip(TIERS[1:], TIER_SPEND_CENTS, strict=True)
        }
        seasoned = [m for m in self.members.values() if (as_of - m.first).days >= 30]
        return {
            **dict(self.sums),
            "members": len(self.members),
            "stores": len(self.stores),
            "redeeming_members": len(set().union(*self.redeemers.values())),
            "redemptions_by_campaign": dict(sorted(self.campaigns.items())),
            "tiers": dict(Counter(m.tier for m in self.members.values())),
            "tier_ups": {name: len(days) for name, days in reached.items()},
            "tier_first_reached_by_month": {name: _by_month(days) for name, days in reached.items()},
            "points_if_floor_of_member_sum": sum(m.paid // 100 for m in self.members.values()),
            "by_month": {month: {**self.months[month], "active": len(self.active[month])} for month in months},
            "new_members_by_month": _by_month(m.first for m in self.members.values()),
            "month_to_next_month_retention": {month: self._retention(month) for month in months},
            "inactive30": sum((as_of - m.last).days > 30 for m in self.members.values()),
            "second_visit_within_30d": [
                len(seasoned),
                sum(any(0 < (day - m.first).days <= 30 for day in m.days) for m in seasoned),
            ],
            "as_of": str(as_of),
            "first_ts": f"{self.first:%Y-%m-%d %H:%M:%S}",
            "last_ts": f"{self.last:%Y-%m-%d %H:%M:%S}",
            "members_sha256": _digest(self.member_rows()),
            "stores_sha256": _digest(self.store_rows()),
        }

    def _retention(self, month: str) -> list[int]:
        year, number = (int(part) for part in month.split("-"))
        following = f"{year + number // 12}-{number % 12 + 1:02d}"
        return [len(self.active[month]), len(self.active[month] & self.active.get(following, set()))]


def _redeemed(sale: SaleCompleted) -> list[str]:
    """The manufacturers' coupons that were handed over, ``campaign/coupon``; a store's own vouchers have no slash."""
    return [code for code in sale.coupons if "/" in code]


def _by_month(days: Iterable[date]) -> dict[str, int]:
    return dict(sorted(Counter(f"{day:%Y-%m}" for day in days).items()))


def _digest(rows: Iterable[tuple[Any, ...]]) -> str:
    text = "".join("|".join(map(str, row)) + "\n" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()
