"""Of the keys of phone codes a till holds two weeks', and what it holds tells nothing of the others."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.card_keys import WEEK_SECONDS, CardKeys, NoWeekKey, WeekKey, keys_from, week_of_step, weeks_at

ROOT = b"r" * 32
TURN = 2_968 * WEEK_SECONDS


def test_a_till_changes_to_the_next_two_weeks_a_minute_after_the_turn() -> None:
    assert [weeks_at(TURN + seconds) for seconds in (-1, 0, 59, 60)] == [
        (2_967, 2_968), (2_967, 2_968), (2_967, 2_968), (2_968, 2_969),
    ]  # fmt: skip


@given(st.integers(0, 2**33))
def test_there_is_a_key_for_every_code_that_may_be_shown(now: int) -> None:
    keys = keys_from(ROOT, now)
    assert len(keys.held) == 2
    assert keys.suffice_at(now)
    for seconds in (-60, 0, 60):
        assert len(keys.of_week(week_of_step((now + seconds) // 30))) == 32


def test_each_week_has_a_key_of_its_own_that_two_tills_agree_on() -> None:
    weeks = [keys_from(ROOT, TURN + week * WEEK_SECONDS + 60) for week in range(50)]
    assert len({one.key for keys in weeks for one in keys.held}) == 51
    for earlier, later in pairwise(weeks):
        assert earlier.held[1] == later.held[0], "the next week's is the one that this week will have"
    assert keys_from(b"s" * 32, TURN).held[0].key not in {one.key for keys in weeks for one in keys.held}


def test_keys_suffice_until_the_next_ones_are_due() -> None:
    keys = keys_from(ROOT, TURN + 60)
    assert keys.suffice_at(TURN + WEEK_SECONDS + 59)
    assert not keys.suffice_at(TURN + WEEK_SECONDS + 60)
    assert not keys.suffice_at(TURN)
    assert not CardKeys().suffice_at(TURN)


def test_no_third_week_and_no_short_key_is_held() -> None:
    of = WeekKey(1, bytes(32))
    for held in ((of, WeekKey(2, bytes(32)), WeekKey(3, bytes(32))), (of, WeekKey(2, bytes(31)))):
        with pytest.raises(ValueError, match="two weeks at most"):
            CardKeys(held)
    with pytest.raises(NoWeekKey):
        CardKeys((of,)).of_week(2)


def test_what_is_printed_of_keys_names_their_weeks_alone() -> None:
    shown = repr(CardKeys((WeekKey(2_968, b"k" * 32),)))
    assert "2968" in shown
    assert "kkk" not in shown
    assert "6b6b" not in shown
