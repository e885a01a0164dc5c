"""Longer troubles of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.simulation.actions.selling import sell, sell_for_points
from tests.simulation.actions.stored import sell_on_the_card
from tests.simulation.faults.striking import is_idle, let_do, nothing_else
from tests.simulation.lending import PULL

if TYPE_CHECKING:
    from tests.simulation.network import Answer, Ask
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


class BrokenPull:
    """The line breaks between two pages of a pull, when the till has just told what it sold."""

    name = "pull broken off"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """Some sales to members, and a round of which only the first pages arrive."""
        pages = world.draw.choice((1, 1, 2, 3))

        def some(ask: Ask) -> Answer:
            nonlocal pages
            pages -= ask.path == PULL
            if pages < 0:
                raise httpx.ConnectError("the line broke")
            return world.serve(ask)

        with nothing_else(world):
            for action in (sell_for_points, sell_on_the_card, sell):
                let_do(world, till, action)
            if is_idle(world, till):
                before, world.network.serve = world.network.serve, some
                world.tell(f"{till.name} hears {pages} pages of a pull and no more")
                world.sync(till)
                world.network.serve = before


class LateRequests:
    """Requests of long ago arrive."""

    name = "late requests"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """Some of them, in any order."""
        world.network.deliver_late(world.draw.randint(1, 4))
