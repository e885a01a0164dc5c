"""What a member may spend of points that lapse, from what the ledger says by lot and by month (domain.md §2.7).

The ledger knows what was earned by last valid day and what was spent by month (docs/adr/0010-assets-are-holders.md).
As lots end with months, that is enough to know which lots each month's spending came from: the earliest to lapse, then
the earliest earned, and points that never lapse last.  What was spent beyond all of them is a debt, which the next
earnings repay.  All of it is worked out anew from the sums, so an earning that a refund took back is as if it had
never been, and a spending that was undone as if it had not happened.

What has lapsed follows from the day alone.  That it is also posted (`due`) tidies the ledger and changes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.point_lots import GRACE_DAYS, PointLot, available, last_valid_day, spend
from posapp.domain.programme.points_life import PointsLife
from posapp.domain.time import BusinessDay

FIRST_MONTH = 2026 * 12
"""The month before which no points of this system can have been earned (January 2026)."""
NOTICE_DAYS = (30, 7)
"""So many days before points lapse a notice is due (domain.md §2.7)."""


def month_of(day: BusinessDay) -> int:
    """The number of a day's month: twelve times the year, and the month from 0."""
    return day.date.year * 12 + day.date.month - 1


def first_of(month: int) -> BusinessDay:
    """The first day of a month."""
    return BusinessDay.of(date(month // 12, month % 12 + 1, 1))


def lot_holder(member: MemberId, last_day: BusinessDay, free_day: BusinessDay | None = None) -> AssetId:
    """Who holds the programme's side of points that lapse after a day, and are free from another on."""
    if free_day is None:
        return derived_id("points lot", member, last_day.ordinal)
    return derived_id("points lot", member, last_day.ordinal, free_day.ordinal)


def grace_holder(member: MemberId, last_day: BusinessDay) -> AssetId:
    """Who holds what came back after its own lot had lapsed, and is good until a day."""
    return derived_id("points lot", member, last_day.ordinal, "grace")


def month_holder(member: MemberId, month: int) -> AssetId:
    """Who holds the programme's side of what a member spent in a month."""
    return derived_id("points month", member, month)


def possible_lots(life: PointsLife, day: BusinessDay) -> Iterator[LotKey]:
    """Every lot that may hold points by a day, by the rules in force and those before them."""
    now = month_of(day)
    seen: set[tuple[BusinessDay, int]] = set()
    for rule in (life, *life.earlier):
        if rule.freeze_days is not None:
            for ordinal in range(first_of(FIRST_MONTH).ordinal, day.ordinal + 1):
                free_day = rule.free_day(BusinessDay(ordinal))
                if free_day is not None:
                    earned = BusinessDay(ordinal)
                    yield LotKey(rule.last_day(earned), free_day.ordinal, month_of(earned))
        for month in range(FIRST_MONTH, now + 1):
            last_day = rule.last_day(first_of(month))
            if (last_day, 0) not in seen:
                seen.add((last_day, 0))
                yield LotKey(last_day, 0, month)
    for month in range(FIRST_MONTH, now + 3):
        yield LotKey(first_of(month + 1).plus(-1), 0, month - 1, grace=True)


def grace_day(refunded: BusinessDay) -> BusinessDay:
    """Until when points are good whose lot lapsed before they came back: the end of the month that ends the grace."""
    return last_valid_day(refunded.plus(GRACE_DAYS), 0)


@dataclass(frozen=True, slots=True, order=True)
class LotKey:
    """Which points: their last valid day, the ordinal of the day from which they may be spent (0: at once).

    `grace` marks points that came back after their own lot had lapsed.  `earned_month` follows from the rule by which
    they were earned and tells no two lots apart.
    """

    last_day: BusinessDay
    free_from: int
    earned_month: int = field(compare=False)
    grace: bool = False

    @property
    def free_day(self) -> BusinessDay | None:
        """The first day on which they may be spent; None where that was at once."""
        return BusinessDay(self.free_from) if self.free_from else None

    def holder(self, member: MemberId) -> AssetId:
        """Who holds them on the ledger."""
        if self.grace:
            return grace_holder(member, self.last_day)
        return lot_holder(member, self.last_day, self.free_day)


@dataclass(frozen=True, slots=True)
class PointsHeld:
    """The ledger's word on one member, in counts from zero up.

    The balance; what was earned and what was posted as lapsed, by lot; what was spent, by month.
    """

    balance: int = 0
    issued: Mapping[LotKey, int] = field(default_factory=dict)
    lapsed: Mapping[LotKey, int] = field(default_factory=dict)
    spent: Mapping[int, int] = field(default_factory=dict)

    def on(self, day: BusinessDay) -> PointsOnDay:
        """How the member stands on a day, which is not before the last thing that was recorded."""
        return _replay(self, day)


@dataclass(frozen=True, slots=True)
class PointsOnDay:
    """A member's points on a day.

    `lots` are what is left of each lot that has not lapsed, frozen ones marked, in the order in which they are spent;
    `left` is the same by key.  `everlasting` is what never lapses; `debt` is what was spent or taken back beyond all of
    that.  `gone` is what was left of each lot that has lapsed.  `sources` says for each month which lots its spending
    came from.
    """

    day: BusinessDay
    lots: tuple[PointLot, ...]
    left: Mapping[LotKey, int]
    everlasting: int
    debt: int
    gone: Mapping[LotKey, int]
    sources: Mapping[int, tuple[PointLot, ...]]

    @property
    def available(self) -> int:
        """What may be spent: unexpired, not frozen, less the debt."""
        return available((*self.lots, *_ever(self.everlasting, self.day)), self.day, self.debt)

    @property
    def frozen(self) -> int:
        """What may not be spent yet, because what earned it can still be returned."""
        return sum(lot.points for lot in self.lots if lot.frozen)

    @property
    def notices(self) -> tuple[PointsNotice, ...]:
        """What lapses within the longest notice, the soonest first."""
        soon = (lot for lot in self.lots if lot.last_day is not None)
        by_day: dict[int, int] = {}
        for lot in soon:
            last = lot.last_day.ordinal if lot.last_day is not None else 0
            by_day[last] = by_day.get(last, 0) + lot.points
        found = (PointsNotice(points, BusinessDay(last), last - self.day.ordinal) for last, points in by_day.items())
        return tuple(sorted((one for one in found if one.days_left <= max(NOTICE_DAYS)), key=lambda one: one.last_day))

    def returned_from_lapsed(self, month: int, points: int) -> int:
        """Of points that were spent in a month and come back today, how many belong to lots that have lapsed.

        They go to the lots they came from, the newest first.
        """
        lost = 0
        for source in reversed(self.sources.get(month, ())):
            part = min(points, source.points)
            points -= part
            if not source.is_valid(self.day):
                lost += part
        return lost


@dataclass(frozen=True, slots=True)
class PointsNotice:
    """So many points lapse after a day: 「300 分 12-31 到期」."""

    points: int
    last_day: BusinessDay
    days_left: int

    @property
    def stage(self) -> int:
        """Which notice is due by now: 30 or 7."""
        return min(days for days in NOTICE_DAYS if self.days_left <= days)


def due(held: PointsHeld, day: BusinessDay) -> dict[LotKey, int]:
    """What is still to be posted as lapsed, by lot; below zero where too much was posted.

    After posting it nothing is due, whoever posts it and whenever.
    """
    gone = held.on(day).gone
    wanted = {key: gone.get(key, 0) - held.lapsed.get(key, 0) for key in gone.keys() | held.lapsed.keys()}
    return {key: points for key, points in sorted(wanted.items()) if points}


def _replay(held: PointsHeld, day: BusinessDay) -> PointsOnDay:
    everlasting = held.balance - sum(held.issued.values()) + sum(held.spent.values()) + sum(held.lapsed.values())
    lots: list[PointLot] = []
    keys: dict[bytes, LotKey] = {}
    for place, (key, points) in enumerate(sorted(held.issued.items())):
        if points > 0:
            mark = place.to_bytes(4, "big")
            keys[mark] = key
            lots.append(PointLot(mark, points, first_of(key.earned_month), key.last_day))
        else:
            everlasting += points  # more was taken back than is known to have been earned: a debt until it is
    debt = max(0, -everlasting)
    pool = max(0, everlasting)
    sources: dict[int, tuple[PointLot, ...]] = {}
    now = month_of(day)
    start = min([month for month, points in held.spent.items() if points], default=now)
    if debt:
        start = min([start, *(key.earned_month for key in held.issued)])
    for month in range(start, now + 1):
        owed = debt + held.spent.get(month, 0)
        if owed < 0:
            pool, owed = pool - owed, 0
        end = min(first_of(month + 1).plus(-1), day)
        if not owed:
            debt = 0
            continue
        open_lots, shut = _parted(lots, keys, end)
        usable = (*open_lots, *_ever(pool, day))
        paid = min(owed, available(usable, end))
        left, taken = spend(usable, paid, end)
        debt = owed - paid
        pool = sum(lot.points for lot in left if lot.last_day is None)
        lots = [*(lot for lot in left if lot.last_day is not None), *shut]
        sources[month] = taken
    gone: dict[LotKey, int] = {}
    alive: list[PointLot] = []
    for lot in sorted(lots, key=lambda each: each.order):
        if lot.is_valid(day):
            alive.append(replace(lot, frozen=keys[lot.id].free_from > day.ordinal))
        else:
            gone[keys[lot.id]] = lot.points
    rest = {keys[lot.id]: lot.points for lot in alive}
    return PointsOnDay(day, tuple(alive), rest, pool, debt, gone, sources)


def _parted(
    lots: list[PointLot], keys: Mapping[bytes, LotKey], end: BusinessDay
) -> tuple[list[PointLot], list[PointLot]]:
    """The lots that could be spent by the end of a month, and those that had not been earned or were frozen."""
    usable: list[PointLot] = []
    shut: list[PointLot] = []
    for lot in lots:
        (usable if lot.earned <= end and keys[lot.id].free_from <= end.ordinal else shut).append(lot)
    return usable, shut


def _ever(points: int, day: BusinessDay) -> tuple[PointLot, ...]:
    return (PointLot(b"", points, day, None),) if points else ()
