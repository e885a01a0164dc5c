"""The postings of workshops: places and people waiting are counted, each member's own place too."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events.workshops import CheckInUndone, WorkshopAttended, WorkshopJoined, WorkshopLeft
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair


def places(workshop: str, *, waiting: bool) -> AssetId:
    """The holder that counts the places taken, or the people who wait for one."""
    return derived_id("workshop", workshop, "waiting" if waiting else "place")


def own_place(workshop: str, member: MemberId, *, waiting: bool) -> AssetId:
    """The holder that says whether a member has a place, or waits."""
    return derived_id("workshop", workshop, "waiting" if waiting else "place", member)


def attendance(workshop: str, member: MemberId) -> AssetId:
    """The holder that says whether a member came."""
    return derived_id("workshop", workshop, "came", member)


def seats_of(workshop: str, member: MemberId) -> tuple[AssetId, ...]:
    """Every holder that says something of one member and one workshop."""
    place, waiting = (own_place(workshop, member, waiting=waits) for waits in (False, True))
    return place, waiting, attendance(workshop, member)


def workshop_postings(event: WorkshopJoined | WorkshopLeft | WorkshopAttended | CheckInUndone) -> Iterator[Posting]:
    """One more or one less, for the workshop and for the member."""
    own, other = Account.OCCURRENCE, Account.OCCURRENCES_RECORDED
    if isinstance(event, WorkshopAttended | CheckInUndone):
        came = 1 if isinstance(event, WorkshopAttended) else -1
        yield from held_pair(own, other, attendance(event.workshop, event.member), came)
        return
    by = 1 if isinstance(event, WorkshopJoined) else -1
    yield from held_pair(own, other, places(event.workshop, waiting=event.waiting), by)
    yield from held_pair(own, other, own_place(event.workshop, event.member, waiting=event.waiting), by)
