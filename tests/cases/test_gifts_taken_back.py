"""What a sale brought goes with the sale, through the use cases (domain.md §2.5, §2.6; X-21, W-32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from posapp.application.checkout import CompletedSale, complete_sale
from posapp.application.coupon_report import coupon_report
from posapp.application.refund_receipts import refund_receipt_of
from posapp.application.refunds import CompletedRefund, RefundRequest, complete_refund, preview_return, undo_sale
from posapp.application.returnable import Returnable, open_return
from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.events import GiftsTakenBack
from posapp.domain.ids import MemberId, Sku, StaffId
from posapp.domain.sale import CartLine
from posapp.storage import event_search, sales
from tests.cases.coupon_shop import Counter, Open
from tests.integration.tills import CASHIER, SteppingClock

FIRST = {"id": "first_gift", "on": "first_sale", "give": {"coupons": ["back15"]}}
BIG = {"id": "big_order", "on": "sale", "min_amount": "50.00", "give": {"coupons": ["back15"], "points": 30}}
BOSS = StaffId("9001")
GOLD = {"id": "gold", "on": "tier_reached", "tier": "gold", "give": {"coupons": ["cake"], "cards": ["platinum"]}}


def opened(counter: Counter, done: CompletedSale) -> Returnable:
    with counter.till.database.read() as connection:
        place = sales.find(connection, done.recorded.stream, done.recorded.sequence)
    assert place is not None
    return open_return(counter.till, place.position)


def back(counter: Counter, done: CompletedSale, coming: Sequence[int] | None = None) -> CompletedRefund:
    """So many milli-units of each line come back, all that is left where nothing is said.

    What was shown before it was confirmed is what is then done.
    """
    original = opened(counter, done)
    wanted = tuple(coming) if coming is not None else original.everything
    shown = preview_return(counter.till, original, wanted)
    asked = RefundRequest(counter.till.entropy.bytes(16), original.position, original.before, wanted, CASHIER, BOSS)
    refund = complete_refund(counter.till, asked)
    assert (refund.gifts_gone, refund.gift_points) == (shown.gifts_gone, shown.gift_points)
    assert refund.after is not None
    assert refund.after.points == shown.points_after
    assert complete_refund(counter.till, asked).recorded == refund.recorded, "asked twice is done once"
    return refund


def keep(counter: Counter, fen: int, who: MemberId) -> CompletedSale:
    """Sell one thing to somebody who saves their coupons."""
    saved = {coupon.code: False for coupon in counter.wallet(who).coupons}
    return complete_sale(counter.till, counter.request(replace(counter.basket(fen, who), chosen=saved)))


def taken(counter: Counter) -> list[GiftsTakenBack]:
    with counter.till.database.read() as connection:
        return event_search.of_kind(connection, GiftsTakenBack)


def three(counter: Counter, who: MemberId, fen: int = 2000) -> CompletedSale:
    """Three things at this price, each on a line of its own."""
    lines = tuple(CartLine(Sku(f"T{n}"), "茶", Quantity.pieces(1), Money(fen)) for n in range(3))
    return complete_sale(counter.till, counter.request(replace(counter.basket(fen, who), lines=lines)))


def test_X21_a_first_orders_coupon_goes_with_it_and_the_next_first_order_brings_it_again(shop: Open) -> None:
    counter = shop(FIRST)
    who = counter.join(1).id
    done = counter.sell(5000, who)
    assert counter.held(who) == ["back15"]
    refund = back(counter, done)
    assert counter.held(who) == []
    assert [name.zh for name in refund.gifts_gone] == ["back15"]
    assert refund_receipt_of(counter.till, refund, "zh_CN").gifts_gone == ("back15",)
    counter.sell(5000, who)
    assert counter.held(who) == ["back15"], "nothing was kept: it is a first order again"
    keep(counter, 5000, who)
    assert counter.held(who) == ["back15"]


def test_W32_a_coupon_that_one_may_have_once_comes_again_where_it_was_taken_back(shop: Open) -> None:
    counter = shop({**FIRST, "give": {"coupons": ["welcome5"]}})
    who = counter.join(1).id
    for _again in range(3):
        done = counter.sell(5000, who)
        assert counter.held(who) == ["welcome5"]
        back(counter, done)
        assert counter.held(who) == []


@pytest.mark.parametrize("first", [0, 1])
def test_whichever_of_two_orders_came_back_last_takes_it(shop: Open, first: int) -> None:
    counter = shop(FIRST)
    who = counter.join(1).id
    done = [keep(counter, 5000, who) for _ in range(2)]
    back(counter, done[first])
    assert counter.held(who) == ["back15"], "one order is still kept"
    back(counter, done[1 - first])
    assert counter.held(who) == [], "every order came back"


def test_what_was_used_stays_and_the_occasion_with_it(shop: Open, clock: SteppingClock) -> None:
    counter = shop(FIRST)
    who = counter.join(1).id
    done = counter.sell(5000, who)
    used = counter.sell(5000, who)
    assert used.sale.due == Money(3500)
    back(counter, used)
    assert counter.held(who) == ["back15"], "the coupon returns with the order that used it"
    clock.step(days=1)
    again = counter.sell(5000, who)
    assert again.sale.due == Money(3500)
    back(counter, done)
    assert taken(counter) == []
    assert counter.held(who) == []


def test_a_used_gift_leaves_its_points_to_be_taken_once_and_the_occasion_closed(shop: Open) -> None:
    counter = shop(BIG)
    who = counter.join(1).id
    done = three(counter, who)
    assert done.after is not None
    assert done.after.points == Points(60 + 30)
    counter.sell(3000, who)
    assert counter.held(who) == [], "the coupon is used"
    refund = back(counter, done, (1000, 0, 0))
    assert (refund.gifts_gone, refund.gift_points) == ((), Points(30)), "40.00 are left of 50.00"
    last = back(counter, done)
    assert (last.gifts_gone, last.gift_points) == ((), Points(0)), "once"
    assert last.after is not None
    assert last.after.points == Points(15), "of the other order alone"
    assert [one.is_whole for one in taken(counter)] == [False]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_parts_in_any_order_end_where_one_whole_return_ends(shop: Open, order: tuple[int, ...]) -> None:
    """Trap 5 for gifts: three lines come back one by one."""
    counter = shop(BIG, FIRST)
    who = counter.join(1).id
    done = three(counter, who)
    assert counter.held(who) == ["back15", "back15"]
    held = []
    for place in order:
        back(counter, done, tuple(1000 * (place == line) for line in range(3)))
        held.append(counter.held(who))
    assert held == [["back15"], ["back15"], []], "the size is missed at once, the first order is kept to the last"
    assert counter.fresh(who).standing.points == Points(0)
    assert len(taken(counter)) == 2


def test_points_of_a_gift_that_were_spent_are_owed(shop: Open) -> None:
    counter = shop({"id": "big", "on": "sale", "give": {"points": 200}})
    who = counter.join(1).id
    done = counter.sell(1000, who)
    assert done.after is not None
    assert done.after.points == Points(210)
    refund = back(counter, done)
    assert refund.gift_points == Points(200)
    assert refund.after is not None
    assert refund.after.points == Points(0)
    receipt = refund_receipt_of(counter.till, refund, "en")
    assert receipt.member is not None
    assert (receipt.member.points_before, receipt.member.points_taken, receipt.member.points_after) == (
        Points(210), Points(210), Points(0),
    )  # fmt: skip


def test_a_tiers_gift_goes_when_the_tier_does_and_comes_back_with_it(shop: Open) -> None:
    counter = shop(GOLD)
    who = counter.join(1).id
    counter.sell(10_000, who)
    done = counter.sell(190_000, who)
    assert (counter.held(who), len(counter.wallet(who).cards)) == (["cake"], 1)
    small = keep(counter, 1000, who)
    back(counter, small)
    assert counter.held(who) == ["cake"], "2,000.00 are kept: gold still"
    refund = back(counter, done)
    assert [name.zh for name in refund.gifts_gone] == ["cake", "platinum"]
    assert (counter.held(who), counter.wallet(who).cards) == ([], ())
    counter.sell(190_000, who)
    assert (counter.held(who), len(counter.wallet(who).cards)) == (["cake"], 1)


def test_ctrl_z_takes_it_back_too(shop: Open) -> None:
    counter = shop(FIRST)
    who = counter.join(1).id
    done = counter.sell(5000, who)
    undo_sale(counter.till, done.recorded, CASHIER)
    assert counter.held(who) == []
    assert undo_sale(counter.till, done.recorded, CASHIER).refund.is_complete
    assert len(taken(counter)) == 1


def test_what_joining_and_days_brought_is_nobodys_sale(shop: Open) -> None:
    counter = shop({"id": "welcome", "on": "enrolled", "give": {"coupons": ["welcome5"]}}, FIRST)
    who = counter.join(1).id
    done = keep(counter, 5000, who)
    assert counter.held(who) == ["back15", "welcome5"]
    back(counter, done)
    assert counter.held(who) == ["welcome5"]


def test_the_report_of_coupons_counts_it_as_never_given(shop: Open) -> None:
    counter = shop(FIRST, GOLD)
    who = counter.join(1).id
    back(counter, counter.sell(250_000, who))
    report = coupon_report(counter.till, counter.till.business_day())
    assert report.differences == {}
    assert (report.total.issued, report.total.open_) == (0, 0)
    counter.sell(5000, who)
    report = coupon_report(counter.till, counter.till.business_day())
    assert report.differences == {}
    assert (report.total.issued, report.total.open_) == (1, 1)
