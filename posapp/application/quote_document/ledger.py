"""What a document's sales and refunds do to its member: points, growth, spend, wallets, coupons and uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from posapp.application.quote_document.reading import ALWAYS, Person, State, pass_id, pass_name
from posapp.application.quote_document.wallet import GIFT_CARD, plan
from posapp.application.quote_document.writing import write_quote, write_refund
from posapp.domain.amounts import ZERO_MONEY, Money
from posapp.domain.coupon import HeldCoupon
from posapp.domain.errors import InvalidField
from posapp.domain.events import UnitsByPass
from posapp.domain.passes import UsablePass
from posapp.domain.pricing import Earning, PlannedTender, Quote, earn, price
from posapp.domain.pricing.inputs import Method
from posapp.domain.pricing.settlement import BONUS, PRINCIPAL, Settled
from posapp.domain.programme import Programme
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.programme.returns import NEVER_CHARGED, ReturnReason
from posapp.domain.refund import COUPON_GRACE_DAYS, Returned, Sold, refund, sold
from posapp.domain.return_fee import FeeTerms, with_fee
from posapp.domain.sale import TenderMethod
from posapp.domain.sold_units import passes_back
from posapp.domain.stored_value import Lot, balance_fen, draw
from posapp.domain.time import BusinessDay

Answer = dict[str, Any]
MemberChange = dict[str, Any]


@dataclass(slots=True)
class _Sale:
    """The sale that refunds refer to."""

    sold: Sold
    skus: tuple[str, ...]
    back: list[int]
    used: tuple[str, ...]
    coupons: tuple[HeldCoupon, ...]
    passes: tuple[UnitsByPass, ...]
    day: BusinessDay
    cash_fee: Money = ZERO_MONEY


@dataclass(frozen=True, slots=True)
class Coming:
    """What is to come back on a day and why: without `lines`, and for a void, all that is left."""

    day: BusinessDay
    returns_free: bool
    reason: ReturnReason
    lines: Json
    is_void: bool = False

    def terms(self, sale: _Sale) -> FeeTerms:
        """What it is charged by."""
        free = self.is_void or self.returns_free or self.reason in NEVER_CHARGED
        rules = () if free else sale.sold.programme.return_fees
        return FeeTerms(rules, self.day.ordinal - sale.day.ordinal, sale.cash_fee)


@dataclass(slots=True)
class Book:
    """The sales of one document; the member's state goes in and out as the document's own fields."""

    sale: _Sale | None = None
    member: MemberChange = field(default_factory=dict)

    def price(self, state: State, programme: Programme, *, sell: bool) -> tuple[Answer, MemberChange | None]:
        """Price a state; where it is sold, say what becomes of the member."""
        quote, taken = settle(state, programme)
        earning = earn(quote, programme, [Settled(method, amount) for method, amount in taken])
        if not state.tenders:
            earning = quote.earning
        answer = write_quote(state.cart, state.terms, quote, earning, taken, _change(state, taken))
        if not sell:
            return answer, None
        if not taken and quote.due:
            taken = [(TenderMethod.CASH, quote.due)]
        self.sale = _Sale(
            sold=sold(state.cart, quote, programme, taken),
            skus=tuple(line.sku for line in state.cart.lines),
            back=[0] * len(quote.lines),
            used=_used(quote),
            coupons=_redeemed(state.person, quote),
            passes=_by_pass(state.person, quote),
            day=state.business_day or programme.business_day(state.now),
        )
        self.member = _after_sale(state, quote, earning, taken)
        return {**answer, "member_after": _written(self.member)}, self.member

    def refund(self, asked: Coming) -> tuple[Answer, MemberChange | None]:
        """Return part of the last sale, or all that is left of it."""
        sale = self.sale
        if sale is None:
            raise InvalidField("do", "there is no sale to refund", "没有可退的销售")
        left = [line.milli - back for line, back in zip(sale.sold.lines, sale.back, strict=True)]
        coming = left if asked.lines is None or asked.is_void else _coming_back(asked.lines, sale)
        returned = with_fee(sale.sold, refund(sale.sold, sale.back, coming), sale.back, coming, asked.terms(sale))
        sale.cash_fee += returned.cash_fee
        uses = passes_back([line.units for line in sale.sold.lines], sale.passes, sale.back, coming)
        sale.back = [back + now for back, now in zip(sale.back, coming, strict=True)]
        coupons = _still_good(sale, asked.day) if returned.complete else ()
        answer = write_refund(returned, [coupon.code for coupon in coupons])
        if not sale.sold.earns:
            return answer, None
        self.member = _after_refund(self.member, sale, returned, coupons)
        self.member["passes"] = _moved(self.member.get("passes", []), uses, -1)
        return {**answer, "member_after": _written(self.member)}, self.member


def settle(state: State, programme: Programme) -> tuple[Quote, list[tuple[Method, Money]]]:
    """Price a state with its tenders, and the amounts that each tender takes."""
    view = state.person.view if state.person is not None else None

    def priced(tenders: Sequence[PlannedTender]) -> Quote:
        return price(
            state.cart,
            programme,
            state.now,
            view,
            business_day=state.business_day,
            tenders=tenders,
            context=state.context,
        )

    quote = priced(())
    if not state.tenders:
        return quote, []
    planned = plan(state.tenders, state.person, quote.due.fen)
    quote = priced(planned)
    left = quote.due.fen
    taken: list[tuple[Method, Money]] = []
    for tender in planned:
        fen = left if tender.amount is None else min(tender.amount.fen, left)
        left -= fen
        taken.append((tender.method, Money(fen)))
    return quote, taken


def _change(state: State, taken: Sequence[tuple[Method, Money]]) -> Money:
    handed = [
        tender.handed_fen for tender in state.tenders if tender.method == "cash" and tender.handed_fen is not None
    ]
    cash = sum(amount.fen for method, amount in taken if method is TenderMethod.CASH)
    return Money(max(0, sum(handed) - cash)) if handed else ZERO_MONEY


def _used(quote: Quote) -> tuple[str, ...]:
    """The rules whose use is counted: every offer that applied."""
    return tuple(
        outcome.rule
        for outcome in quote.benefits
        if outcome.status == "applied" and outcome.kind in ("coupon", "promotion")
    )


def _still_good(sale: _Sale, today: BusinessDay) -> tuple[HeldCoupon, ...]:
    """The coupons that a full refund gives back: those that did not lapse longer ago than the days of grace."""
    return tuple(
        coupon
        for coupon in sale.coupons
        if coupon.last_day is None or today.ordinal - coupon.last_day.ordinal <= COUPON_GRACE_DAYS
    )


def _redeemed(person: Person | None, quote: Quote) -> tuple[HeldCoupon, ...]:
    held = person.view.coupons if person is not None else ()
    return tuple(coupon for coupon in held if coupon.code in quote.coupons)


def _by_pass(person: Person | None, quote: Quote) -> tuple[UnitsByPass, ...]:
    """What passes settled; a document knows nothing of what was paid for them."""
    held = {one.id: one for one in person.view.passes} if person is not None else {}
    return tuple(
        UnitsByPass(each.line, each.pass_id, each.units, held[each.pass_id].taken(each.units), ZERO_MONEY)
        for each in quote.passes
    )


def _moved(passes: Sequence[MemberChange], by: Sequence[UnitsByPass], sign: int) -> list[MemberChange]:
    """The member's passes after uses left them, or with a `sign` of −1 came back."""
    moved = []
    for one in passes:
        own = [each for each in by if each.asset == pass_id(one["id"])]
        left = one["left"] - sign * sum(each.uses for each in own)
        today = one.get("used_today", 0) + sign * sum(each.units for each in own)
        moved.append({**one, "left": left, "used_today": today})
    return moved


def _after_sale(state: State, quote: Quote, earning: Earning, taken: Sequence[tuple[Method, Money]]) -> MemberChange:
    person = state.person
    if person is None:
        return {}
    view = person.view
    uses = dict(view.uses)
    for rule in _used(quote):
        uses[rule] = uses.get(rule, 0) + 1
    wallet = sum(amount.fen for method, amount in taken if method in (PRINCIPAL, BONUS))
    lots = [lot for lot in draw(person.stored_value, wallet).left if lot.principal_fen or lot.bonus_fen]
    # What a basket sells cannot pay for that basket: it is credited after the tenders were taken.
    lots += [Lot(term.credit_fen) for term in state.terms if term.credit_fen]
    card = sum(amount.fen for method, amount in taken if method == GIFT_CARD)
    return {
        "points": view.spendable.count - quote.points_spent.count + earning.points.count,
        "growth": view.standing.growth.count + earning.growth.count,
        "spend": str(view.standing.spend + earning.spend),
        "paid_orders": view.paid_orders + 1,
        "coupons": [_coupon(coupon) for coupon in view.coupons if coupon.code not in quote.coupons],
        "uses": uses,
        "stored_value": [_lot(lot) for lot in lots],
        "gift_card": str(Money(person.gift_card_fen - card)),
        "passes": _moved([_pass(one) for one in view.passes], _by_pass(person, quote), 1),
    }


def _written(member: MemberChange) -> Answer:
    """The member for people: what stored value holds in all beside its lots."""
    lots = [
        Lot(Money.parse(lot["principal"]).fen, Money.parse(lot["bonus"]).fen) for lot in member.get("stored_value", [])
    ]
    return {**member, "stored_value_balance": str(Money(balance_fen(lots)))}


def _after_refund(member: MemberChange, sale: _Sale, returned: Returned, coupons: Sequence[HeldCoupon]) -> MemberChange:
    after = dict(member)
    after["points"] = member["points"] + returned.points_back.count - returned.points_taken.count
    after["growth"] = member["growth"] - returned.growth_taken.count
    after["spend"] = str(Money.parse(member["spend"]) - returned.spend_taken)
    principal = sum(amount.fen for method, amount in returned.tenders if method == PRINCIPAL)
    bonus = sum(amount.fen for method, amount in returned.tenders if method == BONUS)
    if principal or bonus:
        after["stored_value"] = [*member["stored_value"], _lot(Lot(principal, bonus))]
    card = sum(amount.fen for method, amount in returned.tenders if method == GIFT_CARD)
    after["gift_card"] = str(Money.parse(member["gift_card"]) + Money(card))
    if returned.complete:
        after["paid_orders"] = member["paid_orders"] - 1
        after["coupons"] = [*member["coupons"], *(_coupon(coupon) for coupon in coupons)]
        uses, voided = dict(member["uses"]), dict(member.get("voided_uses", {}))
        for rule in sale.used:
            uses[rule] -= 1
            voided[rule] = voided.get(rule, 0) + 1
        after["uses"], after["voided_uses"] = uses, voided
    return after


def _coming_back(lines: Json, sale: _Sale) -> list[int]:
    """How much of each line comes back; without a quantity, all that is left of it."""
    coming = [0] * len(sale.skus)

    def read(value: Json, path: str) -> None:
        fields = Fields(value, path)
        index = fields.optional_integer("index", high=len(sale.skus) - 1)
        if index is None:
            sku = fields.text("sku")
            if sku not in sale.skus:
                raise InvalidField(fields.at("sku"), "was not in that sale", "不在该笔销售中")
            index = sale.skus.index(sku)
        left = sale.sold.lines[index].milli - sale.back[index] - coming[index]
        coming[index] += fields.scaled("quantity", 3, left)
        fields.finish()

    Fields({"lines": lines}).items("lines", read)
    return coming


def _coupon(coupon: HeldCoupon) -> dict[str, str]:
    written = {"offer": coupon.template, "code": coupon.code}
    return written if coupon.last_day is None else {**written, "last_day": str(coupon.last_day)}


def _pass(one: UsablePass) -> MemberChange:
    written = {"id": pass_name(one.id), "pass": one.template, "left": one.left, "used_today": one.used_today}
    if one.first_day != ALWAYS:
        written["first_day"] = str(one.first_day)
    return written if one.last_day is None else {**written, "last_day": str(one.last_day)}


def _lot(lot: Lot) -> dict[str, str]:
    return {"principal": str(Money(lot.principal_fen)), "bonus": str(Money(lot.bonus_fen))}
