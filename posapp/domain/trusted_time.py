"""Time that a till can be trusted with: the server's last word plus what has gone by since (domain.md §5.3).

Within one run the steady clock counts, which nobody can set.  Over a restart only the wall clock is left: what it went
forward counts, and what it went backwards does not.  So neither setting a clock back nor restarting again and again
makes the server's silence shorter than it was known to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MOST_DRIFT: Final = timedelta(minutes=5)
"""By so much the wall clock may be wrong before somebody must look."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks of this machine at one moment.

    `steady` is the machine's monotonic clock, which means something only within the run that `run` names.
    """

    wall: datetime
    steady: timedelta
    run: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """When the server was heard last, by its own clock, and how long it had been silent at a later reading."""

    server: datetime
    silent: timedelta
    reading: Reading

    def at(self, now: Reading) -> Heard:
        """The same as of a later reading: what `silent` is there."""
        last = self.reading
        gone_by = now.steady - last.steady if now.run == last.run else now.wall - last.wall
        return Heard(self.server, self.silent + max(gone_by, timedelta(0)), now)

    @property
    def trusted(self) -> datetime:
        """The time by the server's clock, as of the reading."""
        return self.server + self.silent

    @property
    def drift(self) -> timedelta:
        """How far the wall clock is ahead of the trusted time, below zero behind; nothing within `MOST_DRIFT`."""
        ahead = self.reading.wall - self.trusted
        return ahead if abs(ahead) > MOST_DRIFT else timedelta(0)
