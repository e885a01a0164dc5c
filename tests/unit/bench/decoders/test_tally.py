"""What is read is counted, and what is read wrongly too."""

from __future__ import annotations

import numpy as np
import pytest

from bench.decoders.subjects import Grey
from bench.decoders.tally import Tally, same


def test_a_tally_counts_what_is_right_and_what_is_wrong() -> None:
    tally = Tally()
    picture = np.zeros((4, 4), np.uint8)
    answers = iter([["a"], [], ["b", "c"]])
    for _ in range(2):
        tally.take(lambda _: next(answers), (picture,), "a")
    tally.take(lambda _: next(answers), (picture,), "c")
    assert (tally.pictures, tally.read, tally.wrong) == (3, {0, 2}, [("b", "c")])
    assert tally.recall == pytest.approx(2 / 3)


def test_a_burst_ends_at_the_first_frame_that_is_read() -> None:
    tally, seen = Tally(), []

    def decode(picture: Grey) -> list[str]:
        seen.append(int(picture[0, 0]))
        return ["a"] if seen[-1] == 1 else []

    tally.take(decode, tuple(np.full((2, 2), value, np.uint8) for value in range(4)), "a")
    assert seen == [0, 1]


def test_line_ends_make_no_other_text() -> None:
    assert same("a\r\nb ", "a\nb")
    assert not same("ab", "a b")
