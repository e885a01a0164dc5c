"""A card transferred at one store is the receiver's at another; what was spent of it there meanwhile is the giver's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.application import member_life as life
from posapp.application import passes
from posapp.application.assets_in_time import let_time_pass
from posapp.application.member_life import Authority, Notice, Transfer
from posapp.application.passes import PassOrder, PassReturnPreview, PassUse
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.pin import check_pin, set_pin
from posapp.application.stored_value.settlement import CloseRequest, close_card, preview_close
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground, Tender
from posapp.domain.ids import StaffId
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import sales
from sync.server import exceptions
from tests.cases.stored_shop import PAPER, PROGRAMME
from tests.cases.test_wallet_transfer import TAKERS_PAPER
from tests.integration.stocked_tills import inbox
from tests.integration.sync_world import World
from tests.integration.test_sync_stored_value import agrees, balances, charge, pay, selling
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId

BOSS = Authority(CASHIER.id, StaffId("9001"), online=True)
PASS = {"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}


def transfer_all(till: Application, giver: MemberId, receiver: MemberId) -> None:
    for number, one in enumerate(life.transferable_claims(till, giver, receiver)):
        wanted = Transfer(bytes([number]), giver, receiver, one, Notice.TOGETHER, TAKERS_PAPER)
        assert life.transfer_claim(till, wanted, BOSS) is not None


def test_what_was_transferred_here_is_the_receivers_there(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    sold = parse_programme(json.dumps(PROGRAMME | {"passes": [PASS]}).encode()).passes
    counter.programme = replace(counter.programme, passes=sold)
    giver, receiver = here.open_card(6021, "林晓梅"), here.open_card(6022, "王小明")
    charge(counter, giver, "1000.00")
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    passes.sell_pass(counter, PassOrder(b"p", giver, "two", paid, CASHIER))
    set_pin(counter, giver, "024680")
    set_pin(counter, receiver, "135791")
    here.sync()
    there.sync()
    assert balances(giver, branch) == [100_000]

    transfer_all(counter, giver, receiver)
    here.sync()
    there.sync()
    assert balances(giver, counter, branch) == [0, 0]
    assert balances(receiver, counter, branch) == [100_000, 100_000]
    assert [one.left for one in passes.held_passes(branch, receiver)] == [2]
    check_pin(branch, receiver, "135791")
    with pytest.raises(InvalidField, match="more tries"):
        check_pin(branch, receiver, "024680")
    with pytest.raises(InvalidField, match=r"only 0\.00"):
        pay(branch, giver, "10.00", online=False)
    pay(branch, receiver, "300.00", online=True)
    there.sync()
    here.sync()
    assert balances(receiver, counter, branch) == [70_000, 70_000]
    assert inbox(place) == []
    assert here.balances() == there.balances() == place.server_balances()
    agrees(place, here, there)


def test_what_a_silent_till_let_the_giver_spend_is_told_and_the_receiver_keeps_all(place: World) -> None:
    """No share and no limit holds a transfer back: as with a closing, who bears it is decided afterwards (adr/0011)."""
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    giver, receiver = here.open_card(6021, "林晓梅"), here.open_card(6022, "王小明")
    charge(counter, giver, "80.00")
    here.sync()
    there.sync()
    transfer_all(counter, giver, receiver)
    pay(branch, giver, "50.00", online=False)
    here.sync()
    there.sync()
    here.sync()
    assert balances(giver, counter, branch) == [-50_00, -50_00]
    assert balances(receiver, counter, branch) == [80_00, 80_00]
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.OVERDRAFT
    assert item.device == there.enrolment.device
    assert item.detail.endswith("overdrawn by 5000")
    (owed,) = life.transferable_claims(counter, giver, receiver)
    assert owed.refusal is not None, "a debt is not handed on"
    agrees(place, here, there)


def test_two_tills_that_transfer_one_card_at_once_leave_one_exception(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    giver = here.open_card(6021, "林晓梅")
    first, second = here.open_card(6022, "王小明"), here.open_card(6023, "赵敏")
    charge(counter, giver, "80.00")
    here.sync()
    there.sync()
    transfer_all(counter, giver, first)
    transfer_all(branch, giver, second)
    for till in (here, there, here):
        till.sync()
    assert [balances(who, counter, branch) for who in (giver, first, second)] == [
        [-80_00, -80_00],
        [80_00, 80_00],
        [80_00, 80_00],
    ]
    (item,) = inbox(place)
    assert (item.kind, item.device) == (exceptions.Kind.OVERDRAFT, there.enrolment.device)
    agrees(place, here, there)


def test_goods_that_come_back_after_a_transfer_are_worth_the_same_at_every_till(place: World) -> None:
    """The example of tests/cases/test_returns_after_closing: 1000 and 200, 600 used, handed over, and brought back."""
    here, there = place.join("here"), place.join("there")
    counter, second = selling(here), selling(there)
    for till in (counter, second):
        till.programme = parse_programme(json.dumps(PROGRAMME).encode())
    giver, receiver = here.open_card(6021, "林晓梅"), here.open_card(6022, "王小明")
    top_up(counter, TopUp(b"1", "main", giver, CASHIER, Money(100_000), TenderMethod.CASH, plan="p1000", paper=PAPER))
    pay(counter, giver, "600.00", online=True)
    transfer_all(counter, giver, receiver)
    here.sync()
    there.sync()
    with there.database.read() as connection:
        sold = sales.recent(connection, 1)[0].position
    complete_refund(second, RefundRequest(b"r", sold, (0,), (1000,), CASHIER))
    there.sync()
    here.sync()
    for device in (here, there):
        device.clock.instant += timedelta(days=30)
    assert [due(till, giver) for till in (counter, second)] == [60_000, 60_000]
    assert [due(till, receiver) for till in (counter, second)] == [40_000, 40_000]

    (card,) = stored_cards(counter, giver)
    assert close_card(counter, CloseRequest(card.id, Ground.BUYER, CASHIER, payee="林晓梅")).event.refund.fen == 60_000
    here.sync()
    there.sync()
    (card,) = stored_cards(second, receiver)
    assert close_card(second, CloseRequest(card.id, Ground.BUYER, CASHIER, payee="王小明")).event.refund.fen == 40_000
    there.sync()
    here.sync()
    assert balances(giver, counter, second) == balances(receiver, counter, second) == [0, 0]
    assert inbox(place) == []
    agrees(place, here, there)


def due(till: Application, who: MemberId) -> int:
    (card,) = stored_cards(till, who)
    return preview_close(till, CloseRequest(card.id, Ground.BUYER, CASHIER)).refund.fen


PERIOD = {"id": "gym", "kind": "time", "name": "30 天卡", "price": "300.00", "valid": {"type": "days", "count": 30}}
BUNDLE = {
    "id": "set",
    "kind": "bundle",
    "name": "套餐",
    "price": "128.00",
    "components": [{"id": "cup", "value": "30.00", "uses": 2}, {"id": "seat", "value": "98.00"}],
}


def test_a_period_and_a_bundle_transferred_here_are_the_receivers_there(place: World) -> None:
    """Ten of thirty days went by and one of three vouchers was used: the rest is the receiver's, at every till."""
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    sold = parse_programme(json.dumps(PROGRAMME | {"passes": [PERIOD, BUNDLE]}).encode()).passes
    counter.programme = replace(counter.programme, passes=sold)
    giver, receiver = here.open_card(6021, "林晓梅"), here.open_card(6022, "王小明")
    for template, fen in (("gym", 30_000), ("set", 12_800)):
        paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),)
        passes.sell_pass(counter, PassOrder(template.encode(), giver, template, paid, CASHIER))
    here.sync()
    there.sync()
    for device in (here, there):
        device.clock.instant += timedelta(days=11)
    cup = next(one for one in passes.held_passes(branch, giver) if one.of == 2)
    use = PassUse(b"u", cup.asset.id, 1, CASHIER, Identification.PIN, online=True)
    used = passes.use_pass(branch, use)
    there.sync()
    here.sync()

    transfer_all(counter, giver, receiver)
    here.sync()
    there.sync()
    for till in (counter, branch):
        assert [sorted(one.left for one in passes.held_passes(till, who)) for who in (giver, receiver)] == [
            [0, 0, 0],
            [1, 1, 20],
        ]
    passes.take_back_use(branch, used, CASHIER)
    there.sync()
    here.sync()
    for device in (here, there):
        device.clock.instant += timedelta(days=5)
    let_time_pass(counter)
    let_time_pass(branch)
    here.sync()
    there.sync()
    here.sync()
    for till in (counter, branch):
        assert sorted(one.left for one in passes.held_passes(till, giver)) == [0, 0, 1], "what it comes back of is hers"
        assert sorted(one.left for one in passes.held_passes(till, receiver)) == [1, 1, 15]
        assert [one.refund.fen for one in previewed(till, giver)] == [1500, 1500]
        assert sorted(one.refund.fen for one in previewed(till, receiver)) == [11_300, 11_300, 15_000, 15_000]
    assert inbox(place) == []
    assert here.balances() == there.balances() == place.server_balances()
    agrees(place, here, there)


def previewed(till: Application, who: MemberId) -> list[PassReturnPreview]:
    return [preview for one in passes.returnable_passes(till, who) for preview in one.previews]
