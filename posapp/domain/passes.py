"""Passes: what each use is worth, what is still owed for the rest, and what the law gives back.

A pass that was paid carries its price over its uses, cumulatively rounded, so that any way of using it adds up to the
price (domain.md §2.2).  The uses of a pass for a period are its days, and they pass by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.amounts import allocate, cumulative_share
from posapp.domain.programme.passes import PassKind, PassTemplate
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

    def deferred_fen(self, left: int) -> int:
        """What is still owed for the uses that are left."""
        return self.fen - self.earned_fen(self.uses - left)


def refund_fen(paid: Paid, left: int, basis: RefundBasis, unit_fen: int) -> int:
    """What is given back for a pass of which `left` uses are unused; never less than nothing (Art 20).

    That a pass is unused within its days of cooling off is for the caller to see.  `unit_fen` is the price of one use
    without the pass.  Where a use has no price of its own, and for days, what was
    used counts as its share of the price (Art 22).
    """
    if basis is RefundBasis.COOLING_OFF:
        return paid.fen
    used = paid.uses - left
    if basis is RefundBasis.BUYER and unit_fen:
        return max(0, paid.fen - used * unit_fen)
    return max(0, paid.deferred_fen(left))


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
