"""What a seed makes of itself: who takes part, which faults there are and how often, and the steps."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Final

from posapp.domain.offline import Leases
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
from tests.simulation.themes import MISCHIEF, SUBJECTS, dealt

SYNC: Final = "sync"
WAIT: Final = "time passes"
_NEED_BACKUPS: Final = frozenset(
    {RestoredTill.name, RestoredServer.name, BothRestored.name, LateAcknowledgement.name, BitFlip.name}
)
_STEPS: Final = 260
"""So many that more than a hundred of them are sales."""
_SUBJECT: Final = 40
"""How often what a seed is about is drawn, for each of its subjects; what is always drawn comes to 261."""
_FAVOURED: Final = 4
"""How much more often a fault is drawn that a seed is about."""


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
    leases: Leases
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
    """Draw a seed's world: its themes are dealt, and any other fault is there now and then (swarm testing)."""
    draw = random.Random(f"plan {seed}")  # noqa: S311 - a seed is the point
    tills = tuple(sorted(draw.sample(sorted(STORES), draw.choice((2, 2, 3, 3, 4)))))
    favoured = {name for hand in ("one", "other") for name in MISCHIEF[dealt(seed, f"mischief {hand}", MISCHIEF)]}
    rates = {
        name: draw.choice((0.03, 0.1, 0.3) if name in favoured else (0.01, 0.03, 0.1))
        for name in TROUBLES
        if name in favoured or draw.random() < 0.2
    }
    weights = {
        name: fault.weight * (_FAVOURED if name in favoured else 1)
        for name, fault in FAULTS.items()
        if name in favoured or draw.random() < 0.3
    }
    fault_rate = draw.choice((0.04, 0.08, 0.14)) if weights else 0.0
    sync_rate = draw.choice((0.03, 0.08, 0.16))
    wait_rate = draw.choice((0.0, 0.02, 0.05))
    actions = _actions(seed)
    drawn = []
    for number in range(1, steps + 1):
        dice = draw.random()
        if dice < fault_rate:
            what = draw.choices(list(weights), list(weights.values()))[0]
        elif dice < fault_rate + sync_rate:
            what = SYNC
        elif dice < fault_rate + sync_rate + wait_rate:
            what = WAIT
        else:
            what = draw.choices(list(actions), list(actions.values()))[0]
        drawn.append(Step(number, what, draw.choice(tills)))
    if _NEED_BACKUPS & weights.keys():
        for place, till in zip(draw.sample(range(steps // 2), len(tills) + 1), ("", *tills), strict=True):
            what = BackUpTill.name if till else BackUpServer.name
            drawn[place] = Step(place + 1, what, till or tills[0])
    return Plan(seed, tills, draw.choice((2, 4, 6, 12)), rates, Limits.drawn(draw), _policy(seed), tuple(drawn))


def _policy(seed: int) -> Leases:
    return Leases(dealt(seed, "leases", ("none", "first", "first", "only", "only")))


def _actions(seed: int) -> dict[str, float]:
    """How often each action is drawn in a seed's world."""
    weights: dict[str, float] = {name: weight for name, (weight, _action) in ACTIONS.items()}
    for hand in ("one", "other"):
        more = SUBJECTS[dealt(seed, f"subject {hand}", SUBJECTS)]
        before = sum(ACTIONS[name][0] for name in more)
        for name in more:
            weights[name] += _SUBJECT * ACTIONS[name][0] / before
    return weights
