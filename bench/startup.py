"""Cold start of the till against a bare PySide window, interleaved: first paint, ready to scan, memory.

``python -m bench.startup [--rounds N]``.  Targets: first paint ≤ 1.5 × a bare window; ready to scan ≤ 1.0 s; at most
150 MB.  Times are medians by the clock.  Beside them stand the clock less the time in which the till was ready to run
and other programs had the processor, and processor time: they say more on a busy machine.
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
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure
from bench.waiting import undisturbed
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops

ROUNDS, QUICK_ROUNDS = 11, 3
_PATIENCE = 120.0
Form = Callable[[dict[str, float], str], float]


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
        rounds = QUICK_ROUNDS if options.quick else options.rounds
        for done in range(rounds):
            for what, results in runs.items():
                results.append(_start(what, folder))
            print(f"\r  started {done + 1} of {rounds} times ", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    _report(runs)
    return 0


def _start(what: str, folder: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    command = [sys.executable, "-m", "bench.startup_child", what, folder]
    # A start that never comes to an end is an answer too, and must not hold up all other measurements.
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=_PATIENCE)
    times: dict[str, float] = json.loads(ran.stdout)
    return {**times, "paint": times["paint"] - began, "ready": times["ready"] - began}


def _report(runs: dict[str, list[dict[str, float]]]) -> None:
    print(f"start of {len(runs['till'])} tills and as many bare windows, interleaved, medians in ms:")
    print(f"  {'':22s} {'by the clock':>14s} {'without waiting':>16s} {'processor':>10s}")
    for title, what, name in (
        ("bare window, painted", "bare", "paint"),
        ("till, painted", "till", "paint"),
        ("till, ready to scan", "till", "ready"),
    ):
        clock, alone, processor = (1000 * _median(runs[what], form, name) for form in (_clock, _alone, _processor))
        print(f"  {title:22s} {clock:14.0f} {alone:16.0f} {processor:10.0f}")
    pairs = list(zip(runs["bare"], runs["till"], strict=True))

    def ratio(form: Form) -> float:
        return statistics.median(form(till, "paint") / form(bare, "paint") for bare, till in pairs)

    for figure in (
        Figure("first paint ÷ bare window, by the clock", ratio(_clock), "×", 1.5),
        Figure("first paint ÷ bare window, processor alone", ratio(_processor), "×", 1.5),
        Figure("ready to scan, by the clock", _median(runs["till"], _clock, "ready"), "s", 1.0),
        Figure("the same, without waiting for a processor", _median(runs["till"], _alone, "ready"), "s", 1.0),
        Figure("peak memory of the till", _median(runs["till"], _clock, "peak_mb"), "MB", 150),
    ):
        print(figure.line, flush=True)


def _clock(run: dict[str, float], name: str) -> float:
    return run[name]


def _alone(run: dict[str, float], name: str) -> float:
    return undisturbed(run[name], run[f"{name}_waited"], run[f"{name}_cpu"])


def _processor(run: dict[str, float], name: str) -> float:
    return run[f"{name}_cpu"]


def _median(runs: list[dict[str, float]], form: Form, name: str) -> float:
    return statistics.median(form(run, name) for run in runs)


if __name__ == "__main__":
    raise SystemExit(main())
