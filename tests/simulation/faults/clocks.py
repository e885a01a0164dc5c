"""Clocks that are wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.till import Till
    from tests.simulation.world import World


class ClockYearsOff:
    """A till's battery is empty, or somebody set the wrong year."""

    name = "clock years off"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """Up to ten years either way."""
        till.clock.error = timedelta(days=world.draw.randint(-3650, 3650))
        world.tell(f"{till.name}'s clock is off by {till.clock.error.days} days")


class SteppingClock:
    """A till's clock is set, again and again."""

    name = "stepping clock"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """By some minutes."""
        till.clock.error += timedelta(minutes=world.draw.randint(-90, 90))
        world.tell(f"{till.name}'s clock steps, and is off by {till.clock.error}")


class BackOverClosing:
    """A till's clock goes back over the close of business: its day is yesterday again."""

    name = "back over the close of business"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """By most of a day or more."""
        till.clock.error -= timedelta(hours=world.draw.randint(14, 40))
        world.tell(f"{till.name}'s clock goes back, and is off by {till.clock.error}")


class ServerClock:
    """The server's clock is wrong."""

    name = "server's clock off"
    weight = 1

    def strike(self, world: World, till: Till) -> None:
        """Up to ten years either way."""
        world.server.clock.error = timedelta(days=world.draw.randint(-3650, 3650), minutes=world.draw.randint(-60, 60))
        world.tell(f"the server's clock is off by {world.server.clock.error.days} days")
