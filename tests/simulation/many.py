"""Many seeds in several processes, in parts that are written down: what was stopped goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).parents[2]
PART: Final = 100
"""So many seeds one process runs before it ends and its counts are written down."""
_CODE: Final = ("posapp", "sync", "tests/simulation")


def command(*arguments: object) -> list[str]:
    """How the simulator is run in a process of its own."""
    return [sys.executable, "-m", "tests.simulation", *map(str, arguments)]


def run_many(first: int, seeds: int, processes: int, record: Path | None) -> int:
    """Run seeds, so many processes at once; 1 where a promise is broken, and then no further part is begun.

    `record` gets a line of JSON for each part that held; the parts in it that this same code has run are not run again.
    """
    code = _fingerprint()
    done = dict(_recorded(record, code)) if record is not None else {}
    parts = [(start, min(PART, first + seeds - start)) for start in range(first, first + seeds, PART)]
    total: Counter[str] = Counter()
    with ThreadPoolExecutor(processes) as pool:
        running = [pool.submit(_part, *part) for part in parts if part not in done]
        for part in parts:
            total += done.get(part, Counter())
        if total:
            _say(f"{total['seeds']} of {seeds} seeds were run before")
        for future in as_completed(running):
            start, count, counts, said = future.result()
            if counts is None:
                pool.shutdown(wait=False, cancel_futures=True)
                _say(said)
                return 1
            total += counts
            if record is not None:
                line = json.dumps({"code": code, "from": start, "seeds": count, "counts": counts}, sort_keys=True)
                with record.open("a") as file:
                    file.write(f"{line}\n")
            _say(f"{total['seeds']} of {seeds} seeds, {total['SaleCompleted']} sales, {total['requests']} requests")
    faults = sum(number for name, number in total.items() if name.startswith("fault: "))
    _say(
        f"{total['seeds']} seeds, {total['SaleCompleted']} sales, {faults} faults, {total['requests']} requests: "
        "nothing lost, doubled, divergent or stuck",
        json.dumps(total, sort_keys=True),
    )
    return 0


def hunt_many(names: Sequence[str], processes: int) -> int:
    """Hunt planted bugs, so many processes at once; 1 where one of them is not found."""
    hunts = [
        subprocess.Popen(command("--mutants", *names[place::processes]), cwd=ROOT, env=_surroundings())
        for place in range(min(processes, len(names)))
    ]
    return max(each.wait() for each in hunts)


def _part(first: int, seeds: int) -> tuple[int, int, Counter[str] | None, str]:
    ran = subprocess.run(
        command("--from", first, "--seeds", seeds, "--json"),
        cwd=ROOT,
        env=_surroundings(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    counts = Counter(json.loads(ran.stdout.splitlines()[-1])) if ran.returncode == 0 else None
    return first, seeds, counts, ran.stdout


def _recorded(record: Path, code: str) -> Iterator[tuple[tuple[int, int], Counter[str]]]:
    if record.exists():
        for line in record.read_text().splitlines():
            part = json.loads(line)
            if part["code"] == code:
                yield (part["from"], part["seeds"]), Counter(part["counts"])


def _fingerprint() -> str:
    """Of the code that is run: what other code has shown is no answer."""
    total = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _surroundings() -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": "0"}


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a command
