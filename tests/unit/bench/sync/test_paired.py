"""What is compared is compared within its round, and the median round counts."""

from __future__ import annotations

import pytest

from bench.sync.beside import AGAINST, report
from bench.sync.paired import Paired


def test_a_busy_round_falls_on_both_sides_and_one_odd_round_on_neither() -> None:
    times = Paired({"ours": [1.0, 10.0, 1.0], "theirs": [3.0, 30.0, 300.0]})
    assert times.times_as_fast("ours", "theirs") == 3.0
    assert times.times_as_fast("theirs", "ours") == pytest.approx(1 / 3)


def test_a_rate_is_that_of_the_median_round() -> None:
    assert Paired({"ours": [0.5, 2.0, 9.0]}).rate("ours", 100) == 50


def test_sides_that_did_not_take_part_in_the_same_rounds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        Paired({"ours": [1.0], "theirs": [1.0, 2.0]}).times_as_fast("ours", "theirs")


def test_a_piece_of_work_is_done_once_and_timed() -> None:
    times, done = Paired(), []
    times.take("ours", lambda: done.append(1))
    assert done == [1]
    assert len(times.seconds["ours"]) == 1
    assert times.seconds["ours"][0] >= 0


def test_the_processor_is_compared_where_both_were_watched() -> None:
    times = Paired({"ingest": [1.0], "raw": [4.0], "push": [1.0], "anki push": [2.0]}, {"ingest": [2.0], "raw": [1.0]})
    with times.watched("push"):
        pass
    assert times.processor["push"] == [0]
    assert [figure.value for figure in report(times, 1)] == [4.0, 0.5, 2.0, 2.0]


def test_a_peer_that_is_missing_leaves_the_other_comparisons(capsys: pytest.CaptureFixture[str]) -> None:
    figures = report(Paired({"ingest": [1.0], "raw": [0.5], "push": [2.0], "anki push": [3.0]}), 1_000)
    assert [(figure.value, figure.target) for figure in figures] == [(0.5, 0.6), (3.0, 1.5), (1.5, 1.5)]
    assert len(figures) < len(AGAINST)
    assert "1,000 entries/s" in capsys.readouterr().out
