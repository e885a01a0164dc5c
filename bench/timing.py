"""Timing calls on a machine that also does other things: by the clock, by the processor, and against a fixed loop."""

from __future__ import annotations

import resource
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FLOOR_PRICES = [500 + 37 * index for index in range(100)]
FLOOR_OFFERS = 50
ENOUGH = 10


@dataclass(slots=True)
class Times:
    """What so many calls took: milliseconds by the clock and of the processor, and the latter in floors.

    The clock counts calls that went through in one piece; the system says how many it interrupted for other processes.
    """

    undisturbed: list[float] = field(default_factory=list)
    every: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], object]) -> None:
        """Time one call, then the floor."""
        interrupted = _interruptions()
        clock, processor = time.perf_counter(), time.thread_time()
        call()
        called = time.thread_time()
        took = (time.perf_counter() - clock) * 1000
        self.every.append(took)
        if _interruptions() == interrupted:
            self.undisturbed.append(took)
        floor()
        self.processor.append((called - processor) * 1000)
        self.floors.append((called - processor) / (time.thread_time() - called))

    @property
    def is_disturbed(self) -> bool:
        """Whether the machine was so busy that hardly any call went through in one piece."""
        return len(self.undisturbed) < ENOUGH

    @property
    def clock(self) -> list[float]:
        """Milliseconds by the clock of the calls that went through in one piece; of all where hardly any did."""
        return self.every if self.is_disturbed else self.undisturbed

    @property
    def in_floors(self) -> float:
        """The median in floors: what else the machine does falls on both alike."""
        return statistics.median(self.floors)


def _interruptions() -> int:
    """How often the system took the processor from this thread for another process."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


def floor() -> int:
    """What no engine can be faster than: fifty offers on a hundred lines as bare integers, nothing explained."""
    nets = list(FLOOR_PRICES)
    for _offer in range(FLOOR_OFFERS):
        for index, net in enumerate(nets):
            nets[index] = net - net // 100
    return sum(nets)


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]
