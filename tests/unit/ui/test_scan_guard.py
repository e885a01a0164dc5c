"""A scanner is told from a hand at the keyboard."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.ui.scan_guard import Fate, Passed, ScanGuard, Scanned, Swallowed

CODES = st.text(st.sampled_from(string.ascii_letters + string.digits + "/:?=+*-."), min_size=6, max_size=60)
FAST = st.integers(1, 29)
SLOW = st.integers(36, 900)


def _feed(guard: ScanGuard, text: str, gaps_ms: list[int], start_ms: int = 0) -> tuple[str, int]:
    """Type a text; returns what reached the input by itself and the time after it."""
    now, arrived = start_ms, ""
    for character, gap in zip(text, gaps_ms, strict=True):
        now += gap
        verdict = guard.key(character, now / 1000)
        arrived += verdict.released
        if verdict.fate is Fate.PASS:
            arrived += character
    return arrived, now


@given(CODES, st.data())
def test_a_fast_burst_is_a_scan_and_almost_nothing_reaches_the_input(code: str, data: st.DataObject) -> None:
    gaps = data.draw(st.lists(FAST, min_size=len(code), max_size=len(code)))
    guard = ScanGuard()
    arrived, now = _feed(guard, code, gaps)
    assert code.startswith(arrived)
    assert len(arrived) <= 2
    assert guard.enter((now + data.draw(FAST)) / 1000) == Scanned(code)
    assert not guard.holding


@given(CODES, st.data())
def test_nothing_typed_by_hand_is_lost_or_reordered(code: str, data: st.DataObject) -> None:
    """Any mixture of gaps: what is not a scan arrives, whole and in order."""
    gaps = data.draw(st.lists(st.one_of(FAST, SLOW), min_size=len(code), max_size=len(code)))
    guard = ScanGuard()
    arrived, now = _feed(guard, code, gaps)
    arrived += guard.expire((now + 101) / 1000)
    assert arrived == code
    assert guard.enter((now + 400) / 1000) == Passed()


@given(st.text(string.digits, min_size=1, max_size=5))
def test_five_characters_are_no_scan(text: str) -> None:
    guard = ScanGuard()
    arrived, now = _feed(guard, text, [5] * len(text))
    verdict = guard.enter((now + 5) / 1000)
    assert isinstance(verdict, Passed)
    assert arrived + verdict.released == text


def test_a_late_enter_is_the_hands_own() -> None:
    guard = ScanGuard()
    arrived, now = _feed(guard, "6901234567892", [5] * 13)
    verdict = guard.enter((now + 101) / 1000)
    assert isinstance(verdict, Passed)
    assert arrived + verdict.released == "6901234567892"


@given(CODES, st.data())
def test_a_scanner_may_stall_once_it_has_begun(code: str, data: st.DataObject) -> None:
    """Radio scanners do; it is one scan still, because half of its gaps are short."""
    gaps = data.draw(st.lists(FAST, min_size=len(code), max_size=len(code)))
    stalls = data.draw(st.sets(st.sampled_from(range(3, len(code), 3))))
    for place in stalls:
        gaps[place] = data.draw(st.integers(36, 99))
    guard = ScanGuard()
    _, now = _feed(guard, code, gaps)
    assert guard.enter((now + 10) / 1000) == Scanned(code)


def test_an_enter_right_after_a_scan_is_the_scanners_second() -> None:
    guard = ScanGuard()
    _, now = _feed(guard, "6901234567892", [5] * 13)
    assert isinstance(guard.enter((now + 5) / 1000), Scanned)
    assert guard.enter((now + 200) / 1000) == Swallowed()
    assert guard.enter((now + 306) / 1000) == Passed()


@pytest.mark.parametrize("struck", ["character", "other key"])
def test_an_enter_after_another_key_is_the_hands_own_however_soon(struck: str) -> None:
    guard = ScanGuard()
    _, now = _feed(guard, "6901234567892", [5] * 13)
    assert isinstance(guard.enter((now + 5) / 1000), Scanned)
    if struck == "character":
        assert guard.key("3", (now + 120) / 1000).fate is Fate.PASS
    else:
        guard.other()
    assert guard.enter((now + 200) / 1000) == Passed()


def test_a_character_that_acts_is_held_from_the_start() -> None:
    guard = ScanGuard()
    first = guard.key("1", 10.0, acts=True)
    assert (first.fate, first.starts) == (Fate.HOLD, True)
    assert guard.key("3", 10.005).fate is Fate.HOLD
    assert guard.expire(10.010) == ""
    assert guard.expire(10.045) == "13"
    assert not guard.holding


def test_a_key_that_a_finger_still_holds_waits_half_as_long() -> None:
    guard = ScanGuard()
    guard.key("1", 10.0, acts=True)
    assert guard.expire(10.017, down=True) == ""
    assert guard.expire(10.020, down=False) == ""
    assert guard.expire(10.020, down=True) == "1"


def test_a_burst_is_a_burst_though_its_last_key_is_down() -> None:
    guard = ScanGuard()
    guard.key("1", 10.0, acts=True)
    guard.key("3", 10.020)
    assert guard.expire(10.040, down=True) == ""
    assert guard.expire(10.080, down=True) == "13"


def test_another_key_lets_go_what_was_held() -> None:
    guard = ScanGuard()
    arrived, _ = _feed(guard, "6021", [5] * 4)
    assert arrived + guard.other() == "6021"
