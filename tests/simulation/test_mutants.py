"""The simulator is tested itself: bugs are planted, and it finds each within twenty seeds."""

from __future__ import annotations

import os
from collections import Counter
from typing import Final

import pytest

from tests.simulation.__main__ import hunt
from tests.simulation.mutants import MUTANTS
from tests.simulation.plan import plan
from tests.simulation.run import Outcome
from tests.simulation.test_seeds import simulate

LEAST: Final = 40
SAMPLE: Final = (
    "lazy-sale",
    "forgets-baskets",
    "counts-twice",
    "believes-unheard",
    "applies-twice",
    "keeps-earned-points",
    "old-heads",
    "balances-overwritten",
)
"""One of each sort, found quickly."""


def test_there_are_enough_of_them_and_each_says_what_it_is() -> None:
    assert len(MUTANTS) >= LEAST
    assert all(mutant.mistake.endswith(".") for mutant in MUTANTS.values())
    assert len({mutant.mistake for mutant in MUTANTS.values()}) == len(MUTANTS)


def test_a_bug_that_was_written_for_other_code_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    mutant = next(iter(MUTANTS.values()))
    for kind, code in (("TypeError", 1), ("Broken", 0)):
        outcome = Outcome(plan(1), f"{kind}: what it says", kind, (), 0, Counter())
        assert hunt([mutant], lambda _plan, outcome=outcome: outcome) == code  # type: ignore[misc]
        assert ("does not fit" in capsys.readouterr().out) is bool(code)


@pytest.mark.timeout(600)
def test_a_sample_of_them_is_found() -> None:
    ran = simulate("--mutants", *SAMPLE)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.nightly
@pytest.mark.timeout(3 * 3600)
def test_all_of_them_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    ran = simulate("--mutants", "--processes", os.cpu_count() or 1)
    with capsys.disabled():
        print(f"\n{ran.stdout}")  # noqa: T201 - which of them survive is what one wants to see
    assert ran.returncode == 0, ran.stdout + ran.stderr
