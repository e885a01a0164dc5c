"""A few hundred worlds, each in its own way against the tills and the server: nothing lost, doubled or stuck.

They run as ``make simulate`` runs them, in a process of their own, so that whatever breaks breaks there as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SEEDS_HERE: Final = 40
NIGHTLY_SEEDS: Final = 11_600
NIGHTLY_SALES: Final = 1_000_000


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "tests.simulation", *map(str, arguments)]


def simulate(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=ROOT, check=False, capture_output=True, text=True)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(1, 1 + 5 * SEEDS_HERE, SEEDS_HERE))
def test_every_promise_is_kept(first: int) -> None:
    ran = simulate("--from", first, "--seeds", SEEDS_HERE)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "nothing lost, doubled, divergent or stuck" in ran.stdout


@pytest.mark.timeout(300)
def test_a_seed_is_the_same_story_each_time() -> None:
    first, second = (simulate("--from", 7, "--seeds", 2, "--story", "--json") for _ in range(2))
    assert first.returncode == 0, first.stdout + first.stderr
    kept = [[line for line in ran.stdout.splitlines() if "seeds a second" not in line] for ran in (first, second)]
    assert kept[0] == kept[1]
    assert len(kept[0]) > 100


@pytest.mark.timeout(300)
def test_a_broken_promise_is_told_shortly_and_is_an_exit_status() -> None:
    ran = simulate("--from", 1, "--seeds", 20, "--mutant", "forgets-baskets")
    assert ran.returncode == 1
    assert "the shortest story found:" in ran.stdout
    story = ran.stdout.partition("the shortest story found:\n")[2].partition("\nso: ")[0].splitlines()
    assert 0 < len(story) < 20, ran.stdout
    assert "again: make simulate FROM=" in ran.stdout
    assert "--mutant forgets-baskets" in ran.stdout


@pytest.mark.nightly
@pytest.mark.timeout(6 * 3600)
def test_a_million_sales(capsys: pytest.CaptureFixture[str]) -> None:
    """In as many processes as there are processors; the count is printed."""
    processes = os.cpu_count() or 1
    part = -(-NIGHTLY_SEEDS // processes)
    running = [
        subprocess.Popen(
            command("--from", 1 + number * part, "--seeds", part, "--json"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(processes)
    ]
    total: Counter[str] = Counter()
    for process in running:
        said, _nothing = process.communicate()
        assert process.returncode == 0, said
        total.update(json.loads(said.splitlines()[-1]))
    with capsys.disabled():
        sys.stdout.write(f"\nsimulated: {total['seeds']} seeds, {total['SaleCompleted']} sales\n")
    assert total["seeds"] >= NIGHTLY_SEEDS
    assert total["SaleCompleted"] >= NIGHTLY_SALES
