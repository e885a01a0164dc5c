"""A database opens only with its key, commits wholly or not at all, and says in a sentence why it cannot."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from posapp.storage import database as database_module
from posapp.storage import settings
from posapp.storage.database import Database, driver, open_database
from posapp.storage.errors import (
    DatabaseBusy,
    DatabaseReadOnly,
    DiskFailed,
    DiskFull,
    NewerSchema,
    NotADatabase,
    StorageError,
    WrongKey,
)
from posapp.storage.event_log import EventLog
from posapp.storage.streams import own_streams
from posapp.storage.verify import verify
from tests.unit.storage.shop import AT, KEY, sale

if TYPE_CHECKING:
    from pathlib import Path


def _all_errors(base: type[StorageError] = StorageError) -> list[type[StorageError]]:
    return [one for child in base.__subclasses__() for one in (child, *_all_errors(child))]


@pytest.mark.parametrize("kind", _all_errors())
def test_every_error_has_its_own_sentence_in_both_languages(kind: type[StorageError]) -> None:
    assert kind.zh != StorageError.zh
    assert kind.en != StorageError.en
    assert kind().sentence("zh_CN") == kind.zh
    assert kind().sentence("en") == kind.en
    # What happened, what still works, what next: never one clause.
    assert len([part for part in kind.zh.replace("，", "。").split("。") if part]) >= 3


def test_another_key_does_not_open_it_and_changes_nothing(database: Database) -> None:
    database.close()
    before = database.path.read_bytes()
    with pytest.raises(WrongKey):
        open_database(database.path, bytes(32))
    assert database.path.read_bytes() == before
    open_database(database.path, KEY).close()


def test_nothing_on_the_disk_can_be_read_without_the_key(database: Database) -> None:
    with database.write() as connection:
        settings.put(connection, settings.SHOP_NAME, "VERY-SECRET-TEA-HOUSE")
    files = list(database.path.parent.glob("till.db*"))
    assert any(file.name.endswith("-wal") for file in files)
    for file in files:
        assert b"VERY-SECRET" not in file.read_bytes()
        assert b"SQLite format" not in file.read_bytes()


def test_only_the_user_can_read_the_file(database: Database) -> None:
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600


def test_a_plain_sqlite_file_is_not_a_till(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t(a)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NotADatabase):
        open_database(path, KEY)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"hello", b"x" * 5000])
def test_any_other_file_is_not_a_till(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(NotADatabase):
        open_database(path, KEY)
    assert path.read_bytes() == content


def test_a_folder_and_a_missing_file_are_not_a_till(tmp_path: Path) -> None:
    with pytest.raises(NotADatabase):
        open_database(tmp_path, KEY)
    with pytest.raises(NotADatabase):
        open_database(tmp_path / "none.db", KEY, read_only=True)
    assert not (tmp_path / "none.db").exists()


def test_a_newer_schema_is_refused(database: Database) -> None:
    with database.write() as connection:
        driver(connection).execute("PRAGMA user_version = 999")
    database.close()
    with pytest.raises(NewerSchema):
        open_database(database.path, KEY)
    with pytest.raises(NewerSchema):
        open_database(database.path, KEY, read_only=True)


def test_the_writer_is_durable_and_the_readers_cannot_write(database: Database) -> None:
    with database.write() as connection:
        raw = driver(connection)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert raw.execute("PRAGMA synchronous").fetchone() == (2,)
        assert raw.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with pytest.raises(DatabaseReadOnly), database.read() as connection:
        settings.put(connection, settings.SHOP_NAME, "x")


def test_only_what_can_be_fetched_again_does_not_wait_for_the_disk(database: Database) -> None:
    seen = []
    for durable in (False, False, True, False, True):
        with database.write(durable=durable) as connection:
            seen += driver(connection).execute("PRAGMA synchronous").fetchone()
    assert seen == [1, 1, 2, 1, 2]
    with database.write() as connection:
        assert driver(connection).execute("PRAGMA synchronous").fetchone() == (2,), "a sale is durable by default"


@pytest.mark.parametrize("steps", range(1, 20))
def test_what_fails_while_a_transaction_begins_leaves_none_open(database: Database, steps: int) -> None:
    """Interrupted at any step of SQLite's machine, also when it has just begun: the next one begins."""
    _writer, raw = database._open_writer()
    left = iter(range(steps))
    raw.set_progress_handler(lambda: next(left, None) is None, 1)
    with suppress(StorageError, OperationalError, dbapi2.OperationalError), database.write(durable=False) as connection:
        settings.put(connection, settings.SHOP_NAME, "half")
        raise DiskFailed
    _writer, raw = database._open_writer()
    raw.set_progress_handler(None, 1)
    with database.write() as connection:
        assert driver(connection).execute("PRAGMA synchronous").fetchone() == (2,)
    with database.read() as connection:
        assert settings.get(connection, settings.SHOP_NAME) == ""


def test_a_transaction_that_does_not_end_normally_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyboardInterrupt), database.write() as connection:  # noqa: PT012 - the block as a whole is the step
        settings.put(connection, settings.SHOP_NAME, "x")
        raise KeyboardInterrupt
    with database.read() as connection:
        assert settings.get(connection, settings.SHOP_NAME) == ""
    with database.write() as connection:
        settings.put(connection, settings.SHOP_NAME, "y")
    with database.read() as connection:
        assert settings.get(connection, settings.SHOP_NAME) == "y"


def test_a_second_write_inside_one_is_a_bug_that_is_told(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="pass its connection on"), database.write():
        pass


def test_readers_see_what_was_committed_while_a_writer_is_busy(database: Database) -> None:
    with database.write() as connection:
        settings.put(connection, settings.SHOP_NAME, "before")
    seen: list[str] = []

    def look() -> None:
        with database.read() as reading:
            seen.append(settings.get(reading, settings.SHOP_NAME))

    with database.write() as connection:
        settings.put(connection, settings.SHOP_NAME, "after")
        readers = [threading.Thread(target=look) for _ in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(10)
    look()
    assert seen == ["before"] * 4 + ["after"]


def test_writers_of_several_threads_take_turns(database: Database) -> None:
    counter = settings.Setting("counter", int, 0)

    def count() -> None:
        for _ in range(25):
            with database.write() as connection:
                settings.put(connection, counter, settings.get(connection, counter) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.read() as connection:
        assert settings.get(connection, counter) == 100


def test_another_process_holding_the_lock_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 50)
    with open_database(database.path, KEY) as impatient:
        stranger = database.connect_raw()
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy), impatient.write():
            pytest.fail("the lock was not held")
        stranger.execute("ROLLBACK")
        stranger.close()
        with impatient.write() as connection:
            settings.put(connection, settings.SHOP_NAME, "x")


def test_a_full_disk_loses_nothing_and_selling_goes_on_when_there_is_room(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        raw = driver(connection)
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 20}")
    kept = 1
    with pytest.raises(DiskFull):  # noqa: PT012 - the sale that fills the disk is the one under test
        for _ in range(500):
            with database.write() as connection:
                for _ in range(10):
                    log.append(connection, sale(), AT)
            kept += 10
    assert kept > 1
    report = verify(database)
    assert report.ok
    assert report.events == kept
    with database.write() as connection:
        driver(connection).execute("PRAGMA max_page_count = 100000")
        assert log.append(connection, sale(), AT).sequence == kept + 1
    assert verify(database).ok


def test_after_a_failed_commit_a_new_stream_begins(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
    first = log.stream
    # A deferred foreign key fails at the commit itself and nowhere before.
    with pytest.raises(Exception, match="FOREIGN KEY"), database.write() as connection:  # noqa: PT012 - the block as a whole is the step
        log.append(connection, sale(), AT)
        raw = driver(connection)
        raw.execute("PRAGMA defer_foreign_keys = ON")
        raw.execute("INSERT INTO event VALUES (999, 999, 1, 3, 0, x'00', x'00', 1)")
    with database.write() as connection:
        again = log.append(connection, sale(), AT)
    assert again.sequence == 1
    assert log.stream != first
    with database.read() as connection:
        assert [(one.id, one.head_sequence) for one in own_streams(connection)] == [(first, 1), (log.stream, 1)]
    assert verify(database).ok
