"""A till remembers how long its server has been silent: by the worker's word, over restarts and changed clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.bootstrap.carrying import Reporting
from posapp.storage.contact import Contact
from posapp.ui.checkout.state import SyncKind
from sync.client.till_store import TillDatabase
from sync.client.worker import State, Status
from tests.integration.stocked_tills import application
from tests.integration.sync_world import World, world
from tests.integration.test_sync_worker import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posapp.ui.checkout.session import SyncStatus
    from tests.integration.sync_world import Till

HOUR = timedelta(hours=1)


@dataclass
class Steady:
    """A monotonic clock that a test moves."""

    passed: timedelta = field(default=HOUR)

    def ns(self) -> int:
        return self.passed // timedelta(microseconds=1) * 1_000


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def remembering(till: Till, steady: Steady, run: bytes) -> Contact:
    """Give a till a run of its own on clocks of the test's."""
    contact = Contact(till.clock, steady.ns, run)
    till.store = TillDatabase(till.database, till.log, till.reference, contact)
    return contact


def silence(till: Till, contact: Contact) -> timedelta:
    with till.database.read() as connection:
        return contact.silence(connection)


def test_a_pull_that_ends_is_hearing_the_server_and_nothing_else_is(place: World) -> None:
    till = place.join("till")
    steady = Steady()
    contact = remembering(till, steady, b"one")
    till.pull_all()
    steady.passed += 3 * HOUR
    assert silence(till, contact) == 3 * HOUR
    till.sell(None, 1_000)
    till.push_all()
    assert silence(till, contact) == 3 * HOUR, "an acknowledged push tells no balances"
    till.pull_all()
    assert silence(till, contact) == timedelta(0)
    steady.passed += timedelta(seconds=30)
    till.pull_all()
    assert silence(till, contact) == timedelta(seconds=30), "written down once a minute at most"


def test_the_silence_outlasts_a_restart_with_a_clock_that_was_set_back(place: World) -> None:
    till = place.join("till")
    steady = Steady()
    remembering(till, steady, b"one")
    till.pull_all()
    place.stop_server()
    steady.passed += 71 * HOUR
    till.store.still_silent()
    till.clock.instant -= 200 * HOUR
    till.restart()
    steady.passed = timedelta(0)
    contact = remembering(till, steady, b"two")
    assert silence(till, contact) == 71 * HOUR
    till.store.still_silent()
    steady.passed += 2 * HOUR
    assert silence(till, contact) == 73 * HOUR
    place.start_server()
    till.connect(place.url)
    till.pull_all()
    assert silence(till, contact) == timedelta(0)


def test_the_worker_notes_the_silence_and_the_pill_says_since_when(place: World) -> None:
    till = place.join("till")
    steady = Steady()
    contact = remembering(till, steady, b"one")
    till.pull_all()
    place.stop_server()
    steady.passed += 5 * HOUR
    watch = Watch(till)
    watch.worker.start()
    try:
        watch.wait_for(lambda status: status.state is State.OFFLINE)
    finally:
        watch.worker.stop()
    till.restart()
    contact = remembering(till, Steady(), b"two")
    assert silence(till, contact) >= 5 * HOUR
    place.start_server()


def test_since_when_and_how_wrong_the_clock_is_are_told_to_the_window(place: World) -> None:
    till = place.join("till")
    app = application(till)
    steady = Steady()
    app.steady_ns = steady.ns
    till.store = TillDatabase(till.database, till.log, till.reference, app.contact)
    till.clock.instant = place.clock.instant
    till.pull_all()
    told: list[SyncStatus] = []
    report = Reporting(app, told.append)
    steady.passed += 2 * HOUR
    till.clock.instant += 2 * HOUR
    report(Status(State.OFFLINE))
    assert told[-1].kind is SyncKind.OFFLINE
    since = told[-1].offline_since
    assert since is not None
    assert timedelta(minutes=119) < till.clock.instant - since < timedelta(minutes=121)
    assert told[-1].drift == timedelta(0)
    till.clock.instant -= HOUR
    report(Status(State.SYNCED))
    assert told[-1].offline_since is None
    assert -61 * HOUR / 60 < told[-1].drift < -59 * HOUR / 60
