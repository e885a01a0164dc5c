"""The units of a sold line: some were paid, some were settled by passes; and which of them have come back.

What was paid comes back first, the uses of passes last.  How much came back so far decides alone, so that several
returns in any order end where one ends (domain.md §2.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from posapp.domain.amounts import Money, cumulative_share
from posapp.domain.events import SaleCompleted, UnitsByPass

PIECE = 1000
"""Milli-units of one piece; passes settle whole pieces."""


@dataclass(frozen=True, slots=True)
class SoldUnits:
    """So many milli-units of a line, of which `by_pass` were settled by passes."""

    milli: int
    by_pass: int = 0

    @property
    def paid(self) -> int:
        """The milli-units that were to be paid."""
        return self.milli - self.by_pass

    def paid_back(self, back: int) -> int:
        """Of `back` milli-units that came back, those that were to be paid."""
        return min(back, self.paid)

    def pass_back(self, back: int) -> int:
        """Of `back` milli-units that came back, those that passes had settled."""
        return max(0, min(back, self.milli) - self.paid)

    def share(self, total: int, back: int) -> int:
        """The part of what the line cost or earned that goes with `back` milli-units."""
        if not self.paid:
            return cumulative_share(total, back, self.milli)
        return cumulative_share(total, self.paid_back(back), self.paid)


def sold_units(sale: SaleCompleted) -> tuple[SoldUnits, ...]:
    """The units of each line of a recorded sale."""
    by_pass = [0] * len(sale.lines)
    for each in sale.passes:
        by_pass[each.line] += each.units * PIECE
    return tuple(SoldUnits(line.quantity.milli, part) for line, part in zip(sale.lines, by_pass, strict=True))


def passes_back(
    lines: Sequence[SoldUnits], passes: Sequence[UnitsByPass], before: Sequence[int], coming: Sequence[int]
) -> tuple[UnitsByPass, ...]:
    """What goes back to passes with `coming` milli-units of each line, when `before` had come back."""
    after = [then + more for then, more in zip(before, coming, strict=True)]
    both = zip(_up_to(lines, passes, after), _up_to(lines, passes, before), strict=True)
    return tuple(
        replace(now, units=now.units - then.units, uses=now.uses - then.uses, revenue=now.revenue - then.revenue)
        for now, then in both
        if now.units > then.units
    )


def _up_to(lines: Sequence[SoldUnits], passes: Sequence[UnitsByPass], back: Sequence[int]) -> Iterator[UnitsByPass]:
    """What has gone back to each pass once so much of each line has come back: one pass of a line after the other."""
    left = [units.pass_back(milli) // PIECE for units, milli in zip(lines, back, strict=True)]
    for each in passes:
        count = min(each.units, left[each.line])
        left[each.line] -= count
        revenue = Money(cumulative_share(each.revenue.fen, count, each.units))
        yield replace(each, units=count, uses=count if each.uses else 0, revenue=revenue)
