"""What a seed makes of itself: who takes part, which faults there are and how often, and the steps."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Final

from tests.simulation.actions import ACTIONS
from tests.simulation.faults import FAULTS, TROUBLES
from tests.simulation.faults.copies import (
    BackUpServer,
    BackUpTill,
    BothRestored,
    LateAcknowledgement,
    RestoredServer,
    RestoredTill,
)
from tests.simulation.faults.disks import BitFlip
from tests.simulation.limits import Limits
from tests.simulation.shop import STORES

SYNC: Final = "sync"
WAIT: Final = "time passes"
_NEED_BACKUPS: Final = frozenset(
    {RestoredTill.name, RestoredServer.name, BothRestored.name, LateAcknowledgement.name, BitFlip.name}
)
_STEPS: Final = 220
"""So many that about a hundred of them are sales."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an action, a fault or a round, and the till it is about; its randomness follows from its number."""

    number: int
    what: str
    till: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A seed's world.  `crowd` is how many different people come: the fewer, the more they meet themselves."""

    seed: int
    tills: tuple[str, ...]
    crowd: int
    rates: dict[str, float]
    limits: Limits
    steps: tuple[Step, ...]

    def only(self, steps: tuple[Step, ...]) -> Plan:
        """The same with only some of the steps."""
        return replace(self, steps=steps)

    def upto(self, number: int) -> Plan:
        """The same without the steps after one."""
        return self.only(tuple(step for step in self.steps if step.number <= number))

    def without(self, trouble: str) -> Plan:
        """The same without one trouble of the network."""
        return replace(self, rates={name: rate for name, rate in self.rates.items() if name != trouble})


def plan(seed: int, steps: int = _STEPS) -> Plan:
    """Draw a seed's world: each fault is possible in about half of them, at a rate of its own (swarm testing)."""
    draw = random.Random(f"plan {seed}")  # noqa: S311 - a seed is the point
    tills = tuple(sorted(draw.sample(sorted(STORES), draw.choice((2, 2, 3, 3, 4)))))
    rates = {name: draw.choice((0.01, 0.03, 0.1, 0.3)) for name in TROUBLES if draw.random() < 0.4}
    possible = [fault for fault in FAULTS.values() if draw.random() < 0.45]
    fault_rate = draw.choice((0.0, 0.04, 0.08, 0.14)) if possible else 0.0
    sync_rate = draw.choice((0.03, 0.08, 0.16))
    wait_rate = draw.choice((0.0, 0.02, 0.05))
    names, weights = list(ACTIONS), [weight for weight, _action in ACTIONS.values()]
    drawn = []
    for number in range(1, steps + 1):
        dice = draw.random()
        if dice < fault_rate:
            what = draw.choices(possible, [fault.weight for fault in possible])[0].name
        elif dice < fault_rate + sync_rate:
            what = SYNC
        elif dice < fault_rate + sync_rate + wait_rate:
            what = WAIT
        else:
            what = draw.choices(names, weights)[0]
        drawn.append(Step(number, what, draw.choice(tills)))
    if fault_rate and any(fault.name in _NEED_BACKUPS for fault in possible):
        for place, till in zip(draw.sample(range(steps // 2), len(tills) + 1), ("", *tills), strict=True):
            what = BackUpTill.name if till else BackUpServer.name
            drawn[place] = Step(place + 1, what, till or tills[0])
    return Plan(seed, tills, draw.choice((2, 4, 6, 12)), rates, Limits.drawn(draw), tuple(drawn))
