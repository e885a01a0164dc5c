"""What the use cases ask of the outside world.  The database is not among them: it has no fake."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Entropy(Protocol):
    """A source of unpredictable bytes."""

    def bytes(self, count: int) -> bytes:
        """So many fresh random bytes."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SystemEntropy:
    """The operating system's random bytes."""

    def bytes(self, count: int) -> bytes:
        """So many fresh random bytes."""
        return os.urandom(count)
