"""Picking single units out of lines: buy x get y, the nth, the cheapest, bundles.

A line of n pieces that costs v counts n units of v/n each; j of them cost ``cumulative_share(v, j, n)``, so that any
split of the line sums to it.  Weighed lines have no units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_FINE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Pile:
    """The units of one line: its place, how many, and what they cost together."""

    line: int
    count: int
    fen: int

    @property
    def worth(self) -> tuple[int, int]:
        """A key that sorts piles by the price of a unit, then by place from the last line to the first."""
        return self.fen * _FINE // self.count, -self.line


Picked = dict[int, int]
"""How many units of each line."""


def dearest_first(piles: Iterable[Pile]) -> list[Pile]:
    """Piles by falling unit price; of equals the earlier line first."""
    return sorted(piles, key=lambda pile: pile.worth, reverse=True)


def cheapest(piles: Iterable[Pile], count: int) -> Picked:
    """The so many cheapest units."""
    picked: Picked = {}
    for pile in reversed(dearest_first(piles)):
        taken = min(count, pile.count)
        if taken <= 0:
            break
        picked[pile.line] = taken
        count -= taken
    return picked


def dearest(piles: Iterable[Pile], count: int, used: Picked) -> Picked | None:
    """The so many dearest units that are not used yet, or None where there are too few."""
    picked: Picked = {}
    for pile in dearest_first(piles):
        taken = min(count, pile.count - used.get(pile.line, 0))
        if taken > 0:
            picked[pile.line] = taken
            count -= taken
    return picked if count <= 0 else None


def of_every(piles: Iterable[Pile], size: int, count: int, groups: int | None) -> Picked:
    """Of every `size` units, dearest first, the `count` cheapest; at most so many groups, the dearest ones."""
    ordered = dearest_first(piles)
    complete = sum(pile.count for pile in ordered) // size
    complete = complete if groups is None else min(complete, groups)
    picked: Picked = {}
    start = 0
    for pile in ordered:
        end = start + pile.count
        taken = _rewarded_before(end, size, count, complete) - _rewarded_before(start, size, count, complete)
        if taken:
            picked[pile.line] = taken
        start = end
    return picked


def got(bought: Sequence[Pile], offered: Sequence[Pile], buy: int, get: int, times: int | None) -> Picked:
    """For every `buy` bought units the `get` cheapest offered ones; a unit that is got is not bought."""
    own = {pile.line for pile in bought}
    whole = sum(pile.count for pile in bought)

    def fits(k: int) -> Picked | None:
        picked = cheapest(offered, get * k)
        left = whole - sum(count for line, count in picked.items() if line in own)
        return picked if left >= buy * k else None

    most = whole // buy if times is None else min(times, whole // buy)
    return _largest(most, fits) or {}


def sets(parts: Sequence[tuple[Sequence[Pile], int]], times: int | None) -> tuple[int, Picked]:
    """As many sets as the units make, of so many units of each part, dearest first; and the units they take."""

    def fits(k: int) -> Picked | None:
        used: Picked = {}
        for piles, count in parts:
            picked = dearest(piles, count * k, used)
            if picked is None:
                return None
            for line, taken in picked.items():
                used[line] = used.get(line, 0) + taken
        return used

    most = min(sum(pile.count for pile in piles) // count for piles, count in parts)
    most = most if times is None else min(most, times)
    best = _largest(most, fits)
    if best is None:
        return 0, {}
    each = sum(count for _piles, count in parts)
    return sum(best.values()) // each, best


def _rewarded_before(position: int, size: int, count: int, groups: int) -> int:
    """How many of the first so many units are rewarded, in groups of `size` with the last `count` rewarded."""
    full = min(position // size, groups)
    if full == groups:
        return full * count
    return full * count + max(0, position % size - (size - count))


def _largest(most: int, fits: Callable[[int], Picked | None]) -> Picked | None:
    """What fits for the largest number of times up to `most`: bisection, because fewer times always fit too."""
    low, best = 0, None
    high = most
    while low < high:
        middle = (low + high + 1) // 2
        picked = fits(middle)
        if picked is None:
            high = middle - 1
        else:
            low, best = middle, picked
    return best
