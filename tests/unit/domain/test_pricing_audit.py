"""An honest sale audits clean under any programme; a hand in the log is named, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posapp.application.quote_document.reading import read_state
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.catalogue import Product
from posapp.domain.coupon import HeldCoupon
from posapp.domain.events import LineAdjustment, SaleCompleted, Step, Tender
from posapp.domain.ids import RuleId, Sku, StaffId
from posapp.domain.member import Standing
from posapp.domain.pricing import Context, MemberView, PlannedTender, earn, price, sale_lines
from posapp.domain.pricing.audit import (
    SENTENCES,
    Audit,
    Difference,
    Doubt,
    Reason,
    check_tier,
    reprice,
    unknown_programme,
)
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.sale import Cart, CartLine, Identification, LineVoucher, TenderMethod
from tests.properties.pricing_documents import Document, documents
from tests.unit.domain.baskets import MEMBER_DAY, ORDINARY_DAY, WHO, cart, line, member, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

DEMO = parse_programme(Path("resources/demo/programme.json").read_bytes())
STORE = "S1"
CASH = TenderMethod.CASH


class Shop:
    """Sells as a till does, and remembers the catalogue behind each line."""

    def __init__(self, programme: Programme, now: datetime = ORDINARY_DAY) -> None:
        self.programme = programme
        self.now = now
        self.products: dict[tuple[str, int], Product] = {}

    def stocked(self, lines: Sequence[CartLine]) -> tuple[CartLine, ...]:
        found = []
        for place, each in enumerate(lines, 1):
            self.products[each.sku, place] = Product(
                each.sku, place, each.sku, "", each.category, each.unit_price, each.member_price,
                tags=each.tags, cost=each.cost or Money(0), weighed=not each.quantity.is_whole,
            )  # fmt: skip
            found.append(replace(each, revision=place))
        return tuple(found)

    def sell(
        self,
        basket: Cart,
        who: MemberView | None = None,
        methods: Sequence[TenderMethod] = (CASH,),
        **more: Any,
    ) -> SaleCompleted:
        basket = replace(basket, lines=self.stocked(basket.lines), member=who.id if who else None)
        planned = tuple(PlannedTender(method) for method in methods[-1:])
        context = Context(store=STORE)
        quote = price(basket, self.programme, self.now, who, tenders=planned, context=context, **more)
        left = quote.due
        tenders = []
        for place, method in enumerate(methods):
            part = left if place == len(methods) - 1 else Money(left.fen // 3)
            tenders += [Tender(method, part, part)] if part else []
            left = left - part
        earning = earn(quote, self.programme, tenders)
        rules, lines = sale_lines(basket, quote)
        return SaleCompleted(
            "1", quote.business_day, StaffId("u1"), basket.member, basket.identified_by, quote.tier,
            self.programme.version, self.programme.hash[:8], quote.engine_version, rules, lines, tuple(tenders),
            quote.points_spent, earning.base, earning.bonus, earning.growth, earning.spend, quote.coupons,
        )  # fmt: skip

    def audit(self, sale: SaleCompleted, at: datetime | None = None) -> Audit:
        return reprice(
            sale, at or self.now, self.programme, lambda sku, revision: self.products.get((sku, revision)), STORE
        )


@settings(max_examples=500)
@given(documents(most_offers=6), st.sampled_from(["none", "jiao", "yuan"]), st.booleans(), st.data())
def test_whatever_the_engine_prices_audits_clean(
    document: Document, round_off: str, is_member: bool, data: st.DataObject
) -> None:
    document["programme"]["round_off"] = round_off
    document["programme"]["policies"] = {"coupons_per_order": data.draw(st.integers(0, 3))}
    document["cart"]["points"] = data.draw(st.sampled_from([0, 300, "max"]))
    rules = parse_programme(document["programme"])
    state = read_state({"member": document["member"], "cart": document["cart"]}, rules)
    assert state.person is not None
    shop = Shop(rules, state.now)
    choices = data.draw(st.dictionaries(st.sampled_from([f"o{n}" for n in range(6)]), st.booleans()))
    methods = data.draw(st.sampled_from([(CASH,), (TenderMethod.ALIPAY,)]))
    sale = shop.sell(replace(state.cart, chosen=choices), state.person.view if is_member else None, methods)
    assert shop.audit(sale).differences == ()
