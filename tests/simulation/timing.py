"""Virtual time: one true clock, and what each node believes it to be."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in the shop's zone."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class TrueTime:
    """What time it is; it never goes back."""

    instant: datetime = START

    def pass_by(self, amount: timedelta) -> None:
        """Let time go on."""
        self.instant += amount


@dataclass(slots=True)
class NodeClock:
    """A node's own clock: true time and an error, and it moves on a little each time it is read."""

    time: TrueTime
    error: timedelta = timedelta()
    _read: int = 0

    def now(self) -> datetime:
        """What the node takes for the current instant."""
        self._read += 1
        return self.time.instant + self.error + timedelta(microseconds=self._read)

    def now_us(self) -> int:
        """The same in microseconds since 1970."""
        return (self.now() - _EPOCH) // timedelta(microseconds=1)

    def steady(self) -> float:
        """Seconds of true time, as a monotonic clock counts them."""
        return (self.time.instant - START).total_seconds()


@dataclass(slots=True)
class Dice:
    """Bytes that look random and are the same in each run; `turn` starts them anew."""

    source: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a seed is the point

    def turn(self, *seed: object) -> None:
        """Go on from a seed, so that leaving out what came before changes nothing."""
        self.source.seed("/".join(map(str, seed)))

    def bytes(self, count: int) -> bytes:
        """So many bytes."""
        return self.source.randbytes(count)
