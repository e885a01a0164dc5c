"""When this till heard its server last, kept so that a restart and a changed clock do not make it forget."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from posapp.domain.time import from_micros, to_micros
from posapp.domain.trusted_time import Heard, Reading
from posapp.storage import settings

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.time import Clock

KEEP_EVERY: Final = timedelta(minutes=1)
"""A silence is written down so often at most: what a restart can lose of it."""
_THIS_RUN: Final = os.urandom(8)
_NEVER: Final = timedelta(0)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Kept:
    """`Heard` as it is kept, in microseconds."""

    server: int = 0
    silent: int = 0
    wall: int = 0
    steady: int = 0
    run: bytes = b""


_HEARD: Final = settings.Setting("server_heard", _Kept, _Kept())


def machine_steady_ns() -> int:
    """Nanoseconds that have gone by on this machine, its sleep included, from a start that means nothing."""
    # Linux's ordinary monotonic clock stands still while the machine sleeps; those of other systems do not.
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns() if boot is None else time.clock_gettime_ns(boot)


@dataclass(frozen=True, slots=True)
class Contact:
    """The till's memory of its server.  `steady_ns` is a monotonic clock; `run` names the run in which it counts."""

    clock: Clock
    steady_ns: Callable[[], int] = machine_steady_ns
    run: bytes = _THIS_RUN

    def heard(self, connection: Connection, server: datetime) -> None:
        """The server has told everything it has, at this moment."""
        _put(connection, Heard(server, _NEVER, self._reading()))

    def keep(self, connection: Connection) -> None:
        """Note how long the server has been silent; a till that never noted anything begins to count."""
        now = self._reading()
        last = _get(connection)
        _put(connection, Heard(now.wall, _NEVER, now) if last is None else last.at(now))

    def is_due(self, connection: Connection) -> bool:
        """Whether it is time to note something again."""
        last, now = _get(connection), self._reading()
        if last is None or last.reading.run != now.run:
            return True
        return now.steady - last.reading.steady >= KEEP_EVERY

    def silence(self, connection: Connection) -> timedelta:
        """How long the server has been silent; no time at all where nothing was noted yet."""
        last = _get(connection)
        return _NEVER if last is None else last.at(self._reading()).silent

    def trusted_now(self, connection: Connection) -> datetime:
        """The time by the server's clock, as far as this till can know it; its own where it never heard one."""
        last, now = _get(connection), self._reading()
        return now.wall if last is None else last.at(now).trusted

    def drift(self, connection: Connection) -> timedelta:
        """How far this machine's clock is ahead of the trusted time, below zero behind; zero where that is little."""
        last = _get(connection)
        return _NEVER if last is None else last.at(self._reading()).drift

    def _reading(self) -> Reading:
        return Reading(self.clock.now(), timedelta(microseconds=self.steady_ns() // 1_000), self.run)


def _get(connection: Connection) -> Heard | None:
    kept = settings.get(connection, _HEARD)
    if not kept.run:
        return None
    reading = Reading(from_micros(kept.wall), timedelta(microseconds=kept.steady), kept.run)
    return Heard(from_micros(kept.server), timedelta(microseconds=kept.silent), reading)


def _put(connection: Connection, heard: Heard) -> None:
    at = heard.reading
    kept = _Kept(
        to_micros(heard.server), heard.silent // _MICROSECOND, to_micros(at.wall), at.steady // _MICROSECOND, at.run
    )
    settings.put(connection, _HEARD, kept)
