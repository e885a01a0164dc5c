"""What a member did and what was done for them, newest first, each in one line (domain.md X-01)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from posapp.application.event_words import words_of
from posapp.application.passes.terms import PASSES, name_of
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.events import (
    BonusGranted,
    CheckInUndone,
    CouponsIssued,
    CouponsVoided,
    Event,
    GiftRedeemed,
    GiftsTakenBack,
    MemberForgotten,
    PassElapsed,
    PassSold,
    PassUsed,
    PassUseReversed,
    PointsChanged,
    Recorded,
    SaleCompleted,
    TierSet,
    WorkshopAttended,
    WorkshopJoined,
    WorkshopLeft,
)
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.posting.tier import tier_given
from posapp.domain.posting.workshops import seats_of
from posapp.domain.programme import Programme
from posapp.domain.text import Text
from posapp.storage import assets, member_entries

PAGE_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line: what it was, when, and what it changed of this member's; nothing changed is zero.

    `position` is its place in this till's log, where other tills' entries stand as they came.  `money` is what was
    paid, below zero where it was paid out, None where no money moved.  `stored` is principal and bonus.  `note` is what
    who did it wrote.  `is_sale` says that a sale stands at the position.  `names` are the coupons, the gift or the tier
    that it was about.
    """

    position: int
    what: Text
    number: str
    at: datetime
    money: Money | None
    points: int
    growth: int
    stored: Money
    uses: int
    coupons: int
    note: str = ""
    is_sale: bool = False
    names: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, and whether there are older ones."""

    entries: tuple[HistoryEntry, ...]
    more: bool


def member_history(till: Till, member: MemberId, before: int | None = None, limit: int = PAGE_ENTRIES) -> HistoryPage:
    """What every till of this store did for a member, as far as it has come here, newest first.

    Those before the entry of a position where one is given.  What other stores did stands in the balances alone.  What
    changed hands with a merge is listed with whoever has it now, except what only the other's balance remembers.
    """
    with till.database.read() as connection:
        owned = [held.asset for held in assets.of_owner(connection, member)]
        tiers = {tier_given(member, tier.code) for tier in till.programme.tiers}
        seats = {seat for one in till.programme.workshops for seat in seats_of(one.id, member)}
        holders = frozenset({member, *tiers, *seats, *(one.id for one in owned)})
        found = member_entries.newest(connection, member, holders, limit + 1, before)
    passes = {one.id: name_of(one) for one in owned if one.kind in PASSES}
    entries = tuple(
        replace(_entry(position, recorded, holders), names=_names(till.programme, recorded.event, passes))
        for position, recorded in found[:limit]
    )
    return HistoryPage(entries, more=len(found) > limit)


def _entry(position: int, recorded: Recorded, holders: Collection[bytes]) -> HistoryEntry:
    moved: dict[Account, int] = {}
    for posting in recorded.transaction.postings:
        if posting.holder in holders:
            moved[posting.account] = moved.get(posting.account, 0) + posting.amount
    what, number, money = words_of(recorded.event)
    coupons = (Account.COUPON_ISSUED, 1), (Account.COUPON_REDEEMED, -1), (Account.COUPON_VOIDED, -1)
    return HistoryEntry(
        position=position,
        what=what,
        number=number,
        at=recorded.at,
        money=money,
        points=moved.get(Account.MEMBER_POINTS, 0),
        growth=moved.get(Account.MEMBER_GROWTH, 0),
        stored=Money(moved.get(Account.STORED_PRINCIPAL, 0) + moved.get(Account.STORED_BONUS, 0)),
        uses=moved.get(Account.PASS_USES, 0),
        coupons=sum(sign * moved.get(account, 0) for account, sign in coupons),
        note=_note(recorded.event),
        is_sale=isinstance(recorded.event, SaleCompleted),
    )


def _names(programme: Programme, event: Event, passes: Mapping[AssetId, Text]) -> tuple[Text, ...]:
    """What it was about, by the names that the programme has for it now; what it has no more has none."""
    match event:
        case CouponsIssued() | GiftsTakenBack():
            offers = {offer.id: offer.name for offer in programme.offers}
            return tuple(offers[one.template] for one in event.coupons if one.template in offers)
        case TierSet():
            return tuple(tier.name for tier in programme.tiers if tier.code == event.tier)
        case GiftRedeemed():
            return tuple(gift.name for gift in programme.gifts if gift.id == event.gift)
        case WorkshopJoined() | WorkshopLeft() | WorkshopAttended() | CheckInUndone():
            return tuple(one.name for one in programme.workshops if one.id == event.workshop)
        case PassSold():
            return tuple(passes[part.asset] for part in event.parts if part.asset in passes)
        case PassUsed() | PassUseReversed() | PassElapsed():
            return (passes[event.asset],) if event.asset in passes else ()
        case _:
            return ()


def _note(event: Event) -> str:
    match event:
        case PointsChanged() | TierSet():
            return event.note
        case CouponsVoided() | BonusGranted() | MemberForgotten():
            return event.reason
        case _:
            return ""
