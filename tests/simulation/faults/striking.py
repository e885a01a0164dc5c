"""What a fault is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tests.simulation.till import Till
    from tests.simulation.world import World


class Fault(Protocol):
    """Something that goes wrong at a step.  `weight` is how often it is drawn, where it is drawn at all."""

    name: str
    weight: int

    def strike(self, world: World, till: Till) -> None:
        """Let it happen; `till` is the one that is meant, where it is about one."""
        ...
