"""From a quote to the lines of the recorded sale."""

from __future__ import annotations

from posapp.domain.events import LineAdjustment, SaleLine
from posapp.domain.ids import RuleId
from posapp.domain.pricing.quote import Quote
from posapp.domain.sale import Cart


def sale_lines(cart: Cart, quote: Quote) -> tuple[tuple[RuleId, ...], tuple[SaleLine, ...]]:
    """The `rules` and `lines` of `events.SaleCompleted` for a basket and its quote.

    A line names its product only where the catalogue has no revision of it.
    """
    rules = quote.rules
    place = {rule: index for index, rule in enumerate(rules)}
    lines = tuple(
        SaleLine(
            sku=line.sku,
            revision=line.revision,
            name="" if line.revision else line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            list_amount=priced.list_amount,
            adjustments=tuple(LineAdjustment(place[a.rule], a.step, a.amount) for a in priced.adjustments),
        )
        for line, priced in zip(cart.lines, quote.lines, strict=True)
    )
    return rules, lines
