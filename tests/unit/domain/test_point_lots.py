"""Points in lots: what expires first is spent first, and what was spent returns where it was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.point_lots import PointLot, available, check_in_points, give_back, last_valid_day, spend
from posapp.domain.time import BusinessDay


def day(month: int, of_month: int, year: int = 2026) -> BusinessDay:
    return BusinessDay.of(date(year, month, of_month))


TODAY = day(11, 18)
OLD = PointLot(b"a", 100, day(1, 5), day(11, 30))
NEW = PointLot(b"b", 200, day(6, 1), day(6, 30, 2027))
EVER = PointLot(b"c", 50, day(1, 1), None)


def test_points_live_to_the_end_of_the_twelfth_following_month() -> None:
    assert last_valid_day(day(12, 15)) == day(12, 31, 2027)
    assert last_valid_day(day(2, 1, 2027)) == day(2, 29, 2028)
    assert last_valid_day(day(12, 15), 6) == day(6, 30, 2027)


def test_what_expires_first_is_spent_first() -> None:
    left, taken = spend([EVER, NEW, OLD], 150, TODAY)
    assert [(lot.id, lot.points) for lot in taken] == [(b"a", 100), (b"b", 50)]
    assert available(left, TODAY) == 200


def test_expired_and_frozen_points_and_debts_cannot_be_spent() -> None:
    expired, frozen = PointLot(b"x", 10, day(1, 1), day(11, 17)), PointLot(b"y", 10, day(11, 1), None, frozen=True)
    assert available([expired, frozen, OLD], TODAY, debt=30) == 70
    assert available([OLD], TODAY, debt=300) == 0
    with pytest.raises(ValueError, match="50 points"):
        spend([expired, frozen, OLD], 150, TODAY)


def test_spent_points_return_to_their_lots_newest_first_with_grace() -> None:
    left, taken = spend([OLD, NEW], 150, TODAY)
    later = day(12, 10)
    back = give_back(left, taken, 120, later)
    assert [(lot.id, lot.points, lot.last_day) for lot in back] == [
        (b"a", 70, later.plus(30)),
        (b"b", 200, NEW.last_day),
    ]


lots = st.lists(st.integers(1, 500), min_size=1, max_size=6).map(
    lambda counts: [PointLot(bytes([i]), n, TODAY.plus(-i), TODAY.plus(i * 7 % 50)) for i, n in enumerate(counts)]
)


@given(lots, st.data())
def test_spending_and_returning_conserves_points(held: list[PointLot], data: st.DataObject) -> None:
    whole = available(held, TODAY)
    points = data.draw(st.integers(0, whole))
    left, taken = spend(held, points, TODAY)
    assert available(left, TODAY) == whole - points
    assert sum(lot.points for lot in taken) == points
    assert {(lot.id, lot.points) for lot in give_back(left, taken, points, TODAY)} == {
        (lot.id, lot.points) for lot in held
    }


def test_checking_in_seven_days_running_is_worth_more() -> None:
    # W-24: 7 days are 55; the eighth day is an ordinary one.
    assert sum(check_in_points(streak) for streak in range(1, 8)) == 55
    assert sum(check_in_points(streak) for streak in range(1, 9)) == 60
