"""Workshops: a place while there is one, else in the queue; who leaves lets the first in the queue in (W-46)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.reach import require_server
from posapp.application.till import Cashier, Till
from posapp.domain.accounts import Account
from posapp.domain.errors import InvalidField
from posapp.domain.events import WorkshopAttended, WorkshopJoined, WorkshopLeft
from posapp.domain.ids import MemberId, RuleId
from posapp.domain.offline import Action
from posapp.domain.posting.workshops import attendance, own_place, places
from posapp.domain.programme.workshops import Workshop
from posapp.storage import assets, event_search


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place: `number` counts from 1 among the places, or among those who wait."""

    workshop: str
    number: int
    waiting: bool


def join_workshop(till: Till, member: MemberId, workshop: str, cashier: Cashier, *, online: bool) -> Place:
    """Take a place, or a place in the queue.  Joining twice is joining once.

    Raises `InvalidField` for a workshop that is over or not known, and while the server is out of reach.
    """
    require_server(Action.JOIN_WORKSHOP, "network", online=online)
    found = _workshop(till, workshop)
    if till.business_day() > found.day:
        raise InvalidField("workshop", f"it was on {found.day}", f"活动已于 {found.day} 结束")
    with till.database.write() as connection:
        if _has(connection, workshop, member, waiting=False) or _has(connection, workshop, member, waiting=True):
            waiting = not _has(connection, workshop, member, waiting=False)
            return Place(workshop, _taken(connection, workshop, waiting=waiting), waiting)
        waiting = _taken(connection, workshop, waiting=False) >= found.capacity
        _append_joined(till, connection, member, workshop, cashier, waiting=waiting)
        place = Place(workshop, _taken(connection, workshop, waiting=waiting), waiting)
    till.committed()
    return place


def leave_workshop(till: Till, member: MemberId, workshop: str, cashier: Cashier) -> MemberId | None:
    """Give up a place; return who gets it, if somebody waited."""
    with till.database.write() as connection:
        placed = _has(connection, workshop, member, waiting=False)
        if not placed and not _has(connection, workshop, member, waiting=True):
            raise InvalidField("member", "this member has not signed up", "这位会员没有报名")
        _append_left(till, connection, member, workshop, cashier, waiting=not placed)
        first = _first_waiting(connection, workshop) if placed else None
        if first is not None:
            _append_left(till, connection, first, workshop, cashier, waiting=True)
            _append_joined(till, connection, first, workshop, cashier, waiting=False)
    till.committed()
    return first


def check_in(till: Till, member: MemberId, workshop: str, cashier: Cashier) -> None:
    """A member has come.  Checking in twice is checking in once; who has no place is told so."""
    with till.database.write() as connection:
        if _count(connection, attendance(workshop, member)):
            return
        if not _has(connection, workshop, member, waiting=False):
            raise InvalidField("member", "this member has no place", "这位会员没有名额")
        event = WorkshopAttended(till.business_day(), cashier.id, member, RuleId(workshop))
        till.log.append(connection, event, till.clock.now())
    till.committed()


def _workshop(till: Till, workshop: str) -> Workshop:
    found = next((one for one in till.programme.workshops if one.id == workshop), None)
    if found is None:
        raise InvalidField("workshop", f"{workshop!r} is no workshop here", f"没有 {workshop!r} 这个活动")
    return found


def _count(connection: Connection, holder: bytes) -> int:
    return assets.balances(connection, holder).get(Account.OCCURRENCE, 0)


def _taken(connection: Connection, workshop: str, *, waiting: bool) -> int:
    return _count(connection, places(workshop, waiting=waiting))


def _has(connection: Connection, workshop: str, member: MemberId, *, waiting: bool) -> bool:
    return _count(connection, own_place(workshop, member, waiting=waiting)) > 0


def _append_joined(
    till: Till, connection: Connection, member: MemberId, workshop: str, cashier: Cashier, *, waiting: bool
) -> None:
    event = WorkshopJoined(till.business_day(), cashier.id, member, RuleId(workshop), waiting)
    till.log.append(connection, event, till.clock.now())


def _append_left(
    till: Till, connection: Connection, member: MemberId, workshop: str, cashier: Cashier, *, waiting: bool
) -> None:
    event = WorkshopLeft(till.business_day(), cashier.id, member, RuleId(workshop), waiting)
    till.log.append(connection, event, till.clock.now())


def _first_waiting(connection: Connection, workshop: str) -> MemberId | None:
    """Who has waited longest, of those that this store has seen sign up."""
    for event in event_search.of_kind(connection, WorkshopJoined):
        if event.workshop == workshop and event.waiting and _has(connection, workshop, event.member, waiting=True):
            return event.member
    return None
