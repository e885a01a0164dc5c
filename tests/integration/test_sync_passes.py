"""A pass sold at one store is used at another; the last use taken twice is an overdraft that somebody is told of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.application import passes
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import by_sku, line_of
from posapp.application.members import open_card
from posapp.application.passes import PassOrder, PassUse
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import find_receipt, open_return
from posapp.application.wallet import load_wallet
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import AssetId, MemberId, Sku
from posapp.domain.pricing import ask_passes
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage.verify import verify
from sync.server import audit, exceptions
from sync.server import verify as server_verify
from tests.integration.stocked_tills import RULES, application, inbox, stocked
from tests.integration.sync_world import MERCHANT, World
from tests.integration.tills import CASHIER, DEMO

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.events import SaleCompleted
    from posapp.domain.member import Member
    from tests.integration.sync_world import Till

ANNE = MemberId(b"a" * 16)
PASS = {"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}


def selling(till: Till) -> Application:
    programme = json.loads((DEMO / "programme.json").read_bytes()) | {"passes": [PASS]}
    made = application(till)
    made.programme = parse_programme(programme)
    return made


def use(till: Application, pass_id: AssetId, request: bytes) -> int:
    asked = PassUse(request, pass_id, 1, CASHIER, Identification.DYNAMIC_CODE, online=False)
    return passes.use_pass(till, asked).after


def test_two_stores_share_a_pass_and_its_last_use_is_told_apart(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    (card,) = passes.sell_pass(counter, PassOrder(b"r", ANNE, "two", paid, CASHIER)).assets
    here.sync()
    there.sync()
    (held,) = passes.held_passes(branch, ANNE)
    assert (held.left, held.name.zh) == (2, "2 次卡"), "the other store knows what it is and what is left"
    assert use(branch, card.id, b"1") == 1
    there.sync()
    here.sync()
    with pytest.raises(InvalidField, match="offline"):
        use(counter, card.id, b"again today"), "the day's use at the other store counts here"
    for till in (here, there):
        till.clock.instant += timedelta(days=1)
    assert use(counter, card.id, b"2") == 0
    assert use(branch, card.id, b"3") == 0, "nobody told it"
    for till in (here, there, here):
        till.sync()
    assert [passes.held_passes(each, ANNE)[0].left for each in (counter, branch)] == [-1, -1]
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.OVERDRAFT
    assert item.device == there.enrolment.device, "the second in the merchant's order"
    assert item.detail.endswith("overdrawn by 1")
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in (here, there):
        report = verify(till.database)
        assert report.ok, report.differences


COFFEE = {"id": "one", "kind": "count", "name": "1 次卡", "price": "20.00", "uses": 1, "on": {"skus": ["CF009"]}}


def serving(till: Till) -> Application:
    """A till that sells the demo shop's goods, and a pass for one coffee."""
    made = stocked(till)
    body = json.dumps(RULES.to_json() | {"version": RULES.version + 1, "passes": [COFFEE], "triggers": []}).encode()
    with till.database.write() as connection:
        made.reference.put_programme(connection, RULES.version + 1, body)
    made.programme = parse_programme(body)
    return made


def sell_coffee(till: Application, member: Member) -> SaleCompleted:
    """One coffee that the member's pass settles; nothing is left to pay."""
    product = by_sku(till, Sku("CF009"))
    assert product is not None
    cart = replace(new_cart(till).add(line_of(product, "zh_CN")), identified_by=Identification.PIN, member=member.id)
    wallet = load_wallet(till, member.id, online=False)
    cart = ask_passes(cart, till.programme, wallet.passes, 1, None)
    quote = price_cart(till, cart, member, (), wallet)
    assert quote.due == Money(0)
    return complete_sale(till, SaleRequest(cart, quote, till.programme, (), CASHIER, online=False)).sale


def test_two_tills_settle_a_line_by_the_last_use_and_the_second_is_listed(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    counter, branch = serving(here), serving(there)
    member = open_card(counter, "13900000001", CASHIER.id).member
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    passes.sell_pass(counter, PassOrder(b"r", member.id, "one", paid, CASHIER))
    for till in (here, there):
        till.sync()
    first, second = sell_coffee(counter, member), sell_coffee(branch, member)
    for till in (here, there, here):
        till.sync()
    assert [passes.held_passes(each, member.id)[0].left for each in (counter, branch)] == [-1, -1]
    audit.audit(place.context, MERCHANT)
    (item,) = inbox(place)
    assert (item.kind, item.device) == (exceptions.Kind.OVERDRAFT, there.enrolment.device)
    assert item.detail.startswith("PASS_USES")
    (found,) = find_receipt(counter, first.receipt_number)
    original = open_return(counter, found.summary.position)
    complete_refund(counter, RefundRequest(b"back", original.position, (0,), (1000,), CASHIER))
    for till in (here, there):
        till.sync()
    assert [passes.held_passes(each, member.id)[0].left for each in (counter, branch)] == [0, 0]
    assert second.passes[0].asset == first.passes[0].asset
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in (here, there):
        report = verify(till.database)
        assert report.ok, report.differences
