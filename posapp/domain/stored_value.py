"""Stored value: lots of principal and bonus, how they are spent, and what the law gives back when a card is closed.

The articles are those of 法释〔2025〕4号 as read in domain.md §3.2; a contract that is better for the buyer wins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique

from posapp.domain.amounts import half_up
from posapp.domain.time import BusinessDay


@unique
class Consumption(StrEnum):
    """What of a lot is spent first (domain.md §2.8); the words are stored in what a lot promises."""

    PROPORTIONAL = "proportional"
    PRINCIPAL_FIRST = "principal_first"
    BONUS_FIRST = "bonus_first"


@dataclass(frozen=True, slots=True)
class Lot:
    """One top-up: principal and bonus that are left, in fen.

    `began` is what it held at first, principal and bonus; without it the lot counts as untouched.
    """

    principal_fen: int
    bonus_fen: int = 0
    began: tuple[int, int] | None = field(default=None, compare=False)
    consumption: Consumption = field(default=Consumption.PROPORTIONAL, compare=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came out of stored value, what of it came out of each lot, and the lots that are left."""

    principal_fen: int
    bonus_fen: int
    parts: tuple[tuple[int, int], ...]
    left: tuple[Lot, ...]


def draw(lots: Sequence[Lot], fen: int) -> Drawn:
    """Take an amount out of lots, oldest first, of each as it was promised (domain.md §2.8).

    In proportion, what principal a lot gave up follows from all that was ever spent of it, so small amounts do not
    drift, and the principal that is left is what article 18 returns.  What exceeds the lots is not drawn.
    """
    parts: list[tuple[int, int]] = []
    left: list[Lot] = []
    for lot in lots:
        taken = max(0, min(fen, lot.principal_fen + lot.bonus_fen))
        principal = _principal_of(lot, taken)
        fen -= taken
        parts.append((principal, taken - principal))
        began = lot.began if lot.began is not None else (lot.principal_fen, lot.bonus_fen)
        left.append(
            Lot(lot.principal_fen - principal, lot.bonus_fen - (taken - principal), began, lot.consumption)
        )  # fmt: skip
    return Drawn(sum(p for p, _b in parts), sum(b for _p, b in parts), tuple(parts), tuple(left))


def _principal_of(lot: Lot, taken: int) -> int:
    least, most = max(0, taken - max(0, lot.bonus_fen)), min(taken, max(0, lot.principal_fen))
    match lot.consumption:
        case Consumption.PRINCIPAL_FIRST:
            return most
        case Consumption.BONUS_FIRST:
            return least
        case Consumption.PROPORTIONAL:
            paid, granted = lot.began if lot.began is not None else (lot.principal_fen, lot.bonus_fen)
            whole = paid + granted
            spent = whole - lot.principal_fen - lot.bonus_fen + taken
            given_up = half_up(spent * paid, whole) if whole else 0
            return max(least, min(most, given_up - (paid - lot.principal_fen)))


def give_back(drawn: Sequence[tuple[int, int]], principal_fen: int, bonus_fen: int) -> list[tuple[int, int]]:
    """How so much principal and bonus returns to the lots of a sale, in all: to the one drawn last first.

    What a lot gave is all that it gets back, so parts of a refund in any order end where the whole ends.
    """
    back: list[tuple[int, int]] = []
    for principal, bonus in reversed(drawn):
        parts = min(principal, principal_fen), min(bonus, bonus_fen)
        principal_fen -= parts[0]
        bonus_fen -= parts[1]
        back.append(parts)
    return back[::-1]


def balance_fen(lots: Sequence[Lot]) -> int:
    """Principal and bonus together."""
    return sum(lot.principal_fen + lot.bonus_fen for lot in lots)


def refund_not_the_buyers_fault(paid_fen: int, bonus_fen: int, used_fen: int) -> int:
    """Article 18: the price paid less what was used at the discount that the bonus was."""
    whole = paid_fen + bonus_fen
    return max(0, paid_fen - half_up(used_fen * paid_fen, whole)) if whole else 0


def refund_at_the_buyers_wish(paid_fen: int, used_fen: int, sold_rate: int = 10_000) -> int:
    """Article 19: the price paid less what was used at its price before the discount at which it was sold.

    `sold_rate` is that discount in basis points.  Article 20: a buyer is never asked for more, so it ends at nothing.
    """
    return max(0, paid_fen - half_up(used_fen * 10_000, sold_rate))


def refund_of_days(paid_fen: int, days: int, days_left: int) -> int:
    """Article 22: a card for unlimited use in a period is returned by days."""
    return half_up(paid_fen * days_left, days)


def interest_fen(fen: int, rate: int, days: int) -> int:
    """Articles 16 and 17: simple interest at a yearly rate in basis points over so many days of a year of 365."""
    return half_up(fen * rate * days, 10_000 * 365)


def last_day(start: BusinessDay, days: int, is_holiday: Callable[[BusinessDay], bool]) -> BusinessDay:
    """The last day of a period: its first day does not count, and a holiday moves the last to the next working day."""
    day = start.plus(days)
    while is_holiday(day):
        day = day.plus(1)
    return day


def exposure(balance_units: int, limits: Sequence[int]) -> int:
    """What tills that are offline can overspend together, given each one's limit (domain.md §5.2)."""
    return max(0, sum(limits) - balance_units)
