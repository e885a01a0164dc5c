"""The basket as plain integers, at the prices that each line has before any offer: steps 1 and 2 of domain.md §2.3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posapp.domain.amounts import half_up
from posapp.domain.pricing.compiled import Compiled, ProductRules
from posapp.domain.programme import Tier
from posapp.domain.sale import CartLine

NO_RULE = 0
MEMBER_PRICE = 1
TIER_RATE = 2


@dataclass(slots=True)
class Basket:
    """Parallel lists over the lines; `item_net_fen` is the lowest of list, member and tier price, `item_rule` which."""

    lines: Sequence[CartLine]
    products: list[ProductRules]
    milli: list[int]
    list_fen: list[int]
    item_net_fen: list[int]
    item_rule: list[int]
    overridden: list[int]
    with_vouchers: list[int]

    def pieces(self, index: int) -> int:
        """How many single units a line has; none where it is weighed."""
        whole, rest = divmod(self.milli[index], 1000)
        return 0 if rest or whole < 0 else whole


def read_basket(lines: Sequence[CartLine], compiled: Compiled, tier: Tier | None) -> Basket:
    """Take a cart apart; `tier` is None without a card."""
    rate = 10_000 if tier is None else tier.rate
    basket = Basket(lines, [], [], [], [], [], [], [])
    for index, line in enumerate(lines):
        product = compiled.product(line.sku, line.category, line.tags)
        if line.amount is not None:
            list_fen = line.amount.fen
        else:
            list_fen = half_up(line.unit_price.fen * line.quantity.milli, 1000)
        net_fen, rule = list_fen, NO_RULE
        if tier is not None and product.counts:
            member_fen = _member_fen(line)
            if member_fen is not None and member_fen < net_fen:
                net_fen, rule = member_fen, MEMBER_PRICE
            if rate < 10_000 and product.rates:
                rated = half_up(list_fen * rate, 10_000)
                if rated < net_fen:
                    net_fen, rule = rated, TIER_RATE
        basket.products.append(product)
        basket.milli.append(line.quantity.milli)
        basket.list_fen.append(list_fen)
        basket.item_net_fen.append(net_fen)
        basket.item_rule.append(rule)
        if line.override_price is not None:
            basket.overridden.append(index)
        if line.vouchers:
            basket.with_vouchers.append(index)
    return basket


def _member_fen(line: CartLine) -> int | None:
    """What a member pays for the whole line by the product's own terms."""
    if line.member_amount is not None:
        return line.member_amount.fen
    if line.member_price is not None:
        return half_up(line.member_price.fen * line.quantity.milli, 1000)
    return None
