"""Several ways to do the same work, each done once a round: what one takes is compared within its round alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Paired:
    """Seconds of each way, round by round."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, way: str, seconds: float) -> None:
        """Add what a way took in this round."""
        self.seconds.setdefault(way, []).append(seconds)

    def take(self, way: str, work: Callable[[], object]) -> None:
        """Do the work, and note what it took."""
        begun = time.perf_counter()
        work()
        self.note(way, time.perf_counter() - begun)

    def rate(self, way: str, amount: int) -> float:
        """How much of an amount a way does in a second, in the median round."""
        return amount / statistics.median(self.seconds[way])

    def times_as_fast(self, way: str, other: str) -> float:
        """How many times as fast as the other a way is: the median of its rounds."""
        rounds = zip(self.seconds[way], self.seconds[other], strict=True)
        return statistics.median(theirs / ours for ours, theirs in rounds)
