"""Points: how a sale earns them and how they pay."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import half_up
from posapp.domain.sale import Identification
from posapp.domain.selector import EVERY_LINE, Selector


@dataclass(frozen=True, slots=True)
class EarnRule:
    """How the basis of a sale becomes base points: `points` for every `per_fen`, rounded once per order (W-23).

    `rounding` is ``floor``, ``ceil`` or ``half_up``; a basis below `minimum_fen` earns nothing.  `per_unit` points are
    earned by each paid piece besides.  Only the lines of `only` earn.  Where `order_wide_reduces` is false, what was
    taken off the whole order does not lower what its lines earn.  A multiplier applies to the rounded base (76.50 on a
    double day earns 152), or, with `multiply_first`, before rounding (153).
    """

    points: int = 0
    per_fen: int = 100
    rounding: str = "floor"
    minimum_fen: int = 0
    per_unit: int = 0
    only: Selector = EVERY_LINE
    order_wide_reduces: bool = True
    multiply_first: bool = False

    def base(self, basis_fen: int, pieces: int = 0) -> int:
        """Base points of a basis and of so many paid pieces."""
        return self._of_basis(basis_fen) + self.per_unit * pieces

    def with_bonus(self, basis_fen: int, pieces: int, times_hundredths: int) -> tuple[int, int]:
        """Base points, and the bonus that a multiplier adds to them."""
        base = self.base(basis_fen, pieces)
        if not self.multiply_first:
            return base, base * (times_hundredths - 100) // 100
        whole = self._of_basis(basis_fen, times_hundredths) + self.per_unit * pieces * times_hundredths // 100
        return base, whole - base

    def _of_basis(self, basis_fen: int, times_hundredths: int = 100) -> int:
        if basis_fen <= 0 or basis_fen < self.minimum_fen:
            return 0
        product, divisor = basis_fen * self.points * times_hundredths, self.per_fen * 100
        if self.rounding == "floor":
            return product // divisor
        if self.rounding == "ceil":
            return -(-product // divisor)
        return half_up(product, divisor)


@dataclass(frozen=True, slots=True)
class RedeemRule:
    """How points pay: `points` are worth `value_fen`, spent in whole blocks up to a share of the bill (W-27).

    `cap_rate` is in basis points of what is left of the lines that points may pay; `cap_fen` bounds one sale.  Fewer
    than `minimum` points are not spent.  `proposal` (``none`` or ``max``) is what happens where nothing was chosen.
    `identification` lists who is trusted enough to spend (ux.md §6, Identity levels).  `same_sale` lets points that
    this very sale earns pay for its rewards; by default they do not.
    """

    points: int = 100
    value_fen: int = 100
    block: int = 100
    cap_rate: int = 5000
    cap_fen: int | None = None
    minimum: int = 0
    proposal: str = "none"
    same_sale: bool = False
    identification: frozenset[Identification] = frozenset({Identification.DYNAMIC_CODE, Identification.PIN})

    def worth(self, points: int) -> int:
        """The fen that a number of whole blocks is worth."""
        return points * self.value_fen // self.points

    def cap(self, eligible_fen: int) -> int:
        """The most fen that points may pay of a sum of eligible nets: a floor (domain.md §2.3 step 6)."""
        share = eligible_fen * self.cap_rate // 10_000
        return share if self.cap_fen is None else min(share, self.cap_fen)

    def whole_blocks(self, points: int) -> int:
        """The points of a number that make whole blocks."""
        return points // self.block * self.block

    def most(self, cap_fen: int) -> int:
        """The most points, in whole blocks, that stay within a cap."""
        return self.whole_blocks(cap_fen * self.points // self.value_fen)
