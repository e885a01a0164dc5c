"""Coupons over two tills and a server: issued at one and used at the other, and used at both."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from posapp.application import goods
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.coupons import BenefitGone, claim, open_batch
from posapp.application.members import find_members, open_card
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import find_receipt, open_return
from posapp.application.wallet import load_wallet
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Quantity
from posapp.domain.coupon_code import coupon_id
from posapp.domain.events import Tender
from posapp.domain.ids import Sku
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage.verify import verify
from sync.server import audit, exceptions
from sync.server import verify as server_verify
from sync.server.storage import schema
from tests.cases.coupon_shop import Counter, give_back, programme
from tests.integration.stocked_tills import application, inbox, stocked
from tests.integration.sync_world import MERCHANT, World
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.refunds import CompletedRefund
    from tests.integration.sync_world import Till

WELCOME: dict[str, Any] = {"id": "welcome", "on": "enrolled", "give": {"coupons": ["welcome5"]}}
POINTS: dict[str, Any] = {"id": "present", "on": "enrolled", "give": {"points": 100}}


def counter(till: Till, *triggers: dict[str, Any]) -> Counter:
    made = application(till)
    made.programme = parse_programme(programme(*(triggers or (WELCOME,))))
    return Counter(made)


def agree(place: World, *tills: Till) -> None:
    """Everybody has what everybody did, and each database is what its log says."""
    for _round in range(2):
        for till in tills:
            till.sync()
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in tills:
        report = verify(till.database)
        assert report.ok, report.differences
        assert till.balances().items() <= place.server_balances().items()


def test_a_coupon_issued_at_one_till_is_used_at_the_other_once(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here), counter(there)
    member = one.join(1)
    here.sync()
    there.sync()
    assert two.held(member.id) == ["welcome5"]
    late = one.request(one.basket(2000, member.id))
    assert two.sell(2000, member.id).sale.due == Money(1500)
    agree(place, here, there)
    assert one.held(member.id) == []
    with pytest.raises(BenefitGone):
        complete_sale(one.till, late)
    assert inbox(place) == []


def test_two_offline_tills_redeem_one_coupon_and_the_second_is_the_merchants_loss(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here), counter(there)
    member = one.join(1)
    for till in (here, there):
        till.sync()
    code = one.wallet(member.id).coupons[0].code
    second, first = one.sell(2000, member.id), two.sell(3000, member.id)
    assert [second.sale.due, first.sale.due] == [Money(1500), Money(2500)], "neither knew of the other"
    there.sync()
    assert inbox(place) == []
    here.sync()
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.COUPON_TWICE
    assert (item.device, item.sequence) == (here.enrolment.device, second.recorded.sequence)
    assert code in item.detail
    standing, lost = (item.detail.index(f"receipt {one.sale.receipt_number}") for one in (first, second))
    assert standing < lost, "the first in the merchant's order stands, whoever sold first"
    assert "the merchant bears it" in item.detail
    assert "由商家承担" in item.detail
    agree(place, here, there)
    assert len(inbox(place)) == 1, "sent again, it is the same item"
    assert here.balances()[coupon_id(code), Account.COUPON_REDEEMED] == 2


def test_a_coupon_that_came_back_may_be_used_again(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here), counter(there)
    member = one.join(1)
    done = one.sell(2000, member.id)
    assert give_back(one.till, done) == done.sale.coupons
    here.sync()
    there.sync()
    assert two.sell(2000, member.id).sale.due == Money(1500)
    agree(place, here, there)
    assert inbox(place) == []


def test_a_printed_code_claimed_here_is_nobody_elses_there(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here), counter(there)
    member = one.join(1)
    codes = open_batch(one.till, 7, CASHIER)
    assert two.quote(two.basket(8000, None, codes[0])).due == Money(8000), "not opened as far as this till knows"
    claim(one.till, member.id, codes[0], CASHIER)
    agree(place, here, there)
    assert two.quote(two.basket(8000, None, codes[0])).due == Money(8000)
    assert two.sell(8000, None, codes[1]).sale.due == Money(3000)
    assert two.sell(8000, member.id).sale.due == Money(3000)
    agree(place, here, there)
    assert one.quote(one.basket(8000, None, codes[1])).due == Money(8000)
    assert one.held(member.id) == ["welcome5"]


def test_one_card_opened_at_two_offline_tills_has_one_coupon_and_is_no_exception(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here), counter(there)
    assert one.join(1).id == two.join(1).id
    agree(place, here, there)
    (found,) = find_members(one.till, "13900000001").members
    assert one.wallet(found.id).coupons == two.wallet(found.id).coupons
    assert len(one.wallet(found.id).coupons) == 1
    assert inbox(place) == []


def test_points_that_two_offline_tills_gave_for_one_card_are_told(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here, POINTS), counter(there, POINTS)
    assert one.join(1).id == two.join(1).id
    agree(place, here, there)
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.OCCASION_TWICE
    assert item.device == there.enrolment.device
    assert "present" in item.detail


def test_a_sale_with_coupons_is_priced_again_to_the_fen(place: World) -> None:
    """A new card's first order: its own coupon, a flyer refused beside it, and the server agrees."""
    here = place.join("here")
    shop = stocked(here)
    member = open_card(shop, "13900000001", CASHIER.id).member
    wallet = load_wallet(shop, member.id, ("QH20",))
    cart = replace(new_cart(shop), member=member.id, identified_by=Identification.PHONE, codes=("QH20",))
    tea = goods.by_sku(shop, Sku("TL001"))
    assert tea is not None
    cart = cart.add(goods.line_of(tea, "zh_CN", Quantity.pieces(2)))
    quote = price_cart(shop, cart, member, (), wallet)
    assert quote.rules[-1] == "first20"
    paid = (Tender(TenderMethod.CASH, quote.due, quote.due),)
    complete_sale(shop, SaleRequest(cart, quote, shop.programme, paid, CASHIER))
    here.sync()
    summary = audit.audit(place.context, MERCHANT)
    assert (summary.sales, summary.found) == (1, [])


def test_a_mark_that_is_not_in_the_log_is_found(place: World) -> None:
    here = place.join("here")
    one = counter(here)
    one.sell(2000, one.join(1).id)
    here.sync()
    assert server_verify.verify(place.context, MERCHANT).ok
    row = (MERCHANT, b"h" * 16, int(Account.COUPON_REDEEMED), 1, 0, b"d", b"i", 9, 1, "x", "", b"")
    place.context.database.write(lambda connection: connection.execute(insert(schema.once_mark).values(row)))
    report = server_verify.verify(place.context, MERCHANT)
    assert [line for line in report.differences if line.startswith("once")]


def test_a_flyers_uses_add_up_over_tills(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here), counter(there)
    members = [one.join(number) for number in (1, 2)]
    agree(place, here, there)
    for who in members:
        one.sell(10000, who.id, "QH20")
    agree(place, here, there)
    assert two.quote(two.basket(10000, two.join(3).id, "QH20")).due == Money(9500), "used up; the welcome coupon counts"


BROUGHT: dict[str, Any] = {"id": "brought", "on": "sale", "give": {"coupons": ["back15"], "points": 30}}
FIRST: dict[str, Any] = {"id": "first_gift", "on": "first_sale", "give": {"coupons": ["cake"]}}


def returned(one: Counter, number: str) -> CompletedRefund:
    (found,) = find_receipt(one.till, number)
    original = open_return(one.till, found.summary.position)
    asked = RefundRequest(os.urandom(16), original.position, original.before, original.everything, CASHIER)
    return complete_refund(one.till, asked)


def test_what_a_sale_brought_goes_with_its_return_at_another_till(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here, BROUGHT, FIRST), counter(there, BROUGHT, FIRST)
    member = one.join(1)
    sold = one.sell(2000, member.id)
    assert one.held(member.id) == ["back15", "cake"]
    agree(place, here, there)
    back = returned(two, sold.sale.receipt_number)
    assert (len(back.gifts_gone), back.gift_points.count) == (2, 30)
    agree(place, here, there)
    assert one.held(member.id) == two.held(member.id) == []
    assert one.fresh(member.id).standing.points.count == 0
    assert inbox(place) == []
    one.sell(2000, member.id)
    agree(place, here, there)
    assert two.held(member.id) == ["back15", "cake"], "it is a first order again"
    assert inbox(place) == []


def test_two_offline_tills_take_the_same_gift_back_and_the_server_says_so(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here, BROUGHT), counter(there, BROUGHT)
    member = one.join(1)
    sold = one.sell(2000, member.id)
    agree(place, here, there)
    for till in (one, two):
        returned(till, sold.sale.receipt_number)
    agree(place, here, there)
    assert one.held(member.id) == two.held(member.id) == []
    assert len(inbox(place)) >= 1, "somebody has to look at it"
