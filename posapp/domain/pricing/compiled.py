"""A programme prepared for pricing: offers in the order in which they apply, and what is known of each product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from posapp.domain.amounts import Money
from posapp.domain.campaign import ALWAYS, EVERYONE
from posapp.domain.events import Step
from posapp.domain.ids import RuleId
from posapp.domain.pricing.quote import BenefitOutcome, Explanation, Parameter, Ruling
from posapp.domain.programme import Programme
from posapp.domain.programme.gives import Bundle, BuyGet, Each, FreeGift, How, Off, Reward, SpendLadder, Units
from posapp.domain.programme.offer import NO_LIMITS, Offer
from posapp.domain.sale import CartLine

FREE = (Reward(How.RATE, 0), Reward(How.PERCENT, 10_000), Reward(How.PRICE, 0))
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


NO_GOODS = ProductRules(False, False, False, False, 0, 0)
"""Of what is no goods at all, every rule keeps away."""


@dataclass(slots=True)
class Memo:
    """What was last said of an offer: the values of its lines, what it left of each and took off in all; its outcome.

    Between two scans most lines cost the same.  Each field is one value that is replaced as a whole, so that it is
    never half old and half new.
    """

    left: tuple[Sequence[int], Sequence[int], int] | None = None
    applied: BenefitOutcome | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """One offer and what follows from it alone, reckoned once.

    `unrestricted`: it runs always, for everybody, without limits.  `is_given`: besides, nobody needs to ask for it, so
    that it is in reach wherever its goods are.  `is_gift`: it adds units on top.  `frees_units`: it gives whole units
    for nothing.  `has_condition`: it asks for a least sum or quantity.  `asks`: it looks at the lines of its condition.
    `names_others`: it says itself what it does not go with.  `is_plain`: it lowers what is left of its lines however
    others lowered them before.  `is_easy`: besides, no other offer stands in its way or gives less because of it.
    `is_straight`: it takes all its lines as they are.  `is_shared`: it reckons on a sum and shares the result over
    lines.  `by_values` is its reward, where what it takes depends on nothing but what its lines cost.
    """

    offer: Offer
    ruling: Ruling
    is_coupon: bool
    is_line_price: bool
    unrestricted: bool
    is_given: bool
    is_gift: bool
    frees_units: bool
    has_condition: bool
    asks: bool
    names_others: bool
    is_plain: bool
    is_easy: bool
    is_straight: bool
    is_shared: bool
    by_values: Reward | None
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)


@dataclass(slots=True)
class LineReading:
    """A line as plain integers, at the lowest of list, member and tier price (`rule`: which; `rate`: the tier's).

    `is_special`: it has a price set by hand or vouchers.
    """

    line: CartLine
    rate: int | None
    product: ProductRules
    milli: int
    pieces: int
    list_amount: Money
    net_fen: int
    rule: int
    is_special: bool


@dataclass(slots=True)
class Compiled:
    """One programme, its offers sorted by stage, priority, percents before amounts, and id.

    `running` are the places of the offers that need no code; `asks`: some offer looks at the lines of its condition;
    `has_hours`: something runs at hours of the day; `has_rewards`: something is paid for with points.  What it
    remembers of products and of lines only saves time: with and without it every quote is the same.
    """

    programme: Programme
    offers: tuple[Prepared, ...]
    running: tuple[int, ...]
    asks: bool
    has_hours: bool
    has_rewards: bool
    by_id: dict[str, int]
    by_code: dict[str, int]
    readings: dict[int, LineReading] = field(default_factory=dict)
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
            return NO_GOODS
        rates = excluded.rates.isdisjoint(tags)
        offers = conditions = 0
        for index, prepared in enumerate(self.offers):
            offer = prepared.offer
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
    prepared = tuple(_prepare(offer) for offer in offers)
    windows = [offer.during for offer in offers] + [campaign.during for campaign in programme.campaigns]
    return Compiled(
        programme=programme,
        offers=prepared,
        asks=any(each.asks for each in prepared),
        has_hours=any(window.minutes for window in windows),
        has_rewards=any(offer.points_cost for offer in offers),
        running=tuple(index for index, offer in enumerate(offers) if not offer.is_coupon),
        by_id={offer.id: index for index, offer in enumerate(offers)},
        by_code={offer.code: index for index, offer in enumerate(offers) if offer.code},
    )


def _order(offer: Offer) -> tuple[int, int, bool, str]:
    stage = 2 if offer.is_redeemed else 0 if offer.is_line_price else 1
    return stage, -offer.priority, offer.is_amount, offer.id


def _prepare(offer: Offer) -> Prepared:
    condition, is_plain = offer.condition, _is_plain(offer)
    unrestricted = (offer.during, offer.audience, offer.limits) == (ALWAYS, EVERYONE, NO_LIMITS)
    has_condition = bool(condition.minimum_fen or condition.minimum_milli)
    names_others = bool(offer.exclusive or offer.group or offer.not_with)
    repeats = bool(condition.every_fen or condition.every_milli)
    return Prepared(
        offer,
        ruling=Ruling(RuleId(offer.id), _step(offer), _explanation(offer), offer.whole_order),
        is_coupon=offer.is_coupon,
        is_line_price=offer.is_line_price,
        unrestricted=unrestricted,
        is_given=unrestricted and offer.by == "auto" and not isinstance(offer.give, Bundle),
        is_gift=isinstance(offer.give, FreeGift),
        frees_units=isinstance(offer.give, Units | BuyGet) and offer.give.reward in FREE,
        has_condition=has_condition,
        asks=has_condition or repeats or isinstance(offer.give, SpendLadder | BuyGet),
        names_others=names_others,
        is_plain=is_plain,
        is_easy=is_plain and not names_others and not condition.every_fen,
        is_straight=not (offer.on.full_price_only or offer.instead_of_member_price),
        is_shared=_is_shared(offer),
        by_values=_by_values(offer),
    )


def _step(offer: Offer) -> Step:
    if offer.is_redeemed:
        return Step.COUPON
    is_price = isinstance(offer.give, Each) and offer.give.reward.how is How.PRICE
    return Step.FLASH_PRICE if is_price and offer.instead_of_member_price else Step.PROMOTION


def _is_plain(offer: Offer) -> bool:
    keeps_rules_out = offer.closes_lines or offer.instead_of_member_price
    if not isinstance(offer.give, Off | Each | FreeGift) or keeps_rules_out:
        return False
    guarded = offer.floor_fen is not None or offer.margin_rate is not None
    return not (offer.on.full_price_only or (guarded and _is_shared(offer)))


def _is_shared(offer: Offer) -> bool:
    amount = isinstance(offer.give, Off) and offer.give.reward.how is How.AMOUNT
    return offer.on_sum or amount or offer.cap_fen is not None


def _by_values(offer: Offer) -> Reward | None:
    repeats = offer.condition.every_fen or offer.condition.every_milli
    guarded = offer.floor_fen is not None or offer.margin_rate is not None
    return offer.give.reward if isinstance(offer.give, Off) and not repeats and not guarded else None


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
