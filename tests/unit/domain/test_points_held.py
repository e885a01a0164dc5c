"""Points that lapse, worked out from sums: freezing, debt, grace, notices, and points that never lapse."""

from __future__ import annotations

from datetime import date

from posapp.domain.ids import MemberId
from posapp.domain.points_held import (
    LotKey,
    PointsHeld,
    due,
    first_of,
    grace_day,
    grace_holder,
    lot_holder,
    month_holder,
    month_of,
    possible_lots,
)
from posapp.domain.programme.points_life import PointsLife
from posapp.domain.time import BusinessDay


def day(month: int, of_month: int, year: int = 2026) -> BusinessDay:
    return BusinessDay.of(date(year, month, of_month))


WHO = MemberId(b"m" * 16)
NOV, DEC = month_of(day(11, 1)), month_of(day(12, 1))
OLD = LotKey(day(12, 31), 0, month_of(day(12, 1, 2025)))
NEW = LotKey(day(11, 30, 2027), 0, NOV)


def test_what_lapses_first_goes_first_and_lapses_whoever_looks_and_when() -> None:
    held = PointsHeld(balance=400, issued={OLD: 300, NEW: 200}, spent={NOV: 100})
    now = held.on(day(12, 31))
    assert [(lot.last_day, lot.points) for lot in now.lots] == [(OLD.last_day, 200), (NEW.last_day, 200)]
    assert now.available == 400
    later = held.on(day(1, 1, 2027))
    assert (later.available, later.gone) == (200, {OLD: 200})
    assert due(held, day(1, 1, 2027)) == {OLD: 200}
    posted = PointsHeld(balance=200, issued=held.issued, lapsed={OLD: 200}, spent=held.spent)
    assert posted.on(day(1, 1, 2027)) == later


def test_frozen_points_are_not_spent_and_repay_no_debt_before_they_are_free() -> None:
    frozen = LotKey(day(11, 30, 2027), day(11, 25).ordinal, NOV)
    held = PointsHeld(balance=70, issued={frozen: 100}, spent={NOV: 30})
    before, after = held.on(day(11, 24)), held.on(day(11, 25))
    assert (before.available, before.frozen, before.debt) == (0, 100, 30)
    assert (after.available, after.frozen, after.debt) == (70, 0, 0)


def test_a_debt_blocks_and_the_next_earning_repays_it() -> None:
    held = PointsHeld(balance=-40, issued={NEW: 60}, spent={NOV: 100})
    assert (held.on(day(11, 20)).available, held.on(day(11, 20)).debt) == (0, 40)
    more = LotKey(day(12, 31, 2027), 0, DEC)
    repaid = PointsHeld(balance=10, issued={NEW: 60, more: 50}, spent={NOV: 100})
    assert (repaid.on(day(12, 5)).available, repaid.on(day(12, 5)).debt) == (10, 0)


def test_what_was_spent_in_a_month_never_came_from_what_was_earned_after_it() -> None:
    """A rule that changed: points earned in December lapse before those of November."""
    short = LotKey(day(12, 31), 0, DEC)
    held = PointsHeld(balance=200, issued={NEW: 200, short: 100}, spent={NOV: 100})
    assert held.on(day(12, 5)).left == {NEW: 100, short: 100}
    later = held.on(day(1, 1, 2027))
    assert (later.available, later.gone) == (100, {short: 100})


def test_points_that_never_lapse_are_spent_last() -> None:
    held = PointsHeld(balance=350, issued={OLD: 300}, spent={NOV: 50})
    assert held.on(day(12, 1)).everlasting == 100
    assert held.on(day(1, 1, 2027)).available == 100


def test_what_comes_back_to_a_lot_that_lapsed_is_told_newest_lots_first() -> None:
    held = PointsHeld(balance=100, issued={OLD: 300, NEW: 200}, spent={NOV: 400})
    lapsed = held.on(day(1, 10, 2027))
    assert [lapsed.returned_from_lapsed(NOV, points) for points in (0, 80, 100, 150, 400)] == [0, 0, 0, 50, 300]
    assert held.on(day(12, 10)).returned_from_lapsed(NOV, 400) == 0
    assert grace_day(day(1, 10, 2027)) == day(2, 28, 2027)
    assert grace_day(day(1, 31, 2027)) == day(3, 31, 2027)


def test_notices_say_how_many_lapse_when() -> None:
    # "300 分 12-31 到期": T-30 and T-7.
    held = PointsHeld(balance=500, issued={OLD: 300, NEW: 200})
    assert held.on(day(11, 30)).notices == ()
    (first,) = held.on(day(12, 1)).notices
    assert (first.points, first.last_day, first.days_left, first.stage) == (300, day(12, 31), 30, 30)
    assert held.on(day(12, 23)).notices[0].stage == 30
    assert held.on(day(12, 24)).notices[0].stage == 7
    assert held.on(day(1, 1, 2027)).notices == ()


def test_lots_are_found_by_the_rules_in_force_and_those_before() -> None:
    life = PointsLife(months=6, freeze_days=7, earlier=(PointsLife(months=12),))
    keys = set(possible_lots(life, day(11, 27)))
    assert NEW in keys
    assert LotKey(day(5, 31, 2027), day(12, 1).ordinal, NOV) in keys, "earned on 24 November, free on 1 December"
    assert LotKey(day(2, 28, 2026), 0, month_of(day(1, 1)), grace=True) in keys
    holders = [key.holder(WHO) for key in keys]
    assert len(set(holders)) == len(holders)
    assert lot_holder(WHO, NEW.last_day) in holders
    assert grace_holder(WHO, day(2, 28, 2026)) in holders
    assert month_holder(WHO, NOV) != month_holder(WHO, DEC)
    assert first_of(NOV) == day(11, 1)
