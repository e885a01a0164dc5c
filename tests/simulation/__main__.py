"""``python -m tests.simulation --from k --seeds n``: run seeds, and tell the shortest story of the first broken promise."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.plan import plan
from tests.simulation.run import run
from tests.simulation.stage import stage


def main(arguments: list[str] | None = None) -> int:
    """Run a range of seeds; 0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--story", action="store_true")
    options = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    started = time.perf_counter()
    with stage() as (root, founded, disks):
        for seed in range(options.first, options.first + options.seeds):
            outcome = run(plan(seed), root, founded, disks)
            counts += outcome.counts
            if options.story:
                print("\n".join(outcome.story))
            if outcome.broken:
                print(seed, outcome.broken)
    print(counts, time.perf_counter() - started, time.process_time())
    return 0


if __name__ == "__main__":
    sys.exit(main())
