"""A refund needs nothing but the sale's record, and its events undo the sale to the last posting, in any parts."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from posapp.application.quote_document.reading import read_state
from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.events import Event, Recorded, SaleCompleted, SaleRefunded
from posapp.domain.ids import DeviceId, Incarnation, StaffId, StreamId
from posapp.domain.ledger import EMPTY_TRANSACTION
from posapp.domain.posting import post
from posapp.domain.pricing.quote import Earning
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.refund import Sold, refund, tender_shares
from posapp.domain.refund_audit import refund_excess
from posapp.domain.refund_record import RefundPapers, coupons_back, refund_event, returned_so_far, sold_as_recorded
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from tests.properties.pricing_documents import Document, documents
from tests.unit.domain.baskets import EXCLUDED, MEMBER_DAY, cart, line, member, plain, programme
from tests.unit.domain.test_pricing_audit import STORE, Shop

if TYPE_CHECKING:
    from collections.abc import Callable

CASH, CARD = TenderMethod.CASH, TenderMethod.BANK_CARD
PLACE = StreamId(DeviceId(b"d" * 16), Incarnation(b"i" * 8))
DAY = BusinessDay.of(MEMBER_DAY.date())


def papers(sale: SaleCompleted) -> RefundPapers:
    return RefundPapers("261119-01-R0001", DAY, StaffId("u1"), sale.member)


def view_of(shop: Shop, sale: SaleCompleted, rules: Programme | None = None) -> Sold:
    return sold_as_recorded(
        sale, shop.now, rules or shop.programme, lambda sku, revision: shop.products.get((sku, revision)), STORE
    )


def recorded(sale: SaleCompleted, at: datetime) -> Recorded:
    return Recorded(PLACE, 1, at, sale, EMPTY_TRANSACTION)


def in_parts(sale: SaleCompleted, view: Sold, at: datetime, choose: Callable[[int], int]) -> list[SaleRefunded]:
    """Events that give all of a sale back; `choose` says how many of so many pieces come back each time."""
    before = [0] * len(sale.lines)
    events = []
    while any(already < each.quantity.milli for already, each in zip(before, sale.lines, strict=True)):
        coming = []
        for already, each in zip(before, sale.lines, strict=True):
            left = each.quantity.milli - already
            coming.append(1000 * choose(left // 1000) if left % 1000 == 0 else left * choose(1))
        if any(coming):
            returned = refund(view, before, coming)
            events.append(refund_event(recorded(sale, at), before, coming, returned, papers(sale)))
            before = [already + now for already, now in zip(before, coming, strict=True)]
    return events


def sums(sale: SaleCompleted, events: list[SaleRefunded]) -> Counter[tuple[object, object]]:
    """Every account after the sale and everything that came back of it, without zeros."""
    total: Counter[tuple[object, object]] = Counter()
    undone: list[Event] = [sale, *events]
    for event in undone:
        for posting in post(event).postings:
            total[posting.account, posting.holder] += posting.amount
    return Counter({key: amount for key, amount in total.items() if amount})


@settings(max_examples=300)
@given(documents(most_offers=5), st.sampled_from(["none", "jiao", "yuan"]), st.booleans(), st.integers(0, 2**16))
def test_whatever_was_sold_is_undone_by_its_refunds(
    document: Document, round_off: str, is_member: bool, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same in each run
    document["programme"]["round_off"] = round_off
    document["programme"]["policies"] = {"coupons_per_order": dice.randint(0, 3)}
    document["cart"]["points"] = dice.choice([0, 300, "max"])
    rules = parse_programme(document["programme"])
    state = read_state({"member": document["member"], "cart": document["cart"]}, rules)
    assert state.person is not None
    shop = Shop(rules, state.now)
    methods = dice.choice([(CASH,), (TenderMethod.ALIPAY,), (CARD, CASH), (CARD, TenderMethod.WECHAT_PAY, CASH)])
    sale = shop.sell(state.cart, state.person.view if is_member else None, methods)
    view = view_of(shop, sale)
    whole = [each.quantity.milli for each in sale.lines]
    by_rule = refund(replace(view, recorded=None), [0] * len(whole), whole)
    earned = sale.points_base.count + sale.points_bonus.count
    assert (by_rule.points_taken.count, by_rule.growth_taken, by_rule.spend_taken) == (earned, sale.growth, sale.spend)
    events = in_parts(sale, view, state.now, lambda most: dice.randint(0, most))
    assert sums(sale, events) == {}
    assert [event.is_complete for event in events] == [False] * (len(events) - 1) + [True]
    assert returned_so_far(sale, events) == tuple(whole)
    assert refund_excess(sale, events) == []
    for event in events:
        assert all(tender.amount.fen >= 0 and tender.handed.fen >= 0 for tender in event.tenders)
        assert all(each.amount.fen > 0 for part in event.lines for each in part.adjustments)


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=4), st.integers(1, 12))
def test_tender_shares_sum_to_the_line_and_never_shrink(paid: list[int], pieces: int) -> None:
    before = [0] * len(paid)
    for back in range(pieces + 1):
        shares = tender_shares(paid, back, pieces)
        assert all(now >= earlier for now, earlier in zip(shares, before, strict=True))
        before = shares
    assert before == paid


def golden() -> tuple[Shop, SaleCompleted]:
    rules = programme(
        offers=[{"id": "five", "by": "code", "code": "FIVE", "give": {"type": "amount", "amount": "5.00"}}]
    )
    shop = Shop(rules, MEMBER_DAY)
    basket = cart(
        line("A", "59.00"),
        line("B", "12.90", 3),
        line("C", "8.80", tags=EXCLUDED),
        points_wanted=3500,
        codes=("FIVE",),
    )
    return shop, shop.sell(basket, member("gold", 9000), (CARD, CASH))


def test_a_programme_that_is_not_here_still_gives_back_what_was_recorded() -> None:
    """Another shop's rules know neither the lines nor the multiplier: then everything goes with what was paid."""
    shop, sale = golden()
    view = view_of(shop, sale, plain())
    events = in_parts(sale, view, shop.now, lambda most: min(1, most))
    assert sums(sale, events) == {}
    first = refund(view, [0, 0, 0], [0, 3000, 0])
    assert 0 < first.points_taken.count < sale.points_base.count + sale.points_bonus.count


def test_points_for_a_gift_come_back_with_the_goods() -> None:
    """A gift takes nothing off a line, so no line names the points that it cost."""
    shop, sale = golden()
    unnamed = replace(sale, rules=(), lines=tuple(replace(each, adjustments=()) for each in sale.lines))
    view = view_of(shop, replace(unnamed, points_spent=Points(700)))
    assert refund(view, [0, 0, 0], [1000, 3000, 1000]).points_back == Points(700)
    assert 0 < refund(view, [0, 0, 0], [1000, 0, 0]).points_back.count < 700


def test_a_coupon_returns_unless_it_lapsed_long_ago() -> None:
    def rules(until: str) -> Programme:
        offer = {"id": "five", "by": "code", "code": "FIVE", "give": {"type": "amount", "amount": "5.00"}}
        return programme(offers=[offer | {"during": {"until": until}}])

    shop = Shop(rules("2026-11-18"), MEMBER_DAY)
    sale = shop.sell(cart(line("A", "59.00"), codes=("FIVE",)), member("gold"))
    assert sale.coupons == ("FIVE",)
    assert coupons_back(sale, shop.programme, DAY.plus(7)) == ("FIVE",)
    assert coupons_back(sale, shop.programme, DAY.plus(8)) == ()
    theirs = replace(sale, coupons=("FIVE", "6920000000000"), rules=())
    assert coupons_back(theirs, shop.programme, DAY) == (), "a maker's coupon is the maker's"


def test_what_goes_beyond_the_sale_is_named() -> None:
    shop, sale = golden()
    view = view_of(shop, sale)
    whole = refund_event(
        recorded(sale, shop.now),
        [0, 0, 0],
        [1000, 3000, 1000],
        refund(view, [0, 0, 0], [1000, 3000, 1000]),
        papers(sale),
    )
    assert refund_excess(sale, [whole]) == []
    twice = refund_excess(sale, [whole, whole])
    assert {each.field for each in twice} == {
        "lines[0].quantity", "lines[0].amount", "lines[1].quantity", "lines[1].amount", "lines[2].quantity",
        "lines[2].amount", "tenders[CASH]", "tenders[BANK_CARD]", "points_back", "points_taken",
    }  # fmt: skip
    for language in ("zh_CN", "en"):
        assert all(each.sentence(language) for each in twice)
    assert twice[0].sentence("en") == "lines[0].quantity: sold 1, returned 2"
    other = replace(whole.lines[0], line=7, quantity=Quantity(1000))
    strange = replace(whole, lines=(other,), member=None, tenders=(), points_back=Points(0), points_taken=Points(0))
    assert [each.field for each in refund_excess(sale, [strange])] == ["line", "member"]
    assert all(each.sentence("zh_CN") for each in refund_excess(sale, [strange]))


def test_recorded_figures_stand_above_the_rule() -> None:
    shop, sale = golden()
    more = replace(sale, points_base=Points(1000), points_bonus=Points(0), spend=Money(123))
    view = view_of(shop, more)
    assert view.recorded == Earning(base=Points(1000), growth=sale.growth, spend=Money(123))
    whole = refund(view, [0, 0, 0], [1000, 3000, 1000])
    assert (whole.points_taken, whole.spend_taken) == (Points(1000), Money(123))
