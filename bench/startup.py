"""Cold start of the till against a bare PySide window, interleaved: first paint, ready to scan, memory.

``python -m bench.startup [--rounds N]``.  Targets: first paint ≤ 1.5 × a bare window; ready to scan ≤ 1.0 s; at most
150 MB.  Times are medians of the wall clock; processor time stands beside them, because it says more on a busy machine.
"""

from __future__ import annotations

import argparse
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

ROUNDS, QUICK_ROUNDS = 9, 3


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="posapp-startup-") as folder:
        shops = Shops(TillFolder(Path(folder)), SystemClock(), SystemEntropy())
        shops.demo()
        shops.close()
        runs: dict[str, list[dict[str, float]]] = {"bare": [], "till": []}
        for what in runs:
            _start(what, folder)  # the first start compiles bytecode and fills the file cache; no later one does
        for _round in range(QUICK_ROUNDS if options.quick else options.rounds):
            for what, results in runs.items():
                results.append(_start(what, folder))
    _report(runs)
    return 0


def _start(what: str, folder: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    command = [sys.executable, "-m", "bench.startup_child", what, folder]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    times: dict[str, float] = json.loads(ran.stdout)
    return {**times, "paint": times["paint"] - began, "ready": times["ready"] - began}


def _report(runs: dict[str, list[dict[str, float]]]) -> None:
    median = {
        what: {name: statistics.median(run[name] for run in results) for name in results[0]}
        for what, results in runs.items()
    }
    bare, till = median["bare"], median["till"]
    pairs = list(zip(runs["bare"], runs["till"], strict=True))
    paint = statistics.median(one["paint"] / other["paint"] for other, one in pairs)
    ready = statistics.median(one["ready"] / other["ready"] for other, one in pairs)
    print(f"start of {len(pairs)} tills and {len(pairs)} bare windows, interleaved, medians:")
    print(f"  bare window: painted after {_ms(bare, 'paint')}, peak {bare['peak_mb']:.0f} MB")
    print(f"  till:        painted after {_ms(till, 'paint')}, ready to scan after {_ms(till, 'ready')}")
    print(f"  first paint ÷ bare window:   {paint:.2f}   (target ≤ 1.50)")
    print(f"  ready to scan ÷ bare window: {ready:.2f}")
    print(f"  ready to scan:               {till['ready']:.2f} s   (target ≤ 1.00 s)")
    print(f"  peak memory:                 {till['peak_mb']:.0f} MB   (target ≤ 150 MB)")


def _ms(times: dict[str, float], name: str) -> str:
    return f"{times[name] * 1000:.0f} ms (processor {times[f'{name}_cpu'] * 1000:.0f})"


if __name__ == "__main__":
    raise SystemExit(main())
