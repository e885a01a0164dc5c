"""From the `/` key to the painted list of members, in the real window over a real encrypted till database.

``python -m bench.lookup_paint [--members 1000 1000000] [--trials N] [--folder DIR] [--quick]``.  Four digits stand in
the input and `/` is struck; the clock stops when the list with the matches has reached the screen.  Each trial asks for
other digits, so that pages of the file are as cold as at a counter.  Target: p95 ≤ 33 ms with 1,000,000 members.  Each
is told by the clock, and without the time in which the till was ready to run and other programs had the processor.

A database of a million members takes minutes to write.  With ``--folder`` it is kept there and used again.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure
from bench.member_shops import member_shop
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.shops import Shops
from posapp.storage.database import driver

if TYPE_CHECKING:
    from bench.lookup_window import Lookup
    from posapp.bootstrap.folders import TillFolder

SIZES, QUICK_SIZES = (1_000, 1_000_000), (1_000, 50_000)
TRIALS, QUICK_TRIALS = 200, 40
TARGET_MS, TARGET_MEMBERS = 33, 1_000_000
_WARM_UP = 5


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs="+")
    parser.add_argument("--trials", type=int)
    parser.add_argument("--folder", type=Path, help="where the databases are kept for the next time")
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_TRIALS} trials, at most {QUICK_SIZES[-1]:,} members"
    )
    options = parser.parse_args(arguments)
    # Without a screen, Qt must be told before it is imported.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sizes = options.members or (QUICK_SIZES if options.quick else SIZES)
    trials = options.trials or (QUICK_TRIALS if options.quick else TRIALS)
    kept = nullcontext(str(options.folder)) if options.folder else tempfile.TemporaryDirectory(prefix="posapp-lookup-")
    with kept as folder:
        for size in sizes:
            _report(size, _measure(member_shop(Path(folder), size), trials))
    return 0


def _endings(shops: Shops, count: int) -> list[str]:
    """Last four digits that several members share: with one match the member is attached and no list is painted."""
    with shops.database.read() as connection:
        sql = "SELECT substr(phone, -4) AS four FROM member GROUP BY four HAVING count(*) > 1"
        found = [four for (four,) in driver(connection).execute(sql)]
    return random.Random(3).choices(found, k=count)


def _measure(folder: TillFolder, trials: int) -> list[Lookup]:
    # Qt and the window are imported here, after the platform was chosen.
    from bench.lookup_window import close, look_up, open_till_window  # noqa: PLC0415

    shops = Shops(folder, SystemClock(), SystemEntropy())
    endings = _endings(shops, trials + _WARM_UP)
    running = open_till_window(shops)
    try:
        return [look_up(running, four) for four in endings][_WARM_UP:]
    finally:
        close(running)


def _report(size: int, samples: list[Lookup]) -> None:
    print(f"{size:,} members, {len(samples)} look-ups:")
    print(f"  key to paint, by the clock    {_quantiles([one.paint for one in samples])}")
    print(f"  without waiting for a turn    {_quantiles([one.undisturbed for one in samples])}")
    print(f"  of the processor              {_quantiles([one.processor for one in samples])}")
    print(f"  search alone, by the clock    {_quantiles([one.search for one in samples])}")
    target = TARGET_MS if size >= TARGET_MEMBERS else None
    for figure in (
        Figure(
            f"last-4 key to paint, {size:,} members, p95, clock", _p95([one.paint for one in samples]), "ms", target
        ),
        Figure("the same, without waiting for a processor", _p95([one.undisturbed for one in samples]), "ms", target),
    ):
        print(figure.line, flush=True)


def _p95(samples: list[float]) -> float:
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * 0.95))]


def _quantiles(samples: list[float]) -> str:
    ordered = sorted(samples)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    return f"p50 {statistics.median(ordered):6.1f} ms   p95 {at(0.95):6.1f} ms   p99 {at(0.99):6.1f} ms"


if __name__ == "__main__":
    raise SystemExit(main())
