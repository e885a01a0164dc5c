"""A till of the demo shop, and a server with tills on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.sync_world import World, world
from tests.integration.tills import SteppingClock, demo_till

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posapp.application.till import Till


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = demo_till(tmp_path, clock)
    yield made
    made.database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with world(tmp_path, url) as made:
        yield made
