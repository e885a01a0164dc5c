"""Stored value: lots of principal and bonus, how they are spent, and what the law gives back when a card is closed.

The articles are those of 法释〔2025〕4号 as read in domain.md §3.2; a contract that is better for the buyer wins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from posapp.domain.amounts import half_up
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class Lot:
    """One top-up: principal and bonus that are left, in fen."""

    principal_fen: int
    bonus_fen: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came out of stored value, and the lots that are left."""

    principal_fen: int
    bonus_fen: int
    left: tuple[Lot, ...]


def draw(lots: Sequence[Lot], fen: int) -> Drawn:
    """Take an amount out of lots, oldest first, principal and bonus in each lot's own proportion (domain.md §2.8).

    So the principal that is left is what article 18 returns.  What exceeds the lots is not drawn.
    """
    principal = bonus = 0
    left: list[Lot] = []
    for lot in lots:
        whole = lot.principal_fen + lot.bonus_fen
        taken = min(fen, whole)
        of_principal = half_up(taken * lot.principal_fen, whole) if whole else 0
        principal += of_principal
        bonus += taken - of_principal
        fen -= taken
        left.append(Lot(lot.principal_fen - of_principal, lot.bonus_fen - (taken - of_principal)))
    return Drawn(principal, bonus, tuple(left))


def balance_fen(lots: Sequence[Lot]) -> int:
    """Principal and bonus together."""
    return sum(lot.principal_fen + lot.bonus_fen for lot in lots)


def refund_not_the_buyers_fault(paid_fen: int, bonus_fen: int, used_fen: int) -> int:
    """Article 18: the price paid less what was used at the discount that the bonus was."""
    return max(0, paid_fen - half_up(used_fen * paid_fen, paid_fen + bonus_fen))


def refund_at_the_buyers_wish(paid_fen: int, used_fen: int, sold_rate: int = 10_000) -> int:
    """Article 19: the price paid less what was used at its price before the discount at which it was sold.

    `sold_rate` is that discount in basis points.  Article 20: a buyer is never asked for more, so it ends at nothing.
    """
    return max(0, paid_fen - half_up(used_fen * 10_000, sold_rate))


def refund_of_days(paid_fen: int, days: int, days_left: int) -> int:
    """Article 22: a card for unlimited use in a period is returned by days."""
    return half_up(paid_fen * days_left, days)


def last_day(start: BusinessDay, days: int, is_holiday: Callable[[BusinessDay], bool]) -> BusinessDay:
    """The last day of a period: its first day does not count, and a holiday moves the last to the next working day."""
    day = start.plus(days)
    while is_holiday(day):
        day = day.plus(1)
    return day


def exposure(balance_units: int, limits: Sequence[int]) -> int:
    """What tills that are offline can overspend together, given each one's limit (domain.md §5.2)."""
    return max(0, sum(limits) - balance_units)
