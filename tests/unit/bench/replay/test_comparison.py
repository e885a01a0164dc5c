"""A replay whose totals differ says where, and one that was asked about other baskets does not compare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.replay.comparison import committed_expectation, differences, read_expectation

EXPECTED = {"sales": 3, "tiers": {"base": 2, "gold": 0}, "second_visit_within_30d": [5, 4], "rules": {"engines": "two"}}


def test_what_agrees_is_silent() -> None:
    found = {"sales": 3, "tiers": {"base": 2}, "second_visit_within_30d": [5, 4], "rules": {}}
    assert differences(EXPECTED, found) == []


@pytest.mark.parametrize(
    ("found", "where"),
    [
        ({"sales": 4, "tiers": {"base": 2}, "second_visit_within_30d": [5, 4]}, "sales: expected 3, found 4"),
        ({"tiers": {"base": 2}, "second_visit_within_30d": [5, 4]}, "sales: expected 3, found None"),
        ({"sales": 3, "tiers": {"base": 1}, "second_visit_within_30d": [5, 4]}, "tiers.base: expected 2, found 1"),
        (
            {"sales": 3, "tiers": {"base": 2, "silver": 1}, "second_visit_within_30d": [5, 4]},
            "tiers.silver: expected None, found 1",
        ),
        (
            {"sales": 3, "tiers": {"base": 2}, "second_visit_within_30d": [4, 4]},
            "second_visit_within_30d: expected [5, 4], found [4, 4]",
        ),
    ],
)
def test_what_differs_is_named(found: dict[str, object], where: str) -> None:
    assert differences(EXPECTED, found) == [where]


def test_expectations_are_for_the_baskets_that_they_name(tmp_path: Path) -> None:
    path = tmp_path / "expected.json"
    path.write_text(json.dumps({**EXPECTED, "rules": {"slice": {"first": 10, "last": None}}}))
    assert read_expectation(path, first=10, last=0)["sales"] == 3
    with pytest.raises(SystemExit, match="expects the baskets"):
        read_expectation(path, first=0, last=10)


@pytest.mark.parametrize("first", [300, 20_000])
def test_the_committed_expectations_are_found_and_fit_their_name(first: int) -> None:
    path = committed_expectation(first=first, last=0)
    assert path is not None
    assert read_expectation(path, first=first, last=0)["sales"] == first
    assert committed_expectation(first=first + 1, last=0) is None
