"""A few hundred worlds, each in its own way against the tills and the server: nothing lost, doubled or stuck.

They run as ``make simulate`` runs them, in a process of their own, so that whatever breaks breaks there as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.simulation.many import ROOT, command

if TYPE_CHECKING:
    from pathlib import Path

SEEDS_HERE: Final = 50
NIGHTLY_SEEDS: Final = 10_000
NIGHTLY_SALES: Final = 1_000_000


def simulate(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=ROOT, check=False, capture_output=True, text=True)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(1, 1 + 4 * SEEDS_HERE, SEEDS_HERE))
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


@pytest.mark.timeout(300)
def test_what_was_run_is_written_down_and_not_run_again(tmp_path: Path) -> None:
    arguments = ("--from", 3, "--seeds", 2, "--processes", 2, "--record", tmp_path / "record")
    first, again = simulate(*arguments), simulate(*arguments)
    assert first.returncode == again.returncode == 0, first.stdout + first.stderr
    assert "2 of 2 seeds were run before" in again.stdout
    assert first.stdout.splitlines()[-1] == again.stdout.splitlines()[-1]


@pytest.mark.nightly
@pytest.mark.timeout(8 * 3600)
def test_a_million_sales(capsys: pytest.CaptureFixture[str]) -> None:
    """In as many processes as there are processors; it says how far it is, and goes on where it was stopped."""
    record = ROOT / ".pytest_cache" / "simulated.jsonl"
    record.parent.mkdir(exist_ok=True)
    processes = os.cpu_count() or 1
    arguments = ("--seeds", NIGHTLY_SEEDS, "--processes", processes, "--record", record)
    with capsys.disabled(), subprocess.Popen(command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        said = [line for line in run.stdout or () if sys.stdout.write(line) and not sys.stdout.flush()]
    assert run.returncode == 0, said[-1]
    total = json.loads(said[-1])
    assert total["seeds"] >= NIGHTLY_SEEDS
    assert total["SaleCompleted"] >= NIGHTLY_SALES
