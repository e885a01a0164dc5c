"""What an offer takes off the lines it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub
from typing import assert_never

from posapp.domain.amounts import allocate, cumulative_share, half_up, left_by_shares, shares
from posapp.domain.pricing import units
from posapp.domain.pricing.basket import Basket
from posapp.domain.pricing.candidates import Candidate
from posapp.domain.pricing.units import Picked, Pile
from posapp.domain.programme.gives import (
    Bundle,
    BuyGet,
    Each,
    FreeGift,
    How,
    Off,
    QuantityTiers,
    Reward,
    SpendLadder,
    Units,
)
from posapp.domain.programme.offer import Offer


def left_of(
    candidate: Candidate, basket: Basket, lines: Sequence[int], values: Sequence[int], measured: Sequence[int]
) -> tuple[Sequence[int], int]:
    """What the offer leaves of each of these lines, which cost `values`, and what it takes off in all (`reductions`).

    Where that depends on nothing but the values, the last answer is remembered: neither list is to be changed.
    """
    prepared = candidate.prepared
    reward = prepared.by_values
    if reward is None:
        return _left_by(values, reductions(candidate, basket, lines, values, measured))
    known = prepared.memo.left
    if known is not None and known[0] == values:
        return known[1], known[2]
    offer = candidate.offer
    if offer.cap_fen is None and (offer.on_sum or reward.how is How.AMOUNT):
        total = sum(values)
        fen = _of_sum(reward, total)
        left: Sequence[int] = left_by_shares(fen, values, total) if fen else values
    else:
        left, fen = _left_by(values, _capped(offer, off_lines(reward, values, on_sum=offer.on_sum)))
    prepared.memo.left = values, left, fen
    return left, fen


def _left_by(values: Sequence[int], parts: Sequence[int]) -> tuple[list[int], int]:
    return list(map(sub, values, parts)), sum(parts)


def reductions(
    candidate: Candidate, basket: Basket, lines: Sequence[int], values: Sequence[int], measured: Sequence[int]
) -> list[int]:
    """What the offer takes off each of these lines, which cost `values`.

    Never more than a line's value, than the offer's cap in all, or than its floor price and least margin leave.
    `measured` are the nets of all lines on which sums are tested.
    """
    offer = candidate.offer
    parts = _parts(candidate, basket, lines, values, measured)
    if offer.floor_fen is not None or offer.margin_rate is not None:
        room = (max(0, value - _floor(candidate, basket, i)) for i, value in zip(lines, values, strict=True))
        parts = [min(part, most) for part, most in zip(parts, room, strict=True)]
    return _capped(offer, parts)


def _capped(offer: Offer, parts: list[int]) -> list[int]:
    if offer.cap_fen is None or sum(parts) <= offer.cap_fen:
        return parts
    return allocate(offer.cap_fen, parts)


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
            got = units.cheapest(_piles(basket, candidate.lines, [basket.list_fen[i] for i in candidate.lines]), get)
            bought = sum([basket.pieces(i) - got.get(i, 0) for i in candidate.asked])
            return max(0, buy - bought)
        case Bundle(parts=parts):
            held = [sum([pieces[i] for i in part_lines]) for part_lines in candidate.part_lines]
            return sum([max(0, count - have) for (_of, count), have in zip(parts, held, strict=True)])
        case _:
            return 0


def times_met(candidate: Candidate, basket: Basket, measured: Sequence[int]) -> int:
    """How many times the condition is met: once, or once for every so much of it (每满 100 减 10)."""
    condition, limit = candidate.offer.condition, candidate.offer.limits.per_order
    times = 1
    if condition.every_fen:
        times = sum(measured[i] for i in candidate.asked) // condition.every_fen
    if condition.every_milli:
        held = sum(basket.lines[i].quantity.milli for i in candidate.asked)
        by_quantity = held // condition.every_milli
        times = min(times, by_quantity) if condition.every_fen else by_quantity
    return times if limit is None else min(times, limit)


def _parts(
    candidate: Candidate, basket: Basket, lines: Sequence[int], values: Sequence[int], measured: Sequence[int]
) -> list[int]:
    offer = candidate.offer
    give = offer.give
    match give:
        case Off(reward=reward):
            times = times_met(candidate, basket, measured)
            return off_lines(reward, values, on_sum=offer.on_sum, times=times)
        case SpendLadder(steps=steps):
            reached = sum(measured[i] for i in candidate.asked)
            rewards = [reward for least, reward in steps if reached >= least]
            return off_lines(rewards[-1], values, on_sum=offer.on_sum) if rewards else [0] * len(values)
        case Each(reward=reward, most_milli=most):
            return [_each(reward, value, basket.milli[i], most) for i, value in zip(lines, values, strict=True)]
        case QuantityTiers():
            return _tiered(give, basket, lines, values)
        case Units():
            return _unit_parts(give, candidate, basket, lines, values, measured)
        case BuyGet(reward=reward, buy=buy, get=get):
            priced = dict(zip(lines, values, strict=True))
            bought = [
                Pile(i, basket.pieces(i), priced.get(i, measured[i])) for i in candidate.asked if basket.pieces(i)
            ]
            picked = units.got(bought, _piles(basket, lines, values), buy, get, offer.limits.per_order)
            return _rewarded(reward, picked, basket, lines, values)
        case Bundle():
            return _bundle(give, candidate, basket, lines, values)
        case FreeGift():
            return [0] * len(values)
        case _:
            assert_never(give)


def off_lines(reward: Reward, values: Sequence[int], *, on_sum: bool, times: int = 1) -> list[int]:
    """A reward on lines as a whole: percents on the sum or line by line, amounts shared over the lines."""
    if on_sum or reward.how is How.AMOUNT:
        total = sum(values)
        off = _of_sum(reward, total, times)
        return shares(off, values, total) if off else [0] * len(values)
    if reward.how is How.PERCENT:
        return [half_up(value * reward.value, 10_000) for value in values]
    return [value - half_up(value * reward.value, 10_000) for value in values]


def _of_sum(reward: Reward, fen: int, times: int = 1) -> int:
    """A reward on a sum: an amount, once for each of so many times, or a fraction."""
    return min(reward.value * times, fen) if reward.how is How.AMOUNT else _fraction(reward, fen)


def _fraction(reward: Reward, fen: int) -> int:
    if reward.how is How.PERCENT:
        return half_up(fen * reward.value, 10_000)
    return fen - half_up(fen * reward.value, 10_000)


def _on_part(reward: Reward, part_fen: int, milli: int) -> int:
    """A reward on so many milli-units that cost `part_fen` together; amounts and prices are per unit."""
    if reward.how is How.AMOUNT:
        return min(part_fen, half_up(reward.value * milli, 1000))
    if reward.how is How.PRICE:
        return max(0, part_fen - half_up(reward.value * milli, 1000))
    return _fraction(reward, part_fen)


def _each(reward: Reward, fen: int, milli: int, most_milli: int | None) -> int:
    if milli <= 0:
        return 0
    if most_milli is None or most_milli >= milli:
        return _on_part(reward, fen, milli)
    return _on_part(reward, cumulative_share(fen, most_milli, milli), most_milli)


def _tiered(give: QuantityTiers, basket: Basket, lines: Sequence[int], values: Sequence[int]) -> list[int]:
    held: dict[str, int] = {}
    keys = [basket.lines[i].sku if give.same_product else "" for i in lines]
    for key, i in zip(keys, lines, strict=True):
        held[key] = held.get(key, 0) + basket.milli[i]
    parts: list[int] = []
    for key, i, value in zip(keys, lines, values, strict=True):
        rewards = [reward for least, reward in give.steps if held[key] >= least]
        parts.append(_each(rewards[-1], value, basket.milli[i], None) if rewards else 0)
    return parts


def _unit_parts(
    give: Units,
    candidate: Candidate,
    basket: Basket,
    lines: Sequence[int],
    values: Sequence[int],
    measured: Sequence[int],
) -> list[int]:
    lots: dict[str, list[Pile]] = {}
    for pile in _piles(basket, lines, values):
        lots.setdefault(basket.lines[pile.line].sku if give.same_product else "", []).append(pile)
    picked: Picked = {}
    for piles in lots.values():
        if give.size:
            picked.update(units.of_every(piles, give.size, give.count, candidate.offer.limits.per_order))
        else:
            picked.update(units.cheapest(piles, give.count * times_met(candidate, basket, measured)))
    return _rewarded(give.reward, picked, basket, lines, values)


def _bundle(
    give: Bundle, candidate: Candidate, basket: Basket, lines: Sequence[int], values: Sequence[int]
) -> list[int]:
    piles = {pile.line: pile for pile in _piles(basket, lines, values)}
    parts = [
        ([piles[i] for i in part_lines if i in piles], count)
        for part_lines, (_selector, count) in zip(candidate.part_lines, give.parts, strict=True)
    ]
    times, picked = units.sets(parts, candidate.offer.limits.per_order)
    worth = [
        cumulative_share(value, picked.get(i, 0), basket.pieces(i) or 1) for i, value in zip(lines, values, strict=True)
    ]
    off = _on_part(give.reward, sum(worth), times * 1000)
    return allocate(off, worth) if off else [0] * len(values)


def _rewarded(reward: Reward, picked: Picked, basket: Basket, lines: Sequence[int], values: Sequence[int]) -> list[int]:
    parts: list[int] = []
    for i, value in zip(lines, values, strict=True):
        count = picked.get(i, 0)
        parts.append(_on_part(reward, cumulative_share(value, count, basket.pieces(i)), count * 1000) if count else 0)
    return parts


def _piles(basket: Basket, lines: Sequence[int], values: Sequence[int]) -> list[Pile]:
    return [Pile(i, basket.pieces(i), value) for i, value in zip(lines, values, strict=True) if basket.pieces(i)]


def _floor(candidate: Candidate, basket: Basket, index: int) -> int:
    """What the offer must leave of a line: its floor price, and what keeps the least margin over the cost."""
    offer, line = candidate.offer, basket.lines[index]
    least = half_up(offer.floor_fen * line.quantity.milli, 1000) if offer.floor_fen is not None else 0
    if offer.margin_rate is not None and line.cost is not None:
        cost_fen = half_up(line.cost.fen * line.quantity.milli, 1000)
        keep = 10_000 - offer.margin_rate
        # A margin of 100 % can never be kept: the offer then takes nothing.
        least = max(least, -(-cost_fen * 10_000 // keep) if keep else basket.list_fen[index])
    return least
