"""Passes through the use cases, on a real encrypted till, with the numbers of domain.md (§1, §2.2, §3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from posapp.application import passes
from posapp.application.assets_in_time import let_time_pass
from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import by_sku, line_of, search
from posapp.application.members import find_members
from posapp.application.passes import PassOrder, PassReturn, PassUse
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Quantity
from posapp.domain.asset import Asset
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import MemberId, Sku, StaffId
from posapp.domain.member import Member
from posapp.domain.passes import RefundBasis
from posapp.domain.pricing.audit import reprice
from posapp.domain.sale import Cart, Identification, TenderMethod
from posapp.domain.time import BusinessDay
from posapp.domain.validity import Span, Validity
from posapp.storage.verify import verify
from tests.integration import demo_shop
from tests.integration.demo_shop import publish
from tests.integration.tills import CASHIER, SteppingClock, demo_till

MANAGER = StaffId("9001")
PASSES: list[dict[str, Any]] = [
    {"id": "coffee10", "kind": "count", "name": "咖啡 10 次卡", "price": "99.00", "uses": 10, "unit_price": "15.00"},
    {"id": "year", "kind": "time", "name": "健身年卡", "price": "3650.00", "valid": {"type": "days", "count": 365}},
    {
        "id": "lunch",
        "kind": "time",
        "name": "午餐月卡",
        "price": "300.00",
        "valid": {"type": "months", "count": 1},
        "per_day": 1,
    },
    {
        "id": "spa",
        "kind": "bundle",
        "name": "护理套餐",
        "price": "200.00",
        "valid": {"type": "days", "count": 90},
        "components": [
            {"id": "wash", "name": "洗护", "value": "60.00"},
            {"id": "cut", "name": "剪发", "value": "90.00"},
            {"id": "mask", "name": "面膜", "value": "149.99"},
        ],
    },
    {"id": "points1000", "kind": "points", "name": "积分兑换卡", "price": "10.00", "points": 1000},
    {"id": "trial", "kind": "benefit", "name": "体验卡", "valid": {"type": "days", "count": 7}},
]


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = demo_till(tmp_path, clock)
    publish(made, passes=PASSES)
    yield made
    report = verify(made.database)
    assert report.ok, report.differences
    made.database.close()


def lin(till: Till) -> MemberId:
    return demo_shop.lin(till).id


def sell(till: Till, template: str, fen: int, request: bytes = b"r1") -> tuple[Asset, ...]:
    paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),) if fen else ()
    return passes.sell_pass(till, PassOrder(request, lin(till), template, paid, CASHIER)).assets


def use(till: Till, asset: Asset, request: bytes, uses: int = 1, *, online: bool = True) -> tuple[int, int]:
    asked = PassUse(request, asset.id, uses, CASHIER, Identification.PIN, online)
    used = passes.use_pass(till, asked)
    return used.before, used.after


def standing(till: Till, account: Account) -> int:
    with till.database.read() as connection:
        row = connection.exec_driver_sql("SELECT amount FROM account_balance WHERE account = ?", (int(account),))
        return int(row.scalar() or 0)


def cash(fen: int) -> tuple[Tender, ...]:
    return (Tender(TenderMethod.CASH, Money(fen), Money(fen)),) if fen else ()


def give_back(till: Till, asset: Asset, basis: RefundBasis) -> int:
    preview = passes.preview_return(till, asset.id, basis)
    back = PassReturn(b"back" + asset.id, preview, "搬家", cash(preview.refund.fen), CASHIER, MANAGER)
    assert passes.return_pass(till, back) is not None
    assert passes.return_pass(till, back) is None, "asked twice, given back once"
    return preview.refund.fen


def test_X08_a_fixed_period_ends_where_the_month_does() -> None:
    opened = BusinessDay.of(date(2027, 1, 31))
    assert Validity(Span.MONTHS, 1).last_day(opened) == BusinessDay.of(date(2027, 2, 28))
    assert Validity(Span.DAYS, 30).last_day(opened) == BusinessDay.of(date(2027, 3, 2))
    assert Validity().last_day(opened) is None
    fixed = BusinessDay.of(date(2027, 6, 30))
    assert Validity(Span.UNTIL, until=fixed).last_day(opened) == fixed


def test_W14_valid_this_year_ends_with_the_year() -> None:
    opened = BusinessDay.of(date(2026, 11, 30))
    assert Validity(Span.THIS_YEAR).last_day(opened) == BusinessDay.of(date(2026, 12, 31))


def test_X10_the_eleventh_use_of_a_ten_use_card_is_refused(till: Till) -> None:
    (card,) = sell(till, "coffee10", 9900)
    assert standing(till, Account.PASS_LIABILITY) == -9900
    for n in range(10):
        assert use(till, card, b"u%d" % n) == (10 - n, 9 - n)
    with pytest.raises(InvalidField, match="no uses are left"):
        use(till, card, b"u10")
    assert standing(till, Account.PASS_LIABILITY) == 0
    assert standing(till, Account.PASS_REVENUE) == -9900, "every fen that was paid is earned"


def test_X10_a_card_for_a_period_opens_once_a_day_and_ends_with_its_last_day(till: Till, clock: SteppingClock) -> None:
    (card,) = sell(till, "lunch", 30_000)
    assert card.last_day == till.business_day().plus(31), "17 October to 17 November"
    use(till, card, b"monday")
    with pytest.raises(InvalidField, match="1 times a day"):
        use(till, card, b"monday again")
    clock.step(days=31)
    use(till, card, b"last day")
    clock.step(days=1)
    with pytest.raises(InvalidField, match="ended on 2026-11-17"):
        use(till, card, b"too late")


def test_X11_of_a_bundle_of_three_two_are_redeemed_and_one_is_left(till: Till) -> None:
    _whole, wash, cut, mask = sell(till, "spa", 20_000)
    assert [part.terms["paid"] for part in (wash, cut, mask)] == [4000, 6000, 10_000]
    use(till, wash, b"1")
    use(till, mask, b"2")
    with pytest.raises(InvalidField, match="no uses are left"):
        use(till, wash, b"3")
    left = {held.name.zh: held.left for held in passes.held_passes(till, lin(till))}
    assert left == {"洗护": 0, "剪发": 1, "面膜": 0}
    assert standing(till, Account.PASS_LIABILITY) == -6000


def test_X11_a_points_card_is_spent_as_points(till: Till) -> None:
    before = next(m for m in find_members(till, "6021").members if m.id == lin(till)).standing.points.count
    assert sell(till, "points1000", 1000) == ()
    after = next(m for m in find_members(till, "6021").members if m.id == lin(till)).standing.points.count
    assert after - before == 1000


def test_X06_a_member_holds_two_cards(till: Till) -> None:
    sell(till, "coffee10", 9900, b"one")
    sell(till, "year", 365_000, b"two")
    assert sorted(held.name.zh for held in passes.held_passes(till, lin(till))) == ["健身年卡", "咖啡 10 次卡"]


def test_selling_and_using_twice_by_one_request_is_doing_it_once(till: Till) -> None:
    (card,) = sell(till, "coffee10", 9900)
    assert sell(till, "coffee10", 9900) == (card,)
    assert use(till, card, b"u") == use(till, card, b"u") == (10, 9)
    assert standing(till, Account.PASS_LIABILITY) == -8910


def test_a_use_is_taken_back_once(till: Till) -> None:
    (card,) = sell(till, "coffee10", 9900)
    used = passes.use_pass(till, PassUse(b"u", card.id, 2, CASHIER, Identification.PIN, online=True))
    passes.take_back_use(till, used, CASHIER)
    passes.take_back_use(till, used, CASHIER)
    (held,) = passes.held_passes(till, lin(till))
    assert (held.left, held.used_today) == (10, 0)
    assert standing(till, Account.PASS_REVENUE) == 0


def test_offline_a_pass_is_good_once_a_day_and_the_sentence_says_so(till: Till, clock: SteppingClock) -> None:
    (card,) = sell(till, "coffee10", 9900)
    use(till, card, b"u1", online=False)
    with pytest.raises(InvalidField) as refused:
        use(till, card, b"u2", online=False)
    assert refused.value.reason_zh == "断网时每天只能核销 1 次，联网后可继续"
    use(till, card, b"u3", online=True)
    clock.step(days=1)
    use(till, card, b"u4", online=False)


@pytest.mark.parametrize("how", [Identification.LAST_FOUR, Identification.PHONE, Identification.STATIC_CARD])
def test_a_pass_is_spent_only_by_whoever_proved_to_be_the_member(till: Till, how: Identification) -> None:
    (card,) = sell(till, "coffee10", 9900)
    with pytest.raises(InvalidField, match="PIN"):
        passes.use_pass(till, PassUse(b"u", card.id, 1, CASHIER, how, online=True))


def test_the_unused_part_of_a_count_card_goes_back_by_each_article(till: Till) -> None:
    cards = [sell(till, "coffee10", 9900, b"c%d" % n)[0] for n in range(3)]
    for n, card in enumerate(cards):
        use(till, card, b"u%d" % n, 4)
    assert give_back(till, cards[0], RefundBasis.MERCHANT) == 5940, "six of ten uses at the price of the card"
    assert give_back(till, cards[1], RefundBasis.BUYER) == 3900, "99.00 less four cups at 15.00"
    with pytest.raises(InvalidField, match="used already"):
        passes.preview_return(till, cards[2].id, RefundBasis.COOLING_OFF)
    assert standing(till, Account.PASS_LIABILITY) == -5940, "the third card alone is still owed"
    assert standing(till, Account.PASS_FORFEITED) == -(5940 - 3900)


def test_a_card_used_up_at_list_price_gives_nothing_back_and_asks_for_nothing(till: Till) -> None:
    (card,) = sell(till, "coffee10", 9900)
    use(till, card, b"u", 8)
    assert give_back(till, card, RefundBasis.BUYER) == 0, "Art 20: 99.00 - 8 x 15.00 is not asked for"


def test_Art22_a_year_card_with_200_days_left_gives_back_2000(till: Till, clock: SteppingClock) -> None:
    (card,) = sell(till, "year", 365_000)
    clock.step(days=166)  # the 166th day after that of the purchase: 165 have gone by
    assert passes.held_passes(till, lin(till))[0].left == 200
    assert give_back(till, card, RefundBasis.MERCHANT) == 200_000
    assert standing(till, Account.PASS_LIABILITY) == 0
    assert standing(till, Account.PASS_REVENUE) == -165_000
    assert passes.held_passes(till, lin(till))[0].refusal is not None


def test_Art14_an_unused_card_goes_back_whole_within_seven_days(till: Till, clock: SteppingClock) -> None:
    first, second = (sell(till, "coffee10", 9900, request)[0] for request in (b"1", b"2"))
    clock.step(days=7)
    assert give_back(till, first, RefundBasis.COOLING_OFF) == 9900
    clock.step(days=1)
    with pytest.raises(InvalidField, match="7 days are over"):
        passes.preview_return(till, second.id, RefundBasis.COOLING_OFF)


def test_days_are_earned_as_they_pass_however_late_the_job_runs(till: Till, clock: SteppingClock) -> None:
    sell(till, "year", 365_000, b"year")
    (coffee,) = sell(till, "lunch", 30_000, b"lunch")
    assert coffee.last_day is not None
    assert let_time_pass(till) == 0
    clock.step(days=11)
    assert let_time_pass(till) == 2
    assert let_time_pass(till) == 0, "again changes nothing"
    assert standing(till, Account.PASS_REVENUE) == -(10_000 + 9_677), "ten days of each: 10/365 and 10/31"
    clock.step(days=400)
    let_time_pass(till)
    assert standing(till, Account.PASS_LIABILITY) == 0
    assert standing(till, Account.PASS_REVENUE) == -395_000


def test_what_is_left_when_a_bundle_ends_is_forfeited_and_said_to_be(till: Till, clock: SteppingClock) -> None:
    _whole, wash, _cut, _mask = sell(till, "spa", 20_000)
    use(till, wash, b"1")
    clock.step(days=91)
    assert let_time_pass(till) == 2
    assert standing(till, Account.PASS_FORFEITED) == -16_000
    assert standing(till, Account.PASS_LIABILITY) == 0


def test_an_ended_pass_is_not_paid_out_before_its_day_is_closed_either(till: Till, clock: SteppingClock) -> None:
    whole, *_parts = sell(till, "spa", 20_000)
    preview = passes.preview_return(till, whole.id, RefundBasis.MERCHANT)
    clock.step(days=91)
    back = PassReturn(b"late", preview, "搬家", cash(preview.refund.fen), CASHIER, MANAGER)
    with pytest.raises(InvalidField, match="nothing is left"):
        passes.return_pass(till, back)
    assert passes.returnable_passes(till, lin(till)) == ()
    assert let_time_pass(till) == 3
    assert (standing(till, Account.PASS_FORFEITED), standing(till, Account.PASS_LIABILITY)) == (-20_000, 0)


def test_a_gift_is_not_paid_out_and_somebody_else_approves(till: Till) -> None:
    (trial,) = sell(till, "trial", 0, b"trial")
    with pytest.raises(InvalidField, match=r"gift|nothing is left"):
        passes.preview_return(till, trial.id, RefundBasis.MERCHANT)
    (card,) = sell(till, "coffee10", 9900)
    preview = passes.preview_return(till, card.id, RefundBasis.MERCHANT)
    with pytest.raises(InvalidField, match="somebody else"):
        passes.return_pass(till, PassReturn(b"b", preview, "", cash(9900), CASHIER, CASHIER.id))


def test_a_benefit_card_tags_its_member_while_it_is_valid(till: Till) -> None:
    (trial,) = sell(till, "trial", 0, b"trial")
    today = till.business_day()
    assert passes.pass_tags([trial], today) == {"pass:trial"}
    assert passes.pass_tags([trial], today.plus(8)) == frozenset()


def test_a_pass_is_bought_with_goods_on_one_receipt_and_no_rule_touches_it(till: Till) -> None:
    member = next(each for each in find_members(till, "6021").members if each.id == lin(till))
    longjing = line_of(search(till, "明前龙井")[0], "zh_CN")
    template = till.programme.pass_template("coffee10")
    assert template is not None
    cart = new_cart(till).add(longjing).add(line_of(template.as_product, "zh_CN", Quantity.pieces(2)))
    alone = complete_request(till, replace(cart, lines=cart.lines[1:]), None)
    with pytest.raises(InvalidField, match="find the member first"):
        complete_sale(till, alone)
    assert standing(till, Account.SALES) == 0, "nothing was written"
    owned = replace(cart, member=member.id, identified_by=Identification.LAST_FOUR)
    done = complete_sale(till, complete_request(till, owned, member))
    assert done.sale.due == Money(10_880 + 2 * 9900), "85 折 on the tea, none on the passes"
    assert done.after is not None
    assert done.before is not None
    assert done.after.points.count - done.before.points.count == 108, "and no points"
    assert complete_sale(till, complete_request(till, owned, member)).recorded == done.recorded
    assert [(held.name.zh, held.left) for held in passes.held_passes(till, member.id)] == [("咖啡 10 次卡", 10)] * 2
    assert standing(till, Account.PASS_LIABILITY) == -2 * 9900
    assert standing(till, Account.SALES) == -12_800
    audit = reprice(done.sale, done.recorded.at, till.programme, product_of(till), till.identity.store)
    assert audit.differences == ()


def complete_request(till: Till, cart: Cart, member: Member | None) -> SaleRequest:
    quote = price_cart(till, cart, member)
    return SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER)


def product_of(till: Till) -> Callable[[Sku, int], Product | None]:
    return lambda sku, _revision: by_sku(till, sku)


@pytest.mark.parametrize(
    ("template", "fen", "field"),
    [("nothing", 0, "template"), ("coffee10", 9800, "tenders"), ("coffee10", 10_000, "tenders")],
)
def test_what_cannot_be_sold_is_refused_by_name_and_nothing_is_written(
    till: Till, template: str, fen: int, field: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        sell(till, template, fen)
    assert refused.value.field == field
    assert passes.held_passes(till, lin(till)) == ()
