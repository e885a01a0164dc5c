"""One run of the pipeline over a given set of offers: domain.md §2.3, steps 2 to 5.

    item price → line promotions → extra percent → line manual → vouchers → order promotions → coupons → order manual

A run without a trace only computes nets: the search for the best combination makes many of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from posapp.domain.amounts import Money, Quantity, allocate, half_up
from posapp.domain.by_hand import ByHand
from posapp.domain.campaign import Campaign
from posapp.domain.events import Step
from posapp.domain.pricing.basket import Basket
from posapp.domain.pricing.candidates import Candidate
from posapp.domain.pricing.give import left_of, reductions, times_met
from posapp.domain.pricing.unit_gives import Free
from posapp.domain.pricing.value import value
from posapp.domain.programme.gives import Each, FreeGift, How, Off, QuantityTiers, Units
from posapp.domain.programme.offer import Offer

Part = tuple[int, int]
"""A line and the fen taken off it."""


class Parts(Sequence[Part]):
    """What one rule took off lines, `fen` in all, as prices before and after: few are looked at one by one."""

    __slots__ = ("_after", "_before", "_lines", "_parts", "fen")

    def __init__(self, lines: Sequence[int], before: Sequence[int], after: Sequence[int], fen: int) -> None:
        self._lines = lines
        self._before = before
        self._after = after
        self._parts: list[Part] | None = None
        self.fen = fen

    def __bool__(self) -> bool:
        return self.fen != 0

    def __len__(self) -> int:
        return len(self._each())

    def __iter__(self) -> Iterator[Part]:
        return iter(self._each())

    @overload
    def __getitem__(self, place: int) -> Part: ...

    @overload
    def __getitem__(self, place: slice) -> list[Part]: ...

    def __getitem__(self, place: int | slice) -> Part | list[Part]:
        return self._each()[place]

    def _each(self) -> list[Part]:
        """The parts that are not nothing."""
        if self._parts is None:
            prices = zip(self._lines, self._before, self._after, strict=True)
            self._parts = [(line, before - after) for line, before, after in prices if before != after]
        return self._parts


def sum_of(parts: Sequence[Part]) -> int:
    """The fen of all parts together."""
    return parts.fen if isinstance(parts, Parts) else sum([fen for _line, fen in parts])


_ONE = Quantity(1_000)
Cause = Candidate | Campaign | ByHand | str
"""What took something off: an offer, a campaign, a price by hand, or one of the engine's own steps by its name."""


@value
class Terms:
    """What holds in every run of one pricing: the extra percent, how thresholds are tested, and what is off by hand."""

    extra: Campaign | None
    threshold: str
    by_hand: ByHand | None = None
    percents_add: bool = False


@dataclass(slots=True)
class Outcome:
    """What a run came to; `short` maps candidates whose threshold was missed to the fen and milli-units missing.

    Thresholds of line promotions are tested on `item_prices`, the others on `line_prices`, the nets after line-level
    prices (or both on the list prices, where the programme says so).  `closed` are lines that an
    offer closed to everything after it.  `gifts` are units added on top, by candidate.  `applied` are the rules that
    applied, in order, each with its step and what it took off; `released` are lines that gave up their member price for
    an offer that is reckoned from the list price; `free` are the units that are left of lines of which some were taken.
    """

    nets: list[int]
    item_prices: Sequence[int]
    line_prices: Sequence[int]
    short: dict[Candidate, tuple[int, int]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    gifts: list[tuple[Candidate, int]] = field(default_factory=list)
    applied: list[tuple[Cause, Step, Sequence[Part]]] = field(default_factory=list)
    released: set[int] = field(default_factory=set)
    free: Free = field(default_factory=dict)


def run(basket: Basket, selected: Sequence[Candidate], terms: Terms) -> Outcome:
    """Price the basket with a set of offers, given in the order in which they apply."""
    nets = basket.item_net_fen.copy()
    at_list = terms.threshold == "list"
    outcome = Outcome(nets, basket.list_fen if at_list else basket.item_net_fen, basket.list_fen)
    on_what_remains = terms.threshold == "remaining"
    measured = nets if on_what_remains else outcome.item_prices
    start = basket.item_net_fen if terms.percents_add else None
    later = len(selected)
    for place, candidate in enumerate(selected):
        if not candidate.prepared.is_line_price:
            later = place
            break
        _apply(candidate, basket, outcome, measured, start)
    if terms.extra is not None:
        _extra_percent(terms.extra, basket, outcome)
    for index in basket.special:
        _line_manual(index, basket, outcome)
    if not at_list:
        outcome.line_prices = nets.copy()
    start = nets.copy() if terms.percents_add else None
    for index in basket.special:
        _vouchers(index, basket, outcome)
    measured = nets if on_what_remains else outcome.line_prices
    for candidate in selected[later:] if later else selected:
        _apply(candidate, basket, outcome, measured, start)
    if terms.by_hand is not None:
        _order_manual(terms.by_hand, basket, outcome)
    return outcome


def lacking(candidate: Candidate, basket: Basket, nets: Sequence[int]) -> tuple[int, int]:
    """The fen and the milli-units by which the basket falls short of a candidate's condition."""
    condition = candidate.offer.condition
    missing_fen = missing_milli = 0
    if condition.minimum_fen:
        missing_fen = max(0, condition.minimum_fen - sum([nets[i] for i in candidate.asked]))
    if condition.minimum_milli:
        missing_milli = max(0, condition.minimum_milli - sum([basket.milli[i] for i in candidate.asked]))
    return missing_fen, missing_milli


def measured_on(candidate: Candidate, outcome: Outcome) -> Sequence[int]:
    """The prices on which a candidate's condition is tested, after a run."""
    return outcome.item_prices if candidate.prepared.is_line_price else outcome.line_prices


def _apply(
    candidate: Candidate,
    basket: Basket,
    outcome: Outcome,
    measured: Sequence[int],
    start: list[int] | None,
) -> None:
    prepared, offer, nets = candidate.prepared, candidate.offer, outcome.nets
    if prepared.has_condition:
        missing = lacking(candidate, basket, measured)
        if missing != (0, 0):
            outcome.short[candidate] = missing
            return
    if isinstance(offer.give, FreeGift):
        outcome.gifts.append((candidate, offer.give.milli * times_met(candidate, basket, measured)))
        outcome.applied.append((candidate, prepared.ruling.step, []))
        return
    lines: Sequence[int] = candidate.lines
    if outcome.closed:
        lines = [i for i in lines if i not in outcome.closed]
    if not prepared.is_straight:
        if offer.on.full_price_only:
            lines = [i for i in lines if nets[i] == basket.list_fen[i]]
        if offer.instead_of_member_price and not _is_price_of_some_units(offer):
            _note(candidate, outcome, _instead(candidate, lines, basket, outcome, measured))
            return
    values = nets.copy() if len(lines) == len(nets) else [nets[i] for i in lines]
    if start is not None and offer.is_percent:
        off = reductions(candidate, basket, lines, [start[i] for i in lines], measured, outcome.free)
        left: Sequence[int] = [max(0, net - fen) for net, fen in zip(values, off, strict=True)]
        fen = sum(values) - sum(left)
    else:
        left, fen = left_of(candidate, basket, lines, values, measured, outcome.free)
    if len(left) == len(nets):
        nets[:] = left
    else:
        for index, net in zip(lines, left, strict=True):
            nets[index] = net
    _note(candidate, outcome, Parts(lines, values, left, fen))


def _note(candidate: Candidate, outcome: Outcome, parts: Sequence[Part]) -> None:
    """Write down what an offer took off, if anything."""
    if not parts:
        return
    if candidate.offer.closes_lines:
        outcome.closed.update(index for index, _fen in parts)
    outcome.applied.append((candidate, candidate.prepared.ruling.step, parts))


def _is_price_of_some_units(offer: Offer) -> bool:
    """A price for so many units of a line: on those it stands where it is lower, and the rest keep the member price."""
    give = offer.give
    return isinstance(give, Each) and give.most_milli is not None and give.reward.how is How.PRICE


def _instead(
    candidate: Candidate,
    lines: Sequence[int],
    basket: Basket,
    outcome: Outcome,
    measured: Sequence[int],
) -> list[Part]:
    """Parts from the list price, for the lots of lines on which that beats the member price (never both).

    Those lines give their member price up; a line that an earlier offer already lowered keeps what it has.
    """
    nets = outcome.nets
    parts: list[Part] = []
    room = candidate.offer.cap_fen
    for lot in _lots(candidate, [i for i in lines if nets[i] == basket.item_net_fen[i]], basket):
        off = reductions(candidate, basket, lot, [basket.list_fen[i] for i in lot], measured, outcome.free)
        if room is not None and sum(off) > room:
            off = allocate(room, off)
        if sum(basket.list_fen[i] for i in lot) - sum(off) >= sum(nets[i] for i in lot):
            continue
        for index, fen in zip(lot, off, strict=True):
            nets[index] = basket.list_fen[index]
            outcome.released.add(index)
            if fen:
                parts.append((index, fen))
        if room is not None:
            room -= sum(off)
    for index, fen in parts:
        nets[index] -= fen
    return parts


def _lots(candidate: Candidate, lines: Sequence[int], basket: Basket) -> list[list[int]]:
    """Lines that stand or fall together: each by itself, each product, or all of them."""
    give = candidate.offer.give
    if isinstance(give, Each) or (isinstance(give, Off) and not candidate.offer.on_sum):
        return [[i] for i in lines]
    if isinstance(give, Units | QuantityTiers) and give.same_product:
        lots: dict[str, list[int]] = {}
        for i in lines:
            lots.setdefault(basket.lines[i].sku, []).append(i)
        return list(lots.values())
    return [list(lines)] if lines else []


def _extra_percent(extra: Campaign, basket: Basket, outcome: Outcome) -> None:
    nets, rate, closed = outcome.nets, extra.rate, outcome.closed
    parts: list[Part] = []
    for index, product in enumerate(basket.products):
        if product.rates and index not in closed:
            net = nets[index]
            price = half_up(net * rate, 10_000)
            if price < net:
                parts.append((index, net - price))
                nets[index] = price
    if parts:
        outcome.applied.append((extra, Step.EXTRA_PERCENT, parts))


def _line_manual(index: int, basket: Basket, outcome: Outcome) -> None:
    """A price set by hand stands where it is lower than what the rules already give."""
    line, nets = basket.lines[index], outcome.nets
    if line.by_hand is None:
        return
    price = line.by_hand.price_of(Money(basket.list_fen[index]), line.quantity).fen
    off = nets[index] - price
    if off > 0:
        nets[index] = price
        outcome.applied.append((line.by_hand, Step.LINE_MANUAL, [(index, off)]))


def _vouchers(index: int, basket: Basket, outcome: Outcome) -> None:
    nets = outcome.nets
    for voucher in basket.lines[index].vouchers:
        off = min(voucher.amount.fen, nets[index])
        if off > 0:
            nets[index] -= off
            outcome.applied.append(("line_voucher", Step.COUPON, [(index, off)]))


def _order_manual(by_hand: ByHand, basket: Basket, outcome: Outcome) -> None:
    """What is taken off the whole order by hand, over what counts as goods."""
    nets = outcome.nets
    lines = [index for index, product in enumerate(basket.products) if product.counts]
    weights = [nets[index] for index in lines]
    fen = sum(weights) - by_hand.price_of(Money(sum(weights)), _ONE).fen
    if fen <= 0:
        return
    parts = [(i, off) for i, off in zip(lines, allocate(fen, weights), strict=True) if off]
    for index, off in parts:
        nets[index] -= off
    if parts:
        outcome.applied.append((by_hand, Step.ORDER_MANUAL, parts))
