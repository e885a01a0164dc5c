"""Goods come back after the card that paid for them was closed, or after its rest became another member's.

法释〔2025〕4号: what is returned is what was paid less what was used (Art 15), used at the discount that the bonus was
(Art 18) or at list price (Art 19).  Goods that came back were not used, so the law then gives more for the contract.
Who was paid out or handed the rest over had the worth of it at that moment; what comes back is worth the difference.

The worked example of these cases: 1000 are paid in and 200 granted, 600 are used, so 500 of principal and 100 of bonus
are left.

| used | Art 18: 1000 - used x 1000/1200 | Art 19: 1000 - used |
|---|---|---|
| 600 | 500 | 400 |
| 0, after the goods came back | 1000 | 1000 |

The giver hands over 500 (400 at the buyer's own wish).  When the goods come back, 500 + 100 stand on the giver's card,
worth 1000 - 500 = 500 by Art 18 and 1000 - 400 = 600 by Art 19: the penalty of using at list price is taken back with
the use.  The receiver's claim stays what was handed over, whoever closes first.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posapp.application.liabilities import report
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import open_return
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.settlement import CloseDone, CloseRequest, close_card, preview_close
from posapp.domain.accounts import Account, Unit
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground
from posapp.domain.ids import MemberId
from posapp.storage import sales
from tests.cases.stored_shop import Shop, line
from tests.cases.test_wallet_transfer import hand_over, only_card, taker
from tests.integration.tills import CASHIER, SteppingClock

GIVER, RECEIVER = "林晓梅", "王小明"


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2026, 3, 2, 4, 0, tzinfo=UTC))


def spend(shop: Shop, amount: str, *, buyer: str = "6021") -> int:
    """Buy for so much by the card of a member; where the sale stands."""
    (card,) = stored_cards(shop.till, shop.member(buyer).id)
    shop.buy(line("a", amount, 1, "no_discount"), wallet=amount, buyer=buyer, card=card)
    with shop.till.database.read() as connection:
        return sales.recent(connection, 1)[0].position


def come_back(shop: Shop, sale: int) -> None:
    original = open_return(shop.till, sale)
    complete_refund(shop.till, RefundRequest(b"r%d" % sale, sale, original.before, (1000,), CASHIER))


def asked(shop: Shop, who: MemberId, ground: Ground) -> CloseRequest:
    payee = GIVER if who == shop.who else RECEIVER
    return CloseRequest(only_card(shop.till, who).id, ground, CASHIER, payee=payee)


def due(shop: Shop, who: MemberId) -> tuple[int, int]:
    """What the law gives now by articles 18 and 19, in yuan."""
    seen = [preview_close(shop.till, asked(shop, who, ground)).refund.fen for ground in (Ground.MERCHANT, Ground.BUYER)]
    return seen[0] // 100, seen[1] // 100


def close(shop: Shop, who: MemberId, ground: Ground = Ground.BUYER) -> int:
    return closed(shop, who, ground).event.refund.fen // 100


def closed(shop: Shop, who: MemberId, ground: Ground = Ground.BUYER) -> CloseDone:
    return close_card(shop.till, asked(shop, who, ground))


def begun(shop: Shop, plan: str = "p1000", amount: str = "1000.00", used: str = "600.00") -> int:
    """So much is paid in and so much used, and the days for changing one's mind pass."""
    shop.top_up(amount, plan=plan)
    sale = spend(shop, used)
    shop.clock.step(days=20)
    return sale


def owes_nothing(shop: Shop) -> None:
    today = shop.till.business_day()
    found = report(shop.till, "stored-value", today, today)
    assert found.differences == ()
    assert [(each.close, each.owed) for each in found.movements] == [(0, 0), (0, 0)]


# -- after a transfer


def test_what_comes_back_after_a_transfer_is_worth_what_its_use_had_cost(card_shop: Shop) -> None:
    sale, receiver = begun(card_shop), taker(card_shop.till)
    hand_over(card_shop.till, card_shop.who, receiver)
    assert (due(card_shop, card_shop.who), due(card_shop, receiver)) == ((0, 0), (500, 400))
    come_back(card_shop, sale)
    assert (due(card_shop, card_shop.who), due(card_shop, receiver)) == ((500, 600), (500, 400))
    done = closed(card_shop, card_shop.who)
    assert (done.event.refund.fen, done.closing.forfeited.fen) == (60_000, -10_000)
    assert close(card_shop, receiver) == 400
    owes_nothing(card_shop)
    money = [posting for posting in done.recorded.transaction.postings if posting.account.unit is Unit.FEN]
    assert {one.account: one.amount for one in money} == {
        Account.PREPAID_LIABILITY: 50_000,
        Account.PREPAID_FORFEITED: 10_000,
        Account.BANK_TRANSFER: -60_000,
    }, "what the receiver's claim forfeited at list price is given back with the use"


def test_the_receiver_may_close_before_the_goods_come_back(card_shop: Shop) -> None:
    sale, receiver = begun(card_shop), taker(card_shop.till)
    hand_over(card_shop.till, card_shop.who, receiver)
    assert close(card_shop, receiver) == 400
    come_back(card_shop, sale)
    assert close(card_shop, card_shop.who) == 600
    owes_nothing(card_shop)


def test_goods_that_the_receiver_bought_come_back_after_the_receiver_closed(card_shop: Shop) -> None:
    """900 used of 1200 when the receiver closes: 250 by Art 18, 100 by Art 19; 300 of it come back afterwards."""
    begun(card_shop)
    receiver = taker(card_shop.till)
    hand_over(card_shop.till, card_shop.who, receiver)
    sale = spend(card_shop, "300.00", buyer="0009")
    assert due(card_shop, receiver) == (250, 100)
    assert close(card_shop, receiver) == 100
    come_back(card_shop, sale)
    assert due(card_shop, receiver) == (400, 300), "400 and 500 in all, as if it had come back before"
    assert close(card_shop, receiver) == 300
    assert due(card_shop, card_shop.who) == (0, 0)
    owes_nothing(card_shop)


def test_what_came_back_is_handed_on_with_its_own_worth_and_no_more(card_shop: Shop) -> None:
    sale, first, second = begun(card_shop), taker(card_shop.till), taker(card_shop.till, "13957160010")
    hand_over(card_shop.till, card_shop.who, first)
    come_back(card_shop, sale)
    hand_over(card_shop.till, card_shop.who, second, b"t2")
    assert [due(card_shop, who) for who in (card_shop.who, first, second)] == [(0, 0), (500, 400), (500, 600)]
    hand_over(card_shop.till, second, first, b"t3")
    assert [due(card_shop, who) for who in (first, second)] == [(1000, 1000), (0, 0)]
    assert close(card_shop, first) == 1000
    owes_nothing(card_shop)


def test_the_parts_of_a_bonus_that_moved_still_belong_to_the_price(card_shop: Shop) -> None:
    """500 and 60 in six parts, 56 used: 450 by Art 18.  The parts are not on the giver's card any more."""
    sale, receiver = begun(card_shop, "p500", "500.00", used="56.00"), taker(card_shop.till)
    assert due(card_shop, card_shop.who) == (450, 444)
    hand_over(card_shop.till, card_shop.who, receiver)
    come_back(card_shop, sale)
    assert (due(card_shop, card_shop.who), due(card_shop, receiver)) == ((50, 56), (450, 444))
    until = card_shop.till.business_day()
    assert card_shop.card().next_part(until) is None, "and none of them comes to the giver"


# -- after a closing


@pytest.mark.parametrize(
    ("first", "then", "paid"),
    [
        (Ground.BUYER, Ground.BUYER, (400, 600)),
        (Ground.MERCHANT, Ground.MERCHANT, (500, 500)),
        (Ground.BUYER, Ground.MERCHANT, (400, 600)),
        (Ground.MERCHANT, Ground.BUYER, (500, 500)),
    ],
)
def test_goods_that_come_back_after_closing_bring_what_the_law_gives_in_all(
    card_shop: Shop, first: Ground, then: Ground, paid: tuple[int, int]
) -> None:
    sale = begun(card_shop)
    assert close(card_shop, card_shop.who, first) == paid[0]
    come_back(card_shop, sale)
    assert card_shop.card().balance.fen == 60_000, "on the lot that paid"
    assert close(card_shop, card_shop.who, then) == paid[1]
    assert sum(paid) == 1000, "nothing was used"
    owes_nothing(card_shop)


def test_what_came_back_after_closing_can_be_spent_again_and_is_then_used(card_shop: Shop) -> None:
    """300 of the 600 are used again: 1000 - 300 by the list, of which 400 were paid out."""
    sale = begun(card_shop)
    close(card_shop, card_shop.who)
    come_back(card_shop, sale)
    spend(card_shop, "300.00")
    assert close(card_shop, card_shop.who) == 300
    owes_nothing(card_shop)


def test_a_contract_used_up_beyond_its_price_is_worth_something_again_only_below_it(card_shop: Shop) -> None:
    """Art 20 keeps 1150 used of 1000 at 0; when 300 of it come back, 850 are used and 150 are due, not 300."""
    card_shop.top_up("1000.00", plan="p1000")
    spend(card_shop, "850.00")
    sale = spend(card_shop, "300.00")
    card_shop.clock.step(days=20)
    assert due(card_shop, card_shop.who)[1] == 0
    close(card_shop, card_shop.who)
    come_back(card_shop, sale)
    assert due(card_shop, card_shop.who)[1] == 150


def test_a_closed_contract_that_nothing_comes_back_of_is_done_with(card_shop: Shop) -> None:
    begun(card_shop)
    close(card_shop, card_shop.who)
    with pytest.raises(InvalidField, match="nothing stands"):
        closed(card_shop, card_shop.who)
    card_shop.top_up("200.00", paper=None)
    card_shop.clock.step(days=20)
    assert due(card_shop, card_shop.who) == (200, 200)
