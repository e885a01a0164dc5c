"""Time that neither a changed clock nor a restart bends (domain.md §5.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.trusted_time import Heard, Reading

NOON = datetime(2026, 10, 17, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTHING = timedelta(0)


def heard(wall: datetime = NOON) -> Heard:
    return Heard(NOON, NOTHING, Reading(wall, NOTHING, b"one"))


def test_within_a_run_the_steady_clock_counts_whatever_the_wall_clock_says() -> None:
    for wall in (NOON + 3 * HOUR, NOON - 1000 * HOUR, NOON + 1000 * HOUR):
        now = heard().at(Reading(wall, 3 * HOUR, b"one"))
        assert now.silent == 3 * HOUR
        assert now.trusted == NOON + 3 * HOUR
        assert now.drift == wall - NOON - 3 * HOUR


def test_over_a_restart_the_wall_clock_counts_forwards_only() -> None:
    kept = heard().at(Reading(NOON + HOUR, HOUR, b"one"))
    assert kept.at(Reading(NOON + 5 * HOUR, NOTHING, b"two")).silent == 5 * HOUR
    set_back = kept.at(Reading(NOON - 24 * HOUR, NOTHING, b"two"))
    assert set_back.silent == HOUR
    assert set_back.drift == -25 * HOUR


def test_a_few_minutes_are_no_drift() -> None:
    at = heard(NOON + timedelta(minutes=5))
    assert at.drift == NOTHING
    assert heard(NOON + timedelta(minutes=5, seconds=1)).drift > timedelta(minutes=5)


steps = st.lists(
    st.tuples(st.integers(-100_000, 100_000), st.integers(0, 100_000), st.booleans()), min_size=1, max_size=20
)


@given(steps)
def test_silence_never_grows_shorter_and_is_at_least_what_the_runs_lasted(moves: list[tuple[int, int, bool]]) -> None:
    at = Heard(NOON, NOTHING, Reading(NOON, NOTHING, bytes([1])))
    wall, steady, run, lasted = NOON, NOTHING, 1, NOTHING
    for jump, gone_by, restart in moves:
        if restart:
            run += 1
            steady = NOTHING
            at_start = at.at(Reading(wall + timedelta(seconds=jump), steady, bytes([run])))
            assert at_start.silent >= at.silent
            at = at_start
        wall += timedelta(seconds=jump + gone_by)
        steady += timedelta(seconds=gone_by)
        lasted += timedelta(seconds=gone_by)
        later = at.at(Reading(wall, steady, bytes([run])))
        assert later.silent >= at.silent
        at = later
    assert at.silent >= lasted
