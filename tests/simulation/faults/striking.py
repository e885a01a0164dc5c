"""What a fault is, and what people do in the middle of one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from posapp.domain.errors import DomainError
from tests.simulation.actions.desk import Desk
from tests.simulation.world import is_meant

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
    return is_idle(world, till) and try_to(world, till, action) and is_idle(world, till)


def try_to(world: World, till: Till, action: Callable[[Desk], Attempt | None], what: str = "do it") -> bool:
    """Let a cashier do something, if there is something to do; whether it was tried."""
    try:
        with till.program():
            attempt = action(Desk(world, till.name, till.online, world.crowd))
    except DomainError as refusal:
        world.tell(f"{till.name} would {what}: refused, {refusal}")
        return False
    except Exception as error:
        if not (till.drive.is_dead or is_meant(till, error)):
            raise
        return False
    if till.drive.is_dead or till.name in world.unfinished:
        # What was done while this one asked the server is to be done again first.
        return False
    if attempt is not None:
        world.carry_out(till, attempt)
    else:
        world.observe(till)
    return attempt is not None


@contextmanager
def nothing_else(world: World) -> Iterator[None]:
    """Let nothing befall requests by chance for as long as this lasts."""
    world.network.rates, rates = {}, world.network.rates
    try:
        yield
    finally:
        world.network.rates = rates
