"""The basket as plain integers, at the prices that each line has before any offer: steps 1 and 2 of domain.md §2.3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posapp.domain.amounts import half_up
from posapp.domain.pricing.compiled import NO_GOODS, Compiled, LineReading, ProductRules
from posapp.domain.programme import Tier
from posapp.domain.sale import CartLine

NO_RULE = 0
MEMBER_PRICE = 1
TIER_RATE = 2
_REMEMBERED = 1_024
"""Readings of lines that are kept: those of the longest carts, and no day's."""


@dataclass(slots=True)
class Basket:
    """Parallel lists over the lines; `item_net_fen` is the lowest of list, member and tier price, `item_rule` which.

    `special` are the lines that have a price set by hand or vouchers.
    """

    lines: Sequence[CartLine]
    readings: list[LineReading]
    products: list[ProductRules]
    milli: list[int]
    list_fen: list[int]
    item_net_fen: list[int]
    item_rule: list[int]
    special: list[int]

    def pieces(self, index: int) -> int:
        """How many single units a line has; none where it is weighed."""
        return self.readings[index].pieces


def read_basket(lines: Sequence[CartLine], compiled: Compiled, tier: Tier | None) -> Basket:
    """Take a cart apart; `tier` is None without a card."""
    rate = None if tier is None else tier.rate
    known, readings = compiled.readings, []
    for line in lines:
        # A cart that changed shares its other lines with the one before: they need not be read again.
        reading = known.get(id(line))
        if reading is None or reading.line is not line or reading.rate != rate:
            if len(known) >= _REMEMBERED:
                known.clear()
            reading = known[id(line)] = _read(line, compiled, rate)
        readings.append(reading)
    return Basket(
        lines,
        readings,
        [reading.product for reading in readings],
        [reading.milli for reading in readings],
        [reading.list_amount.fen for reading in readings],
        [reading.net_fen for reading in readings],
        [reading.rule for reading in readings],
        [index for index, reading in enumerate(readings) if reading.is_special],
    )


def _read(line: CartLine, compiled: Compiled, rate: int | None) -> LineReading:
    """Read one line; `rate` is the tier's, or None without a card."""
    # A line of which nothing is left, because passes settle all of it, is in no rule's reach.
    product = compiled.product(line.sku, line.category, line.tags) if line.quantity.milli else NO_GOODS
    list_amount, milli = line.list_amount, line.quantity.milli
    list_fen = list_amount.fen
    net_fen, rule = list_fen, NO_RULE
    if rate is not None and product.counts:
        member_fen = _member_fen(line)
        if member_fen is not None and member_fen < net_fen:
            net_fen, rule = member_fen, MEMBER_PRICE
        if rate < 10_000 and product.rates:
            rated = half_up(list_fen * rate, 10_000)
            if rated < net_fen:
                net_fen, rule = rated, TIER_RATE
    pieces = 0 if milli % 1000 or milli < 0 else milli // 1000
    is_special = line.by_hand is not None or bool(line.vouchers)
    return LineReading(line, rate, product, milli, pieces, list_amount, net_fen, rule, is_special)


def _member_fen(line: CartLine) -> int | None:
    """What a member pays for the whole line by the product's own terms."""
    if line.member_amount is not None:
        return line.member_amount.fen
    if line.member_price is not None:
        return half_up(line.member_price.fen * line.quantity.milli, 1000)
    return None
