"""Without the server the till keeps to the limits of domain.md §5.1, and after 72 hours to cash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.stored_value.spending import is_proven, payable
from posapp.application.wallet import load_wallet
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import sales
from tests.cases.stored_shop import Shop, line
from tests.integration.tills import CASHIER

HOUR = timedelta(hours=1)
TEA = line("tea", "10.00", 1, "no_discount")


@pytest.fixture
def silent_shop(card_shop: Shop) -> tuple[Shop, Callable[[timedelta], None]]:
    """A shop whose server was heard just now, and a way to let it be silent for so long."""
    steady = [HOUR]
    till = card_shop.till
    till.has_server = True
    till.steady_ns = lambda: steady[0] // timedelta(microseconds=1) * 1_000
    card_shop.top_up("1000.00", plan="p1000")
    with till.database.write() as connection:
        till.contact.heard(connection, till.clock.now())

    def wait(amount: timedelta) -> None:
        steady[0] += amount

    return card_shop, wait


Silent = tuple[Shop, Callable[[timedelta], None]]


def pay_points(shop: Shop, points: int, *, online: bool = False, read: bool = True) -> int:
    """Sell something large with points; how many it took.  The wallet is read before, as the window does."""
    member = shop.member()
    cart = new_cart(shop.till).add(line("a", "100.00"))
    cart = replace(cart, member=member.id, identified_by=Identification.DYNAMIC_CODE, points_wanted=points)
    wallet = load_wallet(shop.till, member.id, online=online or not read)
    quote = price_cart(shop.till, cart, member, wallet=wallet)
    tender = Tender(TenderMethod.CASH, quote.due, quote.due)
    complete_sale(shop.till, SaleRequest(cart, quote, shop.till.programme, (tender,), CASHIER, online=online))
    return quote.points_spent.count


def test_points_worth_twenty_yuan_a_member_a_till(silent_shop: Silent) -> None:
    shop, _wait = silent_shop
    assert pay_points(shop, 1_500) == 1_500
    with pytest.raises(InvalidField, match=r"points worth 5\.00 are left") as refused:
        pay_points(shop, 3_000, read=False)
    assert refused.value.reason_zh == "断网时该会员在本机还可用 5.00 元的积分，其余等来网再用"
    assert pay_points(shop, 3_000) == 0, "the sale offers no more than may be spent"
    assert pay_points(shop, 500) == 500
    assert pay_points(shop, 100) == 0
    assert pay_points(shop, 3_000, online=True) == 3_000


def test_points_older_than_a_day_are_not_spent(silent_shop: Silent) -> None:
    shop, wait = silent_shop
    wait(24 * HOUR)
    assert pay_points(shop, 100) == 100
    wait(timedelta(seconds=1))
    with pytest.raises(InvalidField, match="offline for more than 24 hours, points are too old"):
        pay_points(shop, 100, read=False)
    assert pay_points(shop, 100) == 0


def test_stored_value_takes_the_pin(silent_shop: Silent) -> None:
    shop, _wait = silent_shop
    with pytest.raises(InvalidField, match="takes the member's PIN"):
        shop.buy(TEA, wallet="10.00", online=False, known_by=Identification.DYNAMIC_CODE)
    assert not is_proven(shop.till, Identification.DYNAMIC_CODE, online=False)
    assert is_proven(shop.till, Identification.DYNAMIC_CODE, online=True)
    assert not is_proven(shop.till, Identification.PHONE, online=True)
    shop.buy(TEA, wallet="10.00", online=False)


def test_an_unnamed_card_has_no_pin_to_ask_for(silent_shop: Silent) -> None:
    shop, _wait = silent_shop
    card = shop.top_up("100.00", kind="gift", code="88800017").card
    card = replace(card, owner=None)
    shop.buy(TEA, wallet="10.00", card=card, code="88800017", online=False, anonymous=True)


def test_after_72_hours_only_cash_is_taken(silent_shop: Silent) -> None:
    shop, wait = silent_shop
    wait(72 * HOUR - timedelta(seconds=1))
    shop.buy(TEA, wallet="10.00", online=False)
    wait(timedelta(seconds=1))
    sentence = "断网已超过 72 小时：只收现金，其余等来网再用"
    with pytest.raises(InvalidField) as stored:
        shop.buy(TEA, wallet="10.00", online=False)
    assert stored.value.reason_zh == sentence
    assert payable(shop.till, shop.card(), online=False) == Money(0)
    with pytest.raises(InvalidField) as by_card:
        sell_by_bank_card(shop)
    assert by_card.value.reason_zh == sentence
    before = shop.member().standing.points
    shop.buy(TEA, online=False)
    assert shop.member().standing.points > before, "cash is taken, and earns"
    with shop.till.database.read() as connection:
        (last, *_) = sales.recent(connection)
    with pytest.raises(InvalidField) as back:
        complete_refund(shop.till, RefundRequest(b"r", last.position, (0,), (1000,), CASHIER, online=False))
    assert back.value.reason_zh == sentence
    with shop.till.database.write() as connection:
        shop.till.contact.heard(connection, shop.till.clock.now())
    shop.buy(TEA, wallet="10.00", online=False)


def sell_by_bank_card(shop: Shop) -> Any:
    cart = new_cart(shop.till).add(TEA)
    quote = price_cart(shop.till, cart, None)
    tender = Tender(TenderMethod.BANK_CARD, quote.due, quote.due)
    return complete_sale(shop.till, SaleRequest(cart, quote, shop.till.programme, (tender,), CASHIER, online=False))


def test_a_clock_that_was_set_back_shortens_nothing(silent_shop: Silent) -> None:
    shop, wait = silent_shop
    wait(72 * HOUR)
    shop.clock.step(hours=-100)
    with pytest.raises(InvalidField, match="cash only"):
        sell_by_bank_card(shop)
