"""Running a plan from its first step to the last promise."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.simulation import deciding, invariants
from tests.simulation.actions import ACTIONS
from tests.simulation.faults import FAULTS, TROUBLES
from tests.simulation.faults.striking import try_to
from tests.simulation.model import Broken
from tests.simulation.plan import SYNC, WAIT
from tests.simulation.world import World, world

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from tests.simulation.disk import Disks
    from tests.simulation.plan import Plan, Step
    from tests.simulation.stage import Foundings

_MEANWHILE: Final = (
    "sell",
    "sell",
    "sell for points",
    "sell on the card",
    "use a pass",
    "return goods",
    "change a price",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a plan.

    `broken` is the promise that was not kept, empty where all were, and `kind` the kind of it; the story ended at
    `last_step`.  `counts` says what was done how often.
    """

    plan: Plan
    broken: str
    kind: str
    story: tuple[str, ...]
    last_step: int
    counts: Counter[str]


def run(plan: Plan, root: Path, foundings: Foundings, disks: Disks) -> Outcome:
    """Carry out every step, let everything recover, and look at every promise."""
    founded = foundings(plan.leases)
    with plan.limits.hold(), world(plan.seed, root, founded, disks) as place:
        broken = kind = ""
        try:
            place.crowd = plan.crowd
            place.open(list(plan.tills))
            place.network.troubles, place.network.rates = TROUBLES, dict(plan.rates)
            place.network.meanwhile = partial(_act_meanwhile, place)
            for step in plan.steps:
                _take(place, step)
            place.tell("faults stop")
            invariants.recover(place)
            invariants.check(place)
            deciding.decide(place)
        except Broken as error:
            broken, kind = str(error), type(error).__name__
        except Exception as error:  # noqa: BLE001 - whatever the product raises at a cashier is a broken promise too
            broken, kind = f"{type(error).__name__}: {error}\n{traceback.format_exc()}", type(error).__name__
        return Outcome(plan, broken, kind, tuple(place.story), place.step, place.counts)


def _take(place: World, step: Step) -> None:
    place.turn(step.number)
    place.pass_time(seconds=place.draw.randrange(2, 40))
    till = place.tills.get(step.till) or place.tills.get(f"{step.till}+") or next(iter(place.tills.values()))
    clone = place.tills.get(f"{till.name}'")
    if clone is not None and place.draw.random() < 0.5:
        till = clone
    match step.what:
        case _ if step.what in FAULTS:
            place.counts[f"fault: {step.what}"] += 1
            FAULTS[step.what].strike(place, till)
        case _ if step.what == SYNC:
            place.sync(till)
        case _ if step.what == WAIT:
            place.pass_time(hours=place.draw.choice((1, 8, 24, 24 * 7)))
            place.tell("time passes")
        case _:
            _act(place, step.what, till.name)
    place.bury()


def _act_meanwhile(place: World, name: str) -> None:
    """While the worker waits for an answer, the till's window does not."""
    till = place.tills.get(name)
    if till is not None and till.is_running and not till.drive.is_dead:
        _act(place, place.draw.choice(_MEANWHILE), name)


def _act(place: World, what: str, name: str) -> None:
    till = place.tills[name]
    if name in place.unfinished:
        return  # the disk is still full: nobody can be served
    _weight, action = ACTIONS[what]
    try_to(place, till, action, what)
