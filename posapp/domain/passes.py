"""Passes: what each use is worth, what is still owed for the rest, and what the law gives back.

A pass that was paid carries its price over its uses, cumulatively rounded, so that any way of using it adds up to the
price (domain.md §2.2).  The uses of a pass for a period are its days, and they pass by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.amounts import allocate, cumulative_share
from posapp.domain.ids import AssetId
from posapp.domain.programme.passes import PassKind, PassTemplate
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay


@unique
class RefundBasis(StrEnum):
    """By which article a pass is given back (法释〔2025〕4号, domain.md §3.2)."""

    MERCHANT = "art18"
    """Not the buyer's fault: what was used counts at the discount of the pass."""
    BUYER = "art19"
    """At the buyer's wish: what was used counts at its price without the pass."""
    COOLING_OFF = "art14"
    """Within seven days and unused: all of it."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for so many uses (or days) of one pass or of one part of a bundle."""

    fen: int
    uses: int

    def earned_fen(self, used: int) -> int:
        """What the first `used` uses have earned."""
        return cumulative_share(self.fen, used, self.uses) if self.uses else 0

    def revenue_fen(self, used_before: int, used_after: int) -> int:
        """What the uses after `used_before` up to `used_after` earn."""
        return self.earned_fen(used_after) - self.earned_fen(used_before)


def refund_fen(paid: Paid, used: int, basis: RefundBasis, unit_fen: int) -> int:
    """What is given back for a pass of which so much was used; never less than nothing (Art 20).

    That a pass is unused within its days of cooling off is for the caller to see.  `unit_fen` is the price of one use
    without the pass.  Where a use has no price of its own, and for days, what was
    used counts as its share of the price (Art 22).
    """
    if basis is RefundBasis.COOLING_OFF:
        return paid.fen
    if basis is RefundBasis.BUYER and unit_fen:
        return max(0, paid.fen - used * unit_fen)
    return max(0, paid.revenue_fen(used, paid.uses))


def shares(template: PassTemplate) -> list[int]:
    """The price of a bundle over its parts, in proportion to their own prices; in fen, exact (largest remainder)."""
    return allocate(template.price_fen, [part.value_fen for part in template.components])


def uses_of(template: PassTemplate, first_day: BusinessDay) -> int:
    """How many uses a pass begins with: a pass for a period has its days, the first of which does not count."""
    if template.kind is PassKind.TIME:
        last = template.validity.last_day(first_day)
        return 0 if last is None else max(0, last.ordinal - first_day.ordinal)
    return template.uses


def days_left(last_day: BusinessDay, today: BusinessDay, days: int) -> int:
    """How many of its days a pass for a period still has, today among them; the day it was bought does not count."""
    return min(days, max(0, last_day.ordinal - today.ordinal + 1))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a pass cannot be used, in both languages: a value, because the window shows it (architecture.md)."""

    key: str
    en: str
    zh: str


def why_not(
    left: int, last_day: BusinessDay | None, first_day: BusinessDay, today: BusinessDay, wanted: int
) -> Refusal | None:
    """Whether so many uses may be taken today, as far as the pass itself goes; None for yes."""
    if today < first_day:
        return Refusal("not_yet", f"good from {first_day}", f"{first_day} 起可用")
    if last_day is not None and today > last_day:
        return Refusal("lapsed", f"ended on {last_day}", f"已于 {last_day} 到期")
    if left <= 0:
        return Refusal("used_up", "no uses are left", "次数已用完")
    if wanted > left:
        return Refusal("too_many", f"only {left} left", f"只剩 {left} 次")
    return None


def most_today(limits: Sequence[int | None], used_today: int) -> int | None:
    """How many uses today's limits still allow; None where there is none."""
    known = [limit for limit in limits if limit is not None]
    return max(0, min(known) - used_today) if known else None


@dataclass(frozen=True, slots=True)
class UsablePass:
    """A member's pass as whoever uses it looks at it.

    `template` is the programme's pass, with the part of a bundle after a slash.  `left` counts uses, or the days of one
    `for_period`, which a use does not take.  `per_day` is what was promised, None for no bound; `used_today` what any
    till that was heard of took; `more` how many the till itself may still take while the server is out of reach, None
    for no bound, and `waits` is said beyond that.
    """

    id: AssetId
    template: str
    first_day: BusinessDay
    last_day: BusinessDay | None
    left: int
    used_today: int = 0
    per_day: int | None = None
    more: int | None = None
    waits: Text | None = None
    for_period: bool = False

    def taken(self, units: int) -> int:
        """The uses that leave it for so many units."""
        return 0 if self.for_period else units

    @property
    def most(self) -> int | None:
        """How many units it may still settle today; None for any number."""
        left = None if self.for_period else max(0, self.left)
        bounds = [each for each in (self._today, self.more, left) if each is not None]
        return min(bounds, default=None)

    @property
    def _today(self) -> int | None:
        return most_today((self.per_day,), self.used_today)

    def why_not(self, units: int, today: BusinessDay) -> Refusal | None:
        """Why it cannot be used for so many units today; None where it can."""
        refusal = why_not(self.left, self.last_day, self.first_day, today, self.taken(units))
        if refusal is not None:
            return refusal
        if self._today is not None and units > self._today:
            return Refusal("day_full", f"good {self.per_day} times a day", f"每天限用 {self.per_day} 次")
        if self.more is not None and units > self.more and self.waits is not None:
            return Refusal("day_full_offline", self.waits.en, self.waits.zh)
        return None
