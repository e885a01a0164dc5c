"""Real encrypted databases in temporary folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.storage import settings
from posapp.storage.database import Database, open_database
from posapp.storage.event_log import EventLog
from posapp.storage.reference_data import ReferenceData
from posapp.storage.sealing import ProfileSealer
from tests.unit.storage.shop import DEVICE, KEY, STORE, StepClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new till's database."""
    with open_database(tmp_path / "till.db", KEY) as opened:
        with opened.write() as connection:
            settings.put(connection, settings.DEVICE_ID, DEVICE)
            settings.put(connection, settings.STORE_ID, STORE)
        yield opened


@pytest.fixture
def log() -> EventLog:
    """The event log of this process."""
    return EventLog(DEVICE, STORE)


@pytest.fixture
def clock() -> StepClock:
    """A clock that stands still until it is stepped."""
    return StepClock()


@pytest.fixture
def reference(clock: StepClock) -> ReferenceData:
    """The writer of reference data, with a real sealer."""
    return ReferenceData(DEVICE, clock, ProfileSealer(b"k" * 32))
