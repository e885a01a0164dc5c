"""Each kind of exception between real tills and a real server: told with what it is worth, closed, the same for all."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from posapp.application import passes
from posapp.application.gifts import Buyer, redeem_gift, supply_pool
from posapp.application.inbox import read_inbox
from posapp.application.passes import PassOrder
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import find_receipt, open_return
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.coupon_code import coupon_id
from posapp.domain.encoding import to_values
from posapp.domain.events import Recorded, Tender
from posapp.domain.inbox.kinds import ExceptionKind, Remedy
from posapp.domain.inbox.words import cost_words, option_words, title_of
from posapp.domain.posting import post
from posapp.domain.programme.gift_pool import pool_holder
from posapp.domain.sale import TenderMethod
from posapp.storage import assets
from sync.server import audit, effects, retrying, verify
from tests.integration import test_sync_points as points_tests
from tests.integration.stocked_tills import application, cheaper, inbox, latest, stocked
from tests.integration.sync_world import MERCHANT, World, sale
from tests.integration.test_sync_coupons import POINTS, counter
from tests.integration.test_sync_exceptions import GOOD, send, stream_of
from tests.integration.test_sync_inbox import accounts, agree, choose, only
from tests.integration.test_sync_passes import ANNE, use
from tests.integration.test_sync_passes import selling as pass_till
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    import pytest

    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId
    from posapp.domain.inbox.remedies import Option
    from tests.integration.sync_world import Till


def options(till: Application) -> dict[Remedy, Option]:
    """What may be done about the only exception; every sentence of it is there in both languages."""
    opened = only(till)
    told = [title_of(opened.case)]
    told += [words for one in opened.options for words in (option_words(opened.case, one), cost_words(one))]
    assert all(text.zh and text.en and "{" not in text.zh + text.en for text in told)
    return {each.remedy: each for each in opened.options}


def test_a_coupon_redeemed_twice_is_worth_what_it_took_off(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here), counter(there)
    member = one.join(1)
    agree(place, here, there)
    code = one.wallet(member.id).coupons[0].code
    one.sell(2000, member.id)
    two.sell(3000, member.id)
    agree(place, here, there)
    found = options(one.till)
    assert list(found) == [Remedy.WRITE_OFF, Remedy.OWED, Remedy.PAID], "the merchant bears it"
    assert found[Remedy.WRITE_OFF].cost_fen == 500
    assert [line.recorded is not None for line in only(one.till).case.lines] == [True, True], "both sales are shown"
    before = accounts(place)
    choose(two.till, Remedy.WRITE_OFF)
    agree(place, here, there)
    after = accounts(place)
    assert after[Account.WRITE_OFF] == 500
    assert after[Account.COUPON_DISCOUNT] == before[Account.COUPON_DISCOUNT] - 500
    assert here.balances()[coupon_id(code), Account.COUPON_REDEEMED] == 2, "both sales stand"
    assert inbox(place) == []


def test_points_given_twice_for_one_occasion_are_taken_back_or_left(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = counter(here, POINTS), counter(there, POINTS)
    member = one.join(1)
    two.join(1)
    agree(place, here, there)
    assert here.balances()[member.id, Account.MEMBER_POINTS] == 200
    found = options(one.till)
    assert set(found) == {Remedy.LEFT, Remedy.REVERSED}
    assert found[Remedy.REVERSED].units == 100
    choose(one.till, Remedy.REVERSED)
    agree(place, here, there)
    assert there.balances()[member.id, Account.MEMBER_POINTS] == 100
    assert inbox(place) == []


def test_points_that_two_tills_spent_are_repaid_by_the_next_ones_or_given(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = application(here), application(there)
    who = here.open_card(1)
    here.sell(1, 100_00)
    agree(place, here, there)
    for till in (here, there):
        till.sell(1, 1_00, spend_points=80)
    agree(place, here, there)
    assert place.server_balances()[who, Account.MEMBER_POINTS] == -58
    assert only(one).case.kind is ExceptionKind.POINTS_OVERSPENT
    assert only(one).case.amount == 58
    assert list(options(one)) == [Remedy.LEFT, Remedy.WRITE_OFF]
    choose(two, Remedy.WRITE_OFF)
    agree(place, here, there)
    assert (who, Account.MEMBER_POINTS) not in place.server_balances()
    assert inbox(place) == []


def test_a_refund_that_leaves_a_debt_of_points_is_no_exception(place: World) -> None:
    """Nobody did anything that another did not know of (domain.md §2.5)."""
    here = place.join("here")
    one = points_tests.selling(here, first=True)
    who = here.open_card(1)
    points_tests.buy(one, who, "200.00")
    first = points_tests.latest_sale(here)
    points_tests.buy(one, who, "20.00", points=100)
    (found,) = find_receipt(one, first.receipt_number)
    original = open_return(one, found.summary.position)
    complete_refund(one, RefundRequest(b"back", original.position, (0,), (1000,), CASHIER))
    agree(place, here)
    assert place.server_balances()[who, Account.MEMBER_POINTS] < 0
    assert inbox(place) == []


def test_a_pass_used_once_too_often_is_worth_a_use(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = pass_till(here), pass_till(there)
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    (card,) = passes.sell_pass(one, PassOrder(b"r", ANNE, "two", paid, CASHIER)).assets
    agree(place, here, there)
    for till in (one, one, two):
        use(till, card.id, os.urandom(4))
        here.clock.instant += timedelta(days=1)
    agree(place, here, there)
    assert accounts(place)[Account.PASS_LIABILITY] == 1000, "more was earned than was owed"
    found = options(two)
    assert found[Remedy.WRITE_OFF].cost_fen == found[Remedy.OWED].member_fen == 1000
    choose(two, Remedy.PAID)
    agree(place, here, there)
    assert Account.PASS_LIABILITY not in accounts(place)
    with here.database.read() as connection:
        assert assets.balances(connection, card.id)[Account.PASS_USES] == 0
    assert inbox(place) == []


def test_the_last_gift_given_twice_is_got_again_or_comes_back_for_its_points(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one, two = points_tests.selling(here, first=True), points_tests.selling(there)
    people = [here.open_card(number) for number in (1, 2)]
    supply_pool(one, CASHIER)
    for who in people:
        points_tests.buy(one, who, "400.00")
    agree(place, here, there)
    held = place.server_balances()[people[1], Account.MEMBER_POINTS]
    for till, who in zip((one, two), people, strict=True):
        redeem_gift(till, Buyer(who, points_tests.PROVEN), "lamp", CASHIER, os.urandom(16), online=till is one)
    agree(place, here, there)
    found = options(one)
    assert list(found) == [Remedy.WRITE_OFF, Remedy.REVERSED]
    assert found[Remedy.REVERSED].units > 0
    choose(one, Remedy.REVERSED)
    agree(place, here, there)
    balances = place.server_balances()
    assert balances[people[1], Account.MEMBER_POINTS] == held
    assert balances.get((pool_holder("", "lamp"), Account.STOCK), 0) == 0
    assert inbox(place) == []


def test_a_sale_that_should_have_cost_more_is_told_with_what_is_missing(place: World) -> None:
    here = place.join("here")
    one = stocked(here)
    sold = latest(here)
    with here.database.write() as connection:
        here.log.append(connection, replace(cheaper(sold), receipt_number="261118-01-0099"), here.clock.now())
    here.sync()
    audit.audit(place.context, MERCHANT)
    agree(place, here)
    found = options(one)
    assert only(one).case.kind is ExceptionKind.PRICE_DIFFERENCE
    assert list(found) == [Remedy.WRITE_OFF, Remedy.PAID, Remedy.LEFT], "nobody to ask later: it was a stranger"
    assert found[Remedy.WRITE_OFF].cost_fen == 1
    choose(one, Remedy.WRITE_OFF)
    agree(place, here)
    assert accounts(place)[Account.WRITE_OFF] == 1
    audit.audit(place.context, MERCHANT, again=True)
    assert inbox(place) == [], "found again, it is still closed"


def forked(place: World, till: Till) -> MemberId:
    """A copied till wrote another second event: a sale of 30.00 to a member."""
    stream, who = stream_of(till, 1), till.member(1)
    sold = sale(who, 30_00)
    other = list(to_values(Recorded(stream, 2, till.clock.now(), sold, post(sold))))
    send(till, 1, [GOOD, GOOD])
    send(till, 1, [GOOD, other])
    agree(place, till)
    return who


def test_the_other_history_of_a_fork_is_counted(place: World) -> None:
    here = place.join("here")
    one = application(here)
    who = forked(place, here)
    found = options(one)
    assert list(found) == [Remedy.ADOPTED, Remedy.LEFT]
    assert [line.sequence for line in only(one).case.lines] == [2], "what both histories have is nobody's question"
    choose(one, Remedy.ADOPTED)
    agree(place, here)
    assert place.server_balances()[who, Account.MEMBER_POINTS] == 30
    books = accounts(place)
    assert (books[Account.CASH], books[Account.SAFE]) == (2 * 500, 30_00), "no drawer is short of it"
    assert inbox(place) == []


def test_the_other_history_of_a_fork_is_left_out(place: World) -> None:
    here = place.join("here")
    who = forked(place, here)
    choose(application(here), Remedy.LEFT)
    agree(place, here)
    assert (who, Account.MEMBER_POINTS) not in place.server_balances()
    assert inbox(place) == []


def test_what_an_older_program_could_not_book_is_booked_by_a_newer_one(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    one = application(here)
    who = here.open_card(1)
    here.sync()
    older = {account: unit for account, unit in effects._UNIT_OF.items() if account != Account.MEMBER_POINTS}
    with monkeypatch.context() as patch:
        patch.setattr(effects, "_UNIT_OF", older)
        here.sell(1, 30_00)
        agree_after = place.server_balances()
        here.sync()
        assert (who, Account.MEMBER_POINTS) not in place.server_balances(), agree_after
    assert [item.kind for item in inbox(place)] == [ExceptionKind.QUARANTINE]
    assert retrying.retry(place.context, MERCHANT) == (1, 0)
    assert retrying.retry(place.context, MERCHANT) == (0, 0)
    agree(place, here, there)
    assert there.balances()[who, Account.MEMBER_POINTS] == 30
    assert read_inbox(one).cases == ()
    assert verify.verify(place.context, MERCHANT).ok


def test_what_nobody_can_book_is_dismissed(place: World) -> None:
    here = place.join("here")
    one = application(here)
    send(here, 1, [[77, 1, 5, [], [], [101, 0, 500, 110, 0, -499]]])
    agree(place, here)
    assert only(one).case.lines[0].recorded is None
    assert retrying.retry(place.context, MERCHANT) == (0, 1)
    assert list(options(one)) == [Remedy.LEFT]
    choose(one, Remedy.LEFT)
    agree(place, here)
    assert inbox(place) == []
