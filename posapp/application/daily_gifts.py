"""What a new business day brings members: birthdays, absences, monthly benefits; a few members at a time, by index.

Every till may do it, before or after another: what was given is given.  A till of a chain looks after the members that
its store has seen; anybody else gets theirs when their card is attached (`wallet.open_wallet`).  Sleeping members get
their monthly benefit when they come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.application.triggers import on_the_day
from posapp.domain.ids import MemberId
from posapp.domain.member import MemberState
from posapp.domain.programme.triggers import On, Trigger
from posapp.domain.time import BusinessDay
from posapp.storage import member_search, member_states, occasions, settings
from posapp.storage.occasions import Person

AT_ONCE: Final = 10
"""So few that a key waits for them no longer than for the next picture."""
CATCH_UP_DAYS: Final = 14
"""An absence that came due while a till was closed this long is still answered."""
AWAKE_DAYS: Final = 90
"""Who was not here for so long sleeps (W-34)."""

_DONE = settings.Setting("daily_gifts_done", int, 0)


@dataclass(frozen=True, slots=True)
class Round:
    """Where a day's round stands: which trigger of the day, after which member, and how many got something."""

    day: BusinessDay
    trigger: int = 0
    after: int = 0
    given: int = 0
    finished: bool = False


def period(till: Till) -> int:
    """The number of the business day: each has one round."""
    return till.business_day().ordinal


def begin(till: Till) -> Round:
    """Today's round, finished already where this till has made it; a restart does not make it again."""
    today = till.business_day()
    with till.database.read() as connection:
        done = settings.get(connection, _DONE)
    return Round(today, finished=done >= today.ordinal)


def go_on(till: Till, so_far: Round) -> Round:
    """Look at the next members, in one short transaction; a sale waits for it no longer than for another sale."""
    triggers = [trigger for trigger in till.programme.triggers if trigger.on.comes_with_time]
    if so_far.finished:
        return so_far
    with till.database.write() as connection:
        if so_far.trigger >= len(triggers):
            settings.put(connection, _DONE, so_far.day.ordinal)
            return Round(so_far.day, so_far.trigger, so_far.after, so_far.given, finished=True)
        people = _people(connection, triggers[so_far.trigger], so_far.day, so_far.after)
        given = sum(1 for key, who in people if _is_ours(till, connection, key) and _give(till, connection, who))
    if given:
        till.committed()
    if len(people) < AT_ONCE:
        return Round(so_far.day, so_far.trigger + 1, 0, so_far.given + given)
    return Round(so_far.day, so_far.trigger, people[-1][0], so_far.given + given)


def run_day(till: Till) -> int:
    """A whole round at once; returns how many members got something."""
    state = begin(till)
    while not state.finished:
        state = go_on(till, state)
    return state.given


def _people(connection: Connection, trigger: Trigger, day: BusinessDay, after: int) -> list[Person]:
    match trigger.on:
        case On.BIRTHDAY if trigger.birthday_month:
            return occasions.born(connection, f"{day.date:%m}01", f"{day.date:%m}31", after, AT_ONCE)
        case On.BIRTHDAY:
            # Who was born on 29 February has a birthday on the 28th of most years.
            last = "0229" if f"{day.date:%m%d}" == "0228" else f"{day.date:%m%d}"
            return occasions.born(connection, f"{day.date:%m%d}", last, after, AT_ONCE)
        case On.ABSENT:
            due = day.ordinal - trigger.days
            return occasions.last_seen(connection, due - CATCH_UP_DAYS, due, after, AT_ONCE)
        case _:
            return occasions.seen_here(connection, day.ordinal - AWAKE_DAYS, after, AT_ONCE)


def _is_ours(till: Till, connection: Connection, key: int) -> bool:
    return not till.has_server or occasions.is_of_this_store(connection, key)


def _give(till: Till, connection: Connection, who: MemberId) -> bool:
    # Whoever was merged lives on in another membership, and who left gets nothing.
    if member_states.membership(connection, who).state is not MemberState.ACTIVE:
        return False
    member = member_search.find(connection, who)
    return member is not None and bool(on_the_day(till, connection, member))
