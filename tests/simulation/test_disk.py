"""The failing disk fails as it says, and what the product answers from lies on it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from posapp.domain.offline import Leases
from posapp.storage.database import open_database
from posapp.storage.errors import DiskFailed, DiskFull, NotConfirmed
from tests.simulation.actions import points, selling
from tests.simulation.actions.desk import Desk
from tests.simulation.disk import failing_disks
from tests.simulation.stage import stage
from tests.simulation.world import world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from posapp.storage.database import Database
    from tests.simulation.disk import Disks, Drive
    from tests.simulation.model import Attempt
    from tests.simulation.till import Till
    from tests.simulation.world import World


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[Disks]:
    with failing_disks() as found:
        found.watch(tmp_path)
        yield found


@pytest.fixture
def drive(disks: Disks) -> Drive:
    return disks.drive("node")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "node").mkdir()
    return tmp_path / "node" / "till.db"


def opened(file: Path) -> Database:
    return open_database(file, b"k" * 32)


def write(database: Database, number: int, *, durable: bool = True) -> None:
    with database.write(durable=durable) as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS written (number)")
        connection.exec_driver_sql("INSERT INTO written VALUES (?)", (number,))


def written(database: Database) -> list[int]:
    with database.read() as connection:
        return [number for (number,) in connection.exec_driver_sql("SELECT number FROM written ORDER BY number")]


def stop(database: Database, drive: Drive, file: Path) -> None:
    drive.is_dead = True
    database.close()
    file.with_name("till.db-shm").unlink(missing_ok=True)


def test_a_power_cut_takes_what_was_not_synced_and_nothing_else(file: Path, drive: Drive) -> None:
    database = opened(file)
    write(database, 1)
    write(database, 2, durable=False)
    assert written(database) == [1, 2]
    stop(database, drive, file)
    seeds = iter(range(100))
    while drive.unsynced and not (lost := drive.lose_power(random.Random(next(seeds)))):  # noqa: S311 - a seed
        pytest.fail(f"nothing was lost: {lost}")
    drive.revive()
    again = opened(file)
    assert written(again) == [1]
    again.close()


def test_a_process_that_dies_leaves_what_it_wrote(file: Path, drive: Drive) -> None:
    database = opened(file)
    write(database, 1)
    write(database, 2, durable=False)
    stop(database, drive, file)
    drive.revive()
    again = opened(file)
    assert written(again) == [1, 2]
    again.close()


def test_a_transaction_is_there_or_not_wherever_the_process_dies(file: Path, drive: Drive) -> None:
    database = opened(file)
    write(database, 0)
    for number in range(1, 12):
        drive.countdown = number
        try:
            write(database, number)
        except DiskFailed:
            done = number - 1
        else:
            break
        stop(database, drive, file)
        drive.revive()
        database = opened(file)
        assert written(database)[-1] in (done, number)
        with database.write() as connection:
            connection.exec_driver_sql("DELETE FROM written WHERE number >= ?", (number,))
            connection.exec_driver_sql("INSERT INTO written VALUES (?)", (number,))
    else:
        pytest.fail("one row takes no twelve writes")
    database.close()


def test_a_full_disk_and_a_failed_fsync_are_said_and_overcome(file: Path, drive: Drive) -> None:
    database = opened(file)
    write(database, 1)
    drive.full = True
    with pytest.raises(DiskFull):
        write(database, 2)
    drive.full, drive.fsyncs_fail = False, 1
    with pytest.raises(DiskFailed):
        write(database, 3)
    write(database, 4)
    assert written(database) == [1, 4]
    database.close()


@pytest.mark.parametrize("tried_again", [False, True])
def test_what_a_failed_commit_left_is_said_to_be_uncertain(file: Path, drive: Drive, *, tried_again: bool) -> None:
    database = opened(file)
    write(database, 1)
    # Whoever reads keeps the log from being folded into the file when the failed writer goes.
    assert written(database) == [1]
    drive.fsyncs_fail = 1
    with pytest.raises(NotConfirmed):
        write(database, 2)
    assert written(database) == [1]
    if tried_again:
        write(database, 2)
    stop(database, drive, file)
    drive.revive()
    again = opened(file)
    assert written(again) == [1, 2], "it is there, once"
    again.close()


@pytest.fixture(scope="module")
def shop() -> Iterator[Callable[[], AbstractContextManager[World]]]:
    with stage() as (root, foundings, disks):
        founded = foundings(Leases.NONE)
        yield lambda: world(1, root, founded, disks)


def test_a_till_opens_on_a_full_disk_whatever_an_older_program_left_uncounted(
    shop: Callable[[], AbstractContextManager[World]],
) -> None:
    with shop() as place:
        place.open(["t1", "t2"])
        till, newer = place.tills["t1"], place.tills["t2"]
        newer.is_newer = True
        place.carry_out(newer, promise(place, newer))
        assert place.sync(newer)
        assert place.sync(till)
        till.stop()
        till.is_newer = True
        till.drive.full = True
        till.start()
        assert uncounted(till) == 1
        till.stop()
        till.drive.full = False
        till.start()
        assert uncounted(till) == 0


def promise(place: World, till: Till) -> Attempt:
    with till.program():
        made = points.promise_points(Desk(place, till.name, True, 4))
    assert made is not None
    return made


def uncounted(till: Till) -> int:
    """How many events it holds that it does not count, because an older program did not know them."""
    with till.application.database.read() as connection:
        return len(connection.exec_driver_sql("SELECT position FROM event WHERE projected = 0").all())


def sale(place: World) -> Attempt:
    made = selling.sell(Desk(place, "t1", True, 4))
    assert made is not None
    return made


def test_a_sale_that_is_confirmed_after_a_kill_survives_the_power_cut_that_follows(
    shop: Callable[[], AbstractContextManager[World]],
) -> None:
    """Killed between writing and syncing, tried again, answered from what was found: that is on the disk by then."""
    for writes in range(80):
        with shop() as place:
            place.open(["t1"])
            place.turn(1)
            till = place.tills["t1"]
            attempt = sale(place)
            till.drive.countdown = writes
            place.carry_out(till, attempt)
            if not till.drive.is_dead:
                assert writes > 10
                return
            place.bury()
            till.drive.is_dead = till.drive.loses_power = True
            place.restart(till)
    pytest.fail("a sale takes no eighty writes")


def test_what_a_killed_server_acknowledges_again_survives_the_power_cut_that_follows(
    shop: Callable[[], AbstractContextManager[World]],
) -> None:
    """The same at the server: a push that it knows from its memory alone must not be called durable."""
    for writes in range(80):
        with shop() as place:
            place.open(["t1"])
            place.turn(1)
            till = place.tills["t1"]
            place.sync(till)
            place.carry_out(till, sale(place))
            place.server.drive.countdown = writes
            place.sync(till)
            if not place.server.drive.is_dead:
                assert writes > 10
                return
            place.restart_server()
            place.sync(till)
            place.server.drive.is_dead = place.server.drive.loses_power = True
            place.restart_server()
    pytest.fail("a push takes no eighty writes")
