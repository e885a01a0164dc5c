"""What tills did against each other stands in the inbox of their store, and each way to close it leaves all alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from posapp.application import member_life as life
from posapp.application.inbox import OpenCase, close_exception, count_open, read_inbox
from posapp.application.stored_value.cards import stored_cards
from posapp.bootstrap.inbox_watch import FETCH_SECONDS, InboxWatch
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Entry, ExceptionClosed
from posapp.domain.ids import AssetId, StaffId
from posapp.domain.inbox.kinds import ExceptionKind, Remedy
from posapp.domain.inbox.words import cost_words, option_words, title_of
from posapp.storage import inbox as storage
from posapp.storage import settings
from posapp.storage.verify import verify
from sync.client.inbox import fetch
from sync.server import concerned, exceptions
from sync.server import verify as server_verify
from sync.server.storage import schema
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, World
from tests.integration.test_sync_stored_value import charge, pay, selling
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId
    from tests.integration.sync_world import Till

BOSS = StaffId("9")


def agree(place: World, *tills: Till) -> None:
    """Everybody has what everybody did, each database is what its log says, and the lists are as of now."""
    for _round in range(2):
        for till in tills:
            till.sync()
    for till in tills:
        fetch(till.session, till.database, till.clock.now())
        report = verify(till.database)
        assert report.ok, report.differences
        assert till.balances().items() <= place.server_balances().items()
    proof = server_verify.verify(place.context, MERCHANT)
    assert proof.ok, proof.differences


def accounts(place: World) -> dict[Account, int]:
    """The server's balances that nobody holds."""
    table = schema.account_balance
    with place.context.database.read() as connection:
        rows = connection.execute(select(table).where(table.c.merchant_id == MERCHANT)).all()
    return {Account(row.account): row.amount for row in rows if row.amount}


def overspent(place: World, *others: Till) -> tuple[Till, Till, Application, Application, MemberId]:
    """Two tills took 50 each of a card with 80."""
    here, there = place.join("here"), place.join("there", till=2)
    one, two = selling(here), selling(there)
    who = here.open_card(6021, "林晓梅")
    charge(one, who, "80.00")
    agree(place, here, there, *others)
    for till in (one, two):
        pay(till, who, "50.00", online=False)
    agree(place, here, there)
    return here, there, one, two, who


def only(till: Application) -> OpenCase:
    (opened,) = read_inbox(till).cases
    return opened


def choose(till: Application, remedy: Remedy) -> bool:
    opened = only(till)
    (option,) = [each for each in opened.options if each.remedy is remedy]
    return close_exception(till, opened, option, CASHIER, BOSS)


def test_a_card_that_two_tills_overspent_is_told_to_both_with_its_ledger(place: World) -> None:
    _here, there, one, two, who = overspent(place)
    for till in (one, two):
        opened = only(till)
        case = opened.case
        assert (case.kind, case.account, case.amount) == (ExceptionKind.OVERDRAFT, Account.STORED_PRINCIPAL, 20_00)
        assert case.stream.device == there.enrolment.device, "the till that took it below nothing"
        assert case.member == who
        moves = [line.moved(Account.STORED_PRINCIPAL, case.holder) for line in case.lines]
        assert (moves, case.earlier) == ([80_00, -50_00, -50_00], False)
        assert [each.remedy for each in opened.options] == [Remedy.WRITE_OFF, Remedy.OWED, Remedy.PAID]
        assert [(each.cost_fen, each.member_fen) for each in opened.options] == [(20_00, 0), (0, 20_00), (0, 20_00)]
        assert title_of(case).en == "A card paid ¥20.00 more than it had"
        assert option_words(case, opened.options[0]).zh == "记入商家损失"
        assert cost_words(opened.options[1]).en == "Costs the customer ¥20.00"


@pytest.mark.parametrize("remedy", [Remedy.WRITE_OFF, Remedy.OWED, Remedy.PAID])
def test_each_way_to_close_an_overdraft_puts_the_card_right_everywhere(place: World, remedy: Remedy) -> None:
    here, there, one, two, who = overspent(place)
    before = accounts(place)
    assert choose(two, remedy)
    assert read_inbox(two).cases == (), "what was closed here is not shown here any more, also before it is pushed"
    agree(place, here, there)
    assert [stored_cards(till, who)[0].balance.fen for till in (one, two)] == [0, 0]
    moved = {account: amount - before.get(account, 0) for account, amount in accounts(place).items()}
    bearer = {
        Remedy.WRITE_OFF: Account.WRITE_OFF,
        Remedy.OWED: Account.RECEIVABLE,
        Remedy.PAID: Account.CASH,
    }[remedy]
    assert moved[bearer] == 20_00
    assert accounts(place).get(Account.PREPAID_LIABILITY, 0) == 0, "nothing is owed on the card, and nothing less"
    if remedy is Remedy.OWED:
        debt = only(one)
        assert (debt.case.kind, debt.case.amount, debt.case.member) == (ExceptionKind.DEBT, 20_00, who)
        assert choose(one, Remedy.PAID)
        agree(place, here, there)
        assert accounts(place).get(Account.RECEIVABLE, 0) == 0
        assert accounts(place)[Account.CASH] - before[Account.CASH] == 20_00
    assert read_inbox(one).cases == read_inbox(two).cases == ()
    assert inbox(place) == []


def test_a_debt_goes_with_a_member_who_is_merged_and_is_paid_before_one_leaves(place: World) -> None:
    here, there, one, two, who = overspent(place)
    assert choose(two, Remedy.OWED)
    agree(place, here, there)
    survivor = here.open_card(6022, "林小梅")
    authority = life.Authority(CASHIER.id, BOSS, online=True)
    assert life.preview_merge(one, survivor, who).debt == Money(20_00)
    life.merge_members(one, survivor, who, authority)
    agree(place, here, there)
    assert (who, Account.MEMBER_DEBT) not in place.server_balances()
    owed = only(two)
    assert (owed.case.kind, owed.case.amount, owed.case.member) == (ExceptionKind.DEBT, 20_00, survivor)
    leaving = life.preview_leaving(two, survivor)
    assert [each.zh for each in leaving.unsettled] == ["欠本店的款（Ctrl+E）"]
    with pytest.raises(InvalidField, match="what this member owes"):
        life.forget_member(two, leaving, "moved", CASHIER.id)
    life.undo_merge(one, who, authority)
    agree(place, here, there)
    assert only(two).case.member == who, "a mistaken merge gives the debt back as well"
    assert choose(one, Remedy.PAID)
    agree(place, here, there)
    assert inbox(place) == []
    assert life.preview_leaving(two, who).unsettled == ()


def test_an_exception_is_closed_once_at_a_till_and_the_second_of_two_tills_is_listed_and_reversed(place: World) -> None:
    here, there, one, two, who = overspent(place)
    opened = only(one)
    assert choose(one, Remedy.WRITE_OFF)
    assert not close_exception(one, opened, opened.options[0], CASHIER, BOSS), "once is enough"
    assert choose(two, Remedy.OWED), "the other till did not know"
    agree(place, here, there)
    assert [stored_cards(till, who)[0].balance.fen for till in (one, two)] == [20_00, 20_00], "both stand"
    kinds = {each.case.kind: each for each in read_inbox(one).cases}
    assert kinds.keys() == {ExceptionKind.CLOSED_TWICE, ExceptionKind.DEBT}
    twice = kinds[ExceptionKind.CLOSED_TWICE]
    assert twice.case.concerned is not None
    assert twice.case.stream.device == there.enrolment.device
    assert [each.remedy for each in twice.options] == [Remedy.REVERSED, Remedy.LEFT]
    close_exception(one, twice, twice.options[0], CASHIER, BOSS)
    agree(place, here, there)
    assert [stored_cards(till, who)[0].balance.fen for till in (one, two)] == [0, 0]
    assert (who, Account.MEMBER_DEBT) not in place.server_balances()
    assert accounts(place)[Account.WRITE_OFF] == 20_00
    assert inbox(place) == []


def test_a_closing_that_knew_less_than_the_whole_leaves_the_rest_open(place: World) -> None:
    late = place.join("late", till=3)
    three = selling(late)
    here, there, one, two, who = overspent(place, late)
    old = only(one)
    pay(three, who, "15.00", online=False)
    agree(place, late, here, there)
    assert only(two).case.amount == 35_00, "there is one list item for one balance, and it says what is wrong now"
    assert close_exception(one, old, old.options[0], CASHIER, BOSS)
    agree(place, here, there, late)
    rest = only(two)
    assert (rest.case.amount, rest.case.item != old.case.item) == (15_00, True)
    choose(two, Remedy.PAID)
    agree(place, here, there, late)
    assert inbox(place) == []


def test_a_till_fetches_now_and_then_and_its_count_follows(place: World) -> None:
    here, there, one, two, _who = overspent(place)
    counts: list[int] = []
    now = [0.0]
    watch = InboxWatch(one, here.session, lambda: counts.append(count_open(one)), steady=lambda: now[0])
    watch()
    watch()
    assert counts == [1], "told once"
    assert choose(two, Remedy.PAID)
    there.sync()
    here.sync()
    watch()
    assert counts == [1, 0], "what another till closed comes with the log, before the list is fetched again"
    with here.database.read() as connection:
        before = settings.get(connection, storage.MARK)
    now[0] += FETCH_SECONDS
    watch()
    with here.database.read() as connection:
        assert settings.get(connection, storage.MARK) != before
        assert storage.open_cases(connection) == []


def test_a_server_that_was_not_renewed_tells_none_and_is_in_nobodys_way(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = place.join("here")
    watch = InboxWatch(application(here), here.session, lambda: None)
    monkeypatch.setattr("sync.client.inbox._PATH", "/v1/no-such-route")
    watch()


def test_an_owner_reads_the_same_at_the_server(place: World) -> None:
    here, there, *_rest = overspent(place)
    with place.context.database.read() as connection:
        (item,) = exceptions.list_open(connection, MERCHANT)
        told = concerned.concerned(connection, MERCHANT, [item])[item.item_id]
    first, second = here.enrolment.device.hex()[:8], there.enrolment.device.hex()[:8]
    lines = [line.partition(" event ") for line in concerned.lines(item, told)]
    assert [(who, what.partition(": ")[2]) for who, _event, what in lines] == [
        (f"S1 till {first}", "StoredValueToppedUp +8000"),
        (f"S1 till {first}", "SaleCompleted -5000"),
        (f"S1 till {second}", "SaleCompleted -5000"),
    ]


def test_what_made_itself_good_is_left_out_until_it_is_wrong_again(place: World) -> None:
    """A refund puts the money back on the card: nobody has to decide anything."""
    here, there, one, _two, _who = overspent(place)
    (item,) = inbox(place)
    give_back = Entry(Account.STORED_PRINCIPAL, 20_00, item.holder), Entry(Account.PRINCIPAL_RETURNED, -20_00)
    with here.database.write() as connection:
        here.log.append(connection, replace(closing(one), entries=give_back), here.clock.now())
    assert read_inbox(one).cases == (), "this till sees it before the server does"
    agree(place, here, there)
    assert inbox(place) == []
    taken = tuple(replace(entry, amount=-entry.amount) for entry in give_back)
    with there.database.write() as connection:
        there.log.append(connection, replace(closing(one), entries=taken, item=AssetId(b"o" * 16)), there.clock.now())
    agree(place, here, there)
    assert only(one).case.item.hex() == item.item_id


def closing(till: Application) -> ExceptionClosed:
    """An event that moves what a test wants; the item it names is nobody's."""
    nothing = AssetId(b"n" * 16)
    day = till.business_day()
    return ExceptionClosed(day, CASHIER.id, BOSS, nothing, "overdraft", "left", None, (), Money(0), "")
