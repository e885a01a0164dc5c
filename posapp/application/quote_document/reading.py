"""JSON documents → baskets, members, tenders and circumstances.

Everything is read strictly: an unknown field, a fraction where a text belongs or a negative amount is refused by the
path of its field, and nothing is priced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from posapp.domain.amounts import Growth, Money, Points, Quantity, half_up
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.coupon import HeldCoupon
from posapp.domain.errors import InvalidField
from posapp.domain.ids import AssetId, CartId, MemberId, Sku
from posapp.domain.member import Standing
from posapp.domain.passes import UsablePass
from posapp.domain.pricing import Context, MemberView
from posapp.domain.pricing.settle import POINTS
from posapp.domain.programme import Programme
from posapp.domain.programme.passes import PassKind, PassTemplate
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.sale import Cart, CartLine, Identification, LinePass, LineVoucher, TenderMethod
from posapp.domain.stored_value import Lot
from posapp.domain.tier import tier_of
from posapp.domain.time import BusinessDay

DOCUMENT_CART: Final = CartId(UUID(int=0))
DOCUMENT_MEMBER: Final = MemberId(b"document-member.")
ALWAYS: Final = BusinessDay(1)
"""The first day of a pass of which a document says none."""
WALLETS: Final = ("stored_value", "gift_card")
METHODS: Final = (*(method.name.lower() for method in TenderMethod), "gift_card")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a document says of a line beyond what a basket holds: its tax, and the credit that it sells."""

    tax_rate: int = 0
    credit_fen: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a document: what pricing sees, and the wallets that pay."""

    view: MemberView
    stored_value: tuple[Lot, ...] = ()
    gift_card_fen: int = 0


@dataclass(frozen=True, slots=True)
class AskedTender:
    """A tender of a document; an amount of None is as much as it can."""

    method: str
    amount_fen: int | None
    handed_fen: int | None


@dataclass(frozen=True, slots=True)
class State:
    """One readable state of a document: everything that is needed to price it."""

    now: datetime
    business_day: BusinessDay | None
    cart: Cart
    terms: tuple[LineTerms, ...]
    person: Person | None
    tenders: tuple[AskedTender, ...]
    context: Context = field(default_factory=Context)


def read_state(document: Mapping[str, Any], programme: Programme) -> State:
    """Read a document whose steps and programme were taken out.  Raises `InvalidField`."""
    fields = Fields(document)
    person = _person(fields.inner("member"), programme)
    cart_fields = fields.inner("cart")
    if cart_fields is None:
        raise InvalidField("cart", "is missing", "缺少该字段")
    cart, terms = _cart(cart_fields, person)
    state = State(
        now=_instant(fields.text("now", "2026-01-05T12:00:00+08:00"), "now"),
        business_day=fields.day("business_day"),
        cart=cart,
        terms=terms,
        person=person,
        tenders=fields.items("tenders", _tender),
        context=_context(fields.inner("context")),
    )
    fields.finish()
    _refuse_unknown_rules(state, programme)
    return state


def _refuse_unknown_rules(state: State, programme: Programme) -> None:
    """A coupon of no offer and a choice of no rule are slips of the pen, and would silently change nothing."""
    offers = {offer.id for offer in programme.offers}
    held = state.person.view.coupons if state.person is not None else ()
    for index, coupon in enumerate(held):
        if coupon.template not in offers:
            raise InvalidField(
                f"member.coupons[{index}].offer",
                f"{coupon.template!r} is not an offer of the programme",
                f"{coupon.template!r} 不是方案中的活动",
            )
    codes = {offer.code for offer in programme.offers} | {coupon.code for coupon in held}
    for rule in state.cart.chosen:
        if rule not in offers | codes | {POINTS}:
            raise InvalidField(
                f"cart.chosen.{rule}",
                "is neither an offer, nor a coupon's code, nor points",
                "不是活动、券码或 points",
            )


def _instant(text: str, path: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidField(path, f"{text!r} is not a time such as 2026-11-18T18:00:00+08:00", "时间格式有误") from error
    if instant.tzinfo is None:
        raise InvalidField(path, "needs its offset from UTC, such as +08:00", "缺少时区，如 +08:00")
    return instant


def _cart(fields: Fields, person: Person | None) -> tuple[Cart, tuple[LineTerms, ...]]:
    lines = fields.items("lines", _line)
    points = fields.raw("points", None)
    wanted: int | None = None
    if points == "max":
        wanted = person.view.spendable.count if person is not None else None
    elif points is not None:
        wanted = fields.integer("points")
    cart = Cart(
        id=DOCUMENT_CART,
        lines=tuple(line for line, _terms in lines),
        member=person.view.id if person is not None else None,
        identified_by=_identification(fields),
        codes=fields.items("codes", lambda value, path: Fields({"code": value}, path).text("code")),
        chosen=_chosen(fields),
        points_wanted=wanted,
        by_hand=ByHand(HandKind.OFF, off) if (off := fields.fen("order_manual", 0)) else None,
    )
    fields.finish()
    return cart, tuple(terms for _line, terms in lines)


def _identification(fields: Fields) -> Identification:
    names = [member.name.lower() for member in Identification]
    return Identification[fields.choice("identified_by", names, "dynamic_code").upper()]


def _chosen(fields: Fields) -> dict[str, bool]:
    inner = Fields(fields.raw("chosen", {}), fields.at("chosen"))
    return {name: inner.flag(name) for name in sorted(inner.names)}


def _line(value: Json, path: str) -> tuple[CartLine, LineTerms]:
    fields = Fields(value, path)
    sku = fields.text("sku")
    rate, included = _tax(fields.inner("tax"))
    added = 0 if included else rate

    def price(name: str) -> Money | None:
        fen = fields.optional_fen(name)
        return None if fen is None else Money(half_up(fen * (10_000 + added), 10_000))

    quantity = Quantity(fields.scaled("quantity", 3, 1000))
    amount, unit_price = price("amount"), price("price")
    if unit_price is None and amount is None:
        raise InvalidField(fields.at("price"), "is missing", "缺少该字段")
    line = CartLine(
        sku=Sku(sku),
        name=fields.text("name", sku),
        quantity=quantity,
        unit_price=unit_price if unit_price is not None else amount or Money(0),
        category=fields.text("category", ""),
        tags=fields.items("tags", lambda item, at: Fields({"tag": item}, at).text("tag")),
        member_price=price("member_price"),
        member_amount=price("member_amount"),
        amount=amount,
        by_hand=_by_hand(fields, price("override_price")),
        cost=price("cost"),
        vouchers=fields.items("vouchers", _voucher),
        passes=fields.items("passes", _line_pass),
    )
    credit = fields.fen("credit", 0)
    fields.finish()
    return line, LineTerms(rate, credit)


def _by_hand(fields: Fields, unit_price: Money | None) -> ByHand | None:
    reason = fields.text("override_reason", "")
    return ByHand(HandKind.UNIT_PRICE, unit_price.fen, reason) if unit_price is not None else None


def _tax(fields: Fields | None) -> tuple[int, bool]:
    if fields is None:
        return 0, True
    tax = fields.integer("rate", low=0, high=100_000), fields.flag("included", True)
    fields.finish()
    return tax


def _voucher(value: Json, path: str) -> LineVoucher:
    fields = Fields(value, path)
    voucher = LineVoucher(fields.text("code", ""), Money(fields.fen("amount")))
    fields.finish()
    return voucher


def _line_pass(value: Json, path: str) -> LinePass:
    fields = Fields(value, path)
    wanted = LinePass(pass_id(fields.identifier("id")), fields.integer("uses", 1, 1))
    fields.finish()
    return wanted


def pass_id(name: str) -> AssetId:
    """A document's passes are named as it likes."""
    return AssetId(name.encode())


def pass_name(one: AssetId) -> str:
    """What a document calls a pass."""
    return one.decode()


def _person(fields: Fields | None, programme: Programme) -> Person | None:
    if fields is None:
        return None
    points = Points(fields.integer("points", 0, -(10**12)))
    standing = Standing(
        points=points,
        growth=Growth(fields.integer("growth", 0)),
        spend=Money(fields.fen("spend", 0)),
        visits=fields.integer("visits", 0),
    )
    tier = fields.text("tier", tier_of(programme, standing).code)
    if tier not in {known.code for known in programme.tiers}:
        raise InvalidField(fields.at("tier"), f"{tier!r} is not a tier of the programme", f"{tier!r} 不是方案中的等级")
    view = MemberView(
        id=DOCUMENT_MEMBER,
        tier=tier,
        standing=standing,
        birthday=_birthday(fields),
        joined=fields.day("joined"),
        paid_orders=fields.integer("paid_orders", 0),
        coupons=fields.items("coupons", _coupon),
        spendable=points,
        tags=fields.texts("tags"),
        uses=_counts(fields, "uses"),
        uses_today=_counts(fields, "uses_today"),
        voided_uses=_counts(fields, "voided_uses"),
        passes=fields.items("passes", lambda value, path: _pass(value, path, programme)),
    )
    person = Person(view, fields.items("stored_value", _lot), fields.fen("gift_card", 0))
    fields.finish()
    return person


def _birthday(fields: Fields) -> str:
    text = fields.text("birthday", "")
    month_day = text[-4:]
    if text and not (
        text.isascii()
        and text.isdigit()
        and len(text) in (4, 8)
        and 1 <= int(month_day[:2]) <= 12
        and 1 <= int(month_day[2:]) <= 31
    ):
        raise InvalidField(fields.at("birthday"), "must be MMDD or YYYYMMDD", "应为 MMDD 或 YYYYMMDD")
    return text


def _coupon(value: Json, path: str) -> HeldCoupon:
    fields = Fields(value, path)
    coupon = HeldCoupon(fields.text("offer"), fields.text("code"), fields.day("last_day"))
    fields.finish()
    return coupon


def _pass(value: Json, path: str, programme: Programme) -> UsablePass:
    fields = Fields(value, path)
    template = fields.text("pass")
    good = programme.pass_good(template)
    if good is None:
        raise InvalidField(
            fields.at("pass"), f"{template!r} is not a pass of the programme", f"{template!r} 不是方案中的卡券"
        )
    for_period = isinstance(good, PassTemplate) and good.kind is PassKind.TIME
    held = UsablePass(
        id=pass_id(fields.identifier("id")),
        template=template,
        first_day=fields.day("first_day") or ALWAYS,
        last_day=fields.day("last_day"),
        left=fields.integer("left"),
        used_today=fields.integer("used_today", 0),
        per_day=good.per_day if isinstance(good, PassTemplate) else None,
        for_period=for_period,
    )
    fields.finish()
    return held


def _lot(value: Json, path: str) -> Lot:
    fields = Fields(value, path)
    lot = Lot(fields.fen("principal"), fields.fen("bonus", 0))
    fields.finish()
    return lot


def _counts(fields: Fields, name: str) -> dict[str, int]:
    inner = Fields(fields.raw(name, {}), fields.at(name))
    return {rule: inner.integer(rule) for rule in sorted(inner.names)}


def _tender(value: Json, path: str) -> AskedTender:
    fields = Fields(value, path)
    amount = fields.raw("amount", None)
    tender = AskedTender(
        method=fields.choice("method", METHODS),
        amount_fen=None if amount in (None, "max") else fields.fen("amount"),
        handed_fen=fields.optional_fen("handed"),
    )
    fields.finish()
    return tender


def _context(fields: Fields | None) -> Context:
    if fields is None:
        return Context()
    context = Context(
        channel=fields.text("channel", "store"),
        store=fields.text("store", ""),
        uses=_counts(fields, "uses"),
        uses_today=_counts(fields, "uses_today"),
    )
    fields.finish()
    return context
