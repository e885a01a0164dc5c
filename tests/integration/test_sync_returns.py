"""Returns over several tills: in any order of arrival, of another till's sale, and twice of the same goods."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.application.member_life import Authority, merge_members
from posapp.application.members import find_members
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import find_receipt, open_return
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import BalanceOpened
from posapp.domain.ids import StaffId
from posapp.domain.programme import parse_programme
from posapp.domain.time import BusinessDay
from posapp.storage import event_log
from sync.server import audit, verify
from sync.server.exceptions import Kind
from tests.integration.stocked_tills import PROGRAMME, Wish, application, inbox, sell, stocked
from tests.integration.sync_world import MERCHANT, START, World
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.refunds import CompletedRefund
    from posapp.application.till import Till as Shop
    from tests.integration.sync_world import Till


def give_back(shop: Shop, number: str, *coming: int) -> CompletedRefund:
    (found,) = find_receipt(shop, number)
    original = open_return(shop, found.summary.position)
    milli = coming or original.everything
    request = RefundRequest(os.urandom(16), original.position, original.before, milli, CASHIER, StaffId("2001"))
    return complete_refund(shop, request)


def two_tills(place: World) -> tuple[Till, Shop, Till, Shop, str]:
    """Two tills that know each other's sales, and the number of a member's sale by the first."""
    one, other = place.join("one"), place.join("other")
    first = stocked(one)
    who = one.open_card(13857166021)
    day = BusinessDay.of(START.date())
    one.record(BalanceOpened(who, day, Points(500), Growth(0), Money(0), 0, "import"))
    sold = sell(first, Wish((("BI001", 3), ("TL001", 1))), find_members(first, "6021").members[0])
    one.sync()
    other.sync()
    return one, first, other, application(other), sold.sale.receipt_number


def looked_at(place: World) -> list[str]:
    audit.audit(place.context, MERCHANT)
    report = verify.verify(place.context, MERCHANT)
    assert report.ok, report.differences
    items = inbox(place)
    assert {item.kind for item in items} <= {Kind.REFUND_EXCESS}
    return [item.detail for item in items]


def settle(place: World) -> None:
    for till in (*place.tills, *place.tills):
        till.sync()
    for till in place.tills:
        assert till.balances() == place.server_balances()


def test_another_till_of_the_store_takes_the_goods_back(place: World) -> None:
    one, _first, other, second, number = two_tills(place)
    done = give_back(second, number)
    assert done.refund.original_device == one.enrolment.device
    assert not done.refund.is_void, "a void is the selling till's own"
    settle(place)
    assert one.standing(13857166021) == other.standing(13857166021) == (500, 0, 0)
    (found,) = find_receipt(application(one), number)
    assert found.given_back == found.summary.due
    assert open_return(application(one), found.summary.position).is_empty
    assert looked_at(place) == []


def test_a_refund_that_arrives_before_its_sale(place: World) -> None:
    one, first, other, second, _number = two_tills(place)
    sold = sell(first, Wish((("BI001", 2),)), find_members(first, "6021").members[0])
    # The other till hears of the sale inside the shop, and is the first to reach the server.
    with one.database.read() as connection:
        stream = sold.recorded.stream
        rows = [each.values for each in event_log.events_after(connection, stream, 0, 1000)]
    with other.database.write() as connection:
        other.log.append_foreign(connection, stream, 1, rows)
    back = give_back(second, sold.sale.receipt_number)
    other.push_all()
    assert looked_at(place) == []
    one.sync()
    settle(place)
    assert looked_at(place) == []
    assert one.standing(13857166021)[2] == 1, "only the first sale is left"
    assert back.refund.is_complete


def test_two_tills_without_a_network_give_back_the_same_goods(place: World) -> None:
    one, first, other, second, number = two_tills(place)
    give_back(first, number, 2000, 0)
    give_back(second, number, 2000, 1000)
    settle(place)
    (detail,) = looked_at(place)
    assert f"receipt {number}: lines[0].quantity: sold 3, returned 4" in detail
    assert "售出 3, 已退 4" in detail
    before = place.contents()
    assert len(audit.audit(place.context, MERCHANT, again=True).found) == 1
    assert place.contents() == before, "one item however often it is looked at"
    for shop in (application(one), application(other)):
        (found,) = find_receipt(shop, number)
        original = open_return(shop, found.summary.position)
        assert original.everything == (0, 0), "nothing more comes back anywhere"


def test_without_a_network_only_the_selling_till_takes_goods_back(place: World) -> None:
    _one, first, _other, second, number = two_tills(place)
    (found,) = find_receipt(second, number)
    original = open_return(second, found.summary.position)
    assert not original.own
    request = RefundRequest(os.urandom(16), original.position, original.before, (1000, 0), CASHIER, online=False)
    with pytest.raises(InvalidField) as caught:
        complete_refund(second, request)
    assert "本机卖出" in caught.value.reason_zh
    (here,) = find_receipt(first, number)
    own = open_return(first, here.summary.position)
    assert complete_refund(first, replace(request, position=own.position)).refund.amount.fen > 0


def test_honest_parts_at_two_tills_are_no_exception(place: World) -> None:
    _one, first, other, second, number = two_tills(place)
    give_back(first, number, 1000, 0)
    settle(place)
    give_back(second, number, 2000, 0)
    other.sync()
    settle(place)
    give_back(first, number)
    settle(place)
    assert looked_at(place) == []


def test_a_return_after_a_merge_is_the_survivors_everywhere(place: World) -> None:
    one, first, other, _second, number = two_tills(place)
    survivor = one.open_card(13857166022)
    merge_members(first, survivor, one.member(13857166021), Authority(StaffId("1"), StaffId("2"), online=True))
    settle(place)
    back = give_back(application(other), number)
    assert (back.refund.member, back.refund.sold_to) == (survivor, one.member(13857166021))
    settle(place)
    assert one.standing(13857166022)[0] == other.standing(13857166022)[0] == 500
    assert one.standing(13857166021)[2] == other.standing(13857166021)[2] == 0, "the order was the merged member's"
    assert looked_at(place) == []


def test_X15_a_fee_is_reckoned_again_at_the_server(place: World) -> None:
    one, _other = place.join("one"), place.join("other")
    document = json.loads(PROGRAMME)
    document |= {"version": document["version"] + 1}
    document |= {"returns": {"fee": [{"on": {"categories": ["tea_leaf"]}, "rate": 1000}]}}
    first = replace(stocked(one), programme=parse_programme(document))
    with one.database.write() as connection:
        one.reference.put_programme(connection, document["version"], json.dumps(document).encode())
    number = sell(first, Wish((("BI001", 3), ("TL001", 3)))).sale.receipt_number
    settle(place)
    honest = give_back(first, number, 1000, 1000).refund
    assert honest.fee == Money(1280), "a tenth of the tea, and nothing of the biscuits"
    settle(place)
    assert looked_at(place) == []
    cash = honest.tenders[0]
    less = replace(cash, amount=cash.amount - Money(5000), handed=cash.handed - Money(5000))
    more = replace(honest.fees[0], amount=honest.fee + Money(5000))
    one.record(replace(honest, receipt_number="x", tenders=(less,), fees=(more,)))
    settle(place)
    (detail,) = looked_at(place)
    assert f"receipt {number}: fee: may cost 25.60, was charged 75.60" in detail


def test_a_forged_refund_is_listed(place: World) -> None:
    one, first, _other, _second, number = two_tills(place)
    honest = give_back(first, number, 1000, 0).refund
    more = replace(honest.tenders[0], amount=Money(90_000), handed=Money(90_000))
    line = replace(honest.lines[0], list_amount=honest.lines[0].list_amount + Money(90_000) - honest.amount)
    one.record(replace(honest, lines=(line,), tenders=(more,), member=None))
    one.record(replace(honest, original_sequence=1))
    settle(place)
    details = looked_at(place)
    assert len(details) == 2
    assert any("lines[0].amount" in each and "tenders[CASH]" in each for each in details)
    assert any("names no sale" in each and "原单不存在" in each for each in details)
