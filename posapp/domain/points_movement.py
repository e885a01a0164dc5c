"""What each recorded event did to a member's points, by lot and by month: the log's side of `points_held`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from posapp.domain.accounts import Account
from posapp.domain.events import (
    CouponsIssued,
    DrawMade,
    Event,
    ExceptionClosed,
    GiftRedeemed,
    GiftsTakenBack,
    PointsChanged,
    PointsReason,
    Recorded,
    SaleClaimed,
    SaleCompleted,
    SaleRefunded,
)
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.points_held import LotKey, PointsHeld, month_holder, month_of
from posapp.domain.time import BusinessDay

_GIVEN_AND_TAKEN = frozenset({PointsReason.MANUAL, PointsReason.TRANSFER, PointsReason.FORFEIT})
"""Reasons that neither earn nor spend: they say apart what they did."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event did: the day it counts for, what was earned and what was spent (each less what it took back).

    `issued`, `lapsed` and `spent_in` are the same by lot and by month, where the member's points lapse.
    """

    member: MemberId
    day: BusinessDay
    earned: int = 0
    spent: int = 0
    issued: tuple[tuple[LotKey, int], ...] = ()
    lapsed: tuple[tuple[LotKey, int], ...] = ()
    spent_in: tuple[tuple[int, int], ...] = ()


def movement(event: Event) -> Movement | None:
    """What an event did to a member's points by lot and month; None where it touches none."""
    match event:
        case SaleCompleted(member=member) if member is not None:
            earned = event.points_base.count + event.points_bonus.count
            key = _lot(event.points_last_day, event.points_free_day, event.business_day)
            spent = event.points_spent.count
            return _moved(member, event.business_day, earned, spent, key, event.business_day)
        case SaleRefunded(member=member) if member is not None:
            return _returned(member, event)
        case SaleClaimed(member=member):
            key = _lot(event.points_last_day, event.points_free_day, event.original_day)
            return _moved(member, event.business_day, event.points.count, 0, key, event.original_day)
        case GiftRedeemed(member=member):
            back = event.returned_of
            spent = event.points.count if back is None else -event.points.count
            month = month_of(back or event.business_day)
            spent_in = ((month, spent),) if event.lapsing else ()
            return Movement(member, event.business_day, spent=spent, spent_in=spent_in)
        case DrawMade(member=member):
            key = _lot(event.last_day, None, event.business_day)
            return _moved(member, event.business_day, event.won.count, event.points.count, key, event.business_day)
        case CouponsIssued(member=member):
            return _given(member, event)
        case GiftsTakenBack(owner=member):
            return _taken_back(member, event)
        case PointsChanged(member=member):
            return _changed(member, event)
        case _:
            return None


@dataclass(slots=True)
class PointsFold:
    """One member's points, folded from the log."""

    balance: int = 0
    issued: Counter[LotKey] = field(default_factory=Counter)
    lapsed: Counter[LotKey] = field(default_factory=Counter)
    spent: Counter[int] = field(default_factory=Counter)

    @property
    def held(self) -> PointsHeld:
        """What the ledger said of the member."""
        return PointsHeld(self.balance, self.issued, self.lapsed, self.spent)


def apply(folds: dict[bytes, PointsFold], recorded: Recorded) -> Movement | None:
    """Add an event to the members whose points it touches; returns what it did by lot, where it says so."""
    for posting in recorded.transaction.postings:
        if posting.account is Account.MEMBER_POINTS:
            folds.setdefault(posting.holder, PointsFold()).balance += posting.amount
    moved = movement(recorded.event)
    if moved is not None:
        fold = folds.setdefault(moved.member, PointsFold())
        for into, parts in ((fold.issued, moved.issued), (fold.lapsed, moved.lapsed)):
            for key, points in parts:
                into[key] += points
        for month, points in moved.spent_in:
            fold.spent[month] += points
    if isinstance(recorded.event, ExceptionClosed) and recorded.event.member in folds:
        _correct(folds[recorded.event.member], recorded.event.member, recorded)
    return moved


def _correct(fold: PointsFold, member: MemberId, recorded: Recorded) -> None:
    """Lots and months that the entries of a closed exception put right: they name holders, not days."""
    lots = {key.holder(member): key for key in fold.issued}
    months = {month_holder(member, month): month for month in fold.spent}
    for posting in recorded.transaction.postings:
        if posting.account is Account.POINTS_ISSUED_IN_LOT and posting.holder in lots:
            fold.issued[lots[AssetId(posting.holder)]] -= posting.amount
        elif posting.account is Account.POINTS_SPENT_IN_MONTH and posting.holder in months:
            fold.spent[months[AssetId(posting.holder)]] += posting.amount


def _moved(
    member: MemberId, day: BusinessDay, earned: int, spent: int, key: LotKey | None, spent_on: BusinessDay
) -> Movement:
    if key is None:
        return Movement(member, day, earned, spent)
    return Movement(member, day, earned, spent, ((key, earned),), (), ((month_of(spent_on), spent),))


def _returned(member: MemberId, refund: SaleRefunded) -> Movement:
    taken, back, lapsed = refund.points_taken.count, refund.points_back.count, refund.points_lapsed.count
    key = _lot(refund.points_last_day, refund.points_free_day, refund.original_day)
    grace = refund.points_grace_day
    if key is None or grace is None:
        return _moved(member, refund.business_day, -taken, -back, key, refund.original_day)
    graced = LotKey(grace, 0, month_of(grace) - 1, grace=True)
    spent_in = ((month_of(refund.original_day), lapsed - back),)
    return Movement(member, refund.business_day, -taken, -back, ((key, -taken), (graced, lapsed)), (), spent_in)


def _given(member: MemberId, event: CouponsIssued) -> Movement:
    day, came, went = event.business_day, event.points.count, event.points_spent.count
    key = _lot(event.points_last_day, None, day)
    issued = ((key, came),) if key is not None and came else ()
    spent_in = ((month_of(day), went),) if event.lapsing and went else ()
    return Movement(member, day, came, went, issued, (), spent_in)


def _taken_back(member: MemberId, event: GiftsTakenBack) -> Movement:
    gone = -event.points.count
    key = _lot(event.points_last_day, None, event.given_on)
    return Movement(member, event.business_day, gone, issued=((key, gone),) if key is not None and gone else ())


def _changed(member: MemberId, event: PointsChanged) -> Movement:
    day = event.business_day
    if event.lots:
        keys = (
            (
                LotKey(one.last_day, 0, month_of(one.last_day) - 1, grace=True)
                if one.grace
                else _key(one.last_day, one.free_day, one.last_day),
                one.points,
            )
            for one in event.lots
        )
        return Movement(member, day, lapsed=tuple(keys))
    counts = event.reason not in _GIVEN_AND_TAKEN
    earned = event.points if counts and event.points > 0 else 0
    spent = -event.points if counts and event.points < 0 else 0
    key = _lot(event.last_day, event.free_day, day)
    issued = ((key, event.points),) if key is not None and event.points > 0 else ()
    spent_in = ((month_of(day), -event.points),) if key is not None and event.points < 0 else ()
    return Movement(member, day, earned, spent, issued, (), spent_in)


def _lot(last_day: BusinessDay | None, free_day: BusinessDay | None, earned: BusinessDay) -> LotKey | None:
    return _key(last_day, free_day, earned) if last_day is not None else None


def _key(last_day: BusinessDay, free_day: BusinessDay | None, earned: BusinessDay) -> LotKey:
    return LotKey(last_day, free_day.ordinal if free_day is not None else 0, month_of(earned))
