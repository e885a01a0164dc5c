"""Longer troubles of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.till import Till
    from tests.simulation.world import World


class OneWayPartition:
    """What a till sends arrives, and no answer comes back."""

    name = "one-way partition"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """For some steps."""
        world.network.deaf.add(till.name)
        world.tell(f"{till.name} hears no answers")
        world.later(world.draw.randint(3, 30), lambda: world.network.deaf.discard(till.name))


class DaysOffline:
    """A till is without a network for a day or a month, and sells on."""

    name = "days offline"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """Time goes by while it is away."""
        steps, days = world.draw.randint(5, 60), world.draw.choice((1, 3, 10, 30))
        world.network.cut.add(till.name)
        world.tell(f"{till.name} is offline for {days} days")
        for step in range(1, steps + 1):
            world.later(step, lambda: world.pass_time(days=days / steps))
        world.later(steps, lambda: world.network.cut.discard(till.name))


class AllOffline:
    """The server's line is down; then all tills come back together."""

    name = "all offline, all back at once"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """Everybody."""
        names = set(world.tills)
        world.network.cut |= names
        world.tell("nobody reaches the server")

        def back() -> None:
            world.network.cut -= names
            world.tell("everybody reaches the server again, and all do")
            for each in list(world.tills.values()):
                if each.is_running and not each.drive.is_dead:
                    world.sync(each)

        world.later(world.draw.randint(5, 40), back)


class LateRequests:
    """Requests of long ago arrive."""

    name = "late requests"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """Some of them, in any order."""
        world.network.deliver_late(world.draw.randint(1, 4))
