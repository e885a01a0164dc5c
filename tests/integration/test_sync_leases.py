"""Shares of balances: what the server sets aside for a till nobody else can spend; it comes back with the journal."""

from __future__ import annotations

import json
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest

from posapp.application.founding import current_programme
from posapp.application.stored_value.cards import stored_cards
from posapp.application.wallet import open_wallet
from posapp.bootstrap.leasing import HOLD_SECONDS, RENEW_SECONDS, Holding, Renewing
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.programme import parse_programme
from posapp.storage import leases as shares
from posapp.storage import settings
from sync.client import leases
from sync.client.errors import OfflineError
from sync.client.link import Link, Session
from sync.protocol.messages import LeaseReply, LeaseRequest, LeaseWish
from sync.server import exposure
from sync.server import leases as lent
from tests.cases.stored_shop import PROGRAMME
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, World
from tests.integration.test_sync_stored_value import agrees, charge, pay

if TYPE_CHECKING:
    from collections.abc import Callable

    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId
    from tests.integration.sync_world import Till

T = TypeVar("T")
STORED = (Account.STORED_PRINCIPAL, Account.STORED_BONUS)


def leasing(till: Till, rule: str = "only") -> Application:
    """A till of a shop whose tills spend shares."""
    made = application(till)
    stored = PROGRAMME["stored_value"] | {"plans": []}
    document = PROGRAMME | {"offline": {"leases": rule}, "stored_value": stored}
    made.programme = parse_programme(json.dumps(document).encode())
    made.has_server = True
    with till.database.write() as connection:
        till.reference.put_programme(connection, 1, made.programme.canonical)
    return made


class LostAnswer(Session):
    """The server does what it is asked, and the till hears nothing of it."""

    def call(self, path: str, message: object, kind: type[T]) -> T:
        super().call(path, message, kind)
        raise OfflineError("lost")


def until(there: Callable[[], bool], what: str) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + 30
    while not there():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def regular(till: Till, counter: Application, amount: str) -> MemberId:
    """Somebody who bought here before and has paid in."""
    who = till.open_card(6021, "林晓梅")
    till.sell(6021, 100)
    charge(counter, who, amount)
    till.sync()
    return who


def left(till: Till, counter: Application, who: MemberId) -> int:
    """What a till may spend of a member's cards by its shares, in fen."""
    (card,) = stored_cards(counter, who)
    with till.database.read() as connection:
        now = counter.contact.trusted_now(connection)
        return sum(shares.left(connection, lot.id, account, now) for lot in card.lots for account in STORED)


def lent_out(place: World) -> int:
    """What of all cards is set aside for tills, in fen."""
    with place.context.database.read() as connection:
        held = lent.held(connection, MERCHANT)
    return sum(amount for (_holder, account), amount in held.items() if Account(account) in STORED)


def test_tills_divide_a_balance_and_spend_no_more_than_their_shares(place: World) -> None:
    here, there, far = place.join("here"), place.join("there"), place.join("far", store="S2")
    counter, branch, remote = (leasing(till) for till in (here, there, far))
    tills = ((here, counter), (there, branch), (far, remote))
    who = regular(here, counter, "80.00")
    for till in (there, far):
        till.sync()
    with pytest.raises(InvalidField, match="has not set aside so much"):
        pay(counter, who, "0.10", online=True)
    for till, _app in tills:
        assert leases.renew(till.session, till.database)
    assert [left(till, app, who) for till, app in tills] == [3_000, 1_875, 0], "who bought here is likely here"
    pay(counter, who, "30.00", online=False)
    with pytest.raises(InvalidField, match=r"offline, 0\.00"):
        pay(counter, who, "0.10", online=False)
    pay(branch, who, "10.00", online=True)
    assert left(there, branch, who) == 875, "the network spends the share too"
    for till in (here, there, far, here):
        till.sync()
    assert lent_out(place) == 875
    with place.context.database.read() as connection:
        assert exposure.of_merchant(connection, MERCHANT).total_fen == 0
    assert leases.renew(there.session, there.database)
    assert left(there, branch, who) == 40_00 * 3 // 4 // 2, "what the other till had spent is nobody's share"
    assert inbox(place) == []
    agrees(place, here, there, far)


def test_with_shares_first_the_limits_come_on_top(place: World) -> None:
    here = place.join("here")
    counter = leasing(here, "first")
    who = regular(here, counter, "400.00")
    leases.renew(here.session, here.database)
    assert left(here, counter, who) == 300_00
    pay(counter, who, "350.00", online=False)
    with pytest.raises(InvalidField, match="offline"):
        pay(counter, who, "50.00", online=False)


def test_a_card_pays_although_one_of_its_top_ups_is_overdrawn(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here, "first"), leasing(there, "first")
    who = regular(here, counter, "80.00")
    there.sync()
    pay(branch, who, "40.00", online=True)
    pay(counter, who, "80.00", online=True)
    for till in (here, there, here):
        till.sync()
    charge(counter, who, "100.00", b"2")
    here.sync()
    with here.database.read() as connection:
        wishes = list(leases.wishes_for(connection, who, whole=True))
    leases.ask(here.session, here.database, wishes)
    pay(counter, who, "30.00", online=True)
    here.sync()
    assert [card.balance for card in stored_cards(counter, who)] == [Money(30_00)]


def test_what_was_taken_and_not_told_counts_against_what_is_granted(place: World) -> None:
    """The server takes it off the new share when it hears of it; so nobody else gets what this till may still spend."""
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here, "first"), leasing(there, "first")
    who = regular(here, counter, "80.00")
    there.sync()
    pay(counter, who, "30.00", online=True)
    with here.database.read() as connection:
        wishes = list(leases.wishes_for(connection, who, whole=True))
    assert 50_00 in [wish.more for wish in wishes]
    leases.ask(here.session, here.database, wishes)
    here.sync()
    assert left(here, counter, who) == lent_out(place) == 20_00
    there.sync()
    assert leases.renew(there.session, there.database)
    assert left(here, counter, who) + left(there, branch, who) <= 50_00


def test_what_was_taken_while_shares_were_given_back_counts_against_the_new_ones(place: World) -> None:
    here = place.join("here")
    counter = leasing(here, "first")
    who = regular(here, counter, "80.00")

    class Meanwhile(Session):
        """While the request is under way, the till sells on."""

        def call(self, path: str, message: object, kind: type[T]) -> T:
            pay(counter, who, "10.00", online=True)
            return super().call(path, message, kind)

    assert leases.renew(Meanwhile(here.link, here.identity), here.database)
    here.sync()
    assert left(here, counter, who) == lent_out(place) == 50_00


def test_a_return_that_arrives_late_takes_nothing_back(place: World) -> None:
    """The till has new shares by then, and spends them: what it once gave back is not given back again."""
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here), leasing(there)
    who = regular(here, counter, "80.00")
    there.sync()
    kept: list[object] = []

    class Late(Session):
        """The request is under way for longer than the till waits."""

        def call(self, _path: str, message: object, _kind: type[T]) -> T:
            kept.append(message)
            raise OfflineError("late")

    with pytest.raises(OfflineError):
        leases.renew(Late(here.link, here.identity), here.database)
    assert leases.renew(here.session, here.database)
    with here.database.read() as connection:
        wishes = list(leases.wishes_for(connection, who, whole=True))
    leases.ask(here.session, here.database, wishes)
    assert left(here, counter, who) == 80_00
    assert not here.session.call("/v1/lease", kept[0], LeaseReply).settled
    with there.database.read() as connection:
        wishes = list(leases.wishes_for(connection, who, whole=True))
    leases.ask(there.session, there.database, wishes)
    assert left(here, counter, who) + left(there, branch, who) <= 80_00


def test_a_till_that_forgot_how_often_it_gave_back_is_told(place: World) -> None:
    """It was put back to a backup: its next return looks like a late one, and the one after it does not."""
    here = place.join("here")
    leasing(here)
    for _time in range(3):
        assert leases.renew(here.session, here.database)
    with here.database.write() as connection:
        settings.put(connection, shares._TURN, 0)
    assert not leases.renew(here.session, here.database)
    assert leases.renew(here.session, here.database)


def test_what_a_till_has_not_pushed_it_does_not_give_back(place: World) -> None:
    here = place.join("here")
    counter = leasing(here)
    who = regular(here, counter, "80.00")
    assert leases.renew(here.session, here.database)
    had = left(here, counter, who)
    pay(counter, who, "10.00", online=False)
    assert not leases.renew(here.session, here.database), "the sale comes first"
    assert left(here, counter, who) == had - 1_000
    assert lent_out(place) == had
    here.sync()
    assert leases.renew(here.session, here.database)
    assert lent_out(place) == left(here, counter, who) == 70_00 * 3 // 4


def test_a_server_that_lacks_the_journal_takes_nothing_back(place: World) -> None:
    here = place.join("here")
    regular(here, leasing(here), "80.00")
    assert leases.renew(here.session, here.database)
    before = lent_out(place)
    reply = here.session.call("/v1/lease", LeaseRequest([], returned=1_000_000), LeaseReply)
    assert not reply.settled
    assert lent_out(place) == before


def test_a_lost_answer_costs_the_share_until_the_next_and_nothing_else(place: World) -> None:
    here = place.join("here")
    counter = leasing(here)
    who = regular(here, counter, "80.00")
    with pytest.raises(OfflineError):
        leases.renew(LostAnswer(here.link, here.identity), here.database)
    assert left(here, counter, who) == 0, "what the till does not know of it does not spend"
    assert lent_out(place) == 60_00
    assert leases.renew(here.session, here.database)
    assert left(here, counter, who) == lent_out(place) == 60_00


def test_a_share_lapses_at_the_till_and_comes_back_only_with_its_journal(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here), leasing(there)
    steady = [timedelta(hours=1)]
    counter.steady_ns = lambda: steady[0] // timedelta(microseconds=1) * 1_000
    who = regular(here, counter, "80.00")
    there.sync()
    with here.database.write() as connection:
        counter.contact.heard(connection, place.clock.now())
    assert leases.renew(here.session, here.database)
    had = left(here, counter, who)
    assert had == 30_00
    steady[0] += timedelta(hours=71)
    assert left(here, counter, who) == had
    steady[0] += timedelta(hours=2)
    place.clock.instant += timedelta(hours=200)
    assert left(here, counter, who) == 0
    assert leases.renew(there.session, there.database)
    assert left(there, branch, who) == (80_00 - had) * 3 // 4 // 2, "the silent till's share is nobody else's"
    here.sync()
    assert leases.renew(here.session, here.database)
    assert lent_out(place) <= 80_00


def test_more_is_set_aside_for_a_payment_while_there_is_some(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here), leasing(there)
    who = regular(here, counter, "80.00")
    there.sync()
    (card,) = stored_cards(branch, who)
    (lot,) = card.lots
    account = int(Account.STORED_PRINCIPAL)
    leases.ask(there.session, there.database, [LeaseWish(lot.id, account, 50_00)])
    pay(branch, who, "50.00", online=True)
    leases.ask(here.session, here.database, [LeaseWish(lot.id, account, 50_00)])
    assert left(here, counter, who) == 30_00, "the rest of it, before the sale there has arrived"
    pay(counter, who, "30.00", online=True)
    there.sync()
    here.sync()
    assert (lent_out(place), inbox(place)) == (0, [])
    agrees(place, here, there)


def test_a_shop_without_shares_has_none(place: World) -> None:
    here = place.join("here")
    counter = leasing(here, "none")
    regular(here, counter, "80.00")
    assert current_programme(here.database).offline == counter.programme.offline
    reply = here.session.call("/v1/lease", LeaseRequest([LeaseWish(here.member(6021), 201, 5)]), LeaseReply)
    assert (reply.granted, lent_out(place)) == ([], 0)


def test_a_payment_waits_a_moment_for_the_server_and_no_longer(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here), leasing(there)
    who = regular(here, counter, "80.00")
    there.sync()
    link = Link(there.url)
    hold = Holding(branch, link, Session(link, there.identity))
    hold(who)
    until(lambda: left(there, branch, who) == 80_00, "all that is free")
    pay(branch, who, "80.00", online=True)
    hold.close()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        link = Link(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        hold = Holding(counter, link, Session(link, here.identity))
        start = time.monotonic()
        hold(who)
        hold(who)
        assert time.monotonic() - start < 20.0, f"that is not twice {HOLD_SECONDS}: requests end after 30 seconds"
        assert left(here, counter, who) == 0
        hold.close()
    gone = Link("http://127.0.0.1:1")
    hold = Holding(counter, gone, Session(gone, here.identity))
    hold(who)
    hold.close()


def test_shares_are_renewed_after_a_pull_every_ten_minutes(place: World) -> None:
    here = place.join("here")
    counter = leasing(here)
    who = regular(here, counter, "80.00")
    now = [1_000.0]
    renew = Renewing(counter, here.session, lambda: now[0])
    renew()
    assert left(here, counter, who) == 60_00
    pay(counter, who, "10.00", online=True)
    renew()
    assert left(here, counter, who) == 50_00, "not yet"
    now[0] += RENEW_SECONDS
    renew()
    assert left(here, counter, who) == 50_00, "the sale goes first"
    here.sync()
    renew()
    assert left(here, counter, who) == 70_00 * 3 // 4


def test_a_member_who_is_attached_is_asked_for(place: World) -> None:
    here = place.join("here")
    counter = leasing(here)
    who = regular(here, counter, "80.00")
    asked: list[MemberId] = []
    counter.hold = asked.append
    open_wallet(counter, who, online=False)
    assert asked == []
    open_wallet(counter, who, online=True)
    assert asked == [who]
