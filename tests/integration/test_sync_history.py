"""The history in a member's file is the store's: what any of its tills did, as far as it has come to this one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from posapp.application import passes
from posapp.application.member_history import member_history
from posapp.application.passes import PassOrder, PassUse
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import sales
from tests.cases.stored_shop import PROGRAMME
from tests.integration.test_sync_stored_value import agrees, charge, pay, selling
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId
    from tests.integration.sync_world import World


def told(till: Application, who: MemberId) -> list[tuple[str, int, int, int]]:
    """What happened, and what it changed of stored value, uses and points, newest first."""
    page = member_history(till, who, limit=50)
    assert not page.more
    return [(one.what.en, one.stored.fen, one.uses, one.points) for one in page.entries]


def test_the_history_at_one_till_tells_what_the_others_of_its_store_did(place: World) -> None:
    here, there, branch = place.join("here"), place.join("there", till=2), place.join("branch", store="S2")
    counter, second, far = selling(here), selling(there), selling(branch)
    passes_of = {"passes": [{"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}]}
    sold = parse_programme(json.dumps(PROGRAMME | passes_of).encode()).passes
    for each in (counter, second, far):
        each.programme = replace(each.programme, passes=sold)
    who, other = here.open_card(6021, "林晓梅"), here.open_card(6022, "王小明")
    charge(counter, who, "80.00")
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    passes.sell_pass(counter, PassOrder(b"p", who, "two", paid, CASHIER))
    for till in (here, there, branch):
        till.sync()
    there.clock.instant = here.clock.instant + timedelta(minutes=1)
    (held,) = passes.held_passes(second, who)
    passes.use_pass(second, PassUse(b"u", held.asset.id, 1, CASHIER, Identification.PIN, online=True))
    pay(second, who, "30.00", online=True)
    there.sync()
    here.sync()
    assert (
        told(counter, who)
        == told(second, who)
        == [
            ("Sale", -3000, 0, 30),
            ("Pass used", 0, -1, 0),
            ("Pass bought", 0, 2, 0),
            ("Top-up", 8000, 0, 0),
        ]
    )
    assert told(counter, other) == told(second, other) == []
    assert told(far, who) == [], "another store has its balances alone"
    agrees(place, here, there, branch)


def test_what_comes_late_stands_where_it_was_done_and_pages_go_on_from_it(place: World) -> None:
    here, there = place.join("here"), place.join("there", till=2)
    counter, second = selling(here), selling(there)
    who = here.open_card(6021, "林晓梅")
    charge(counter, who, "80.00")
    here.sync()
    there.sync()
    there.clock.instant += timedelta(minutes=1)
    pay(second, who, "10.00", online=False)
    here.clock.instant += timedelta(minutes=2)
    pay(counter, who, "20.00", online=True)
    there.sync()
    here.sync()
    assert [fen for _what, fen, _uses, _points in told(counter, who)] == [-2000, -1000, 8000]
    first = member_history(counter, who, limit=2)
    assert first.more
    rest = member_history(counter, who, first.entries[-1].position, limit=2)
    assert ([one.stored.fen for one in rest.entries], rest.more) == ([8000], False)

    with here.database.read() as connection:
        (mine, theirs) = sales.by_member(connection, who)
    sold = theirs.position if mine.own else mine.position
    complete_refund(counter, RefundRequest(b"r", sold, (0,), (1000,), CASHIER))
    here.sync()
    there.clock.instant += timedelta(minutes=5)
    there.sync()
    assert told(second, who)[0][:2] == ("Return", 1000)
    agrees(place, here, there)
