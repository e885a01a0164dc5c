"""Points, gifts and tiers at two stores and the real server: one member, one pool, one tier."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, member_view, new_cart, price_cart
from posapp.application.draws import draw_once, open_draw
from posapp.application.gifts import Buyer, gift_pool, redeem_gift, supply_pool
from posapp.application.members import find_member
from posapp.application.points import check_in
from posapp.application.points_expiry import expire_points
from posapp.application.tiers import give_tier
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.events import SaleCompleted
from posapp.domain.ids import MemberId, Sku, StaffId
from posapp.domain.programme import parse_programme
from posapp.domain.sale import CartLine, Identification
from posapp.storage import sales
from posapp.storage.verify import verify
from sync.server import audit, exceptions
from sync.server import verify as server_verify
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, START, World
from tests.integration.tills import CASHIER, DEMO

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.points_held import PointsOnDay
    from tests.integration.sync_world import Till

GIFT = {"id": "lamp", "name": "台灯", "points": 300, "stock": 1}
DRAW = {"id": "lucky", "points": 50, "prizes": [{"id": "back", "odds": 10000, "kind": "points", "points": 20}]}
MANAGER = StaffId("9001")
PROVEN = Identification.DYNAMIC_CODE


def selling(till: Till, *, first: bool = False) -> Application:
    """A till with the demo's programme, whose pool is one lamp; the first one publishes it."""
    document = json.loads((DEMO / "programme.json").read_bytes())
    document |= {"gifts": [GIFT], "draws": [DRAW], "points_life": {"months": 12}}
    made = application(till)
    made.programme = parse_programme(document)
    if first:
        with till.database.write() as connection:
            till.reference.put_programme(connection, made.programme.version, made.programme.canonical)
    return made


def buy(till: Application, who: MemberId, yuan: str, points: int = 0) -> None:
    line = CartLine(Sku("T1"), "tea", Quantity.pieces(1), Money.parse(yuan))
    cart = replace(new_cart(till).add(line), member=who, identified_by=PROVEN, points_wanted=points)
    quote = price_cart(till, cart, find_member(till, who))
    assert quote.points_spent.count == points
    complete_sale(till, SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER))


def points(till: Application, who: MemberId) -> PointsOnDay:
    member = find_member(till, who)
    assert member is not None
    return member.points_on(till.business_day())


def tier(till: Application, who: MemberId) -> str:
    member = find_member(till, who)
    assert member is not None
    return member_view(till.programme, member, till.business_day()).tier


def settle(place: World) -> None:
    """Everybody hears of everything, and holds what their log says."""
    for till in (*place.tills, *place.tills):
        till.sync()
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in place.tills:
        report = verify(till.database)
        assert report.ok, report.differences


def test_lots_are_known_at_the_other_store_and_lapse_there_too(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here, first=True), selling(there)
    who = here.open_card(1)
    buy(counter, who, "1000.00")
    settle(place)
    assert (points(branch, who).available, len(points(branch, who).lots)) == (950, 1)
    buy(branch, who, "10.00", points=400)
    settle(place)
    assert points(counter, who) == points(branch, who)
    assert points(counter, who).available == 950 - 400 + 5
    for till in (here, there):
        till.clock.instant = START + timedelta(days=400)
    assert points(counter, who).available == points(branch, who).available == 0
    assert (expire_points(counter).points, expire_points(branch).points) == (555, 555), "neither heard of the other"
    settle(place)
    assert points(counter, who).available == points(branch, who).available == 0
    assert expire_points(counter).points == -555, "one of them was too much"
    settle(place)
    member = find_member(branch, who)
    assert member is not None
    assert member.standing.points.count == 0
    assert expire_points(branch).members == 0


def test_W28_the_last_gift_of_two_tills_is_handed_over_once_online_and_listed_when_both_were_offline(
    place: World,
) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = selling(here, first=True), selling(there)
    people = [here.open_card(number) for number in (1, 2, 3)]
    supply_pool(counter, CASHIER)
    for who in people:
        buy(counter, who, "400.00")
    settle(place)
    first, second, third = (Buyer(who, PROVEN) for who in people)
    redeem_gift(counter, first, "lamp", CASHIER, os.urandom(16))
    assert gift_pool(branch, second.member).offers[0].left == 1, "it has not heard"
    redeem_gift(branch, second, "lamp", CASHIER, os.urandom(16), online=False)
    settle(place)
    for till in (counter, branch):
        assert gift_pool(till, third.member).offers[0].left == 0
        with pytest.raises(InvalidField, match="None is left"):
            redeem_gift(till, third, "lamp", CASHIER, os.urandom(16))
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.OVERDRAFT
    assert item.device == there.enrolment.device
    assert "STOCK" in item.detail
    assert "by 1" in item.detail, "one gift too many, as many as there were tills offline less one"


def test_check_ins_go_on_from_store_to_store(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here, first=True), selling(there)
    who = here.open_card(1)
    for day, till in enumerate((counter, branch, counter), 1):
        assert check_in(till, who, CASHIER).streak == day
        settle(place)
        with pytest.raises(InvalidField, match="today"):
            check_in(branch if till is counter else counter, who, CASHIER)
        for one in (here, there):
            one.clock.instant = START + timedelta(days=day)


def test_a_draw_opened_at_one_till_is_open_at_the_other(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = selling(here, first=True), selling(there)
    who = here.open_card(1)
    buy(counter, who, "200.00")
    open_draw(counter, "lucky", CASHIER.id)
    settle(place)
    branch.has_server = True
    drawn = draw_once(branch, Buyer(who, PROVEN), "lucky", CASHIER, os.urandom(16), online=True)
    assert (drawn.made.prize, drawn.made.nth) == ("back", 1)
    settle(place)
    again = draw_once(counter, Buyer(who, PROVEN), "lucky", CASHIER, os.urandom(16))
    assert again.made.nth == 2


def test_a_tier_is_held_at_every_store_and_the_server_knows_who_gave_it(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here, first=True), selling(there)
    who, friend = here.open_card(1), here.open_card(2)
    buy(counter, who, "2400.00")
    give_tier(counter, friend, "gold", counter.business_day().plus(30), CASHIER, MANAGER, "VIP")
    settle(place)
    assert (tier(branch, who), tier(branch, friend)) == ("gold", "gold")
    buy(branch, friend, "100.00")
    settle(place)
    summary = audit.audit(place.context, MERCHANT)
    assert summary.found == [], summary.found
    for till in (here, there):
        till.clock.instant = START + timedelta(days=367)
    assert (tier(branch, who), tier(counter, who)) == ("silver", "silver"), "the same review at both"
    assert tier(branch, friend) == "normal"


def test_a_tier_whose_promise_ran_out_is_not_priced_again(place: World) -> None:
    """A till that goes on selling at gold, though the year did not reach it again, is listed."""
    here = place.join("here")
    counter = selling(here, first=True)
    who = here.open_card(1)
    buy(counter, who, "2400.00")
    buy(counter, who, "50.00")
    settle(place)
    assert audit.audit(place.context, MERCHANT).found == []
    honest = latest_sale(here)
    assert honest.tier == "gold"
    here.clock.instant = START + timedelta(days=380)
    here.record(replace(honest, business_day=counter.business_day()))
    settle(place)
    (found,) = priced_wrongly(place)
    assert "tier: priced as gold" in found.detail
    buy(counter, who, "50.00")
    settle(place)
    assert latest_sale(here).tier == "silver"
    assert priced_wrongly(place) == []


def priced_wrongly(place: World) -> list[exceptions.Finding]:
    """What a pass finds, but for clocks: the server's stands while the tills' go on."""
    found = audit.audit(place.context, MERCHANT).found
    return [one for one in found if one.kind is exceptions.Kind.PRICE_DIFFERENCE]


def latest_sale(till: Till) -> SaleCompleted:
    """The sale that was recorded last."""
    with till.database.read() as connection:
        (last,) = sales.recent(connection, 1)
        found = sales.sale_at(connection, last.position)
    assert found is not None
    assert isinstance(found.event, SaleCompleted)
    return found.event
