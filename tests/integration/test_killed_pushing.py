"""A till that is killed in the middle of a push sends at most one segment again.

The server kills the till, a process of its own, at the worst moment: when a push is durable and nobody was told.
"""

from __future__ import annotations

import multiprocessing
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from sync.client import push as pushing
from sync.server import verify
from sync.server.serving import Running
from tests.integration.sync_world import MERCHANT, Till, World

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from sync.client.enrol import Enrolment

SEGMENT = 20
EVENTS = 200
KILLED_AT = (1, 2, 5, 9)
"""The pushes, counted over all of the till's lives, whose answers it does not live to hear."""


def push_everything(folder: Path, name: str, enrolment: Enrolment, private_key: bytes, url: str) -> None:
    """The life of the till's process."""
    setattr(pushing, "SEGMENT_EVENTS", SEGMENT)  # noqa: B010 - what the module imported, set in this process alone
    till = Till(folder, name, enrolment, private_key, url).open()
    till.push_all()
    till.close()


def segments_told(url: str) -> dict[str, int]:
    """Pushed segments by what the server made of them."""
    found = re.findall(r'posapp_segments_total\{outcome="(\w+)"\} (\d+)', httpx.get(f"{url}/metrics").text)
    return {outcome: int(count) for outcome, count in found}


@pytest.mark.timeout(240)
def test_a_kill_in_the_middle_of_a_push_costs_one_segment(place: World) -> None:
    till = place.join("a")
    for number in range(EVENTS):
        till.sell(number % 7, 100 + number)
    before = till.balances()
    till.close()
    lives: list[BaseProcess] = []
    pushes = 0

    def pushed(_merchant_id: str) -> None:
        nonlocal pushes
        pushes += 1
        if pushes in KILLED_AT:
            lives[-1].kill()

    spawn = multiprocessing.get_context("spawn")
    with Running(replace(place.context, pushed=pushed)) as server:
        while not lives or lives[-1].exitcode:
            assert len(lives) <= len(KILLED_AT)
            own = (till.folder, till.name, till.enrolment, till.private_key, server.url)
            lives.append(spawn.Process(target=push_everything, args=own))
            lives[-1].start()
            lives[-1].join(60)
        told = segments_told(server.url)
    assert [each.exitcode for each in lives] == [-9] * len(KILLED_AT) + [0]
    assert told == {"applied": EVENTS // SEGMENT, "known": len(KILLED_AT), "gap": 0, "fork": 0}
    till.open()
    assert till.unpushed() == 0
    assert till.balances() == before == place.server_balances()
    report = verify.verify(place.context, MERCHANT)
    assert (report.differences, report.events) == ([], EVENTS)
