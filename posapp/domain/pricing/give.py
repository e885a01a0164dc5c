"""What an offer takes off the lines it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub
from typing import assert_never

from posapp.domain.amounts import allocate, cumulative_share, half_up, left_by_shares, shares
from posapp.domain.pricing.basket import Basket
from posapp.domain.pricing.candidates import Candidate
from posapp.domain.pricing.unit_gives import Free, reward_on, reward_on_sum, take, unit_parts
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
    candidate: Candidate,
    basket: Basket,
    lines: Sequence[int],
    values: Sequence[int],
    measured: Sequence[int],
    free: Free,
) -> tuple[Sequence[int], int]:
    """What the offer leaves of each of these lines, which cost `values`, and what it takes off in all (`reductions`).

    Where that depends on nothing but the values, the last answer is remembered: neither list is to be changed.
    """
    prepared = candidate.prepared
    reward = prepared.by_values
    if reward is None:
        return _left_by(values, reductions(candidate, basket, lines, values, measured, free))
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
    candidate: Candidate,
    basket: Basket,
    lines: Sequence[int],
    values: Sequence[int],
    measured: Sequence[int],
    free: Free,
) -> list[int]:
    """What the offer takes off each of these lines, which cost `values`.

    Never more than a line's value, than the offer's cap in all, or than its floor price and least margin leave.
    `measured` are the nets of all lines on which sums are tested; `free` says which single units were taken.
    """
    offer, found = candidate.offer, None
    if isinstance(offer.give, Units | BuyGet | Bundle):
        found = unit_parts(candidate, basket, lines, values, measured, times_met(candidate, basket, measured), free)
        parts = found.parts
    else:
        parts = _parts(offer.give, candidate, basket, lines, values, measured)
    if offer.floor_fen is not None or offer.margin_rate is not None:
        room = (max(0, value - _floor(candidate, basket, i)) for i, value in zip(lines, values, strict=True))
        parts = [min(part, most) for part, most in zip(parts, room, strict=True)]
    parts = _capped(offer, parts)
    if found is not None and offer.takes_units and any(parts):
        nets = {i: measured[i] for i in found.used} | dict(zip(lines, values, strict=True))
        take(found, free, dict(zip(lines, parts, strict=True)), nets)
    return parts


def _capped(offer: Offer, parts: list[int]) -> list[int]:
    if offer.cap_fen is None or sum(parts) <= offer.cap_fen:
        return parts
    return allocate(offer.cap_fen, parts)


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
    give: Off | SpendLadder | Each | QuantityTiers | FreeGift,
    candidate: Candidate,
    basket: Basket,
    lines: Sequence[int],
    values: Sequence[int],
    measured: Sequence[int],
) -> list[int]:
    offer = candidate.offer
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
    return min(reward.value * times, fen) if reward.how is How.AMOUNT else reward_on_sum(reward, fen)


def _each(reward: Reward, fen: int, milli: int, most_milli: int | None) -> int:
    if milli <= 0:
        return 0
    if most_milli is None or most_milli >= milli:
        return reward_on(reward, fen, milli)
    return reward_on(reward, cumulative_share(fen, most_milli, milli), most_milli)


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
