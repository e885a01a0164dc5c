"""A backup is consistent while the till sells, checked, and never replaces a good one by a bad one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from posapp.domain.ids import CartId
from posapp.domain.sale import Cart
from posapp.storage import backup, held_carts
from posapp.storage.backup import back_up, check_backup, restore
from posapp.storage.database import driver, open_database
from posapp.storage.errors import BackupRefused, DiskFull, NewerSchema, WrongKey
from posapp.storage.event_log import EventLog
from posapp.storage.members import standing
from posapp.storage.streams import own_streams
from posapp.storage.verify import verify
from tests.unit.storage.shop import ANNE, AT, DEVICE, KEY, STORE, sale

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.storage.database import Database


def test_a_backup_opens_verifies_and_goes_on_in_a_new_stream(database: Database, log: EventLog, tmp_path: Path) -> None:
    with database.write() as connection:
        for _ in range(20):
            log.append(connection, sale(), AT)
    seen: list[float] = []
    report = back_up(database, tmp_path / "backup.db", seen.append)
    assert (report.events, report.path, report.bytes) == (20, tmp_path / "backup.db", report.path.stat().st_size)
    assert seen[-1] == 1.0
    assert check_backup(report.path, KEY).events == 20
    assert restore(report.path, KEY, tmp_path / "restored.db").events == 20
    with open_database(tmp_path / "restored.db", KEY) as restored:
        with restored.write() as connection:
            assert EventLog(DEVICE, STORE).append(connection, sale(), AT).sequence == 1
            assert standing(connection, ANNE).orders == 21
            assert [one.head_sequence for one in own_streams(connection)] == [20, 1]
        assert verify(restored).ok
    assert sorted(one.name for one in tmp_path.iterdir() if "part" in one.name) == []


def test_a_backup_while_selling_is_one_moment(database: Database, log: EventLog, tmp_path: Path) -> None:
    stop = threading.Event()

    def sell() -> None:
        while not stop.is_set():
            with database.write() as connection:
                log.append(connection, sale(), AT)

    with database.write() as connection:
        for _ in range(300):
            log.append(connection, sale(), AT)
    seller = threading.Thread(target=sell)
    seller.start()
    try:
        for n in range(3):
            events = back_up(database, tmp_path / f"{n}.db").events
            assert check_backup(tmp_path / f"{n}.db", KEY).events == events
    finally:
        stop.set()
        seller.join(30)
    assert verify(database).ok


def test_a_backup_has_nothing_on_the_counter_and_what_was_parked(database: Database, tmp_path: Path) -> None:
    carts = [Cart(CartId(UUID(int=number))) for number in (1, 2)]
    with database.write() as connection:
        held_carts.hold(connection, carts[0], AT)
        held_carts.keep_open(connection, carts[1])
    back_up(database, tmp_path / "backup.db")
    with open_database(tmp_path / "backup.db", KEY) as copy, copy.read() as connection:
        assert held_carts.left_open(connection) is None, "it may have been sold since"
        assert [each.cart.id for each in held_carts.held(connection)] == [carts[0].id]
    with database.read() as connection:
        assert held_carts.left_open(connection) == carts[1]


def test_a_backup_cannot_be_read_without_the_key(database: Database, tmp_path: Path) -> None:
    back_up(database, tmp_path / "backup.db")
    assert b"SQLite" not in (tmp_path / "backup.db").read_bytes()
    with pytest.raises(WrongKey):
        check_backup(tmp_path / "backup.db", bytes(32))


def test_damage_is_found_before_a_backup_is_trusted(database: Database, log: EventLog, tmp_path: Path) -> None:
    with database.write() as connection:
        for _ in range(50):
            log.append(connection, sale(), AT)
    path = back_up(database, tmp_path / "backup.db").path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupRefused):
        check_backup(path, KEY)
    with pytest.raises(BackupRefused):
        restore(path, KEY, tmp_path / "restored.db")
    assert not (tmp_path / "restored.db").exists()


def test_a_backup_whose_rows_do_not_follow_from_its_log_is_refused(
    database: Database, log: EventLog, tmp_path: Path
) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        driver(connection).execute("UPDATE account_balance SET amount = amount + 1 WHERE account = 101")
    path = back_up(database, tmp_path / "backup.db").path
    with pytest.raises(BackupRefused):
        check_backup(path, KEY)


def test_a_failed_backup_leaves_the_older_one(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = back_up(database, tmp_path / "backup.db").path
    before = target.read_bytes()

    def cut_short(source: Database, unfinished: Path, _progress: object) -> None:
        copy = source.connect_raw(unfinished)
        copy.execute("CREATE TABLE event(a)")
        copy.close()

    monkeypatch.setattr(backup, "_copy", cut_short)
    with pytest.raises(BackupRefused):
        back_up(database, target)
    assert target.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "part" in one.name] == []


def test_targets_that_would_do_harm_are_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused):
        back_up(database, database.path)
    with pytest.raises(BackupRefused):
        back_up(database, tmp_path / "no such folder" / "backup.db")
    path = back_up(database, tmp_path / "backup.db").path
    with pytest.raises(BackupRefused):
        restore(path, KEY, database.path)
    with pytest.raises(BackupRefused):
        check_backup(tmp_path / "none.db", KEY)


def test_a_backup_of_a_newer_program_is_refused(database: Database, tmp_path: Path) -> None:
    path = back_up(database, tmp_path / "backup.db").path
    raw = database.connect_raw(path)
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    with pytest.raises(NewerSchema):
        check_backup(path, KEY)


def test_another_file_is_not_a_backup(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(b"hello")
    with pytest.raises(WrongKey):
        check_backup(tmp_path / "letter.txt", KEY)


def test_a_full_disk_fails_the_backup_and_not_the_till(
    database: Database, log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = back_up(database, tmp_path / "backup.db").path
    before = target.read_bytes()
    connect_raw = database.connect_raw

    def small(path: Path | None = None, *, read_only: bool = False) -> object:
        raw = connect_raw(path, read_only=read_only)
        if path is not None:
            raw.execute("PRAGMA max_page_count = 4")
        return raw

    monkeypatch.setattr(database, "connect_raw", small)
    with pytest.raises(DiskFull):
        back_up(database, target)
    assert target.read_bytes() == before
    with database.write() as connection:
        log.append(connection, sale(), AT)
