"""What a recorded sale says of its own pricing: the basket, the member and the choices that must give it again.

A sale records what its rules took off, not what the till knew when it applied them.  Whose birthday it was, how often
a coupon had been used before, what was declined: there the record is taken at its word, and the audit says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from posapp.domain.amounts import Points
from posapp.domain.by_hand import LINE_BY_HAND, ORDER_BY_HAND, ByHand, HandKind
from posapp.domain.campaign import Audience, Campaign
from posapp.domain.catalogue import Product
from posapp.domain.coupon import HeldCoupon
from posapp.domain.events import LineAdjustment, SaleCompleted, SaleLine, Step
from posapp.domain.ids import CartId, RuleId
from posapp.domain.passes import UsablePass
from posapp.domain.pricing.by_pass import PASS_RULE
from posapp.domain.pricing.engine import price
from posapp.domain.pricing.inputs import Context, MemberView, PlannedTender
from posapp.domain.pricing.quote import Quote, SettledUnits
from posapp.domain.pricing.settle import POINTS
from posapp.domain.pricing.settlement import settled_by
from posapp.domain.programme import Programme
from posapp.domain.sale import Cart, CartLine, LinePass, LineVoucher, TenderMethod
from posapp.domain.time import BusinessDay

PRICED_BEFORE: Final = timedelta(hours=1)
"""A sale may be completed this much later than it was priced: the buyer looks for change, the clock strikes six."""

VOUCHER: Final = RuleId("line_voucher")
_NO_CART: Final = CartId(UUID(int=0))
_ENOUGH: Final = Points(1 << 40)
"""What the member had is not recorded: that a sale spent more than there was shows in the ledger, not here."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A programme with only what a sale with these rules leaves open, and the choices that insist on it.

    Offers that the sale does not record are as good as declined.  Audiences that no record decides are granted to the
    rules that it names, which `granted` lists; campaigns that it does not name and cannot be decided are `open`.
    """

    programme: Programme
    chosen: dict[str, bool]
    codes: Mapping[str, str]
    templates: frozenset[str]
    granted: tuple[str, ...]
    open: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to price a recorded sale: what `engine.price` takes.  `assumed` names what had to be assumed for it."""

    cart: Cart
    programme: Programme
    now: datetime
    member: MemberView | None
    tenders: tuple[PlannedTender, ...]
    assumed: str = ""

    def quote(self, business_day: BusinessDay, context: Context) -> Quote:
        """Price it so."""
        return price(
            self.cart,
            self.programme,
            self.now,
            self.member,
            business_day=business_day,
            tenders=self.tenders,
            context=context,
        )


@lru_cache(maxsize=1024)
def narrowed(programme: Programme, rules: tuple[RuleId, ...]) -> Narrowed:
    """Leave in a programme what a sale that names these rules was priced by; remembered."""
    named = frozenset(rules)
    return _narrow(programme, frozenset(o.id for o in programme.offers) & named, _campaigns(programme) & named)


def with_campaign(before: Narrowed, programme: Programme, campaign: Campaign) -> Programme:
    """A narrowed programme in which one more campaign was meant for the member."""
    offers = frozenset(offer.id for offer in before.programme.offers)
    campaigns = frozenset(each.id for each in before.programme.campaigns)
    return _narrow(programme, offers, campaigns | {campaign.id}).programme


@lru_cache(maxsize=1024)
def _narrow(programme: Programme, offers: frozenset[str], campaigns: frozenset[str]) -> Narrowed:
    kept = tuple(offer for offer in programme.offers if offer.id in offers)
    running = tuple(c for c in programme.campaigns if c.id in campaigns or _is_decided(c.audience))
    granted = [campaign.id for campaign in running if not _is_decided(campaign.audience)]
    granted += [offer.id for offer in kept if not _is_decided(offer.audience)]
    # Programmes are equal when their documents are: what is left gets a document of its own.
    document = b"\0".join([programme.hash, *(o.id.encode() for o in kept), b"", *(c.id.encode() for c in running)])
    return Narrowed(
        programme=replace(
            programme,
            offers=tuple(replace(offer, audience=_granted(offer.audience)) for offer in kept),
            campaigns=tuple(replace(campaign, audience=_granted(campaign.audience)) for campaign in running),
            canonical=document,
            hash=hashlib.sha256(document).digest(),
        ),
        chosen={offer.id: True for offer in kept},
        codes={offer.id: offer.code for offer in kept if offer.by == "code"},
        templates=frozenset(offer.id for offer in kept if offer.by == "coupon"),
        granted=tuple(granted),
        open=tuple(each for each in programme.campaigns if each not in running),
    )


def _campaigns(programme: Programme) -> frozenset[str]:
    return frozenset(campaign.id for campaign in programme.campaigns)


def _is_decided(audience: Audience) -> bool:
    """Whether a sale records everything that this asks of the buyer."""
    asked = audience.tags or audience.birthday or audience.order_number
    return not asked and audience.joined_within_days is None


def _granted(audience: Audience) -> Audience:
    if _is_decided(audience):
        return audience
    return replace(audience, members=True, tags=frozenset(), birthday="", order_number=None, joined_within_days=None)


def read_line(sale: SaleCompleted, line: SaleLine, product: Product | None) -> CartLine:
    """The basket's line behind a recorded one; without its product, what the adjustments show of it."""
    plain = _plain_line(sale, line, product) if product is not None else None
    if plain is not None:
        return plain
    amount = None if line.quantity.price(line.unit_price) == line.list_amount else line.list_amount
    by_hand = _price_by_hand(line) if LINE_BY_HAND in sale.rules else None
    vouchers = _vouchers(sale, line.adjustments) if VOUCHER in sale.rules else ()
    if product is not None:
        return CartLine(
            sku=line.sku,
            name="",
            quantity=line.quantity,
            unit_price=line.unit_price,
            revision=line.revision,
            category=product.category,
            tags=product.tags,
            member_price=product.member_price,
            amount=amount,
            by_hand=by_hand,
            cost=product.cost or None,
            vouchers=vouchers,
        )
    off = [adjustment.amount for adjustment in line.adjustments if adjustment.step is Step.MEMBER_PRICE]
    return CartLine(
        sku=line.sku,
        name="",
        quantity=line.quantity,
        unit_price=line.unit_price,
        revision=line.revision,
        member_amount=line.list_amount - off[0] if off else None,
        amount=amount,
        by_hand=by_hand,
        vouchers=vouchers,
    )


def _plain_line(sale: SaleCompleted, line: SaleLine, product: Product) -> CartLine | None:
    """The basket's line where it was sold at its product's own price, with nothing by hand and no printed amount.

    One value for each product and quantity, because a shop sells the same things all day.
    """
    if LINE_BY_HAND in sale.rules or VOUCHER in sale.rules:
        return None
    key = id(product), line.quantity.milli
    known = _plain_lines.get(key)
    if known is None or known[0] is not product:
        if len(_plain_lines) >= _REMEMBERED:
            _plain_lines.clear()
        plain = CartLine(
            sku=product.sku,
            name="",
            quantity=line.quantity,
            unit_price=product.price,
            revision=product.revision,
            category=product.category,
            tags=product.tags,
            member_price=product.member_price,
            cost=product.cost or None,
        )
        known = _plain_lines[key] = product, plain, plain.list_amount.fen
    _product, plain, list_fen = known
    if line.list_amount.fen != list_fen or line.unit_price.fen != product.price.fen:
        return None
    return plain if (line.sku, line.revision) == (product.sku, product.revision) else None


_plain_lines: Final[dict[tuple[int, int], tuple[Product, CartLine, int]]] = {}
_REMEMBERED: Final = 4_096


def _price_by_hand(line: SaleLine) -> ByHand | None:
    """The price that takes off what was taken off by hand."""
    left = line.list_amount.fen
    for adjustment in line.adjustments:
        left -= adjustment.amount.fen
        if adjustment.step is Step.LINE_MANUAL:
            return ByHand(HandKind.LINE_PRICE, left)
    return None


def _vouchers(sale: SaleCompleted, adjustments: tuple[LineAdjustment, ...]) -> tuple[LineVoucher, ...]:
    return tuple(LineVoucher("", each.amount) for each in adjustments if sale.rules[each.rule] == VOUCHER)


def readings(sale: SaleCompleted, at: datetime, programme: Programme, lines: tuple[CartLine, ...]) -> Iterator[Reading]:
    """The ways in which an honest till may have come to a sale: what the record says first, then what it leaves open.

    Later ones assume a single thing more each: a campaign whose audience cannot be decided, one coupon more of a kind,
    or that the basket was priced just before a rule's hours began or ended.
    """
    left = narrowed(programme, sale.rules)
    lines = _with_passes(sale, lines)
    first = _read(sale, at, left, lines)
    yield first
    if sale.member is not None:
        for campaign in left.open:
            yield replace(first, programme=with_campaign(left, programme, campaign), assumed=campaign.id)
    for template in sorted(left.templates):
        if programme.policies.coupons_per_order > 1:
            yield replace(_read(sale, at, left, lines, once_more=template), assumed=template)
    minute = programme.minute_of_day(at)
    windows = [offer.during for offer in left.programme.offers]
    windows += [campaign.during for campaign in left.programme.campaigns]
    struck = {(minute - edge) % 1440 for window in windows for span in window.minutes for edge in span}
    for ago in sorted(struck):
        if ago < PRICED_BEFORE // timedelta(minutes=1):
            yield replace(first, now=at - timedelta(minutes=ago + 1), assumed="at")


def _read(
    sale: SaleCompleted, at: datetime, left: Narrowed, lines: tuple[CartLine, ...], once_more: str = ""
) -> Reading:
    codes, held = _coupons(sale, left, once_more) if left.codes or left.templates else ((), ())
    member = None
    if sale.member is not None:
        passes = _passes(sale) if sale.passes else ()
        member = MemberView(id=sale.member, tier=sale.tier, coupons=held, spendable=_ENOUGH, passes=passes)
    redeem = left.programme.redeem
    points_fen = _taken(sale, POINTS, Step.POINTS)
    points = points_fen * redeem.points // redeem.value_fen if redeem is not None else 0
    manual = _taken(sale, ORDER_BY_HAND, Step.ORDER_MANUAL)
    cart = Cart(
        id=_NO_CART,
        lines=lines,
        member=sale.member,
        identified_by=sale.identified_by,
        codes=codes,
        chosen=left.chosen,
        points_wanted=points,
        by_hand=ByHand(HandKind.OFF, manual) if manual else None,
    )
    return Reading(cart, left.programme, at, member, _tenders(sale))


def _taken(sale: SaleCompleted, rule: RuleId, step: Step) -> int:
    """The fen that one of the engine's own steps took off the whole sale."""
    if rule not in sale.rules:
        return 0
    return max(0, sum([each.amount.fen for line in sale.lines for each in line.adjustments if each.step is step]))


def _coupons(sale: SaleCompleted, left: Narrowed, once_more: str) -> tuple[tuple[str, ...], tuple[HeldCoupon, ...]]:
    """Entered codes, and held coupons: the recorded codes that are no offer's own, in the order in which they applied.

    Where a coupon's code is missing it gets an empty one, which the comparison finds.
    """
    codes = tuple(left.codes[rule] for rule in sale.rules if rule in left.codes)
    own = iter([code for code in sale.coupons if code not in codes])
    held: list[HeldCoupon] = []
    for place, rule in enumerate(sale.rules):
        if rule in left.templates:
            times = max((sum(1 for each in line.adjustments if each.rule == place) for line in sale.lines), default=1)
            times += rule == once_more
            held += [HeldCoupon(rule, next(own, "")) for _copy in range(times)]
    return codes, tuple(held)


def settled_as_recorded(sale: SaleCompleted) -> tuple[SettledUnits, ...]:
    """What passes settled of a sale; a unit of which no adjustment tells names no template."""
    if not sale.passes:
        return ()
    rules = [[sale.rules[a.rule] for a in line.adjustments if a.step is Step.PASS] for line in sale.lines]
    named = [iter(of_line) for of_line in rules]
    return tuple(
        SettledUnits(each.line, each.asset, next(named[each.line], "").removeprefix(PASS_RULE), each.units)
        for each in sale.passes
    )


def _with_passes(sale: SaleCompleted, lines: tuple[CartLine, ...]) -> tuple[CartLine, ...]:
    """The lines, with the passes that settled units of them."""
    found = list(lines)
    for each in sale.passes:
        line = found[each.line]
        found[each.line] = replace(line, passes=(*line.passes, LinePass(each.asset, each.units)))
    return tuple(found) if sale.passes else lines


def _passes(sale: SaleCompleted) -> tuple[UsablePass, ...]:
    """The passes of a sale, taken at its word: that one was used up or ended shows in the ledger, not here."""
    templates = {each.pass_id: each.template for each in settled_as_recorded(sale)}
    return tuple(
        UsablePass(each, template, sale.business_day, None, _ENOUGH.count) for each, template in templates.items()
    )


def _tenders(sale: SaleCompleted) -> tuple[PlannedTender, ...]:
    planned = tuple([PlannedTender(part.method, part.amount) for part in settled_by(sale.tenders, sale.draws)])
    rounded = any(each.step is Step.ROUND_OFF for line in sale.lines for each in line.adjustments[-1:])
    if rounded and not any(tender.method is TenderMethod.CASH for tender in sale.tenders):
        # The few fen that cash was to pay were rounded away, and nothing was left to take.
        return *planned, PlannedTender(TenderMethod.CASH)
    return planned
