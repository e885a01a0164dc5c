"""Card numbers never collide between tills; a printed code that is not ours never opens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.card import (
    CARDS_PER_BLOCK,
    EPOCH_SECONDS,
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


NOW = 1_795_000_000


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**33))
def test_a_phones_code_reads_back(number: int, now: int) -> None:
    code = dynamic_code(KEY, number, now)
    assert len(code) == 41
    assert read_dynamic_code(KEY, code, now) == DynamicCard(number, now // 30)


@pytest.mark.parametrize("seconds", [-60, -30, 0, 30, 60])
def test_two_steps_of_skew_are_tolerated(seconds: int) -> None:
    assert read_dynamic_code(KEY, dynamic_code(KEY, 7, NOW), NOW + seconds).number == 7


@pytest.mark.parametrize("seconds", [-91, 91, 30 * 65536, EPOCH_SECONDS])
def test_an_old_or_future_code_is_refused(seconds: int) -> None:
    with pytest.raises(InvalidField, match="run out"):
        read_dynamic_code(KEY, dynamic_code(KEY, 7, NOW), NOW + seconds)


def test_a_code_at_the_turn_of_the_week_is_good_on_both_sides() -> None:
    turn = NOW // EPOCH_SECONDS * EPOCH_SECONDS
    assert read_dynamic_code(KEY, dynamic_code(KEY, 7, turn - 1), turn + 20).number == 7
    assert read_dynamic_code(KEY, dynamic_code(KEY, 7, turn), turn - 20).number == 7


def test_a_code_is_good_once() -> None:
    seen = read_dynamic_code(KEY, dynamic_code(KEY, 7, NOW), NOW)
    later = read_dynamic_code(KEY, dynamic_code(KEY, 7, NOW + 30), NOW + 30)
    check_unused(seen, -1, NOW)
    check_unused(later, seen.step, NOW + 30)
    for earlier in (seen, DynamicCard(7, seen.step - 1)):
        with pytest.raises(InvalidField, match="used before"):
            check_unused(earlier, seen.step, NOW)


def test_a_step_from_when_the_clock_was_wrong_locks_nobody_out() -> None:
    seen = read_dynamic_code(KEY, dynamic_code(KEY, 7, NOW), NOW)
    check_unused(seen, seen.step + 2880, NOW)
    with pytest.raises(InvalidField, match="used before"):
        check_unused(seen, seen.step + 2, NOW)


def test_steps_that_no_code_can_be_of_any_more_may_be_forgotten() -> None:
    oldest = read_dynamic_code(KEY, dynamic_code(KEY, 7, NOW - 60), NOW)
    assert oldest.step == oldest_step(NOW)


@given(st.text("0123456789", min_size=39, max_size=39))
def test_no_made_up_phone_code_opens(digits: str) -> None:
    with pytest.raises(InvalidField):
        read_dynamic_code(KEY, "97" + digits, NOW)
