"""A figure says whether its target was met, and can be pasted into a document."""

from __future__ import annotations

import pytest

from bench.figures import Figure, table


@pytest.mark.parametrize(
    ("value", "more_is_better", "outcome"),
    [(2.0, False, "≤ 2 met"), (2.1, False, "≤ 2 MISSED"), (2.0, True, "≥ 2 met"), (1.9, True, "≥ 2 MISSED")],
)
def test_a_target_is_met_or_missed(value: float, more_is_better: bool, outcome: str) -> None:
    assert Figure("push", value, "×", 2.0, more_is_better).line.endswith(outcome)


def test_figures_with_a_target_become_rows() -> None:
    lines = [
        Figure("sale commit ÷ raw SQL, p50", 1.222, "×", 1.3).line,
        Figure("without a target", 7, "ms").line,
        Figure("segments sent again", 1, "", 1).line,
        Figure("rate", 12_345.678, "sales/s", 5_000, more_is_better=True).line,
        "words",
    ]
    assert table(lines).splitlines()[2:] == [
        "| sale commit ÷ raw SQL, p50 | 1.22 × | ≤ 1.3 | met |",
        "| segments sent again | 1.00 | ≤ 1 | met |",
        "| rate | 12345.68 sales/s | ≥ 5000 | met |",
    ]
