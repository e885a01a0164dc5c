"""What one store gave goes with a return at another: at once where it is known there, else once it is heard of.

A first order's coupon and a tier's card are given for all orders of a member, wherever they were made.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from posapp.application.assets_in_time import let_time_pass
from posapp.application.coupon_report import coupon_report
from posapp.application.member_life import Authority, merge_members
from posapp.application.refunds import RefundRequest, complete_refund, preview_return
from posapp.application.returnable import open_return
from posapp.domain.amounts import Points
from posapp.domain.events import GiftsTakenBack
from posapp.domain.ids import StaffId
from posapp.domain.programme import parse_programme
from posapp.storage import event_search, sales
from tests.cases.coupon_shop import programme
from tests.cases.test_gifts_taken_back import keep
from tests.integration.stocked_tills import inbox
from tests.integration.test_sync_coupons import agree, counter
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.checkout import CompletedSale
    from posapp.application.refunds import CompletedRefund, ReturnPreview
    from posapp.application.till import Till as Application
    from tests.cases.coupon_shop import Counter
    from tests.integration.sync_world import Till, World

FIRST: dict[str, Any] = {"id": "first_gift", "on": "first_sale", "give": {"coupons": ["back15"], "points": 30}}
GOLD: dict[str, Any] = {
    "id": "gold",
    "on": "tier_reached",
    "tier": "gold",
    "give": {"coupons": ["cake"], "cards": ["platinum"]},
}
BOSS = StaffId("9001")


def shown(till: Application, done: CompletedSale, *, online: bool = True) -> ReturnPreview:
    with till.database.read() as connection:
        place = sales.find(connection, done.recorded.stream, done.recorded.sequence)
    original = open_return(till, place.position if place is not None else 0)
    return preview_return(till, original, original.everything, online=online)


def give_back(till: Application, done: CompletedSale, *, online: bool = True) -> CompletedRefund:
    with till.database.read() as connection:
        place = sales.find(connection, done.recorded.stream, done.recorded.sequence)
    original = open_return(till, place.position if place is not None else 0)
    asked = RefundRequest(
        till.entropy.bytes(16), original.position, original.before, original.everything, CASHIER, BOSS, online=online
    )
    return complete_refund(till, asked)


def taken(till: Application) -> list[GiftsTakenBack]:
    """What the log of this till's store says was taken back."""
    with till.database.read() as connection:
        return event_search.of_kind(connection, GiftsTakenBack)


def sync(*tills: Till) -> None:
    for _round in range(2):
        for till in tills:
            till.sync()


def next_day(*tills: Till) -> None:
    for till in tills:
        till.clock.instant += timedelta(days=1)


def no_differences(*counters: Counter) -> list[int]:
    """How many coupons each store's report calls issued; each explains its accounts."""
    reports = [coupon_report(each.till) for each in counters]
    assert [each.differences for each in reports] == [{} for _ in counters]
    return [each.total.issued for each in reports]


def test_the_last_order_of_all_comes_back_at_the_other_store_and_the_gift_goes_there(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here, FIRST), counter(there, FIRST)
    who = one.join(1).id
    first = one.sell(5000, who)
    sync(here, there)
    other = keep(two, 1000, who)
    sync(here, there)
    assert not give_back(one.till, first).gifts_gone, "an order is still kept at the other store"
    sync(here, there)
    preview = shown(two.till, other)
    assert ([name.zh for name in preview.gifts_gone], preview.gift_points.count) == (["back15"], 30)
    assert not preview.gifts_later
    back = give_back(two.till, other)
    assert (back.gift_points.count, len(taken(two.till)), taken(one.till)) == (30, 1, [])
    sync(here, there)
    assert one.held(who) == two.held(who) == []
    assert one.fresh(who).standing.points == two.fresh(who).standing.points == Points(0)
    assert no_differences(one, two) == [1, -1], "given here, taken back there: none in all"
    next_day(here, there)
    assert let_time_pass(one.till) == let_time_pass(two.till) == 0, "once"
    agree(place, here, there)
    assert inbox(place) == []

    sync(here, there)
    keep(two, 5000, who)
    sync(here, there)
    assert one.held(who) == ["back15"], "nothing was kept: it is a first order again, wherever it is made"


def test_a_tier_that_a_return_elsewhere_ends_takes_its_gift_once_the_store_that_gave_it_hears_of_it(
    place: World,
) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here, GOLD), counter(there, GOLD)
    who = two.join(1).id
    early = keep(two, 15_000, who)
    sync(there, here)
    keep(one, 190_000, who)
    assert (one.held(who), len(one.wallet(who).cards)) == (["cake"], 1)

    preview = shown(two.till, early, online=False)
    assert (preview.gifts_gone, preview.gifts_later) == ((), True), "it was not told yet, and says so"
    give_back(two.till, early, online=False)
    assert taken(two.till) == []
    assert let_time_pass(one.till) == 0, "the store that gave it has not heard of the return"
    sync(there, here)
    assert one.held(who) == ["cake"]
    next_day(here, there)
    assert (let_time_pass(two.till), let_time_pass(one.till)) == (0, 1), "whoever gave it"
    (event,) = taken(one.till)
    assert (event.operator, event.receipt_number, event.is_whole) == ("", "", True)
    sync(here, there)
    for each in (one, two):
        assert (each.held(who), each.wallet(who).cards) == ([], ())
    assert no_differences(one, two) == [0, 0]
    agree(place, here, there)
    assert inbox(place) == []


def test_stricter_rules_and_a_merge_take_nothing(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here, GOLD), counter(there, GOLD)
    who, into = one.join(1).id, one.join(2).id
    keep(one, 200_000, who)
    tiers = [{"code": "normal"}, {"code": "gold", "any_of": {"spend": "9000.00"}}]
    one.till.programme = parse_programme(programme(GOLD, tiers=tiers))
    assert let_time_pass(one.till) == 0
    assert one.held(who) == ["cake"]
    one.till.programme = two.till.programme
    merge_members(one.till, into, who, Authority(CASHIER.id, BOSS, online=True))
    sync(here, there)
    next_day(here, there)
    assert let_time_pass(one.till) == 0
    assert two.held(into) == ["cake"]
