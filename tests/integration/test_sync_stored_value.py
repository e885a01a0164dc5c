"""A card charged at one store pays at another; what two tills overspend while offline is bounded and told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.members import find_member
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.pin import check_pin, set_pin
from posapp.application.stored_value.settlement import CloseRequest, close_card
from posapp.application.stored_value.spending import StoredPayment, plan_payment
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground, Tender
from posapp.domain.ids import Sku
from posapp.domain.programme import parse_programme
from posapp.domain.sale import CartLine, Identification, TenderMethod
from posapp.domain.stored_value import exposure
from posapp.storage.verify import verify
from sync.server import exceptions
from sync.server import verify as server_verify
from tests.cases.stored_shop import PAPER, PROGRAMME
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, World
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId
    from posapp.domain.stored_card import StoredCard
    from tests.integration.sync_world import Till


def selling(till: Till) -> Application:
    made = application(till)
    offline = {"offline": {"most": "50.00", "share": 10_000}, "plans": []}
    stored = {**PROGRAMME["stored_value"], **offline}
    made.programme = parse_programme(json.dumps(PROGRAMME | {"stored_value": stored}).encode())
    made.has_server = True
    return made


def charge(till: Application, who: MemberId, amount: str, request: bytes = b"1") -> StoredCard:
    paid = TopUp(request, "main", who, CASHIER, Money.parse(amount), TenderMethod.CASH, paper=PAPER)
    return top_up(till, paid).card


def pay(till: Application, who: MemberId, amount: str, *, online: bool) -> None:
    (card,) = stored_cards(till, who)
    fen = Money.parse(amount)
    cart = new_cart(till).add(CartLine(Sku("a"), "a", Quantity.pieces(1), fen, tags=("no_discount",)))
    member = find_member(till, who)
    cart = type(cart)(cart.id, cart.lines, who, Identification.PIN)
    quote = price_cart(till, cart, member, plan_payment(card, fen, till.business_day()))
    tender = Tender(TenderMethod.STORED_VALUE, fen, fen)
    wallet = StoredPayment(card.id, fen, online=online)
    complete_sale(till, SaleRequest(cart, quote, till.programme, (tender,), CASHIER, stored=wallet))


def balances(who: MemberId, *tills: Application) -> list[int]:
    return [stored_cards(till, who)[0].balance.fen for till in tills]


def agrees(place: World, *tills: Till) -> None:
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in tills:
        report = verify(till.database)
        assert report.ok, report.differences


def test_a_card_charged_here_pays_there_with_its_pin_and_its_name(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    who = here.open_card(6021, "林晓梅")
    charge(counter, who, "1000.00")
    set_pin(counter, who, "024680")
    here.sync()
    there.sync()
    check_pin(branch, who, "024680")
    with pytest.raises(InvalidField, match="4 more tries"):
        check_pin(branch, who, "024681")
    pay(branch, who, "300.00", online=True)
    there.sync()
    here.sync()
    assert balances(who, counter, branch) == [70_000, 70_000]
    for till in (here, there):
        till.clock.instant += timedelta(days=30)
    (card,) = stored_cards(branch, who)
    done = close_card(branch, CloseRequest(card.id, Ground.BUYER, CASHIER, payee="林晓梅"))
    assert done.event.refund.fen == 70_000, "the paper that was taken down here names the payee there"
    there.sync()
    here.sync()
    assert balances(who, counter, branch) == [0, 0]
    assert inbox(place) == []
    agrees(place, here, there)


def test_13_what_two_tills_can_overspend_is_known(place: World) -> None:
    """Balance 80, limits 2 × 50, exposure 20 (domain.md §8)."""
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    who = here.open_card(6021, "林晓梅")
    charge(counter, who, "80.00")
    here.sync()
    there.sync()
    assert exposure(80_00, [50_00, 50_00]) == 20_00
    for till in (counter, branch):
        pay(till, who, "50.00", online=False)
        with pytest.raises(InvalidField, match=r"offline, 0\.00"):
            pay(till, who, "0.10", online=False)
    here.sync()
    there.sync()
    here.sync()
    assert balances(who, counter, branch) == [-20_00, -20_00]
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.OVERDRAFT
    assert item.device == there.enrolment.device
    assert item.detail.endswith("overdrawn by 2000")
    charge(counter, who, "100.00", b"2")
    assert stored_cards(counter, who)[0].spendable(counter.business_day()).fen == 80_00, "the debt comes first"
    here.sync()
    agrees(place, here, there)
