"""When a benefit runs and whom it is for: windows, audiences, and the campaigns that raise rates for a while."""

from __future__ import annotations

from dataclasses import dataclass, field

from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """When something runs.  Empty sets mean "any"; `until` is the last day on which it still holds.

    Days are business days; `minutes` are half-open spans of local wall-clock minutes, which may wrap over midnight.
    """

    since: BusinessDay | None = None
    until: BusinessDay | None = None
    weekdays: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    minutes: tuple[tuple[int, int], ...] = ()

    def is_open(self, day: BusinessDay, minute: int) -> bool:
        """Whether it runs on a business day at a local minute of the clock."""
        if (self.since is not None and day < self.since) or (self.until is not None and day > self.until):
            return False
        if self.weekdays and day.date.isoweekday() not in self.weekdays:
            return False
        if self.month_days and day.date.day not in self.month_days:
            return False
        return not self.minutes or any(_within(minute, start, end) for start, end in self.minutes)

    def has_ended(self, day: BusinessDay) -> bool:
        """Whether its last day is past."""
        return self.until is not None and day > self.until


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something is for.  Empty means everyone, card or not; anything but `channels` and `stores` needs a card.

    `birthday` is ``""``, ``"day"`` or ``"month"``.  `order_number` is the number of this order among the member's kept
    orders: 1 is the first paid order (W-41), 5 the fifth.  `joined_within_days` counts the day of joining as day 0.
    """

    members: bool = False
    tiers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    birthday: str = ""
    order_number: int | None = None
    joined_within_days: int | None = None
    channels: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()

    @property
    def needs_member(self) -> bool:
        """Whether a card must be on the basket for it."""
        named = self.tiers or self.tags or self.birthday
        return bool(self.members or named or self.order_number or self.joined_within_days is not None)


EVERYONE = Audience()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A member day or a birthday: an extra rate on the item price, and a multiplier of base points (W-38, W-42).

    Of several that run at once the best rate and the best multiplier count, each by itself and never their product
    (domain.md §2.3 step 3, §2.4).  `times_hundredths` is 200 for double points.
    """

    id: str
    name: Text
    during: Window = field(default=ALWAYS)
    audience: Audience = field(default=EVERYONE)
    rate: int = 10_000
    times_hundredths: int = 100


def is_birthday(birthday: str, day: BusinessDay) -> bool:
    """Whether a birthday ``MMDD`` or ``YYYYMMDD`` falls on a day; 29 February counts on the 28th of common years."""
    if len(birthday) < 4:
        return False
    month, of_month = int(birthday[-4:-2]), int(birthday[-2:])
    date = day.date
    if (month, of_month) == (2, 29) and not _is_leap(date.year):
        of_month = 28
    return (date.month, date.day) == (month, of_month)


def is_birthday_month(birthday: str, day: BusinessDay) -> bool:
    """Whether a day lies in the month of a birthday (W-38)."""
    return len(birthday) >= 4 and int(birthday[-4:-2]) == day.date.month


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _within(minute: int, start: int, end: int) -> bool:
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end
