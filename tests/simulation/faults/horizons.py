"""The server tells its old log to nobody any more (docs/adr/0013), whoever is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sync.server import horizon
from tests.simulation.faults.copies import replace_till
from tests.simulation.order import Order
from tests.simulation.serving import MERCHANT

if TYPE_CHECKING:
    from tests.simulation.till import Till
    from tests.simulation.world import World

_LOST: Final = 0.25


class HorizonMoves:
    """The operator's nightly command: what came before so many days is told no more."""

    name = "horizon moves"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """At once; now and then a machine is lost then, and the one in its place starts from a snapshot."""
        move_horizon(world, world.draw.choice((1, 1, 3, 10)))
        if world.draw.random() < _LOST:
            replace_till(world, till)


class AwayPastHorizon:
    """A till is away for so long that its cursor lies before the horizon when it comes back; it sells on meanwhile."""

    name = "away past the horizon"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """Days go by, others go on, and the horizon moves just before it is back."""
        steps, days = world.draw.randint(10, 60), world.draw.choice((3, 10, 30))
        world.network.cut.add(till.name)
        world.tell(f"{till.name} goes away for {days} days")
        world.later(1, lambda: world.pass_time(days=days))

        def back() -> None:
            move_horizon(world, 1)
            world.network.cut.discard(till.name)
            world.tell(f"{till.name} is back")

        world.later(steps, back)


def move_horizon(world: World, days: int) -> None:
    """Run the command on a server that works."""
    world.server_works()
    place = horizon.move(world.server.running, MERCHANT, days)
    world.model.note_horizon(place, Order(world.server).places)
    world.tell(f"the server tells its log of the last {days} days only, from place {place} on")
