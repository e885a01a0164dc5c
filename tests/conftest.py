"""What every test stands on: no display, no outside world, a real PostgreSQL on demand."""

from __future__ import annotations

import faulthandler
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import loopback
from tests.postgres import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before anything imports Qt: a missing display and a missing xcb library abort with the same misleading words.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

loopback.install()

# A deadline measures the machine, not the code; two busy cores break any.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", parent=settings.get_profile("default"), max_examples=2_000)
settings.load_profile("default")


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fail a test that tried to reach another machine, also where the code under test swallowed the refusal."""
    loopback.take_refusals()
    yield
    refused = loopback.take_refusals()
    assert not refused, f"the outside world was tried: {refused}"


@pytest.fixture(autouse=True)
def is_not_dumped_while_it_works(request: pytest.FixtureRequest) -> None:
    """A test that may take longer than others is not taken for one that hangs.

    What hangs is dumped by a thread that does not wait for the interpreter, and reading the stack of one that runs can
    crash the process.  Its own limit still ends such a test, and says where it was.
    """
    own = request.node.get_closest_marker("timeout")
    if own is not None and own.args[0] > float(request.config.getini("timeout")):
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test process; its absence fails, because a skipped database is an untested one."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The SQLAlchemy address of an empty PostgreSQL database that only this test sees."""
    name = postgres_cluster.create_database()
    yield postgres_cluster.url(name)
    postgres_cluster.drop_database(name)
