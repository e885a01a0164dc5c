"""A programme prepared for pricing: offers in the order in which they apply, and what is known of each product."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from posapp.domain.campaign import ALWAYS, EVERYONE
from posapp.domain.pricing.quote import Explanation, Parameter
from posapp.domain.programme import Programme
from posapp.domain.programme.gives import How, Reward
from posapp.domain.programme.offer import NO_LIMITS, Offer

_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class ProductRules:
    """What the programme says of one product.

    Bit n of `offers` is set where offer n looks at it, bit n of `conditions` where offer n's condition counts it.
    """

    counts: bool
    rates: bool
    earns: bool
    points_pay: bool
    offers: int
    conditions: int


@dataclass(slots=True)
class Compiled:
    """One programme, its offers sorted by stage, priority, percents before amounts, and id."""

    programme: Programme
    offers: tuple[Offer, ...]
    explanations: tuple[Explanation, ...]
    unrestricted: tuple[bool, ...]
    running: tuple[int, ...]
    by_id: dict[str, int]
    by_code: dict[str, int]
    _products: dict[tuple[str, str, tuple[str, ...]], ProductRules] = field(default_factory=dict)

    def product(self, sku: str, category: str, tags: tuple[str, ...]) -> ProductRules:
        """What the programme says of a product; remembered, because a shop sells the same things all day."""
        key = (sku, category, tags)
        known = self._products.get(key)
        if known is None:
            if len(self._products) >= _REMEMBERED:
                self._products.clear()
            known = self._products[key] = self._look_up(sku, category, tags)
        return known

    def _look_up(self, sku: str, category: str, tags: tuple[str, ...]) -> ProductRules:
        excluded = self.programme.exclusions
        if not excluded.everything.isdisjoint(tags):
            return ProductRules(False, False, False, False, 0, 0)
        rates = excluded.rates.isdisjoint(tags)
        offers = conditions = 0
        for index, offer in enumerate(self.offers):
            # What is barred from rates still takes its share of an amount off the order (domain.md, golden G1).
            if (rates or offer.is_amount) and offer.on.matches(sku, category, tags):
                offers |= 1 << index
            if offer.condition.of.matches(sku, category, tags):
                conditions |= 1 << index
        return ProductRules(
            counts=True,
            rates=rates,
            earns=excluded.earning.isdisjoint(tags) and self.programme.earn.only.matches(sku, category, tags),
            points_pay=excluded.spending.isdisjoint(tags),
            offers=offers,
            conditions=conditions,
        )


@lru_cache(maxsize=64)
def compile_programme(programme: Programme) -> Compiled:
    """Prepare a programme; remembered by its document."""
    offers = tuple(sorted(programme.offers, key=_order))
    return Compiled(
        programme=programme,
        offers=offers,
        explanations=tuple(_explanation(offer) for offer in offers),
        unrestricted=tuple(
            (offer.during, offer.audience, offer.limits) == (ALWAYS, EVERYONE, NO_LIMITS) for offer in offers
        ),
        running=tuple(index for index, offer in enumerate(offers) if not offer.is_coupon),
        by_id={offer.id: index for index, offer in enumerate(offers)},
        by_code={offer.code: index for index, offer in enumerate(offers) if offer.code},
    )


def _order(offer: Offer) -> tuple[int, int, bool, str]:
    stage = 2 if offer.is_redeemed else 0 if offer.is_line_price else 1
    return stage, -offer.priority, offer.is_amount, offer.id


def _explanation(offer: Offer) -> Explanation:
    """The words of an offer that applied: the same for every line and every sale."""
    params: dict[str, Parameter] = {"name": offer.name, "kind": type(offer.give).__name__}
    reward = getattr(offer.give, "reward", None)
    if isinstance(reward, Reward):
        match reward.how:
            case How.PERCENT:
                params["rate"] = 10_000 - reward.value
            case How.RATE:
                params["rate"] = reward.value
            case How.AMOUNT | How.PRICE:
                params[f"{reward.how}_fen"] = reward.value
    if offer.condition.minimum_fen:
        params["threshold_fen"] = offer.condition.minimum_fen
    return Explanation("offer", params)
