"""How far prices set by hand go, in the terms of what each person may alone (domain.md §5.4, Price override)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posapp.domain.amounts import ZERO_MONEY, Money
from posapp.domain.by_hand import ByHand
from posapp.domain.events import PriceByHand, Step
from posapp.domain.pricing.quote import Quote, QuoteLine
from posapp.domain.sale import Cart, CartLine
from posapp.domain.staff import Limits, Right


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one price by hand goes: `off` what it would cost otherwise and `loss` below cost, in basis points.

    `line` is its place, None for the whole order.  `before` and `after` are what that costs without and with it.
    """

    by_hand: ByHand
    line: int | None
    before: Money
    after: Money
    loss: int

    @property
    def off(self) -> int:
        """The smallest discount that rounds to this price: 9.5 折 of 0.94 is 5 %, whatever the rounding did."""
        if self.after.fen <= 0:
            return 10_000
        return max(0, 10_001 - _ceiling((2 * self.after.fen + 1) * 5_000, self.before.fen))

    @property
    def right(self) -> Right:
        """The right that a discount of this kind needs."""
        return Right.ORDER_DISCOUNT if self.line is None else Right.LINE_DISCOUNT

    def beyond(self, limits: Limits) -> tuple[tuple[Right, int], ...]:
        """What it needs beyond somebody's limits and what was agreed to: each right, and how much of it."""
        wanted = (
            (self.right, self.off, self.by_hand.agreed_off),
            (Right.BELOW_COST, self.loss, self.by_hand.agreed_loss),
        )
        return tuple((right, much) for right, much, agreed in wanted if much > agreed and not limits.cover(right, much))


def reaches(cart: Cart, quote: Quote) -> tuple[Reach, ...]:
    """Every price by hand that changes something, with how far it goes."""
    found = [reach for place, line in enumerate(quote.lines) for reach in _of_line(cart, place, line)]
    if cart.by_hand is not None:
        found += _of_order(cart, cart.by_hand, quote)
    return tuple(found)


def prices_by_hand(cart: Cart, quote: Quote) -> tuple[PriceByHand, ...]:
    """What a sale says of its prices by hand: why, and who agreed."""
    return tuple(PriceByHand(one.line, one.by_hand.reason, one.by_hand.approver) for one in reaches(cart, quote))


def _of_line(cart: Cart, place: int, priced: QuoteLine) -> Iterator[Reach]:
    line = cart.lines[place]
    if line.by_hand is None:
        return
    before = _left(priced, Step.LINE_MANUAL)
    after = before - _taken(priced, Step.LINE_MANUAL)
    if after < before:
        yield Reach(line.by_hand, place, before, after, _loss(after, _cost(line)))


def _of_order(cart: Cart, by_hand: ByHand, quote: Quote) -> Iterator[Reach]:
    goods = [line for line in quote.lines if line.counts]
    before = Money(sum(_left(line, Step.ORDER_MANUAL).fen for line in goods))
    taken = Money(sum(_taken(line, Step.ORDER_MANUAL).fen for line in goods))
    if not taken:
        return
    known = [line for line in goods if _cost(cart.lines[line.index])]
    kept = sum(_left(line, Step.ORDER_MANUAL).fen - _taken(line, Step.ORDER_MANUAL).fen for line in known)
    cost = sum(_cost(cart.lines[line.index]).fen for line in known)
    yield Reach(by_hand, None, before, before - taken, _loss(Money(kept), Money(cost)))


def _cost(line: CartLine) -> Money:
    """What a line cost the shop; nothing where that is not known, or where passes settle a part of it."""
    return line.quantity.price(line.cost) if line.cost is not None and not line.pass_uses else ZERO_MONEY


def _left(line: QuoteLine, step: Step) -> Money:
    """What a line costs before a step."""
    return line.list_amount - Money(sum(each.amount.fen for each in line.adjustments if each.step < step))


def _taken(line: QuoteLine, step: Step) -> Money:
    return Money(sum(each.amount.fen for each in line.adjustments if each.step is step))


def _loss(price: Money, cost: Money) -> int:
    """How far a price lies below cost, in basis points of the cost, rounded up."""
    return _ceiling((cost.fen - price.fen) * 10_000, cost.fen) if price < cost else 0


def _ceiling(number: int, by: int) -> int:
    return -(-number // by)
