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
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.catalogue import Product
from posapp.domain.coupon import HeldCoupon
from posapp.domain.events import LineAdjustment, SaleCompleted, Step, Tender, UnitsByPass
from posapp.domain.ids import RuleId, Sku, StaffId
from posapp.domain.member import Standing
from posapp.domain.pricing import Context, MemberView, PlannedTender, SettledUnits, earn, price, sale_lines
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
from tests.unit.domain.baskets import MEMBER_DAY, ORDINARY_DAY, cart, line, member, plain

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
    ) -> SaleCompleted:
        basket = replace(basket, lines=self.stocked(basket.lines), member=who.id if who else None)
        planned = tuple(PlannedTender(method) for method in methods[-1:])
        context = Context(store=STORE)
        quote = price(basket, self.programme, self.now, who, tenders=planned, context=context)
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
            passes=tuple(self.settled(each, who) for each in quote.passes),
        )  # fmt: skip

    def settled(self, each: SettledUnits, who: MemberView | None) -> UnitsByPass:
        (held,) = [one for one in (who.passes if who else ()) if one.id == each.pass_id]
        return UnitsByPass(each.line, each.pass_id, each.units, held.taken(each.units), Money(10 * each.units))

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


BASKET = (
    line("TL001", "128.00"),
    line("CF001", "26.00", category="coffee"),
    line("BI001", "32.00", 2),
    line("BI003", "12.00", member_price=Money(990)),
    line("SV001", "1.00", tags=("no_discount", "no_points")),
)


@pytest.mark.parametrize(
    ("basket", "who", "now", "rule"),
    [
        (cart(*BASKET), member("gold"), ORDINARY_DAY, "tier.gold"),
        (cart(line("TL001", "20.00", member_price=Money(1500))), member("gold"), ORDINARY_DAY, "member_price"),
        (cart(*BASKET), member("silver"), MEMBER_DAY, "member_day"),
        (cart(*BASKET), member("silver", birthday="1117"), ORDINARY_DAY, "birthday_month"),
        (cart(*BASKET), None, ORDINARY_DAY, "second_half"),
        (cart(*BASKET), None, ORDINARY_DAY, "weekly_special"),
        (cart(*BASKET, codes=("QH20",)), None, ORDINARY_DAY, "flyer20"),
        (cart(*BASKET, codes=("QH88",)), member(), MEMBER_DAY, "flyer12"),
        (cart(*BASKET, *BASKET), member("gold", coupons=[HeldCoupon("birthday30", "b1")]), ORDINARY_DAY, "birthday30"),
        (cart(*BASKET, points_wanted=800), member("gold", 3482), ORDINARY_DAY, "points"),
    ],
)
def test_each_rule_of_the_demo_shop_audits_clean(
    basket: Cart, who: MemberView | None, now: datetime, rule: str
) -> None:
    shop = Shop(DEMO, now)
    sale = shop.sell(basket, who)
    assert rule in sale.rules
    assert shop.audit(sale).differences == ()


def test_what_a_person_did_by_hand_is_taken_at_its_word_and_the_rest_is_not() -> None:
    shop = Shop(DEMO)
    basket = cart(
        line("TL001", "128.00", by_hand=ByHand(HandKind.UNIT_PRICE, 9000, "damaged")),
        replace(line("BA001", "9.90"), quantity=Quantity(1337)),
        line("CF001", "26.00", vouchers=(LineVoucher("v1", Money(300)),)),
    )
    sale = shop.sell(replace(basket, by_hand=ByHand(HandKind.OFF, 700)), member("gold"))
    audited = shop.audit(sale)
    assert audited.differences == ()
    assert {doubt.doubt for doubt in audited.undecided} == {Doubt.BY_HAND, Doubt.VOUCHER}
    lines = (sale.lines[0], sale.lines[1], moved(sale.lines[2], "tier.gold", sale, -1))
    assert [each.field for each in shop.audit(replace(sale, lines=lines)).differences][:2] == [
        "tenders",
        "lines[2].adjustments[tier.gold]",
    ]


def moved(old: Any, rule: str, sale: SaleCompleted, fen: int) -> Any:
    """A line with so many fen more taken off by a rule."""
    place = sale.rules.index(RuleId(rule))
    changed = tuple(
        replace(each, amount=Money(each.amount.fen + fen)) if each.rule == place else each for each in old.adjustments
    )
    return replace(old, adjustments=changed)


def fields(audited: Audit) -> list[tuple[str, Reason]]:
    return [(each.field, each.reason) for each in audited.differences]


def honest() -> tuple[Shop, SaleCompleted]:
    shop = Shop(DEMO, MEMBER_DAY)
    sale = shop.sell(cart(*BASKET, points_wanted=800), member("gold", 3482))
    assert shop.audit(sale) == Audit()
    return shop, sale


def test_a_fen_moved_between_lines() -> None:
    shop, sale = honest()
    lines = (moved(sale.lines[0], "tier.gold", sale, 1), moved(sale.lines[1], "tier.gold", sale, -1), *sale.lines[2:])
    assert fields(shop.audit(replace(sale, lines=lines))) == [
        ("lines[0].adjustments[tier.gold]", Reason.RULE),
        ("lines[1].adjustments[tier.gold]", Reason.RULE),
    ]


def test_a_forged_tier() -> None:
    shop, sale = honest()
    found = fields(shop.audit(replace(sale, tier="silver")))
    assert {reason for _field, reason in found} == {Reason.RULE, Reason.DUE}
    assert ("tier", Reason.TIER) in fields(shop.audit(replace(sale, tier="emperor")))
    assert check_tier(sale, DEMO, Standing(visits=8)) is None
    assert check_tier(sale, DEMO, Standing(visits=9, spend=Money(1))) is None
    assert check_tier(sale, DEMO, Standing(visits=7)) == Difference("tier", Reason.TIER_NOT_REACHED, "silver", "gold")


def test_a_wrong_programme_is_said_and_nothing_else() -> None:
    shop, sale = honest()
    assert fields(shop.audit(replace(sale, programme_hash=b"12345678"))) == [("programme_hash", Reason.PROGRAMME_OTHER)]
    assert fields(shop.audit(replace(sale, programme_hash=b""))) == [("programme_hash", Reason.PROGRAMME_OTHER)]
    assert fields(shop.audit(replace(sale, programme_hash=DEMO.hash))) == []
    assert fields(unknown_programme(sale)) == [("programme_version", Reason.PROGRAMME_UNKNOWN)]


def test_an_invented_discount() -> None:
    shop, sale = honest()
    invented = LineAdjustment(len(sale.rules), Step.PROMOTION, Money(500))
    first = replace(sale.lines[0], adjustments=(*sale.lines[0].adjustments, invented))
    paid = sale.due.fen - 500
    forged = replace(
        sale,
        rules=(*sale.rules, RuleId("friends")),
        lines=(first, *sale.lines[1:]),
        tenders=(Tender(CASH, Money(paid), Money(paid)),),
        points_base=sale.points_base - Points(5),
        points_bonus=sale.points_bonus - Points(5),
        growth=Growth(sale.growth.count - 5),
        spend=sale.spend - Money(500),
    )
    assert fields(shop.audit(forged)) == [
        ("lines[0].adjustments[friends]", Reason.RULE),
        ("due", Reason.DUE),
    ]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"engine_version": 99}, [("engine_version", Reason.ENGINE_NEWER)]),
        ({"points_spent": Points(700)}, [("points_spent", Reason.POINTS_SPENT)]),
        ({"points_base": Points(9999)}, [("points_base", Reason.EARNED)]),
        ({"points_bonus": Points(0)}, [("points_bonus", Reason.EARNED)]),
        ({"growth": Growth(9999)}, [("growth", Reason.EARNED)]),
        ({"spend": Money(1)}, [("spend", Reason.EARNED)]),
        ({"tenders": ()}, [("tenders", Reason.TENDERS)]),
        ({"tier": ""}, [("tier", Reason.TIER)]),
    ],
)
def test_each_forged_field_is_named_and_no_other(change: dict[str, Any], found: list[tuple[str, Reason]]) -> None:
    shop, sale = honest()
    result = fields(shop.audit(replace(sale, **change)))
    assert result[: len(found)] == found
    if "tier" not in change:
        assert result == found


def test_points_may_only_be_spent_as_the_programme_says() -> None:
    shop, sale = honest()
    assert ("points_spent", Reason.POINTS_SPENT) in fields(
        shop.audit(replace(sale, identified_by=Identification.LAST_FOUR))
    )
    broken = replace(sale.lines[0], adjustments=sale.lines[0].adjustments)
    half = moved(broken, "points", sale, -50)
    found = fields(shop.audit(replace(sale, lines=(half, *sale.lines[1:]), points_spent=Points(750))))
    assert ("points_spent", Reason.POINTS_SPENT) in found


def test_a_missing_coupon_code_and_one_coupon_too_many() -> None:
    shop = Shop(DEMO)
    held = [HeldCoupon("birthday30", "b1")]
    sale = shop.sell(cart(*BASKET, *BASKET), member("gold", coupons=held))
    assert sale.coupons == ("b1",)
    flyer = shop.sell(cart(*BASKET, codes=("QH20",)))
    assert fields(shop.audit(replace(flyer, coupons=()))) == [("coupons", Reason.COUPONS)]
    both = replace(sale, rules=(*sale.rules, RuleId("flyer20")), coupons=("b1", "QH20"))
    extra = LineAdjustment(len(sale.rules), Step.COUPON, Money(2000))
    first = replace(sale.lines[0], adjustments=(*sale.lines[0].adjustments, extra))
    assert ("lines[0].adjustments[flyer20]", Reason.RULE) in fields(
        shop.audit(replace(both, lines=(first, *sale.lines[1:])))
    )


def test_a_price_that_is_not_the_catalogues_and_a_list_amount_that_is_not_its_product() -> None:
    shop, sale = honest()
    key = (Sku("TL001"), 1)
    shop.products[key] = replace(shop.products[key], price=Money(13_000))
    assert fields(shop.audit(sale)) == [("lines[0].unit_price", Reason.CATALOGUE)]
    shop, sale = honest()
    last = replace(sale.lines[4], list_amount=Money(101))
    assert ("lines[4].list_amount", Reason.LIST_AMOUNT) in fields(
        shop.audit(replace(sale, lines=(*sale.lines[:4], last)))
    )


def test_goods_without_a_catalogue_are_not_decided() -> None:
    shop = Shop(DEMO)
    sale = shop.sell(cart(line("BA001", "10.00", tags=("no_discount",)), line("TL001", "5.00")), member("gold"))
    assert shop.audit(sale).differences == ()
    shop.products.clear()
    audited = shop.audit(sale)
    assert audited.differences == ()
    assert [doubt.field for doubt in audited.undecided if doubt.doubt is Doubt.NO_PRODUCT] == ["lines[0]", "lines[1]"]
    assert fields(shop.audit(replace(sale, tenders=()))) == [("tenders", Reason.TENDERS)]


def test_a_business_day_that_is_not_the_clocks() -> None:
    shop, sale = honest()
    assert fields(shop.audit(sale, MEMBER_DAY + timedelta(days=1))) == [("business_day", Reason.BUSINESS_DAY)]
    night = datetime(2026, 11, 18, 19, 59, tzinfo=UTC)  # 03:59 in Hangzhou, where the day ends at four
    late = Shop(DEMO, night)
    before = late.sell(cart(*BASKET), member("gold"))
    assert late.audit(before, night + timedelta(minutes=2)).differences == ()
    assert fields(late.audit(before, night + timedelta(hours=2))) == [("business_day", Reason.BUSINESS_DAY)]


def test_a_sale_that_was_priced_just_before_the_hour_struck() -> None:
    happy = {
        "id": "happy",
        "during": {"hours": [["14:00", "18:00"]]},
        "give": {"type": "percent", "percent": "10"},
    }
    shop = Shop(plain(offers=[happy]), datetime(2026, 11, 17, 9, 59, tzinfo=UTC))
    sale = shop.sell(cart(line("a", "10.00")))
    assert sale.rules == ("happy",)
    assert shop.audit(sale).differences == ()
    assert shop.audit(sale, shop.now + timedelta(minutes=5)).differences == ()
    assert fields(shop.audit(sale, shop.now + timedelta(minutes=90)))[0] == (
        "lines[0].adjustments[happy]",
        Reason.RULE,
    )


def test_a_birthday_that_only_doubles_points_is_not_decided() -> None:
    birthday = {"id": "birthday", "for": {"birthday": "day"}, "points_times": 2}
    rules = plain(points={"earn": {}}, campaigns=[birthday])
    shop = Shop(rules)
    sale = shop.sell(cart(line("a", "10.00")), member("only", birthday="1117"))
    assert sale.points_bonus == Points(10)
    audited = shop.audit(sale)
    assert (audited.differences, [each.doubt for each in audited.undecided]) == ((), [Doubt.OPEN])
    assert fields(shop.audit(replace(sale, points_bonus=Points(11)))) == [("points_bonus", Reason.EARNED)]


def test_cash_that_was_rounded_to_nothing() -> None:
    shop = Shop(plain(round_off="jiao"))
    sale = shop.sell(cart(line("a", "0.07")))
    assert (sale.due, sale.tenders) == (Money(0), ())
    assert shop.audit(sale).differences == ()


@settings(max_examples=200)
@given(documents(most_offers=3), st.data())
def test_a_fen_more_off_any_line_is_always_found(document: Document, data: st.DataObject) -> None:
    rules = parse_programme(document["programme"])
    state = read_state({"member": document["member"], "cart": document["cart"]}, rules)
    assert state.person is not None
    shop = Shop(rules, state.now)
    sale = shop.sell(state.cart, state.person.view)
    marked = [
        (place, index)
        for place, each in enumerate(sale.lines)
        for index, one in enumerate(each.adjustments)
        if each.net.fen and one.step not in (Step.LINE_MANUAL, Step.ORDER_MANUAL)
    ]
    if not marked:
        return
    place, index = data.draw(st.sampled_from(marked))
    old = sale.lines[place]
    one = replace(old.adjustments[index], amount=Money(old.adjustments[index].amount.fen + 1))
    line_ = replace(old, adjustments=(*old.adjustments[:index], one, *old.adjustments[index + 1 :]))
    forged = replace(sale, lines=(*sale.lines[:place], line_, *sale.lines[place + 1 :]))
    paid = forged.due
    forged = replace(forged, tenders=(Tender(CASH, paid, paid),) if paid else ())
    assert shop.audit(forged).differences != ()


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Reason)
    one = Difference("due", Reason.DUE, "10.00", "9.50")
    assert one.sentence("en") == "due: due 9.50, expected 10.00"
    assert one.sentence("zh_CN") == "due: 应付应为 10.00, 记录为 9.50"
