"""Offers on single units: which units they reward, what that takes off each line, and which units they take up.

By default offers look at all units of a line, however many offers did before.  Where an offer `takes_units`, a unit
that it rewarded, or that was bought for it, is counted by no other such offer: one cup of coffee is in one set only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from posapp.domain.amounts import allocate, cumulative_share, half_up
from posapp.domain.pricing import units
from posapp.domain.pricing.basket import Basket
from posapp.domain.pricing.candidates import Candidate
from posapp.domain.pricing.units import Picked, Pile
from posapp.domain.programme.gives import Bundle, BuyGet, How, Reward, Units

Free = dict[int, tuple[int, int, int]]
"""Lines some units of which were taken: how many are free, and the part of the line's net that they are (as a fraction
of two numbers, because what a line costs may still be lowered)."""


@dataclass(slots=True)
class UnitParts:
    """What an offer takes off each line, which units it uses (rewarded, or bought for it), and out of which piles."""

    parts: list[int]
    used: Picked
    piles: list[Pile]


def unit_parts(
    candidate: Candidate,
    basket: Basket,
    lines: Sequence[int],
    values: Sequence[int],
    measured: Sequence[int],
    times: int,
    free: Free,
) -> UnitParts:
    """What an offer on single units takes off these lines, which cost `values`, before its cap and floor.

    `times` is how often its condition is met.
    """
    offer = candidate.offer
    known = free if offer.takes_units else {}
    priced = dict(zip(lines, values, strict=True))

    def piles(places: Iterable[int]) -> list[Pile]:
        found = [_pile(i, basket, priced.get(i, measured[i]), known) for i in places]
        return [pile for pile in found if pile.count]

    offered, most = piles(lines), offer.limits.per_order
    match offer.give:
        case Units() as give:
            picked, used = _of_lots(give, offered, basket, most, times)
            return UnitParts(_rewarded(give.reward, picked, offered, lines), used, offered)
        case BuyGet(reward=reward, buy=buy, get=get):
            bought = piles(candidate.asked)
            picked = units.got(bought, offered, buy, get, most)
            spent = units.dearest(bought, sum(picked.values()) // get * buy, picked) or {}
            used = {line: picked.get(line, 0) + spent.get(line, 0) for line in {**picked, **spent}}
            return UnitParts(_rewarded(reward, picked, offered, lines), used, [*bought, *offered])
        case Bundle() as give:
            sets, used = _sets(give, candidate, offered, most)
            return UnitParts(_off_sets(give.reward, sets, used, offered, lines), used, offered)
        case _:
            raise TypeError(type(offer.give).__name__)


def take(found: UnitParts, free: Free, off: Mapping[int, int], nets: Mapping[int, int]) -> None:
    """Take the units of an offer away; `nets` are what the lines cost before `off` was taken off them."""
    piles = {pile.line: pile for pile in found.piles}
    for line, count in found.used.items():
        pile = piles[line]
        left = pile.fen - cumulative_share(pile.fen, count, pile.count)
        whole = nets.get(line, pile.fen) - off.get(line, 0)
        free[line] = (pile.count - count, left, whole) if whole else (pile.count - count, 0, 1)


def units_missing(candidate: Candidate, basket: Basket) -> int:
    """How many single units more it takes before an offer on units gives anything; 0 where units are not what lacks."""
    give = candidate.offer.give
    pieces = {i: basket.pieces(i) for i in candidate.lines}
    match give:
        case Units(size=size, same_product=same_product) if size:
            lots: dict[str, int] = {}
            for i, count in pieces.items():
                key = basket.lines[i].sku if same_product else ""
                lots[key] = lots.get(key, 0) + count
            return max(0, size - max(lots.values(), default=0))
        case BuyGet(buy=buy, get=get):
            offered = [Pile(i, count, basket.list_fen[i]) for i, count in pieces.items() if count]
            got = units.cheapest(offered, get)
            bought = sum([basket.pieces(i) - got.get(i, 0) for i in candidate.asked])
            return max(0, buy - bought)
        case Bundle(parts=parts):
            held = [sum([pieces[i] for i in part_lines]) for part_lines in candidate.part_lines]
            return sum([max(0, count - have) for (_of, count), have in zip(parts, held, strict=True)])
        case _:
            return 0


def _pile(line: int, basket: Basket, net: int, free: Free) -> Pile:
    if line not in free:
        return Pile(line, basket.pieces(line), net)
    count, part, whole = free[line]
    return Pile(line, count, half_up(net * part, whole))


def _of_lots(
    give: Units, offered: Sequence[Pile], basket: Basket, most: int | None, times: int
) -> tuple[Picked, Picked]:
    """The rewarded units of all products together or of each, and those with the ones that were paid for them."""
    lots: dict[str, list[Pile]] = {}
    for pile in offered:
        lots.setdefault(basket.lines[pile.line].sku if give.same_product else "", []).append(pile)
    picked: Picked = {}
    used: Picked = {}
    for piles in lots.values():
        if give.size:
            picked.update(units.of_every(piles, give.size, give.count, most))
            used.update(units.of_every(piles, give.size, give.size, most))
        else:
            picked.update(units.cheapest(piles, give.count * times))
    return picked, used or picked


def _sets(give: Bundle, candidate: Candidate, offered: Sequence[Pile], most: int | None) -> tuple[int, Picked]:
    piles = {pile.line: pile for pile in offered}
    parts = [
        ([piles[i] for i in part_lines if i in piles], count)
        for part_lines, (_selector, count) in zip(candidate.part_lines, give.parts, strict=True)
    ]
    return units.sets(parts, most)


def _off_sets(reward: Reward, times: int, used: Picked, offered: Sequence[Pile], lines: Sequence[int]) -> list[int]:
    """A reward on whole sets, shared over the lines by what their units are worth."""
    worth = {pile.line: cumulative_share(pile.fen, used.get(pile.line, 0), pile.count) for pile in offered}
    weights = [worth.get(i, 0) for i in lines]
    off = reward_on(reward, sum(weights), times * 1000)
    return allocate(off, weights) if off else [0] * len(weights)


def _rewarded(reward: Reward, picked: Picked, offered: Sequence[Pile], lines: Sequence[int]) -> list[int]:
    piles = {pile.line: pile for pile in offered}
    parts: list[int] = []
    for i in lines:
        count = picked.get(i, 0)
        part = cumulative_share(piles[i].fen, count, piles[i].count) if count else 0
        parts.append(reward_on(reward, part, count * 1000) if count else 0)
    return parts


def reward_on(reward: Reward, part_fen: int, milli: int) -> int:
    """A reward on so many milli-units that cost `part_fen` together; amounts and prices are per unit."""
    if reward.how is How.AMOUNT:
        return min(part_fen, half_up(reward.value * milli, 1000))
    if reward.how is How.PRICE:
        return max(0, part_fen - half_up(reward.value * milli, 1000))
    return reward_on_sum(reward, part_fen)


def reward_on_sum(reward: Reward, fen: int) -> int:
    """A fraction of a sum: a percentage off rounds half up, and so does what a rate leaves."""
    if reward.how is How.PERCENT:
        return half_up(fen * reward.value, 10_000)
    return fen - half_up(fen * reward.value, 10_000)
