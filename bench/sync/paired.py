"""Several ways to do the same work, each done once a round: what one takes is compared within its round alone."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.sync.processor import processor_seconds


@dataclass(slots=True)
class Paired:
    """Seconds of each way, round by round: by the clock, and of the processor where that was watched."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)

    def note(self, way: str, seconds: float) -> None:
        """Add what a way took in this round."""
        self.seconds.setdefault(way, []).append(seconds)

    def take(self, way: str, work: Callable[[], object], *processes: int) -> None:
        """Do the work, and note what it took, of the processor in this process and in others that do it."""
        with self.watched(way, os.getpid(), *processes):
            begun = time.perf_counter()
            work()
            self.note(way, time.perf_counter() - begun)

    @contextmanager
    def watched(self, way: str, *processes: int) -> Iterator[None]:
        """Note the processor time of these processes meanwhile.

        What the bench itself keeps in memory is not searched for garbage meanwhile, as a till and a server do not
        search what they have loaded at their start.
        """
        gc.freeze()
        before = processor_seconds(*processes)
        yield
        self.processor.setdefault(way, []).append(processor_seconds(*processes) - before)

    def rate(self, way: str, amount: int) -> float:
        """How much of an amount a way does in a second, in the median round."""
        return amount / statistics.median(self.seconds[way])

    def times_as_fast(self, way: str, other: str) -> float:
        """How many times as fast as the other a way is: the median of its rounds."""
        return _median_ratio(self.seconds[way], self.seconds[other])

    def times_as_cheap(self, way: str, other: str) -> float:
        """The same by the processor, of ways that were watched."""
        return _median_ratio(self.processor[way], self.processor[other])


def _median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(other / own for own, other in zip(ours, theirs, strict=True))
