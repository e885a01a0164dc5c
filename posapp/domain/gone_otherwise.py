"""What left a contract otherwise than by use, so that what comes back of it later is worth what its use had cost.

A contract here is a top-up, counted in fen of the card, or a pass, counted in uses or days.  Once its card is closed,
it is given back, or its rest becomes another member's, nothing is left of it.  A sale that it paid may still come
back: then less was used of it than was reckoned with, and the law gives more (法释〔2025〕4号 Art 15).  The difference
is the holder's of before; what was paid out or handed over stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class GoneOtherwise:
    """`moved` was given back, closed or handed over; `returned_fen` was paid for it in money.

    `handed_over_at` is what had been used when the rest, and with it all that could then be claimed, became another
    member's; None where that never happened.
    """

    moved: int = 0
    returned_fen: int = 0
    handed_over_at: int | None = None

    def due(self, used: int, by_law: Callable[[int], int]) -> int:
        """What the law gives still in fen, where `by_law` says what it gives in all for so much that was used."""
        handed_over = 0 if self.handed_over_at is None else by_law(self.handed_over_at)
        return max(0, by_law(used) - handed_over - self.returned_fen)

    def given_back(self, left: int, refund_fen: int) -> GoneOtherwise:
        """What was left was given back for so much."""
        return replace(self, moved=self.moved + left, returned_fen=self.returned_fen + refund_fen)

    def handed_over(self, left: int, used: int) -> GoneOtherwise:
        """What was left is another member's from now on, who may claim whatever could be claimed."""
        return GoneOtherwise(self.moved + left, 0, used)

    @property
    def terms(self) -> dict[str, int | str]:
        """As it is kept with an asset."""
        kept: dict[str, int | str] = {"moved": self.moved, "returned": self.returned_fen}
        return kept if self.handed_over_at is None else kept | {"handed_over_at": self.handed_over_at}


NOTHING_GONE: Final = GoneOtherwise()


def gone_of(terms: Mapping[str, int | str]) -> GoneOtherwise:
    """Read it back from what is kept with an asset."""
    at = terms.get("handed_over_at")
    moved, returned = terms.get("moved", 0), terms.get("returned", 0)
    return GoneOtherwise(int(moved), int(returned), int(at) if at is not None else None)
