"""When the server was heard last, kept over restarts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from posapp.storage.contact import Contact, machine_steady_ns
from posapp.storage.database import open_database

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"k" * 32
NOON = datetime(2026, 10, 17, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTHING = timedelta(0)


@dataclass
class Machine:
    """A machine's clocks, which a test moves."""

    wall: datetime = NOON
    steady: timedelta = field(default=HOUR)

    def now(self) -> datetime:
        return self.wall

    def steady_ns(self) -> int:
        return self.steady // timedelta(microseconds=1) * 1_000

    def wait(self, amount: timedelta) -> None:
        self.wall += amount
        self.steady += amount

    def run(self, name: bytes) -> Contact:
        return Contact(self, self.steady_ns, name)


def test_a_restart_and_a_clock_that_was_set_back_do_not_shorten_the_silence(tmp_path: Path) -> None:
    machine = Machine()
    with open_database(tmp_path / "till.db", KEY) as database:
        first = machine.run(b"first")
        with database.write() as connection:
            assert first.silence(connection) == NOTHING
            first.heard(connection, NOON)
            machine.wait(50 * HOUR)
            assert first.silence(connection) == 50 * HOUR
            first.keep(connection)
    machine.wait(10 * HOUR)
    machine.steady = NOTHING
    with open_database(tmp_path / "till.db", KEY) as database, database.write() as connection:
        second = machine.run(b"second")
        assert second.silence(connection) == 60 * HOUR
        second.keep(connection)
        machine.wall -= 55 * HOUR
        assert second.silence(connection) == 60 * HOUR
        assert second.drift(connection) == -55 * HOUR
        machine.wait(12 * HOUR)
        assert second.silence(connection) == 72 * HOUR
        second.heard(connection, NOON + 72 * HOUR)
        assert second.silence(connection) == NOTHING
        assert second.drift(connection) == -55 * HOUR, "the wall clock is still wrong"


def test_it_is_written_down_once_a_minute_and_at_once_in_another_run(tmp_path: Path) -> None:
    machine = Machine()
    with open_database(tmp_path / "till.db", KEY) as database, database.write() as connection:
        first = machine.run(b"first")
        assert first.is_due(connection)
        first.keep(connection)
        machine.wait(timedelta(seconds=59))
        assert not first.is_due(connection)
        assert machine.run(b"second").is_due(connection)
        machine.wait(timedelta(seconds=1))
        assert first.is_due(connection)
        assert first.silence(connection) == timedelta(seconds=60), (
            "counted from the first note, where nothing was heard"
        )


def test_the_machine_has_a_steady_clock() -> None:
    assert machine_steady_ns() <= machine_steady_ns()
