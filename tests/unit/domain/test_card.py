"""Card numbers never collide between tills; a printed code that is not ours never opens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.card import (
    CARDS_PER_BLOCK,
    MAX_BLOCK,
    DynamicCard,
    StaticCard,
    card_number,
    card_text,
    check_unused,
    dynamic_code,
    oldest_step,
    read_dynamic_code,
    read_static_code,
)
from posapp.domain.card import static_code as print_code
from posapp.domain.card_keys import WEEK_SECONDS, CardKeys, NoWeekKey, WeekKey, keys_from, week_of_step
from posapp.domain.errors import InvalidField

KEY = b"k" * 32


@given(st.integers(0, 2**40 - 1), st.integers(0, 255))
def test_a_printed_card_reads_back(number: int, version: int) -> None:
    code = print_code(KEY, StaticCard(number, version))
    assert len(code) == 31
    assert code.isdigit()
    assert read_static_code(KEY, code) == StaticCard(number, version)


@given(st.text("0123456789", min_size=29, max_size=29))
def test_no_made_up_code_opens(digits: str) -> None:
    with pytest.raises(InvalidField):
        read_static_code(KEY, "98" + digits)


def test_another_shops_card_and_a_changed_digit_are_refused() -> None:
    code = print_code(KEY, StaticCard(5, 1))
    changed = code[:-1] + str((int(code[-1]) + 1) % 10)
    for key, digits in ((b"x" * 32, code), (KEY, changed), (KEY, code[:-1]), (KEY, ""), (KEY, "97" + code[2:])):
        with pytest.raises(InvalidField, match="not a card of this shop"):
            read_static_code(key, digits)


def test_blocks_do_not_overlap() -> None:
    assert card_number(1, 0) == card_number(0, CARDS_PER_BLOCK - 1) + 1
    assert card_number(MAX_BLOCK, CARDS_PER_BLOCK - 1) == 2**40 - 1
    assert card_text(card_number(MAX_BLOCK, CARDS_PER_BLOCK - 1)) == "1099511627775"
    for block, count in ((0, CARDS_PER_BLOCK), (MAX_BLOCK + 1, 0), (0, -1)):
        with pytest.raises(ValueError, match="used up"):
            card_number(block, count)


ROOT = b"r" * 32
NOW = 1_795_000_000
TURN = NOW // WEEK_SECONDS * WEEK_SECONDS


def code_at(now: int, number: int = 7) -> str:
    """What a phone shows that has the keys of its own time."""
    return dynamic_code(keys_from(ROOT, now), number, now)


def read_at(now: int, code: str) -> DynamicCard:
    return read_dynamic_code(keys_from(ROOT, now), code, now)


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**33))
def test_a_phones_code_reads_back(number: int, now: int) -> None:
    code = code_at(now, number)
    assert len(code) == 41
    assert read_at(now, code) == DynamicCard(number, now // 30)


@pytest.mark.parametrize("seconds", [-60, -30, 0, 30, 60])
def test_two_steps_of_skew_are_tolerated(seconds: int) -> None:
    assert read_at(NOW + seconds, code_at(NOW)).number == 7


@pytest.mark.parametrize("seconds", [-91, 91, 30 * 65536, WEEK_SECONDS, 256 * WEEK_SECONDS])
def test_an_old_or_future_code_is_refused(seconds: int) -> None:
    with pytest.raises(InvalidField, match="run out"):
        read_at(NOW + seconds, code_at(NOW))


@pytest.mark.parametrize("read", range(TURN - 75, TURN + 90, 15))
@pytest.mark.parametrize("skew", [-60, -30, 0, 30, 60])
def test_codes_of_both_weeks_are_good_on_both_sides_of_the_turn(read: int, skew: int) -> None:
    """Each side has the two keys of its own time, which are not the same ones a minute after the turn."""
    made = read + skew
    assert read_at(read, code_at(made)).step == made // 30


@given(st.integers(60, 2**33), st.integers(-60, 60), st.integers(-3, 3), st.integers(0, 2**40 - 1))
def test_a_code_verifies_with_the_key_of_its_week_and_with_no_other(now: int, skew: int, off: int, number: int) -> None:
    code, week = code_at(now, number), week_of_step(now // 30)
    (key,) = [one.key for one in keys_from(ROOT, now).held if one.week == week]
    held = CardKeys((WeekKey(week + off, key),))
    if off == 0:
        assert read_dynamic_code(held, code, now + skew // 30 * 30).number == number
    else:
        with pytest.raises(NoWeekKey):
            read_dynamic_code(held, code, now)
    for wrong in (keys_from(b"another root".ljust(32), now), CardKeys((WeekKey(week, bytes(32)),))):
        with pytest.raises(InvalidField, match="not ours") as refused:
            read_dynamic_code(wrong, code, now)
        assert not isinstance(refused.value, NoWeekKey)


def test_a_till_without_the_weeks_key_says_so_and_not_that_the_code_is_not_ours() -> None:
    code = code_at(NOW)
    for held in (CardKeys(), keys_from(ROOT, NOW - 2 * WEEK_SECONDS)):
        with pytest.raises(NoWeekKey) as missing:
            read_dynamic_code(held, code, NOW)
        assert (missing.value.field, "printed card" in missing.value.reason_en) == ("code", True)
        assert "实体卡" in missing.value.reason_zh
        with pytest.raises(NoWeekKey):
            dynamic_code(held, 7, NOW)
        with pytest.raises(InvalidField, match="run out"):
            read_dynamic_code(held, code, NOW + 300)


def test_a_code_is_good_once() -> None:
    seen = read_at(NOW, code_at(NOW))
    later = read_at(NOW + 30, code_at(NOW + 30))
    check_unused(seen, -1, NOW)
    check_unused(later, seen.step, NOW + 30)
    for earlier in (seen, DynamicCard(7, seen.step - 1)):
        with pytest.raises(InvalidField, match="used before"):
            check_unused(earlier, seen.step, NOW)


def test_a_step_from_when_the_clock_was_wrong_locks_nobody_out() -> None:
    seen = read_at(NOW, code_at(NOW))
    check_unused(seen, seen.step + 2880, NOW)
    with pytest.raises(InvalidField, match="used before"):
        check_unused(seen, seen.step + 2, NOW)


def test_steps_that_no_code_can_be_of_any_more_may_be_forgotten() -> None:
    assert read_at(NOW, code_at(NOW - 60)).step == oldest_step(NOW)


@given(st.text("0123456789", min_size=39, max_size=39))
def test_no_made_up_phone_code_opens(digits: str) -> None:
    with pytest.raises(InvalidField):
        read_at(NOW, "97" + digits)
