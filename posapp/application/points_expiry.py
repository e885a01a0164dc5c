"""Posting what has lapsed of members' points: a job that changes nothing that may be spent (domain.md §2.7).

Lots end with months, so it is done once a month, a few members at a time between two sales.  It is idempotent, right
whenever it runs, and corrects itself where two tills posted the same, or where what had lapsed was taken back since.
A till of a chain looks after the members that its store has seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from posapp.application.points import NOBODY
from posapp.application.till import Till
from posapp.domain.events import LapsedLot, PointsChanged, PointsReason
from posapp.domain.ids import MemberId
from posapp.domain.points_held import LotKey, due, month_of
from posapp.domain.time import BusinessDay
from posapp.storage import points as point_rows
from posapp.storage import settings

AT_ONCE: Final = 4
"""So few that a key waits for them no longer than for the next picture."""
_DONE = settings.Setting("points_lapsed_month", int, 0)


@dataclass(frozen=True, slots=True)
class Expiry:
    """Where a job stands: after which member, of how many something was posted, and how many points in all.

    `points` is below zero where it took back.
    """

    after: bytes = b""
    members: int = 0
    points: int = 0
    finished: bool = False


def period(till: Till) -> int:
    """The number of the business day's month: each has one job."""
    return month_of(till.business_day())


def begin(till: Till) -> Expiry:
    """This month's job, finished already where this till has done it, or where points do not lapse."""
    with till.database.read() as connection:
        done = settings.get(connection, _DONE)
    return Expiry(finished=till.programme.points_life is None or done >= period(till))


def go_on(till: Till, so_far: Expiry) -> Expiry:
    """Look at the next members; a sale waits for it no longer than for another sale."""
    if so_far.finished:
        return so_far
    with till.database.read() as connection:
        page = point_rows.owners(connection, so_far.after, AT_ONCE, here=till.has_server)
    if not page:
        with till.database.write() as connection:
            settings.put(connection, _DONE, period(till))
        return Expiry(so_far.after, so_far.members, so_far.points, finished=True)
    members, points = _expire(till, [MemberId(one) for one in page])
    return Expiry(page[-1], so_far.members + members, so_far.points + points)


def expire_points(till: Till) -> Expiry:
    """The whole job at once, whether or not it was done this month."""
    state = Expiry(finished=till.programme.points_life is None)
    while not state.finished:
        state = go_on(till, state)
    return state


def _expire(till: Till, members: Iterable[MemberId]) -> tuple[int, int]:
    """Post what has lapsed of some members, in one transaction if there is anything to post."""
    life, day = till.programme.points_life, till.business_day()
    if life is None:
        return 0, 0
    with till.database.read() as connection:
        wanted = [one for one in members if due(point_rows.held(connection, one, life, day), day)]
    if not wanted:
        return 0, 0
    count = points = 0
    with till.database.write() as connection:
        for member in wanted:
            lapsed = due(point_rows.held(connection, member, life, day), day)
            if lapsed:
                till.log.append(connection, _expired(member, day, lapsed), till.clock.now())
                count += 1
                points += sum(lapsed.values())
    till.committed()
    return count, points


def _expired(member: MemberId, day: BusinessDay, lapsed: dict[LotKey, int]) -> PointsChanged:
    return PointsChanged(
        member=member,
        business_day=day,
        operator=NOBODY,
        approver=NOBODY,
        reason=PointsReason.EXPIRED,
        points=-sum(lapsed.values()),
        growth=0,
        last_day=None,
        free_day=None,
        occurrence=b"",
        reference="",
        note="",
        lots=tuple(LapsedLot(key.last_day, key.free_day, key.grace, points) for key, points in lapsed.items()),
    )
