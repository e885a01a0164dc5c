"""Checking in at an event over two tills and a server: seen, and taken back, wherever the member stands (W-46)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application.members import find_member
from posapp.application.workshops import Seat, check_in, join_workshop, seatings, undo_check_in
from posapp.domain.time import BusinessDay
from tests.integration.stocked_tills import RULES, application, inbox
from tests.integration.sync_world import START, Till, World
from tests.integration.test_sync_coupons import agree
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId

TEA = replace(RULES.workshops[0], day=BusinessDay.of(START.date()))


def counter(till: Till) -> Application:
    made = application(till)
    made.programme = replace(RULES, workshops=(TEA,))
    return made


def seats(who: MemberId, *counters: Application) -> list[Seat]:
    """How the member stands to the event, as each till knows it."""
    found = []
    for till in counters:
        member = find_member(till, who)
        assert member is not None
        with till.database.read() as connection:
            found += [one.seat for one in seatings(till, connection, member)]
    return found


def sync(*tills: Till) -> None:
    for _round in range(2):
        for till in tills:
            till.sync()


def checked_in(till: Till, at: Application) -> MemberId:
    who = till.open_card(1, "林晓梅")
    join_workshop(at, who, TEA.id, CASHIER, online=True)
    check_in(at, who, TEA.id, CASHIER)
    return who


def test_a_check_in_at_one_till_is_taken_back_at_another(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here), counter(there)
    who = checked_in(here, one)
    sync(here, there)
    assert seats(who, one, two) == [Seat.CAME, Seat.CAME]
    undo_check_in(two, who, TEA.id, CASHIER)
    sync(there, here)
    assert seats(who, one, two) == [Seat.TAKEN, Seat.TAKEN]
    agree(place, here, there)
    assert inbox(place) == []


def test_what_two_tills_take_back_unheard_of_each_other_is_checked_in_again_by_one_key(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    one, two = counter(here), counter(there)
    who = checked_in(here, one)
    sync(here, there)
    undo_check_in(one, who, TEA.id, CASHIER)
    undo_check_in(two, who, TEA.id, CASHIER)
    sync(here, there)
    assert seats(who, one, two) == [Seat.TAKEN, Seat.TAKEN]
    check_in(two, who, TEA.id, CASHIER)
    sync(there, here)
    assert seats(who, one, two) == [Seat.CAME, Seat.CAME]
    agree(place, here, there)
    assert inbox(place) == []
