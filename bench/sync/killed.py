"""A till or its server is killed in the middle of pushing: how many segments are sent a second time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.sync.month import MERCHANT, Month
from bench.sync.pushing import DONE, Who
from sync.protocol.limits import SEGMENT_EVENTS
from sync.server.verify import verify
from tests.integration.served_tills import opened
from tests.integration.sync_world import Till
from tests.server_process import ServerProcess

ROOT: Final = Path(__file__).parents[2]
SEGMENTS: Final = 3
"""How many a month's sales make here."""
_LATEST_KILL_SECONDS: Final = 0.15

Sent = tuple[int, int]
"""A segment's first event, and how many it has."""


def sent_again(sent: Sequence[Sent]) -> int:
    """How many segments, in the order in which they were sent, hold an event that an earlier one held."""
    return sum(any(overlap(each, earlier) for earlier in sent[:place]) for place, each in enumerate(sent))


def overlap(one: Sent, other: Sent) -> bool:
    """Whether two segments have an event in common."""
    return one[0] < other[0] + other[1] and other[0] < one[0] + one[1]


class Victim:
    """One till's pushing, as a process that may be killed."""

    def __init__(self, till: Till, url: str) -> None:
        command = [sys.executable, "-m", "bench.sync.pushing", str(till.folder), till.name, url]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdin is not None:
            self._process.stdin.write(msgspec.msgpack.encode(Who(till.enrolment, till.private_key)))
            self._process.stdin.close()
        self.sent: list[Sent] = []

    def goes_on(self) -> bool:
        """Wait until it is about to send another segment; False where it has ended."""
        line = self._process.stdout.readline().decode().strip() if self._process.stdout is not None else ""
        if line in ("", DONE):
            self._process.wait()
            return False
        first, count = map(int, line.split())
        self.sent.append((first, count))
        return True

    def kill(self) -> None:
        """Let it die at once."""
        self._process.kill()

    @property
    def succeeded(self) -> bool:
        """Whether it pushed everything."""
        return self._process.wait() == 0


def push_and_kill(month: Month, number: int, dice: random.Random) -> int:
    """Kill the till (in even rounds) or the server once, at any moment of a push; how many segments went twice."""
    sent: list[Sent] = []
    with month.copied(f"killed-{number}") as (server, till, _other):
        pushing = Victim(till, server.url)
        for _segment in range(dice.randint(1, SEGMENTS)):
            pushing.goes_on()
        time.sleep(dice.uniform(0, _LATEST_KILL_SECONDS))
        if number % 2:
            os.kill(server.pid, signal.SIGKILL)
            server.ended()
            server.start()
        else:
            pushing.kill()
        while pushing.goes_on():
            pass
        sent += pushing.sent
        if not pushing.succeeded:
            again = Victim(till, server.url)
            while again.goes_on():
                pass
            sent += again.sent
            if not again.succeeded:
                raise AssertionError("the till cannot push after a kill")
        _require_all(server, len(month.rows))
    return sent_again(sent)


def _require_all(server: ServerProcess, events: int) -> None:
    with opened(server) as context:
        report = verify(context, MERCHANT)
    if report.differences or report.events != events:
        raise AssertionError(f"the server has {report.events} of {events} events: {report.differences}")


def sales_in_segments() -> int:
    """So many sales as make `SEGMENTS`, the last of them not full."""
    return SEGMENTS * SEGMENT_EVENTS - SEGMENT_EVENTS // 2
