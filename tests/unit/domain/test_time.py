"""Instants are exact; a business day ends at the cut-off and not at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.time import BusinessDay, business_day, from_micros, plus_months, to_micros

SHANGHAI = ZoneInfo("Asia/Shanghai")


@given(st.datetimes(timezones=st.just(UTC)))
def test_micros_round_trip(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


def test_trade_before_the_cutoff_belongs_to_the_day_before() -> None:
    before = datetime(2026, 11, 18, 19, 59, tzinfo=UTC)  # 03:59 on the 19th in Shanghai
    after = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
    assert business_day(before, SHANGHAI, 240).date == date(2026, 11, 18)
    assert business_day(after, SHANGHAI, 240).date == date(2026, 11, 19)
    assert business_day(before, SHANGHAI).date == date(2026, 11, 19)


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2026, 11, 18)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="aware"):
        business_day(naive, SHANGHAI)
    with pytest.raises(ValueError, match="aware"):
        to_micros(naive)


def test_days_order_and_print() -> None:
    day = BusinessDay.of(date(2026, 2, 28))
    assert str(day.plus(1)) == "2026-03-01"
    assert day < day.plus(1)


def test_months_end_where_the_month_does() -> None:
    day = BusinessDay.of(date(2026, 1, 31))
    assert plus_months(day, 1) == BusinessDay.of(date(2026, 2, 28))
    assert plus_months(day, 25) == BusinessDay.of(date(2028, 2, 29))
