"""``python -m tests.simulation --from k --seeds n``: run seeds; tell the shortest story of the first broken promise.

With ``--mutants`` each planted bug is run until a seed finds it, and those that no seed finds are listed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from posapp.domain.offline import Leases
from tests.simulation.many import hunt_many, run_many
from tests.simulation.mutants import MUTANTS
from tests.simulation.plan import Plan, plan
from tests.simulation.run import Outcome, run
from tests.simulation.shrink import shortest
from tests.simulation.stage import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.simulation.mutants.planting import Mutant

MUTANT_SEEDS: Final = 20
"""Within so many seeds each planted bug must be found."""
_DOES_NOT_FIT: Final = frozenset({"AttributeError", "ImportError", "NameError", "TypeError"})
"""What Python says where a planted bug was written for other code than there is: nothing was found then."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 where every promise was kept, and with ``--mutants`` where every bug was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first seed (%(default)s)")
    parser.add_argument("--seeds", type=int, default=100, help="how many (%(default)s)")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="run the seeds with this bug planted")
    parser.add_argument("--mutants", nargs="*", metavar="NAME", help="find these planted bugs, or all of them")
    parser.add_argument("--story", action="store_true", help="tell the story of each seed")
    parser.add_argument("--json", action="store_true", help="end with the counts as a line of JSON")
    parser.add_argument("--processes", type=int, default=1, help="so many at once (%(default)s)")
    parser.add_argument("--record", type=Path, help="write down here what was run, and do not run it again")
    options = parser.parse_args(arguments)
    if options.mutants is not None and options.processes > 1:
        return hunt_many(options.mutants or list(MUTANTS), options.processes)
    if options.processes > 1 or options.record is not None:
        return run_many(options.first, options.seeds, options.processes, options.record)
    with stage() as (root, foundings, disks):
        if options.mutants is not None or options.mutant:
            # What is planted is a bug of the shop that runs, not of how it was founded.
            for policy in Leases:
                foundings(policy)

        def carry_out(one: Plan) -> Outcome:
            return run(one, root, foundings, disks)

        if options.mutants is not None:
            return hunt([MUTANTS[name] for name in options.mutants or MUTANTS], carry_out)
        with pytest.MonkeyPatch.context() as patch:
            if options.mutant:
                MUTANTS[options.mutant].plant(patch)
            return _run_seeds(options, carry_out)


def hunt(wanted: Sequence[Mutant], carry_out: Callable[[Plan], Outcome]) -> int:
    """Run each bug until a seed finds it; list those that none finds."""
    survivors = []
    for mutant in wanted:
        found = _found_by(mutant, carry_out)
        if found is None:
            survivors.append(mutant)
            _say(f"survives          {mutant.name}: {mutant.mistake}")
        elif found.kind in _DOES_NOT_FIT:
            survivors.append(mutant)
            _say(f"does not fit      {mutant.name}: {found.broken}")
        else:
            _say(f"killed by seed {found.plan.seed:>2} {mutant.name}: {found.broken.partition(chr(10))[0][:120]}")
    _say(f"{len(wanted) - len(survivors)} of {len(wanted)} planted bugs were found within {MUTANT_SEEDS} seeds")
    for mutant in survivors:
        _say(f"  not found: {mutant.name}: {mutant.mistake}")
    return 1 if survivors else 0


def _found_by(mutant: Mutant, carry_out: Callable[[Plan], Outcome]) -> Outcome | None:
    for seed in range(1, MUTANT_SEEDS + 1):
        with pytest.MonkeyPatch.context() as patch:
            mutant.plant(patch)
            outcome = carry_out(plan(seed))
        if outcome.broken:
            return outcome
    return None


def _run_seeds(options: argparse.Namespace, carry_out: Callable[[Plan], Outcome]) -> int:
    counts: Counter[str] = Counter()
    began, used = time.perf_counter(), time.process_time()
    for seed in range(options.first, options.first + options.seeds):
        outcome = carry_out(plan(seed))
        counts += outcome.counts
        counts["seeds"] += 1
        if options.story:
            _say(f"seed {seed}", *outcome.story)
        if outcome.broken:
            _tell(outcome, carry_out, options.mutant)
            return 1
    took, used = time.perf_counter() - began, time.process_time() - used
    faults = sum(number for name, number in counts.items() if name.startswith("fault: "))
    _say(
        f"{counts['seeds']} seeds, {counts['SaleCompleted']} sales, {faults} faults, {counts['requests']} requests: "
        f"nothing lost, doubled, divergent or stuck ({took:.0f} s, {counts['seeds'] / used:.1f} seeds a second of CPU)"
    )
    if options.json:
        _say(json.dumps(counts, sort_keys=True))
    return 0


def _tell(outcome: Outcome, carry_out: Callable[[Plan], Outcome], mutant: str | None) -> None:
    seed = outcome.plan.seed
    _say(f"seed {seed}: {outcome.broken}", "", "the shortest story found:")
    best = shortest(outcome, carry_out)
    _say(
        *(f"{number:>4}. {line}" for number, line in enumerate(best.story, 1)),
        f"so: {best.broken.partition(chr(10))[0]}",
    )
    extra = f" --mutant {mutant}" if mutant else ""
    _say("", f"again: make simulate FROM={seed} SEEDS=1" + (f' ARGS="{extra.strip()}"' if extra else ""))


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Sets of bytes are walked through in an order that is drawn for each process, unless this says otherwise.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])  # noqa: S606 - itself
    sys.exit(main())
