"""The postings of points that no sale moved.

Where a member's points lapse, the programme's side of an earning is held by its lot and that of a spending by its month
(`points_held`), in place of the accounts that nobody holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events.points import (
    DrawAnnounced,
    DrawMade,
    GiftRedeemed,
    PointsChanged,
    PointsReason,
    StockSupplied,
)
from posapp.domain.ids import MemberId, derived_id
from posapp.domain.ledger import Posting
from posapp.domain.occurrence import occurrence_id
from posapp.domain.points_held import grace_holder, lot_holder, month_holder, month_of
from posapp.domain.posting.pair import held_pair
from posapp.domain.programme.gift_pool import pool_holder, supplied_of
from posapp.domain.time import BusinessDay

_OTHER_SIDE = {
    PointsReason.CHECK_IN: Account.POINTS_ISSUED,
    PointsReason.SHARE: Account.POINTS_ISSUED,
    PointsReason.REVIEW: Account.POINTS_ISSUED,
    PointsReason.MANUAL: Account.POINTS_ADJUSTED,
    PointsReason.GIFT: Account.POINTS_REDEEMED,
    PointsReason.DRAW: Account.POINTS_REDEEMED,
    PointsReason.EXPIRED: Account.POINTS_EXPIRED,
    PointsReason.TRANSFER: Account.POINTS_TRANSFERRED,
    PointsReason.FORFEIT: Account.POINTS_FORFEITED,
}


def earned_in_lot(
    member: MemberId, points: int, last_day: BusinessDay, free_day: BusinessDay | None
) -> Iterator[Posting]:
    """Points that a member earned, or that were taken back, of the lot with this last valid day."""
    yield Posting(Account.MEMBER_POINTS, points, member)
    yield Posting(Account.POINTS_ISSUED_IN_LOT, -points, lot_holder(member, last_day, free_day))


def spent_in_month(member: MemberId, points: int, day: BusinessDay) -> Iterator[Posting]:
    """Points that a member spent on a day; below zero where a spending of that day is undone."""
    yield Posting(Account.MEMBER_POINTS, -points, member)
    yield Posting(Account.POINTS_SPENT_IN_MONTH, points, month_holder(member, month_of(day)))


def earned(member: MemberId, points: int, last_day: BusinessDay | None) -> Iterator[Posting]:
    """Points that may be spent at once: of the lot with this last valid day, or such as never lapse."""
    if last_day is None:
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_ISSUED, member, points)
    elif points:
        yield from earned_in_lot(member, points, last_day, None)


def spent(member: MemberId, points: int, day: BusinessDay, *, lapsing: bool) -> Iterator[Posting]:
    """Points that a member spent on a day, with `lapsing` by the month."""
    if not lapsing:
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_REDEEMED, member, -points)
    elif points:
        yield from spent_in_month(member, points, day)


def back_with_grace(member: MemberId, points: int, last_day: BusinessDay) -> Iterator[Posting]:
    """Points that came back after their lot had lapsed, good until a day."""
    yield Posting(Account.MEMBER_POINTS, points, member)
    yield Posting(Account.POINTS_ISSUED_IN_LOT, -points, grace_holder(member, last_day))


def points_postings(event: PointsChanged) -> Iterator[Posting]:
    """What changed a member's points, and their growth, and that it happened."""
    who = event.member
    if event.lots:
        yield Posting(Account.MEMBER_POINTS, event.points, who)
        for lot in event.lots:
            holder = grace_holder(who, lot.last_day) if lot.grace else lot_holder(who, lot.last_day, lot.free_day)
            yield Posting(Account.POINTS_EXPIRED_FROM_LOT, lot.points, holder)
    elif event.last_day is None:
        yield from held_pair(Account.MEMBER_POINTS, _OTHER_SIDE[event.reason], who, event.points)
    elif event.points > 0:
        yield from earned_in_lot(who, event.points, event.last_day, event.free_day)
    else:
        yield from spent_in_month(who, -event.points, event.business_day)
    yield from held_pair(Account.MEMBER_GROWTH, Account.GROWTH_ISSUED, who, event.growth)
    if event.occurrence:
        yield from happened(event.occurrence)


def happened(occurrence: bytes, times: int = 1) -> Iterator[Posting]:
    """Something that is counted happened."""
    yield from held_pair(Account.OCCURRENCE, Account.OCCURRENCES_RECORDED, occurrence, times)


def _used(holder: bytes, times: int = 1) -> Iterator[Posting]:
    """Something of which a member may have so many was had; two of it are no mistake."""
    yield from held_pair(Account.RULE_USES, Account.RULE_USES_COUNTED, holder, times)


def gift_postings(event: GiftRedeemed) -> Iterator[Posting]:
    """Points for a gift, one less of it, and how often this member took it; in reverse where it came back."""
    back = event.returned_of
    sign = 1 if back is None else -1
    yield from spent(event.member, sign * event.points.count, back or event.business_day, lapsing=event.lapsing)
    if event.counted:
        yield from held_pair(Account.STOCK, Account.STOCK_TAKEN, pool_holder("", event.gift), -sign)
    yield from _used(occurrence_id("gift", event.member, event.gift), sign)


def draw_postings(event: DrawMade) -> Iterator[Posting]:
    """The price of a draw and what it won."""
    who = event.member
    yield from spent(who, event.points.count, event.business_day, lapsing=event.lapsing)
    yield from earned(who, event.won.count, event.last_day)
    if event.prize and event.counted:
        yield from held_pair(Account.STOCK, Account.STOCK_TAKEN, pool_holder(event.draw, event.prize), -1)
    yield from _used(occurrence_id("draw", who, event.draw))
    yield from _used(occurrence_id("draw", who, event.draw, event.on.ordinal))


def supply_postings(event: StockSupplied) -> Iterator[Posting]:
    """Pieces that were put up, and how many there were in all."""
    yield from held_pair(Account.STOCK, Account.STOCK_SUPPLIED, pool_holder(event.draw, event.item), event.pieces)
    yield from happened(supplied_of(event.draw, event.item), event.pieces)


def announcement_postings(event: DrawAnnounced) -> Iterator[Posting]:
    """That a draw was opened or closed: every till can see it."""
    kind = "draw closed" if event.seed else "draw announced"
    yield from happened(derived_id(kind, event.draw, event.commitment))
