"""Cold start of the till against a bare PySide window, interleaved: first paint, ready to scan, memory.

Targets: first paint ≤ 1.5 × a bare window; ready to scan ≤ 1.0 s; at most 150 MB.  Run it on a quiet machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops

ROUNDS = 9


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        shops = Shops(TillFolder(Path(folder)), SystemClock(), SystemEntropy())
        shops.demo()
        shops.close()
        runs: dict[str, list[dict[str, float]]] = {"bare": [], "till": []}
        for _round in range(ROUNDS):
            for what, results in runs.items():
                results.append(_start(what, folder))
    _report(runs)


def _start(what: str, folder: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    command = [sys.executable, "-m", "bench.startup_child", what, folder]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    times: dict[str, float] = json.loads(ran.stdout)
    return {"paint": times["paint"] - began, "ready": times["ready"] - began, "peak_mb": times["peak_kb"] / 1024}


def _report(runs: dict[str, list[dict[str, float]]]) -> None:
    median = {
        what: {name: statistics.median(run[name] for run in results) for name in results[0]}
        for what, results in runs.items()
    }
    ratios = [
        till["paint"] / bare["paint"] for bare, till in zip(runs["bare"], runs["till"], strict=True)
    ]  # fmt: skip
    bare, till = median["bare"], median["till"]
    print(f"bare window: paint {bare['paint'] * 1000:.0f} ms, peak {bare['peak_mb']:.0f} MB")
    print(f"till: paint {till['paint'] * 1000:.0f} ms, ready to scan {till['ready'] * 1000:.0f} ms")
    print(f"first paint ÷ bare window: {statistics.median(ratios):.2f}   (target ≤ 1.50)")
    print(f"ready to scan: {till['ready']:.2f} s   (target ≤ 1.00 s)")
    print(f"ready to scan ÷ bare window: {till['ready'] / bare['paint']:.2f}")
    print(f"peak memory: {till['peak_mb']:.0f} MB   (target ≤ 150 MB)")


if __name__ == "__main__":
    main()
