"""A pass settles named units of a sale's lines (domain.md §2.3 step 8), through the use cases on a real till."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from posapp.application import passes
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.coupons import BenefitGone
from posapp.application.goods import by_sku, line_of
from posapp.application.passes import PassOrder, PassUse
from posapp.application.receipts import receipt_of
from posapp.application.refund_receipts import refund_receipt_of
from posapp.application.refunds import CompletedRefund, RefundRequest, complete_refund, preview_return, undo_sale
from posapp.application.returnable import find_receipt, open_return
from posapp.application.till import Till
from posapp.application.wallet import load_wallet
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Quantity
from posapp.domain.asset import Asset
from posapp.domain.events import LineAdjustment, SaleCompleted, Step, Tender
from posapp.domain.ids import Sku, StaffId
from posapp.domain.pricing import Quote, Status, ask_passes
from posapp.domain.pricing.audit import Difference, Reason, reprice
from posapp.domain.refund_audit import refund_excess
from posapp.domain.sale import Cart, Identification, TenderMethod
from posapp.hardware.receipt_text import render
from posapp.storage.verify import verify
from tests.integration.demo_shop import lin, publish
from tests.integration.tills import CASHIER, SteppingClock, demo_till, labels

LATTE, TEA = "CF009", "TL001"
PASSES: list[dict[str, Any]] = [
    {
        "id": "coffee10",
        "kind": "count",
        "name": "咖啡 10 次卡",
        "price": "99.00",
        "uses": 10,
        "on": {"categories": ["coffee"]},
    },
    {
        "id": "month",
        "kind": "time",
        "name": "咖啡月卡",
        "price": "300.00",
        "valid": {"type": "months", "count": 1},
        "per_day": 1,
        "on": {"categories": ["coffee"]},
    },
    {"id": "gym", "kind": "count", "name": "健身次卡", "price": "99.00", "uses": 10},
]


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = demo_till(tmp_path, clock)
    publish(made, passes=PASSES, triggers=[])
    yield made
    report = verify(made.database)
    assert report.ok, report.differences
    made.database.close()


def buy(till: Till, template: str = "coffee10", request: bytes = b"r1") -> Asset:
    bought = till.programme.pass_template(template)
    assert bought is not None
    price = Money(bought.price_fen)
    paid = (Tender(TenderMethod.CASH, price, price),)
    (asset,) = passes.sell_pass(till, PassOrder(request, lin(till).id, template, paid, CASHIER)).assets
    return asset


def basket(till: Till, *goods: tuple[str, int], how: Identification = Identification.PIN) -> Cart:
    cart = new_cart(till)
    for sku, pieces in goods:
        product = by_sku(till, Sku(sku))
        assert product is not None
        cart = cart.add(line_of(product, "zh_CN", Quantity.pieces(pieces)))
    return replace(cart, member=lin(till).id, identified_by=how)


def asking(till: Till, cart: Cart, units: int, first: int | None = None) -> Cart:
    return ask_passes(cart, till.programme, load_wallet(till, cart.member).passes, units, first)


def quoted(till: Till, cart: Cart, *, online: bool = True) -> Quote:
    return price_cart(till, cart, lin(till), (), load_wallet(till, cart.member, online=online))


def sell(till: Till, cart: Cart, quote: Quote | None = None, *, online: bool = True) -> CompletedSale:
    quote = quote or quoted(till, cart, online=online)
    tenders = (Tender(TenderMethod.CASH, quote.due, quote.due),) if quote.due else ()
    return complete_sale(till, SaleRequest(cart, quote, till.programme, tenders, CASHIER, online=online))


def left(till: Till) -> list[int]:
    return [held.left for held in passes.held_passes(till, lin(till).id)]


def amount(till: Till, account: Account) -> int:
    with till.database.read() as connection:
        row = connection.exec_driver_sql("SELECT amount FROM account_balance WHERE account = ?", (int(account),))
        return int(row.scalar() or 0)


def give_back(till: Till, sale: SaleCompleted, coming: Sequence[int], request: bytes) -> CompletedRefund:
    (found,) = find_receipt(till, sale.receipt_number)
    original = open_return(till, found.summary.position)
    milli = tuple(1000 * pieces for pieces in coming)
    asked = RefundRequest(request, original.position, original.before, milli, CASHIER, StaffId("2001"))
    return complete_refund(till, asked)


def audited(till: Till, sale: SaleCompleted, done: CompletedSale) -> tuple[Difference, ...]:
    at = done.recorded.at
    return reprice(sale, at, till.programme, lambda sku, _revision: by_sku(till, sku), till.identity.store).differences


def outcome(quote: Quote) -> tuple[Status, str]:
    (found,) = [one for one in quote.benefits if one.kind == "pass"]
    return found.status, found.explanation.key


def test_the_pass_pays_named_units_and_the_rest_is_priced_as_if_they_were_not_there(till: Till) -> None:
    buy(till)
    cart = asking(till, basket(till, (TEA, 1), (LATTE, 2)), 1)
    ladder = [(row.step, row.amount.fen) for row in quoted(till, cart).ladder]
    assert ladder == [(Step.PASS, 2600), (Step.TIER_RATE, 1920 + 390)]
    done = sell(till, cart)
    assert [line.net.fen for line in done.sale.lines] == [10880, 2210], "85 折 on the tea and on one latte of two"
    assert done.sale.points_base.count == 130, "and no points on the other"
    assert left(till) == [9]
    assert audited(till, done.sale, done) == ()
    assert (amount(till, Account.PASS_LIABILITY), amount(till, Account.PASS_REVENUE)) == (-8910, -990)
    assert (amount(till, Account.SALES), amount(till, Account.PASS_SETTLED)) == (-18_000, 2600)


def test_a_settled_unit_counts_for_no_threshold_and_earns_nothing(till: Till) -> None:
    buy(till)
    cart = basket(till, (LATTE, 1))
    assert quoted(till, cart).earning.points.count == 22
    covered = asking(till, cart, 1)
    quote = quoted(till, covered)
    assert (quote.due.fen, quote.earning.points.count, quote.earning.spend.fen) == (0, 0, 0)
    done = sell(till, covered, quote)
    assert done.sale.tenders == ()
    assert done.sale.lines[0].adjustments == (LineAdjustment(0, Step.PASS, Money(2600)),)


def test_why_a_pass_settles_nothing_is_said(till: Till) -> None:
    coffee = buy(till)
    cart = asking(till, basket(till, (LATTE, 2)), 1)
    before = quoted(till, cart)
    assert outcome(before) == (Status.APPLIED, "by_pass")
    assert outcome(quoted(till, cart.without_passes())) == (Status.DECLINED, "not_chosen")
    unproven = replace(cart, identified_by=Identification.LAST_FOUR)
    assert outcome(quoted(till, unproven)) == (Status.NEEDS_IDENTIFICATION, "pass_needs_identification")
    tea = basket(till, (TEA, 1))
    wrong = replace(tea, lines=(replace(tea.lines[0], passes=cart.lines[0].passes),))
    assert outcome(quoted(till, wrong)) == (Status.EXCLUDED, "no_goods")
    passes.use_pass(till, PassUse(b"u", coffee.id, 10, CASHIER, Identification.PIN, online=True))
    assert outcome(quoted(till, cart)) == (Status.UNKNOWN, "pass_unknown"), "used up: no longer in the wallet"
    with pytest.raises(BenefitGone, match="no uses are left"):
        sell(till, cart, before)
    assert left(till) == [0]


def test_a_pass_for_other_goods_and_one_that_names_none_settle_nothing(till: Till) -> None:
    buy(till, "gym")
    cart = basket(till, (LATTE, 1))
    assert asking(till, cart, 1) == cart
    assert [one for one in quoted(till, cart).benefits if one.kind == "pass"] == []


def test_offline_a_pass_settles_one_unit_a_day(till: Till, clock: SteppingClock) -> None:
    buy(till)
    cart = basket(till, (LATTE, 2))
    offline = load_wallet(till, cart.member, online=False).passes
    one = ask_passes(cart, till.programme, offline, 2, None)
    assert one.pass_uses == 1
    sell(till, one, online=False)
    assert ask_passes(cart, till.programme, load_wallet(till, cart.member, online=False).passes, 1, None) == cart
    again = asking(till, replace(basket(till, (LATTE, 1))), 1)
    with pytest.raises(BenefitGone, match="offline a pass is good 1 time"):
        sell(till, again, quoted(till, again), online=False)
    clock.step(days=1)
    sell(till, asking(till, basket(till, (LATTE, 1)), 1), online=False)


def test_a_pass_for_a_period_settles_a_unit_a_day_and_loses_no_day(till: Till) -> None:
    buy(till, "month")
    cart = asking(till, basket(till, (LATTE, 2)), 2)
    assert cart.pass_uses == 1, "once a day"
    done = sell(till, cart)
    assert [(each.units, each.uses, each.revenue.fen) for each in done.sale.passes] == [(1, 0, 0)]
    assert audited(till, done.sale, done) == ()
    assert asking(till, basket(till, (LATTE, 1)), 1).pass_uses == 0
    undo_sale(till, done.recorded, CASHIER)
    assert asking(till, basket(till, (LATTE, 1)), 1).pass_uses == 1, "the day is free again"


def test_several_passes_settle_one_line_what_ends_soonest_first(till: Till) -> None:
    buy(till, "coffee10", b"1")
    buy(till, "month", b"2")
    cart = asking(till, basket(till, (LATTE, 3)), 3)
    done = sell(till, cart)
    rules = [done.sale.rules[each.rule] for each in done.sale.lines[0].adjustments]
    assert rules == ["pass:month", "pass:coffee10"]
    assert [each.units for each in done.sale.passes] == [1, 2]
    assert audited(till, done.sale, done) == ()


def test_money_comes_back_before_uses_and_any_parts_end_where_all_of_it_ends(till: Till) -> None:
    buy(till)
    liability = amount(till, Account.PASS_LIABILITY)
    done = sell(till, asking(till, basket(till, (LATTE, 3)), 2))
    assert (done.sale.due.fen, left(till)) == (2210, [8])
    first = give_back(till, done.sale, (1,), b"1").refund
    assert (first.amount.fen, first.passes) == (2210, ())
    second = give_back(till, done.sale, (1,), b"2").refund
    assert (second.amount.fen, [each.units for each in second.passes]) == (0, [1])
    assert left(till) == [9]
    third = give_back(till, done.sale, (1,), b"3").refund
    assert third.is_complete
    assert left(till) == [10]
    assert amount(till, Account.PASS_LIABILITY) == liability
    assert (amount(till, Account.PASS_REVENUE), amount(till, Account.PASS_SETTLED)) == (0, 0)
    assert (amount(till, Account.SALES), amount(till, Account.MEMBER_DISCOUNT)) == (0, 0)


def test_a_return_says_what_goes_back_to_which_pass_before_it_is_done(till: Till) -> None:
    buy(till)
    done = sell(till, asking(till, basket(till, (LATTE, 1)), 1))
    (found,) = find_receipt(till, done.sale.receipt_number)
    original = open_return(till, found.summary.position)
    preview = preview_return(till, original, (1000,))
    assert [(original.pass_name(each.asset).zh, each.uses) for each in preview.passes] == [("咖啡 10 次卡", 1)]
    returned = give_back(till, done.sale, (1,), b"1")
    receipt = refund_receipt_of(till, returned, "zh_CN")
    assert "咖啡 10 次卡           退回 1 次" in render(receipt, labels())
    assert refund_excess(done.sale, [returned.refund]) == []
    fields = [each.field for each in refund_excess(done.sale, [returned.refund, returned.refund])]
    assert f"passes[{done.sale.passes[0].asset.hex()[:8]}].pass" in fields
    assert all(each.sentence("en") for each in refund_excess(done.sale, [returned.refund] * 2))


def test_the_receipt_shows_the_pass_on_the_line_and_in_the_sum(till: Till) -> None:
    buy(till)
    done = sell(till, asking(till, basket(till, (LATTE, 2)), 1))
    lines = render(receipt_of(till, done, None, {}, labels(), "zh_CN"), labels())
    assert "  咖啡 10 次卡            -26.00" in lines
    assert "咖啡 10 次卡              -26.00" in lines


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"passes": ()}, "lines[0].adjustments[pass:coffee10]", Reason.RULE),
        ({"units": 2}, "lines[0].adjustments[pass:coffee10]", Reason.RULE),
        ({"uses": 0}, "passes[0].uses", Reason.USES),
        ({"line": 7}, "passes[0]", Reason.TORN),
    ],
)
def test_the_audit_names_a_pass_that_was_forged(till: Till, change: dict[str, Any], field: str, reason: Reason) -> None:
    buy(till)
    done = sell(till, asking(till, basket(till, (LATTE, 3)), 1))
    (used,) = done.sale.passes
    forged = change["passes"] if "passes" in change else (replace(used, **change),)
    found = audited(till, replace(done.sale, passes=forged), done)
    assert (field, reason) in [(each.field, each.reason) for each in found]


def test_the_same_pass_in_two_baskets_is_spent_once(till: Till) -> None:
    coffee = buy(till)
    passes.use_pass(till, PassUse(b"u", coffee.id, 9, CASHIER, Identification.PIN, online=True))
    one, two = (asking(till, basket(till, (LATTE, 1)), 1) for _each in range(2))
    first, second = quoted(till, one), quoted(till, two)
    sell(till, one, first)
    with pytest.raises(BenefitGone, match="no uses are left"):
        sell(till, two, second)
    assert left(till) == [0]
    assert sell(till, one, first).sale.due.fen == 0, "the same basket again is the same sale"
