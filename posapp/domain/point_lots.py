"""Points in lots: each earning expires by itself (domain.md §2.7), and a refund puts spent points back where they were.

All functions are pure and follow from business days, so that a job that runs late changes nothing.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posapp.domain.time import BusinessDay

GRACE_DAYS: Final = 30
"""A lot that expired meanwhile lives so many days from the day on which spent points return to it."""


@dataclass(frozen=True, slots=True)
class PointLot:
    """Points of one earning: `last_day` is the last valid day, None for ever.  `frozen` ones may not be spent yet."""

    id: bytes
    points: int
    earned: BusinessDay
    last_day: BusinessDay | None
    frozen: bool = False

    def is_valid(self, day: BusinessDay) -> bool:
        """Whether the lot has not expired on a day."""
        return self.last_day is None or day <= self.last_day

    @property
    def order(self) -> tuple[int, int, bytes]:
        """Lots are spent by earliest expiry, then earliest earning, then id."""
        return (10**9 if self.last_day is None else self.last_day.ordinal), self.earned.ordinal, self.id


def last_valid_day(earned: BusinessDay, months: int = 12) -> BusinessDay:
    """The end of so many months after the month of earning: 15 December and 12 is 31 December next year."""
    year, month = divmod(earned.date.year * 12 + earned.date.month - 1 + months, 12)
    return BusinessDay.of(date(year, month + 1, monthrange(year, month + 1)[1]))


def available(lots: Iterable[PointLot], day: BusinessDay, debt: int = 0) -> int:
    """What may be spent: unexpired, not frozen, less a debt from refunds; never negative."""
    return max(0, sum(lot.points for lot in lots if lot.is_valid(day) and not lot.frozen) - debt)


def spend(lots: Sequence[PointLot], points: int, day: BusinessDay) -> tuple[tuple[PointLot, ...], tuple[PointLot, ...]]:
    """Take points out of lots; gives the lots that are left, and what was taken as lots of its own.

    Raises `ValueError` where there are not enough: the price should have said so before.
    """
    left: list[PointLot] = []
    taken: list[PointLot] = []
    for lot in sorted(lots, key=lambda each: each.order):
        part = min(points, lot.points) if lot.is_valid(day) and not lot.frozen else 0
        points -= part
        if part:
            taken.append(replace(lot, points=part))
        if lot.points > part:
            left.append(replace(lot, points=lot.points - part))
    if points > 0:
        raise ValueError(f"{points} points are not there")
    return tuple(left), tuple(taken)


def give_back(
    lots: Sequence[PointLot], taken: Sequence[PointLot], points: int, day: BusinessDay
) -> tuple[PointLot, ...]:
    """Return spent points to the lots they came from, the newest first; an expired lot gets days of grace."""
    result = {lot.id: lot for lot in lots}
    for source in sorted(taken, key=lambda each: each.order, reverse=True):
        part = min(points, source.points)
        if part <= 0:
            break
        points -= part
        last_day = source.last_day if source.is_valid(day) else day.plus(GRACE_DAYS)
        kept = result.get(source.id)
        whole = part + (kept.points if kept is not None else 0)
        result[source.id] = replace(source, points=whole, last_day=last_day)
    return tuple(sorted(result.values(), key=lambda each: each.order))


def check_in_points(streak: int, daily: int = 5, bonus: int = 20, every: int = 7) -> int:
    """Points of a check-in on the so-manieth consecutive natural day: five, and twenty more on each seventh (W-24)."""
    return daily + (bonus if streak > 0 and streak % every == 0 else 0)
