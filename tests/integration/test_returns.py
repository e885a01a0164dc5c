"""Returning goods by the real use cases on a real database: what goes back, once, within the limits, and in words."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.application import goods, returnable
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.member_life import Authority, merge_members
from posapp.application.members import find_member, find_members
from posapp.application.refunds import (
    CompletedRefund,
    RefundRequest,
    complete_refund,
    preview_return,
    undo_sale,
)
from posapp.application.reprints import count_reprint, reprints
from posapp.application.returnable import Returnable, open_return
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import Sku, StaffId
from posapp.domain.programme import parse_programme
from posapp.domain.refund_audit import refund_excess
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage.verify import verify
from tests.integration.demo_shop import lin
from tests.integration.stocked_tills import Wish, sell
from tests.integration.tills import CASHIER, SteppingClock, reopened

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.application.checkout import CompletedSale
    from posapp.application.till import Till

MANAGER = StaffId("2001")


def opened(till: Till, sold: CompletedSale) -> Returnable:
    (found,) = returnable.find_receipt(till, sold.sale.receipt_number)
    return open_return(till, found.summary.position)


def asked(original: Returnable, *coming: int, approver: str = "2001") -> RefundRequest:
    """A request with an id of its own."""
    milli = tuple(coming) or original.everything
    return RefundRequest(os.urandom(16), original.position, original.before, milli, CASHIER, StaffId(approver))


def give_back(till: Till, original: Returnable, *coming: int, approver: str = "2001") -> CompletedRefund:
    return complete_refund(till, asked(original, *coming, approver=approver))


def test_everything_of_a_member_sale_comes_back(till: Till, clock: SteppingClock) -> None:
    before = lin(till).standing
    sold = sell(till, Wish((("TL001", 1), ("BI001", 2), ("CF001", 3)), points=800), lin(till))
    assert sold.sale.points_spent.count == 800
    clock.step(days=2)
    original = opened(till, sold)
    preview = preview_return(till, original, original.everything)
    assert preview.returned.amount == sold.sale.due
    assert (preview.cash, preview.round_up.fen, preview.is_void) == (sold.sale.due, 0, False)
    assert preview.points_after == before.points
    done = give_back(till, original)
    assert done.after is not None
    after = lin(till).standing
    assert (after.points, after.growth, after.spend, after.visits, after.orders) == (
        before.points, before.growth, before.spend, before.visits, before.orders,
    )  # fmt: skip
    assert done.refund.receipt_number == "261019-02-R0001"
    assert done.refund.is_complete
    assert opened(till, sold).is_empty
    assert verify(till.database).ok


def test_a_part_gives_back_what_the_part_cost(till: Till) -> None:
    sold = sell(till, Wish((("TL001", 1), ("BI001", 3)), points=800), lin(till))
    original = opened(till, sold)
    first = preview_return(till, original, (0, 1000))
    assert 0 < first.returned.amount.fen < sold.sale.lines[1].net.fen
    done = give_back(till, original, 0, 1000)
    assert done.refund.amount == first.returned.amount
    assert not done.refund.is_complete
    assert not done.refund.is_void
    again = opened(till, sold)
    assert again.before == (0, 1000)
    assert [str(line.left) for line in again.lines] == ["1", "2"]
    assert returnable.find_receipt(till, sold.sale.receipt_number)[0].given_back == done.refund.amount
    assert verify(till.database).ok


def test_pressing_twice_gives_back_once(till: Till, tmp_path: Path) -> None:
    original = opened(till, sell(till, Wish((("BI001", 3),))))
    request = asked(original, 1000)
    first = complete_refund(till, request)
    second = complete_refund(till, request)
    assert second.recorded == first.recorded
    till = reopened(till, tmp_path)
    assert complete_refund(till, request).recorded == first.recorded
    assert len(open_return(till, original.position).refunds) == 1
    with pytest.raises(InvalidField) as caught:
        give_back(till, original, 1000)
    assert "重新选" in caught.value.reason_zh, "another request over what was seen before is refused"
    third = give_back(till, open_return(till, original.position), 1000)
    assert third.recorded != first.recorded, "one more piece of the same goods is another refund"
    till.database.close()


def test_more_than_is_left_is_refused_with_the_goods_name(till: Till) -> None:
    original = opened(till, sell(till, Wish((("BI001", 3),))))
    give_back(till, original, 2000)
    left = open_return(till, original.position)
    with pytest.raises(InvalidField) as caught:
        preview_return(till, left, (2000,))
    assert "只剩 1 可退" in caught.value.reason_zh
    assert left.lines[0].name_zh in caught.value.reason_zh
    for coming in ((-1000,), (500,), (0,), (1000, 0)):
        with pytest.raises(InvalidField):
            give_back(till, left, *coming)


def test_much_cash_needs_somebody_else_however_it_is_split(till: Till) -> None:
    original = opened(till, sell(till, Wish((("TL001", 3),))))
    assert preview_return(till, original, (2000,)).needs_approver
    assert not preview_return(till, original, (1000,)).needs_approver
    for approver in ("", CASHIER.id):
        with pytest.raises(InvalidField) as caught:
            give_back(till, original, 2000, approver=approver)
        assert caught.value.field == "approver"
    give_back(till, original, 1000, approver="")
    rest = open_return(till, original.position)
    assert preview_return(till, rest, (1000,)).needs_approver, "parts do not slip below the limit"
    done = give_back(till, rest, 2000, approver="2001")
    assert done.refund.approver == MANAGER
    card = opened(till, sell(till, Wish((("TL001", 3),), method=TenderMethod.BANK_CARD)))
    assert not preview_return(till, card, card.everything).needs_approver, "only cash tempts"


def test_offline_only_own_sales_and_little_cash(till: Till) -> None:
    original = opened(till, sell(till, Wish((("TL001", 3),))))
    request = replace(asked(original, 2000), online=False)
    with pytest.raises(InvalidField) as caught:
        complete_refund(till, request)
    assert caught.value.field == "cash"
    assert "断网" in caught.value.reason_zh
    complete_refund(till, replace(request, coming=(1000,)))


def test_points_may_become_a_debt_and_cannot_be_spent_then(till: Till) -> None:
    who = next(one for one in find_members(till, "6021").members if one.standing.points.count < 100)
    start = who.standing.points.count
    earned = sell(till, Wish((("TL001", 3),)), who)
    gained = earned.sale.points_base.count + earned.sale.points_bonus.count
    rich = find_member(till, who.id)
    assert rich is not None
    spent = sell(till, Wish((("TL001", 2),), points=(start + gained) // 100 * 100), rich)
    assert spent.sale.points_spent.count > 0
    original = opened(till, earned)
    preview = preview_return(till, original, original.everything)
    assert preview.points_after is not None
    give_back(till, original)
    now = find_member(till, who.id)
    assert now is not None
    assert now.standing.points == preview.points_after
    assert verify(till.database).ok


def test_a_sale_is_undone_within_a_minute_and_once(till: Till, clock: SteppingClock) -> None:
    before = lin(till).standing
    sold = sell(till, Wish((("TL001", 3),)), lin(till))
    clock.step(seconds=60)
    done = undo_sale(till, sold.recorded, CASHIER)
    assert done.refund.is_void
    assert done.refund.approver == ""
    assert lin(till).standing.points == before.points
    assert lin(till).standing.orders == before.orders
    clock.step(seconds=60)
    assert undo_sale(till, sold.recorded, CASHIER).recorded == done.recorded
    late = sell(till, Wish((("BI001", 1),)))
    clock.step(seconds=61)
    with pytest.raises(InvalidField) as caught:
        undo_sale(till, late.recorded, CASHIER)
    assert "60" in caught.value.reason_zh


def test_a_void_is_of_the_same_day_and_of_everything(till: Till, clock: SteppingClock) -> None:
    day = opened(till, sell(till, Wish((("BI001", 2),))))
    assert preview_return(till, day, day.everything).is_void
    assert not preview_return(till, day, (1000,)).is_void
    give_back(till, day, 1000)
    rest = open_return(till, day.position)
    assert not preview_return(till, rest, rest.everything).is_void
    clock.step(days=1)
    assert not preview_return(till, rest, rest.everything).is_void


def test_a_coupon_comes_back_with_everything_only(till: Till) -> None:
    original = opened(till, sell(till, Wish((("TL001", 2), ("BI001", 1)), codes=("QH20",))))
    assert original.sale.coupons == ("QH20",)
    part = preview_return(till, original, (1000, 0))
    assert (part.coupons, part.coupons_lost) == ((), True)
    whole = preview_return(till, original, original.everything)
    assert (whole.coupons, whole.coupons_lost) == (("QH20",), False)
    assert give_back(till, original).refund.coupons == ("QH20",)


def test_sales_are_found_by_receipt_by_member_and_by_day(till: Till, clock: SteppingClock) -> None:
    first = sell(till, Wish((("BI001", 1),)))
    second = sell(till, Wish((("BI001", 2),)), lin(till))
    clock.step(days=1)
    third = sell(till, Wish((("BI001", 3),)))
    numbers = [each.sale.receipt_number for each in (first, second, third)]
    assert numbers == ["261017-02-0001", "261017-02-0002", "261018-02-0001"]

    def found(sales: list[returnable.ListedSale]) -> list[str]:
        return [one.summary.receipt_number for one in sales]

    assert found(returnable.find_receipt(till, "1")) == [numbers[2]]
    assert found(returnable.find_receipt(till, "2-1")) == [numbers[2]]
    assert found(returnable.find_receipt(till, numbers[0])) == [numbers[0]]
    assert found(returnable.sales_of_members(till, [lin(till).id])) == [numbers[1]]
    today = till.business_day()
    assert found(returnable.sales_of_day(till, today)) == [numbers[2]]
    assert found(returnable.sales_of_day(till, today.plus(-1))) == [numbers[1], numbers[0]]
    assert found(returnable.sales_of_day(till, today.plus(-2))) == []
    for unknown in ("9", "250101-01-0001", "x", ""):
        with pytest.raises(InvalidField) as caught:
            returnable.find_receipt(till, unknown)
        assert "收银台" in caught.value.reason_zh


def test_a_sale_priced_by_an_older_programme_comes_back_by_that_one(till: Till) -> None:
    before = lin(till).standing
    sold = sell(till, Wish((("TL001", 1), ("CF001", 2))), lin(till))
    document = till.programme.to_json() | {"version": till.programme.version + 1, "growth_per_yuan": 7}
    document["points"]["earn"] = {"points": 9}
    body = json.dumps(document).encode()
    newer = parse_programme(body)
    with till.database.write() as connection:
        till.reference.put_programme(connection, newer.version, body)
    till.programme = newer
    original = opened(till, sold)
    assert original.programme.version == sold.sale.programme_version
    part = preview_return(till, original, (0, 1000))
    assert 0 < part.returned.points_taken.count <= part.returned.amount.fen // 100 * 2 + 1
    give_back(till, original)
    assert lin(till).standing.points == before.points
    assert lin(till).standing.growth == before.growth


def test_a_pass_on_the_receipt_is_no_goods(till: Till) -> None:
    """Its uses would stay with the member while its price went out of the drawer."""
    template = next(each for each in till.programme.passes if each.price_fen)
    product = template.as_product
    tea = goods.by_sku(till, Sku("TL001"))
    assert tea is not None
    cart = new_cart(till).add(goods.line_of(tea, "zh_CN")).add(goods.line_of(product, "zh_CN"))
    who = lin(till)
    cart = replace(cart, member=who.id, identified_by=Identification.DYNAMIC_CODE, points_wanted=0)
    quote = price_cart(till, cart, who)
    paid = (Tender(TenderMethod.CASH, quote.due, quote.due),)
    sold = complete_sale(till, SaleRequest(cart, quote, till.programme, paid, CASHIER))
    original = opened(till, sold)
    assert [(line.is_pass, str(line.left)) for line in original.lines] == [(False, "1"), (True, "0")]
    assert original.lines[1].name_zh == template.name.zh
    assert original.everything == (1000, 0)
    with pytest.raises(InvalidField) as caught:
        give_back(till, original, 0, 1000)
    assert "卡券" in caught.value.reason_zh
    with pytest.raises(InvalidField) as caught:
        undo_sale(till, sold.recorded, CASHIER)
    assert "卡券" in caught.value.reason_zh
    done = give_back(till, original)
    assert not done.refund.is_complete
    assert verify(till.database).ok


def test_copies_are_counted_for_each_receipt_and_outlive_a_restart(till: Till, tmp_path: Path) -> None:
    assert reprints(till, "a") == 0
    assert [count_reprint(till, "a"), count_reprint(till, "b"), count_reprint(till, "a")] == [1, 1, 2]
    again = reopened(till, tmp_path)
    assert (reprints(again, "a"), reprints(again, "b"), count_reprint(again, "a")) == (2, 1, 3)
    again.database.close()


def test_a_sale_to_a_member_who_was_merged_since_is_the_survivors(till: Till) -> None:
    who, survivor = find_members(till, "6021").members[:2]
    start = survivor.standing.points.count + who.standing.points.count
    sold = sell(till, Wish((("TL001", 2),)), who)
    merge_members(till, survivor.id, who.id, Authority(MANAGER, StaffId("2002"), online=True))
    original = opened(till, sold)
    assert original.member is not None
    assert original.member.id == survivor.id
    done = give_back(till, original)
    assert (done.refund.member, done.refund.sold_to) == (survivor.id, who.id)
    after = find_member(till, survivor.id)
    assert after is not None
    assert after.standing.points.count == start
    with till.database.read() as connection:
        days = connection.exec_driver_sql("SELECT net, orders FROM member_day WHERE member = ?", (who.id,)).fetchall()
    assert [tuple(day) for day in days] == [(0, 0)], "the day was that member's"
    assert refund_excess(sold.sale, [done.refund]) == []
    assert verify(till.database).ok
