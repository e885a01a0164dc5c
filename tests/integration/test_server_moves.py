"""A server's content in another place: moved to PostgreSQL with equal digests, backed up while served, put back."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from sync.server import digest, merchants, moving, verify
from sync.server.errors import Refusal
from sync.server.storage import schema
from sync.server.storage.engine import Database
from tests.integration.sync_world import MERCHANT, World, world
from tests.integration.test_sync_command_line import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from sync.protocol.messages import DigestReply
    from tests.integration.sync_world import Till


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


@pytest.fixture
def target(postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url)
    made.migrate(0)
    yield made
    made.close()


def lived(place: World) -> list[Till]:
    tills = [place.join("front"), place.join("back"), place.join("far", "S2")]
    for till in tills:
        till.open_card(len(till.name), "王")
        for number in range(5):
            till.sell(number % 3 or None, 1_000 + number)
        till.sync()
    merchants.create(place.context, "Other", "other")
    return tills


def digest_of(database: Database, merchant_id: str = MERCHANT) -> DigestReply:
    with database.read() as connection:
        return digest.of_balances(connection, merchant_id)


def test_moved_to_postgresql_with_equal_digests_and_tills_notice_nothing(
    place: World, target: Database, postgres_url: str
) -> None:
    tills = lived(place)
    rows = place.contents()
    assert set(moving.move(place.context.database, target)) == {MERCHANT, "other"}
    wanted = digest_of(place.context.database)
    assert digest_of(target) == wanted
    place.stop_server()
    place.database_url = postgres_url
    place.start_server()
    assert place.contents() == rows
    report = verify.verify(place.context, MERCHANT)
    assert (report.differences, report.events) == ([], 18)
    for till in tills:
        assert not till.pull_all(), "no till has to start again"
        till.sell(1, 300)
    for till in (*tills, *tills):
        till.sync()
        assert till.unpushed() == 0
    assert all(till.balances() == place.server_balances() for till in tills)
    assert verify.verify(place.context, MERCHANT).events == 21


def test_what_was_pushed_to_the_old_server_after_the_move_comes_to_the_new_one(
    place: World, target: Database, postgres_url: str
) -> None:
    tills = lived(place)
    moving.move(place.context.database, target)
    tills[0].sell(1, 500)
    tills[0].sync()
    place.stop_server()
    place.database_url = postgres_url
    place.start_server()
    for till in (*tills, *tills):
        till.sync()
    assert verify.verify(place.context, MERCHANT).events == 19
    assert all(till.balances() == place.server_balances() for till in tills)


def test_a_move_that_was_cut_off_goes_on_and_never_mixes(
    place: World, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(place)
    real = moving._move_one

    def cut(reading: Connection, there: Database, merchant_id: str) -> int:
        if merchant_id == "other":
            raise OSError("the power went")
        return real(reading, there, merchant_id)

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_move_one", cut)
        with pytest.raises(OSError, match="the power went"):
            moving.move(place.context.database, target)
    assert set(moving.move(place.context.database, target)) == {"other"}
    assert moving.move(place.context.database, target) == {}
    target.write(lambda connection: connection.execute(update(schema.merchant_counter).values(gseq=99)))
    with pytest.raises(Refusal, match="another content"):
        moving.move(place.context.database, target)


def test_moved_by_the_command(tmp_path: Path, postgres_url: str) -> None:
    data = tmp_path / "data"
    sync(data, "init-merchant", "Tea House")
    sync(data, "add-store", "S1", "One")
    moved = sync(data, "move", "--to", postgres_url)
    assert moved.returncode == 0, moved.stderr
    assert "teahouse: " in moved.stdout
    assert sync(data, "digest", url=postgres_url).stdout == sync(data, "digest").stdout


def test_a_backup_while_tills_push_is_put_back_and_tills_bring_the_rest(place: World) -> None:
    """The restore drill: the generation changes, and what the backup lacks is offered again."""
    tills = lived(place)
    stop = threading.Event()

    def push() -> None:
        while not stop.is_set():
            tills[0].sell(1, 100)
            tills[0].push_all()

    thread = threading.Thread(target=push)
    thread.start()
    backup = place.folder / "backup.db"
    moving.back_up(place.context.database, backup)
    stop.set()
    thread.join()
    for till in tills:
        till.sell(2, 700)
        till.sync()
    expected = place.server_balances()
    events = verify.verify(place.context, MERCHANT).events
    with closing(sqlite3.connect(backup)) as copy:
        (kept,) = copy.execute("SELECT sum(last_sequence - first_sequence + 1) FROM segment").fetchone()
    assert 18 <= kept < events

    place.stop_server()
    for left in place.folder.glob("server.db*"):
        left.unlink()
    backup.rename(place.server_file)
    place.start_server()
    assert verify.verify(place.context, MERCHANT).ok
    before = digest_of(place.context.database).cursor.generation
    merchants.new_generation(place.context, MERCHANT)
    assert digest_of(place.context.database).cursor.generation != before
    for till in (*tills, *tills):
        till.sync()
        assert till.unpushed() == 0
    assert place.server_balances() == expected
    assert all(till.balances() == expected for till in tills)
    report = verify.verify(place.context, MERCHANT)
    assert (report.differences, report.events) == ([], events)


def test_backups_that_are_refused(place: World, target: Database, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="exists already"):
        moving.back_up(place.context.database, place.server_file)
    with pytest.raises(Refusal, match="pg_dump"):
        moving.back_up(target, tmp_path / "x.db")
    made = sync(tmp_path / "data", "backup", str(tmp_path / "made.db"))
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "made.db").exists()
