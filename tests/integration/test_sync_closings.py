"""Closings of cards and returns of passes are reckoned again: honest ones are clean, one fen too much is listed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from posapp.application import member_life as life
from posapp.application import passes
from posapp.application.inbox import close_exception, read_inbox
from posapp.application.member_life import Notice, Transfer
from posapp.application.passes import PassOrder, PassReturn, PassUse
from posapp.application.passes import returning as pass_returns
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import open_return
from posapp.application.stored_value import settlement
from posapp.application.stored_value.bonus import grant_bonus, lapse_bonuses
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.settlement import CloseRequest, close_card
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.domain import closing
from posapp.domain import passes as domain_passes
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.events import Ground, Tender
from posapp.domain.ids import StaffId
from posapp.domain.inbox.kinds import ExceptionKind, Remedy
from posapp.domain.inbox.words import option_words, title_of
from posapp.domain.passes import RefundBasis
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import sales
from sync.server import audit
from sync.server import verify as server_verify
from tests.cases.stored_shop import PAPER, PROGRAMME, STORED_VALUE
from tests.cases.test_wallet_transfer import TAKERS_PAPER
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, World
from tests.integration.test_sync_inbox import BOSS, accounts, agree
from tests.integration.test_sync_stored_value import pay
from tests.integration.test_sync_transfer import BOSS as AGREED
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Shop
    from posapp.domain.closing import Closing
    from posapp.domain.events import StoredValueClosed
    from posapp.domain.ids import AssetId, MemberId
    from tests.integration.sync_world import Till

DEAR = {"id": "ten", "kind": "count", "name": "10 次卡", "price": "99.90", "uses": 10, "unit_price": "12.00"}
BUNDLE = {
    "id": "spa",
    "kind": "bundle",
    "name": "套餐",
    "price": "100.00",
    "components": [
        {"id": "wash", "name": "洗", "uses": 3, "value": "70.00"},
        {"id": "cut", "name": "剪", "uses": 2, "value": "63.00"},
    ],
}


def shop(till: Till, **stored: Any) -> Shop:
    """A till of a shop with stored value and passes, whose programme is published."""
    body = json.dumps(PROGRAMME | {"stored_value": STORED_VALUE | stored, "passes": [DEAR, BUNDLE]}).encode()
    with till.database.write() as connection:
        till.reference.put_programme(connection, 1, body)
    made = application(till)
    made.programme = parse_programme(body)
    made.has_server = True
    return made


def charge(till: Shop, who: MemberId, amount: str, plan: str = "") -> AssetId:
    paid = TopUp(
        os.urandom(8), "main", who, CASHIER, Money.parse(amount), TenderMethod.CASH, plan=plan, paper=PAPER
    )  # fmt: skip
    return top_up(till, paid).card.id


def spend(till: Shop, who: MemberId, amount: str) -> int:
    """Buy by the card; where the sale stands."""
    pay(till, who, amount, online=True)
    with till.database.read() as connection:
        return sales.recent(connection, 1)[0].position


def come_back(till: Shop, sale: int) -> None:
    original = open_return(till, sale)
    complete_refund(till, RefundRequest(os.urandom(8), sale, original.before, (1000,), CASHIER, StaffId("2001")))


def close(till: Shop, who: MemberId, ground: Ground = Ground.BUYER, payee: str = "", **more: Any) -> StoredValueClosed:
    (card,) = [one for one in stored_cards(till, who) if one.balance]
    return close_card(till, CloseRequest(card.id, ground, CASHIER, payee=payee or PAPER.name, **more)).event


def sell_pass(till: Shop, who: MemberId, which: str) -> AssetId:
    price = Money.parse({"ten": "99.90", "spa": "100.00"}[which])
    order = PassOrder(os.urandom(8), who, which, (Tender(TenderMethod.CASH, price, price),), CASHIER)
    return passes.sell_pass(till, order).assets[0].id


def use(till: Shop, which: AssetId) -> None:
    asked = PassUse(os.urandom(8), which, 1, CASHIER, Identification.DYNAMIC_CODE, online=True)
    passes.use_pass(till, asked)


def give_back(till: Shop, which: AssetId, basis: RefundBasis = RefundBasis.BUYER) -> int:
    preview = passes.preview_return(till, which, basis)
    tenders = (Tender(TenderMethod.CASH, preview.refund, preview.refund),) if preview.refund else ()
    recorded = passes.return_pass(till, PassReturn(os.urandom(8), preview, "", tenders, CASHIER, StaffId("2001")))
    assert recorded is not None
    return preview.refund.fen


def hand_over(till: Shop, giver: MemberId, receiver: MemberId) -> None:
    for one in life.transferable_claims(till, giver, receiver):
        wanted = Transfer(os.urandom(8), giver, receiver, one, Notice.TOGETHER, TAKERS_PAPER)
        assert life.transfer_claim(till, wanted, AGREED) is not None


def wait(*tills: Till, days: int = 20) -> None:
    for till in tills:
        till.clock.instant += timedelta(days=days)


def reckoned(place: World) -> tuple[list[str], int]:
    """What every till did is pushed and reckoned again: what is listed, and how many could not be decided."""
    for till in (*place.tills, *place.tills):
        till.sync()
    summary = audit.audit(place.context, MERCHANT)
    proof = server_verify.verify(place.context, MERCHANT)
    assert proof.ok, proof.differences
    found = sorted(item.detail for item in inbox(place) if item.kind is ExceptionKind.CLOSING_DIFFERENCE)
    again = audit.audit(place.context, MERCHANT, again=True)
    assert sorted(one.detail for one in again.found if one.kind is ExceptionKind.CLOSING_DIFFERENCE) == found
    return found, summary.undecided["closing"]


def generous(monkeypatch: pytest.MonkeyPatch, fen: int = 1) -> None:
    """A till that pays more than the law says, or less, by one contract or one part of a pass."""
    honest, by_law = closing.close, domain_passes.refund_fen

    def settle(*given: Any) -> Closing:
        settled = honest(*given)
        first, *rest = settled.contracts
        return replace(settled, contracts=(replace(first, refund=first.refund + Money(fen)), *rest))

    monkeypatch.setattr(settlement, "close", settle)
    monkeypatch.setattr(pass_returns, "refund_fen", lambda *given: by_law(*given) + fen)


@pytest.mark.parametrize("ground", [Ground.BUYER, Ground.MERCHANT])
def test_an_honest_closing_is_clean_and_one_fen_more_or_less_is_listed(
    place: World, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = place.join("till")
    counter = shop(till)
    customers = [till.open_card(6021 + number, "林晓梅") for number in range(3)]
    for who in customers:
        charge(counter, who, "1000.00", "p1000")
        charge(counter, who, "500.00", "p500")
        spend(counter, who, "600.00")
    wait(till)
    asked = counter.business_day().plus(-9)
    event = close(counter, customers[0], ground, asked=asked)
    assert event.interest > Money(0)
    assert reckoned(place) == ([], 0)
    for who, fen in zip(customers[1:], (1, -1), strict=True):
        with monkeypatch.context() as patched:
            generous(patched, fen)
            close(counter, who, ground, asked=asked)
    found, undecided = reckoned(place)
    assert (len(found), undecided) == (2, 0)
    more = next(one for one in found if str(event.refund + Money(1)) in one)
    assert f", due {event.refund} and {event.interest} interest" in more
    assert f", 应退 {event.refund} 加利息 {event.interest}" in more


@pytest.mark.parametrize("basis", [RefundBasis.BUYER, RefundBasis.MERCHANT])
def test_a_pass_given_back_is_reckoned_too(place: World, basis: RefundBasis, monkeypatch: pytest.MonkeyPatch) -> None:
    till = place.join("till")
    counter = shop(till)
    who = till.open_card(6021, "林晓梅")
    honest, more, whole = (sell_pass(counter, who, kind) for kind in ("ten", "ten", "spa"))
    for one in (honest, honest, more):
        use(counter, one)
        wait(till, days=1)
    wait(till)
    assert give_back(counter, honest, basis) > 0
    assert give_back(counter, whole, basis) == 100_00
    assert reckoned(place) == ([], 0)
    generous(monkeypatch)
    paid = give_back(counter, more, basis)
    (found,), undecided = reckoned(place)
    assert undecided == 0
    assert f"paid back {Money(paid)}, due {Money(paid - 1)} /" in found


def test_goods_that_come_back_and_claims_that_were_handed_over_are_reckoned_as_at_the_till(place: World) -> None:
    till = place.join("till")
    counter = shop(till)
    giver, receiver = till.open_card(6021, "林晓梅"), till.open_card(6022, TAKERS_PAPER.name)
    charge(counter, giver, "1000.00", "p1000")
    first, second = spend(counter, giver, "600.00"), spend(counter, giver, "100.00")
    which = sell_pass(counter, giver, "ten")
    use(counter, which)
    wait(till)
    hand_over(counter, giver, receiver)
    come_back(counter, first)
    assert close(counter, giver).refund > Money(0)
    come_back(counter, second)
    assert close(counter, giver).refund > Money(0), "a second time, for what came back since"
    assert close(counter, receiver, payee=TAKERS_PAPER.name).refund > Money(0)
    (held,) = passes.held_passes(counter, receiver)
    assert give_back(counter, held.asset.id, RefundBasis.MERCHANT) > 0
    assert reckoned(place) == ([], 0)


def test_bonus_that_lapsed_or_was_given_counts_as_at_the_till(place: World) -> None:
    till = place.join("till")
    counter = shop(till)
    who = till.open_card(6021, "林晓梅")
    card = charge(counter, who, "300.00", "p300")
    grant_bonus(counter, b"g", card, Money(7_00), "sorry", CASHIER, StaffId("2001"))
    spend(counter, who, "100.00")
    wait(till, days=100)
    assert lapse_bonuses(counter, card) > Money(0)
    event = close(counter, who, Ground.MERCHANT)
    assert event.refund.fen % 100, "a fraction that nobody guesses"
    assert reckoned(place) == ([], 0)


def test_bonus_that_lapsed_twice_counts_once(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    counter, branch = shop(here), shop(there)
    once, twice = here.open_card(6021, "林晓梅"), here.open_card(6022, "林晓梅")
    cards = {who: charge(counter, who, "300.00", "p300") for who in (once, twice)}
    for who in cards:
        spend(counter, who, "100.00")
    agree(place, here, there)
    wait(here, there, days=100)
    lapsed = [lapse_bonuses(counter, card) for card in cards.values()]
    assert lapse_bonuses(branch, cards[twice]) == lapsed[1] > Money(0), "neither has heard of the other"
    agree(place, here, there)
    assert lapse_bonuses(counter, cards[twice]) == -lapsed[1]
    agree(place, here, there)
    for till in (counter, branch):
        (lot,) = stored_cards(till, twice)[0].lots
        assert (lot.bonus_fen, Money(lot.lapsed_fen)) == (0, lapsed[1])
    assert close(counter, once, Ground.MERCHANT).refund == close(branch, twice, Ground.MERCHANT).refund > Money(0)
    assert reckoned(place) == ([], 0)


def test_what_lapsed_goes_along_with_a_card_that_is_handed_over(place: World) -> None:
    till = place.join("till")
    counter = shop(till)
    giver, receiver = till.open_card(6021, "林晓梅"), till.open_card(6022, TAKERS_PAPER.name)
    card = charge(counter, giver, "300.00", "p300")
    wait(till, days=100)
    lapsed = lapse_bonuses(counter, card)
    hand_over(counter, giver, receiver)
    (lot,) = [lot for one in stored_cards(counter, receiver) for lot in one.lots]
    assert Money(lot.lapsed_fen) == lapsed > Money(0)
    assert close(counter, receiver, Ground.MERCHANT, payee=TAKERS_PAPER.name).refund == Money(300_00), (
        "nothing was used"
    )
    assert reckoned(place) == ([], 0)


def test_what_a_withdrawal_deducts_for_its_cost_is_nobodys_to_reckon(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = place.join("till")
    counter = shop(till, merchant=STORED_VALUE["merchant"] | {"province": "jiangsu"})
    who, other = till.open_card(6021, "林晓梅"), till.open_card(6022, "林晓梅")
    for one in (who, other):
        charge(counter, one, "1000.00", "p1000")
    assert close(counter, who, Ground.COOLING_OFF, at_cost=Money(5_00)).refund == Money(995_00)
    assert reckoned(place) == ([], 0)
    generous(monkeypatch)
    close(counter, other, Ground.COOLING_OFF)
    (found,), _undecided = reckoned(place)
    assert "paid back 1000.01, due 1000.00 /" in found


def test_what_another_till_did_may_not_have_been_heard_of(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    counter, branch = shop(here), shop(there)
    customers = [here.open_card(number, "林晓梅") for number in (6021, 6022)]
    cards = [charge(counter, who, "300.00", "p300") for who in customers]
    for who in customers:
        spend(counter, who, "100.00")
    here.sync()
    there.sync()
    wait(here, there, days=100)
    for card in cards:
        lapse_bonuses(branch, card)
    there.sync()
    assert close(counter, customers[0], Ground.MERCHANT).refund > Money(0)
    assert reckoned(place) == ([], 0)
    generous(monkeypatch)
    close(counter, customers[1], Ground.MERCHANT)
    found, undecided = reckoned(place)
    assert (len(found), undecided) == (1, 0), "by neither figure"


def test_a_pass_that_is_given_back_out_of_reach_knows_nothing_of_its_transfer(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    counter, branch = shop(here), shop(there)
    giver, receiver = here.open_card(6021, "林晓梅"), here.open_card(6022, TAKERS_PAPER.name)
    which = sell_pass(counter, giver, "ten")
    use(counter, which)
    here.sync()
    there.sync()
    hand_over(counter, giver, receiver)
    here.sync()
    for clock in (place.clock, here.clock, there.clock):
        clock.instant += timedelta(days=1)
    assert give_back(branch, which) > 0
    assert reckoned(place) == ([], 0)


def test_without_what_a_closing_depends_on_it_is_taken_at_its_word(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = place.join("till")
    counter = application(till)
    counter.programme = parse_programme(json.dumps(PROGRAMME).encode())
    counter.has_server = True
    who = till.open_card(6021, "林晓梅")
    charge(counter, who, "100.00")
    generous(monkeypatch)
    close(counter, who)
    assert reckoned(place) == ([], 1)


@pytest.mark.parametrize("remedy", [Remedy.WRITE_OFF, Remedy.OWED, Remedy.PAID, Remedy.PAID_BACK])
def test_a_manager_decides_who_bears_it(place: World, remedy: Remedy, monkeypatch: pytest.MonkeyPatch) -> None:
    till = place.join("till")
    counter = shop(till)
    who = till.open_card(6021, "林晓梅")
    charge(counter, who, "100.00")
    wait(till)
    generous(monkeypatch, -3 if remedy is Remedy.PAID_BACK else 3)
    close(counter, who)
    till.sync()
    audit.audit(place.context, MERCHANT)
    agree(place, till)
    before = accounts(place)
    (opened,) = read_inbox(counter).cases
    assert (opened.case.kind, opened.case.member) == (ExceptionKind.CLOSING_DIFFERENCE, who)
    assert title_of(opened.case).zh == "退卡金额不符"
    assert all(option_words(opened.case, one).en for one in opened.options)
    (option,) = [one for one in opened.options if one.remedy is remedy]
    assert close_exception(counter, opened, option, CASHIER, BOSS)
    agree(place, till)
    after = accounts(place)
    moved = {account: after.get(account, 0) - before.get(account, 0) for account in (*before, *after)}
    del moved[Account.OCCURRENCES_RECORDED]
    assert {account: fen for account, fen in moved.items() if fen} == {
        Remedy.WRITE_OFF: {Account.PREPAID_FORFEITED: -3, Account.WRITE_OFF: 3},
        Remedy.OWED: {Account.PREPAID_FORFEITED: -3, Account.RECEIVABLE: 3, Account.DEBTS_RECORDED: -3},
        Remedy.PAID: {Account.PREPAID_FORFEITED: -3, Account.CASH: 3},
        Remedy.PAID_BACK: {Account.PREPAID_FORFEITED: 3, Account.CASH: -3},
    }[remedy]
    assert [item for item in inbox(place) if item.kind is not ExceptionKind.DEBT] == []
