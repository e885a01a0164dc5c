"""Points that no sale moves: check-in, sharing, reviews, by hand; and the lots of a refund (W-10, W-24 to W-26).

Each is one transaction.  What may happen once is an occurrence that every till derives alike, so that a second press,
or another till that heard of the first, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from posapp.application.tiers import check_two_persons
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import PointsChanged, PointsReason, Recorded, SaleCompleted, SaleRefunded
from posapp.domain.ids import MemberId, StaffId, event_id
from posapp.domain.member import Standing
from posapp.domain.occurrence import occurrence_id
from posapp.domain.points_held import PointsHeld, PointsOnDay, grace_day, month_of
from posapp.domain.time import BusinessDay
from posapp.storage import members as member_rows
from posapp.storage import occurrences, sales
from posapp.storage import points as point_rows

NOBODY = StaffId("")


@dataclass(frozen=True, slots=True)
class PointsGiven:
    """A change of points on disk, and the member's standing around it.  `streak` counts check-ins in a row."""

    recorded: Recorded
    change: PointsChanged
    before: Standing
    after: Standing
    streak: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be recorded of a member."""

    member: MemberId
    reason: PointsReason
    points: int
    growth: int = 0
    occurrence: bytes = b""
    reference: str = ""
    note: str = ""
    approver: StaffId = NOBODY


def points_on(
    till: Till, connection: Connection, member: MemberId, standing: Standing, day: BusinessDay
) -> PointsOnDay:
    """How a member's points stand on a day: what is there, frozen, owed, and about to lapse."""
    life = till.programme.points_life
    if life is None:
        return PointsHeld(standing.points.count).on(day)
    return point_rows.held(connection, member, life, day).on(day)


def points_now(till: Till, member: MemberId, standing: Standing) -> PointsOnDay:
    """The same today, for showing it."""
    with till.database.read() as connection:
        return points_on(till, connection, member, standing, till.business_day())


def check_in(till: Till, member: MemberId, cashier: Cashier) -> PointsGiven:
    """Check a member in: once a natural day, more on each seventh in a row (W-24).

    Raises `InvalidField` where the programme has no check-in, or the member has checked in today.
    """
    rule = till.programme.rewards.check_in
    if rule is None:
        raise InvalidField("check_in", "this programme gives nothing for checking in", "本方案没有签到积分")
    today = till.programme.natural_day(till.clock.now())
    with till.database.write() as connection:
        streak = _streak(connection, member, today)
        points = rule.of_streak(streak)
        wanted = _Wanted(
            member, PointsReason.CHECK_IN, points, points if rule.growth else 0, _checked_in(member, today), str(today)
        )
        given = _once(till, connection, wanted, cashier, _ALREADY_IN, streak)
    till.committed()
    return given


@dataclass(frozen=True, slots=True)
class CheckInOffer:
    """What checking in would give a member today, on which day in a row; `done` where they did."""

    points: int
    streak: int
    done: bool


def check_in_offer(till: Till, member: MemberId) -> CheckInOffer | None:
    """What checking in would give today; None where the programme has no check-in."""
    rule = till.programme.rewards.check_in
    if rule is None:
        return None
    today = till.programme.natural_day(till.clock.now())
    with till.database.read() as connection:
        done = occurrences.count(connection, _checked_in(member, today)) > 0
        streak = _streak(connection, member, today)
    return CheckInOffer(rule.of_streak(streak), streak, done)


def reward_share(till: Till, member: MemberId, cashier: Cashier) -> PointsGiven:
    """Reward sharing, once a natural day, where the shop has switched it on (W-25).

    Raises `InvalidField` where it is off, or was rewarded today.
    """
    rule = till.programme.rewards.share
    if not rule.enabled:
        raise InvalidField("share", "rewards for sharing are switched off in this shop", "本店未开启分享奖励")
    today = till.programme.natural_day(till.clock.now())
    occurrence = occurrence_id("share", member, today.ordinal)
    growth = rule.points if rule.growth else 0
    with till.database.write() as connection:
        wanted = _Wanted(member, PointsReason.SHARE, rule.points, growth, occurrence, str(today))
        given = _once(till, connection, wanted, cashier, _ALREADY_SHARED)
    till.committed()
    return given


def reward_review(till: Till, position: int, stars: int, cashier: Cashier) -> PointsGiven:
    """Reward the review of a sale, once an order, the same whatever it says (W-26).

    `position` is the sale's place in this till's log.  Raises `InvalidField` where reviews earn nothing, where the
    order is not here, is nobody's or was returned, or where it was reviewed before.
    """
    rule = till.programme.rewards.review
    if rule is None:
        raise InvalidField("review", "this programme gives nothing for reviews", "本方案没有晒单积分")
    with till.database.write() as connection:
        recorded = sales.sale_at(connection, position)
        if recorded is None or not isinstance(recorded.event, SaleCompleted) or recorded.event.member is None:
            raise InvalidField("sale", "there is no order of a member here", "本机没有这位会员的订单")
        order = event_id(recorded.stream, recorded.sequence)
        back = [one.event for one in sales.refunds_of(connection, order)]
        if any(isinstance(one, SaleRefunded) and one.is_complete for one in back):
            raise InvalidField("sale", "this order was returned", "该订单已全部退货")
        member = recorded.event.member
        wanted = _Wanted(
            member,
            PointsReason.REVIEW,
            rule.points,
            rule.points if rule.growth else 0,
            occurrence_id("review", member, order),
            recorded.event.receipt_number,
            f"{stars}/5",
        )
        given = _once(till, connection, wanted, cashier, _ALREADY_REVIEWED)
    till.committed()
    return given


def change_by_hand(
    till: Till, member: MemberId, points: int, cashier: Cashier, approver: StaffId, note: str
) -> PointsGiven:
    """Add or take points by hand: somebody else agrees, there is a reason, and a shift has a limit (domain.md §5.4).

    Raises `InvalidField` naming `points`, `approver` or `note`.
    """
    check_two_persons(cashier.id, approver, note)
    if member == cashier.member:
        raise InvalidField("member", "the cashier's own card: another person does it", "收银员本人的会员卡，换人操作")
    if not points:
        raise InvalidField("points", "enter how many points", "请输入积分数")
    own, most = cashier.limits.points_by_hand, till.programme.rewards.manual_most
    most = most if own is None else min(own, most)
    with till.database.write() as connection:
        so_far = _by_hand_today(till, connection, cashier.id)
        if so_far + abs(points) > most:
            left = max(0, most - so_far)
            raise InvalidField(
                "points", f"{left} of {most} points are left for this shift", f"本班手工积分上限 {most}，还可 {left}"
            )
        standing = member_rows.standing(connection, member)
        there = points_on(till, connection, member, standing, till.business_day()).available
        if points < 0 and -points > there:
            raise InvalidField("points", f"only {there} points are there", f"可用积分只有 {there}")
        wanted = _Wanted(member, PointsReason.MANUAL, points, note=note.strip(), approver=approver)
        given = _record(till, connection, wanted, cashier.id)
    till.committed()
    return given


def _by_hand_today(till: Till, connection: Connection, operator: StaffId) -> int:
    """Points that an operator has changed by hand at this till on this business day, in either direction."""
    today = till.business_day()
    changes = point_rows.changes_since(connection, till.clock.now() - timedelta(days=2))
    mine = (one for one in changes if one.operator == operator and one.business_day == today)
    return sum(abs(one.points) for one in mine if one.reason is PointsReason.MANUAL)


def with_lots(till: Till, connection: Connection, refund: SaleRefunded, sale: SaleCompleted) -> SaleRefunded:
    """A refund that is about to be recorded, with the lots of its points where the sale's points lapse.

    What was earned is taken from the sale's lot.  What was spent returns to the lots it came from, the newest first;
    of lots that have lapsed meanwhile it lives on for some days of grace.
    """
    life = till.programme.points_life
    if sale.points_last_day is None or sale.member is None:
        return refund
    lapsed = 0
    if life is not None and refund.points_back.count:
        held = point_rows.held(connection, sale.member, life, refund.business_day).on(refund.business_day)
        lapsed = held.returned_from_lapsed(month_of(sale.business_day), refund.points_back.count)
    return replace(
        refund,
        points_last_day=sale.points_last_day,
        points_free_day=sale.points_free_day,
        points_lapsed=Points(lapsed),
        points_grace_day=grace_day(refund.business_day) if lapsed else None,
    )


_ALREADY_IN = ("has checked in today; come back tomorrow", "今天已签到，明天再来")
_ALREADY_SHARED = ("today's sharing was rewarded already", "今天的分享已奖励")
_ALREADY_REVIEWED = ("this order's review was rewarded already", "该订单的晒单已奖励")


def _checked_in(member: MemberId, day: BusinessDay) -> bytes:
    return occurrence_id("check_in", member, day.ordinal)


def _streak(connection: Connection, member: MemberId, today: BusinessDay) -> int:
    """Which day in a row today is, the days before as far as they were checked in."""
    streak = 1
    while occurrences.count(connection, _checked_in(member, today.plus(-streak))):
        streak += 1
    return streak


def _once(
    till: Till, connection: Connection, wanted: _Wanted, cashier: Cashier, already: tuple[str, str], streak: int = 0
) -> PointsGiven:
    if occurrences.count(connection, wanted.occurrence):
        raise InvalidField(wanted.reason.name.lower(), *already)
    return _record(till, connection, wanted, cashier.id, streak)


def _record(till: Till, connection: Connection, wanted: _Wanted, operator: StaffId, streak: int = 0) -> PointsGiven:
    day = till.business_day()
    life = till.programme.points_life
    event = PointsChanged(
        member=wanted.member,
        business_day=day,
        operator=operator,
        approver=wanted.approver,
        reason=wanted.reason,
        points=wanted.points,
        growth=wanted.growth,
        last_day=life.last_day(day) if life is not None else None,
        free_day=None,
        occurrence=wanted.occurrence,
        reference=wanted.reference,
        note=wanted.note,
    )
    before = member_rows.standing(connection, wanted.member)
    recorded = till.log.append(connection, event, till.clock.now())
    return PointsGiven(recorded, event, before, member_rows.standing(connection, wanted.member), streak)
