"""Workshops: a place while there is one, else in the queue; who leaves lets the first in the queue in (W-46).

Places are shared by all tills: taking one and giving one up wait for the server.  Who has come is recorded offline too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from sqlalchemy import Connection

from posapp.application.audiences import is_for
from posapp.application.reach import require_server
from posapp.application.till import Cashier, Till
from posapp.domain.accounts import Account
from posapp.domain.campaign import EVERYONE, Audience
from posapp.domain.errors import InvalidField
from posapp.domain.events import CheckInUndone, WorkshopAttended, WorkshopJoined, WorkshopLeft
from posapp.domain.ids import MemberId, RuleId
from posapp.domain.member import Member
from posapp.domain.offline import Action
from posapp.domain.posting.workshops import attendance, own_place, places
from posapp.domain.programme.sentences import audience_words
from posapp.domain.programme.workshops import Workshop
from posapp.domain.text import Text
from posapp.storage import assets, event_search, member_search

_ANY_MEMBER: Final = (EVERYONE, Audience(members=True))


@unique
class Seat(StrEnum):
    """How a member stands to a workshop."""

    NONE = ""
    TAKEN = "taken"
    WAITING = "waiting"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class Seating:
    """A workshop as a member sees it: the places taken, the people waiting, and their own seat.

    `meant` says for whom it is, None where every member may come; `is_invited` whether this one may.
    """

    workshop: Workshop
    taken: int
    waiting: int
    seat: Seat
    meant: Text | None
    is_invited: bool

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return max(0, self.workshop.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place: `number` counts from 1 among the places, or among those who wait."""

    workshop: str
    number: int
    waiting: bool


def seatings(till: Till, connection: Connection, member: Member) -> tuple[Seating, ...]:
    """The workshops that are still to come, and earlier ones that the member signed up for; the next one first."""
    today = till.business_day()
    every = [_seating(till, connection, one, member) for one in till.programme.workshops]
    listed = [one for one in every if today <= one.workshop.day or one.seat is not Seat.NONE]
    return tuple(sorted(listed, key=lambda one: (one.workshop.day < today, one.workshop.day, one.workshop.id)))


def join_workshop(till: Till, member: MemberId, workshop: str, cashier: Cashier, *, online: bool) -> Place:
    """Take a place, or a place in the queue.  Joining twice is joining once.

    Raises `InvalidField` for a workshop that is over, not known or not for this member, and while the server is out of
    reach.
    """
    require_server(Action.JOIN_WORKSHOP, "network", online=online)
    found = _workshop(till, workshop)
    if till.business_day() > found.day:
        raise InvalidField("workshop", f"it was on {found.day}", f"活动已于 {found.day} 结束")
    with till.database.write() as connection:
        if _has(connection, workshop, member, waiting=False) or _has(connection, workshop, member, waiting=True):
            waiting = not _has(connection, workshop, member, waiting=False)
            return Place(workshop, _taken(connection, workshop, waiting=waiting), waiting)
        _check_invited(till, connection, found, member)
        waiting = _taken(connection, workshop, waiting=False) >= found.capacity
        _append_joined(till, connection, member, workshop, cashier, waiting=waiting)
        place = Place(workshop, _taken(connection, workshop, waiting=waiting), waiting)
    till.committed()
    return place


def leave_workshop(till: Till, member: MemberId, workshop: str, cashier: Cashier, *, online: bool) -> MemberId | None:
    """Give up a place; return who gets it, if somebody waited.

    Raises `InvalidField` for who has not signed up or has come already, and while the server is out of reach.
    """
    require_server(Action.JOIN_WORKSHOP, "network", online=online)
    with till.database.write() as connection:
        placed = _has(connection, workshop, member, waiting=False)
        if not placed and not _has(connection, workshop, member, waiting=True):
            raise InvalidField("member", "this member has not signed up", "这位会员没有报名")
        if _came(connection, workshop, member):
            raise InvalidField("member", "this member has come already", "这位会员已签到，不能取消报名")
        _append_left(till, connection, member, workshop, cashier, waiting=not placed)
        first = _first_waiting(connection, workshop) if placed else None
        if first is not None:
            _append_left(till, connection, first, workshop, cashier, waiting=True)
            _append_joined(till, connection, first, workshop, cashier, waiting=False)
    till.committed()
    return first


def check_in(till: Till, member: MemberId, workshop: str, cashier: Cashier) -> None:
    """A member has come.  Checking in twice is checking in once.

    Raises `InvalidField` for who has no place, and on another day than the workshop's.
    """
    found = _workshop(till, workshop)
    with till.database.write() as connection:
        before = _count(connection, attendance(workshop, member))
        if before > 0:
            return
        if not _has(connection, workshop, member, waiting=False):
            raise InvalidField("member", "this member has no place", "这位会员没有名额")
        if till.business_day() != found.day:
            raise InvalidField(
                "workshop", f"check in on the day, {found.day}", f"活动当天（{found.day}）才能签到"
            )  # fmt: skip
        event = WorkshopAttended(till.business_day(), cashier.id, member, RuleId(workshop))
        # Two tills that took back the same check-in, neither knowing of the other, took one too many.
        for _each in range(1 - before):
            till.log.append(connection, event, till.clock.now())
    till.committed()


def undo_check_in(till: Till, member: MemberId, workshop: str, cashier: Cashier) -> None:
    """A member was checked in by mistake: they keep their place.  Like checking in it needs no server.

    Raises `InvalidField` for who was not checked in.
    """
    with till.database.write() as connection:
        if not _came(connection, workshop, member):
            raise InvalidField("member", "this member is not checked in", "这位会员没有签到")
        event = CheckInUndone(till.business_day(), cashier.id, member, RuleId(workshop))
        till.log.append(connection, event, till.clock.now())
    till.committed()


def _seating(till: Till, connection: Connection, workshop: Workshop, member: Member) -> Seating:
    if _came(connection, workshop.id, member.id):
        seat = Seat.CAME
    elif _has(connection, workshop.id, member.id, waiting=False):
        seat = Seat.TAKEN
    else:
        seat = Seat.WAITING if _has(connection, workshop.id, member.id, waiting=True) else Seat.NONE
    return Seating(
        workshop,
        _taken(connection, workshop.id, waiting=False),
        _taken(connection, workshop.id, waiting=True),
        seat,
        None if workshop.audience in _ANY_MEMBER else audience_words(workshop.audience, till.programme.tiers),
        is_for(till, connection, workshop.audience, member),
    )


def _check_invited(till: Till, connection: Connection, workshop: Workshop, member: MemberId) -> None:
    """Whether it is meant for this member; whom this till does not know yet, the counter vouches for."""
    known = member_search.find(connection, member)
    if known is None or is_for(till, connection, workshop.audience, known):
        return
    words = audience_words(workshop.audience, till.programme.tiers)
    raise InvalidField("member", f"it is for {words.en}", f"活动面向：{words.zh}")


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


def _came(connection: Connection, workshop: str, member: MemberId) -> bool:
    return _count(connection, attendance(workshop, member)) > 0


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
