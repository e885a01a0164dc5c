"""What a fault is, and what people do in the middle of one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from tests.simulation.actions.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulation.model import Attempt
    from tests.simulation.till import Till
    from tests.simulation.world import World


class Fault(Protocol):
    """Something that goes wrong at a step.  `weight` is how often it is drawn, where it is drawn at all."""

    name: str
    weight: int

    def strike(self, world: World, till: Till) -> None:
        """Let it happen; `till` is the one that is meant, where it is about one."""
        ...


def is_idle(world: World, till: Till) -> bool:
    """Whether the till runs and nobody waits there for a disk."""
    return till.is_running and not till.drive.is_in_trouble and till.name not in world.unfinished


def let_do(world: World, till: Till, action: Callable[[Desk], Attempt | None]) -> bool:
    """Let the cashier of an idle till do something at once; whether it was done."""
    if not is_idle(world, till):
        return False
    with till.program():
        attempt = action(Desk(world, till.name, till.online, world.crowd))
    if attempt is not None and not till.drive.is_dead:
        world.carry_out(till, attempt)
    return attempt is not None and is_idle(world, till)


@contextmanager
def nothing_else(world: World) -> Iterator[None]:
    """Let nothing befall requests by chance for as long as this lasts."""
    world.network.rates, rates = {}, world.network.rates
    try:
        yield
    finally:
        world.network.rates = rates
