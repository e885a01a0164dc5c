"""The use of a coupon is set aside for the till at which its member stands (sync.md, Spending offline)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, price_cart
from posapp.application.coupons import BenefitGone
from posapp.application.wallet import load_wallet, open_wallet
from posapp.bootstrap.leasing import Holding
from posapp.domain import offline_words as words
from posapp.domain.amounts import Money
from posapp.domain.coupon_code import coupon_id
from posapp.domain.leasing import COUPON
from posapp.domain.programme import parse_programme
from posapp.storage import leases as shares
from sync.client import leases
from sync.server import exposure
from sync.server import leases as lent
from tests.cases.coupon_shop import Counter, give_back, programme
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.checkout import CompletedSale
    from posapp.domain.ids import MemberId
    from tests.integration.sync_world import Till, World

BIG: dict[str, Any] = {"id": "big", "on": "enrolled", "give": {"coupons": ["big50"]}}
SMALL: dict[str, Any] = {"id": "small", "on": "enrolled", "give": {"coupons": ["points5"]}}


def counter(till: Till, rule: str, *triggers: dict[str, Any]) -> Counter:
    made = application(till)
    made.has_server = True
    document = programme(*triggers) | {"offline": {"leases": rule}}
    made.programme = parse_programme(json.dumps(document).encode())
    with till.database.write() as connection:
        till.reference.put_programme(connection, 1, made.programme.canonical)
    made.hold = Holding(made, till.link, till.session)
    return Counter(made)


def two_tills(place: World, rule: str, trigger: dict[str, Any] = BIG) -> tuple[Till, Till, Counter, Counter]:
    """One that issues coupons, and another store's."""
    here, there = place.join("here"), place.join("there", store="S2")
    return here, there, counter(here, rule, trigger), counter(there, rule, trigger)


def sync(*tills: Till) -> None:
    for _round in range(2):
        for till in tills:
            till.sync()


def attach(at: Counter, who: MemberId) -> tuple[list[str], list[str]]:
    """What a member may use once their card is attached, and why the rest waits."""
    wallet = open_wallet(at.till, who)
    return [each.template for each in wallet.coupons], [each.why.en for each in wallet.withheld]


def sell(at: Counter, who: MemberId, *, online: bool) -> CompletedSale:
    cart = at.basket(8000, who)
    quote = price_cart(at.till, cart, at.fresh(who), (), load_wallet(at.till, who, online=online))
    request = SaleRequest(cart, quote, at.till.programme, (cash_tender(quote.due),), CASHIER, online=online)
    return complete_sale(at.till, request)


def set_aside(place: World) -> dict[bytes, int]:
    with place.context.database.read() as connection:
        return {holder: amount for (holder, account), amount in lent.held(connection, MERCHANT).items() if amount}


def exposed(place: World) -> tuple[int, int | None]:
    with place.context.database.read() as connection:
        found = exposure.of_merchant(connection, MERCHANT).coupons
    return found.units, found.fen


def test_a_large_coupon_of_another_store_is_good_offline_where_it_was_set_aside(place: World) -> None:
    here, there, one, two = two_tills(place, "first")
    who = one.join(1).id
    sync(here, there)
    assert [each.why for each in load_wallet(two.till, who, online=False).withheld] == [words.COUPON_WAITS]
    attach(two, who)
    assert load_wallet(two.till, who, online=False).withheld == ()
    assert exposed(place) == (1, 50_00), "the till that issued it may take it too"
    done = sell(two, who, online=False)
    assert done.sale.due == Money(30_00)
    code = coupon_id(done.sale.coupons[0])
    assert set_aside(place) == {code: 1}
    there.sync()
    assert set_aside(place) == {}, "it was used up as the sale arrived"
    assert exposed(place) == (0, 0)
    sync(here, there)
    assert inbox(place) == []


def test_with_shares_only_a_coupon_is_one_tills_until_it_gives_it_back(place: World) -> None:
    here, there, one, two = two_tills(place, "only")
    who = one.join(1).id
    assert attach(one, who) == ([], [words.COUPON_NOT_LENT.en]), "the server has not heard of it"
    sync(here, there)
    assert attach(one, who) == (["big50"], [])
    assert attach(two, who) == ([], [words.COUPON_NOT_LENT.en])
    assert exposed(place) == (0, 0)
    assert leases.renew(here.session, here.database)
    assert attach(two, who) == (["big50"], [])
    assert sell(two, who, online=False).sale.due == Money(30_00)
    assert sell(one, who, online=False).sale.due == Money(80_00), "without it, the coupon stays unused here"
    sync(here, there)
    assert inbox(place) == []


def test_what_was_priced_before_a_share_went_back_is_priced_again(place: World) -> None:
    here, there, one, two = two_tills(place, "only")
    who = one.join(1).id
    sync(here, there)
    attach(one, who)
    request = one.request(one.basket(8000, who))
    assert request.quote.due == Money(30_00)
    assert leases.renew(here.session, here.database)
    attach(two, who)
    with pytest.raises(BenefitGone):
        complete_sale(one.till, request)


def test_a_coupon_that_came_back_can_be_set_aside_again_and_a_void_one_cannot(place: World) -> None:
    here, there, one, two = two_tills(place, "only")
    who = one.join(1).id
    sync(here, there)
    attach(one, who)
    done = sell(one, who, online=True)
    sync(here, there)
    assert attach(two, who) == ([], [])
    give_back(one.till, done)
    sync(here, there)
    assert attach(two, who) == (["big50"], [])
    assert leases.renew(there.session, there.database)
    assert leases.renew(here.session, here.database)
    assert set_aside(place) == {}, "only a member at the counter has one set aside"


def test_what_a_till_used_and_has_not_told_is_no_share_of_its(place: World) -> None:
    here, there, one, _two = two_tills(place, "first")
    who = one.join(1).id
    sync(here, there)
    done = sell(one, who, online=False)
    attach(one, who)
    code = coupon_id(done.sale.coupons[0])
    with here.database.read() as connection:
        assert shares.left(connection, code, COUPON, one.till.clock.now()) == 0
    sync(here, there)
    assert set_aside(place) == {}


def test_a_small_coupon_adds_the_borrower_to_the_tills_that_may_take_it(place: World) -> None:
    here, there, one, two = two_tills(place, "first", SMALL)
    place.join("beside")
    who = one.join(1).id
    sync(here, there)
    assert exposed(place) == (1, 5_00), "both tills of its store"
    attach(one, who)
    assert exposed(place) == (1, 5_00)
    assert leases.renew(here.session, here.database)
    attach(two, who)
    assert exposed(place) == (2, 10_00)
