"""Backups: a consistent copy while the till sells, checked before it replaces an older one.

A backup is a database of its own under the same key.  A till that is opened on a restored backup writes a new stream,
because every process does, so nothing is ever recorded twice (sync.md, Identity and log).  Shares of balances are not
to be spent twice either: in a backup they are suspended (docs/adr/0011).  What stood on the counter is left out: it
was probably sold since, and nobody there would know.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from posapp.storage import held_carts, leases
from posapp.storage.database import Database, connect
from posapp.storage.errors import BackupRefused, DiskFull, NewerSchema, StorageError, WrongKey, translated
from posapp.storage.schema_version import SCHEMA_VERSION
from posapp.storage.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGES_AT_ONCE = 2_048


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a checked backup holds."""

    path: Path
    bytes: int
    events: int
    members: int


def back_up(database: Database, target: Path, progress: Callable[[float], None] = lambda _part: None) -> BackupReport:
    """Copy the open database to `target`, check the copy, and only then replace what was there.

    `progress` is called with the part that is done, 0 to 1.  Selling goes on meanwhile.  Raises `BackupRefused` and
    `DiskFull`; an older backup at `target` is then untouched.
    """
    if target.exists() and target.samefile(database.path):
        raise BackupRefused("the target is the database itself")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _copy(database, unfinished, progress)
        report = _checked(unfinished, database.connect_raw)
        _settle(unfinished, target)
    except (dbapi2.Error, OSError) as error:
        raise _refusal(error) from error
    finally:
        _remove(unfinished)
    return BackupReport(target, target.stat().st_size, report.events, report.members)


def check_backup(path: Path, key: bytes) -> BackupReport:
    """Whether a backup could be restored: pages, schema, every chain and projection.

    Raises `BackupRefused`, `NewerSchema`, and where it does not open `WrongKey`.
    """

    def open_it(where: Path, *, read_only: bool) -> Any:
        return connect(where, key, read_only=read_only)

    if not path.is_file():
        raise BackupRefused(f"{path} is not a file")
    try:
        return _checked(path, open_it, deep=key)
    except dbapi2.Error as error:
        raise _refusal(error) from error


def restore(source: Path, key: bytes, target: Path) -> BackupReport:
    """Put a checked backup where no database is.  Raises as `check_backup`, and `BackupRefused` where one is."""
    if target.exists():
        raise BackupRefused(f"{target} is there already")
    report = check_backup(source, key)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with source.open("rb") as read, os.fdopen(descriptor, "wb") as written:
            while block := read.read(1 << 20):
                written.write(block)
        _settle(unfinished, target)
    except OSError as error:
        raise _refusal(error) from error
    finally:
        _remove(unfinished)
    return BackupReport(target, target.stat().st_size, report.events, report.members)


def _refusal(error: Exception) -> StorageError:
    """A full disk and a wrong key have their own words; whatever else it was, there is no new backup."""
    known = translated(error)
    if isinstance(known, DiskFull | WrongKey):
        return known
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return DiskFull(str(error)) if full else BackupRefused(str(error))


def _copy(database: Database, unfinished: Path, progress: Callable[[float], None]) -> None:
    os.close(os.open(unfinished, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
    source = database.connect_raw(read_only=True)
    try:
        # One read transaction around the whole copy: otherwise each write of the till would start it over.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy = database.connect_raw(unfinished)
        try:
            source.backup(
                copy,
                pages=_PAGES_AT_ONCE,
                progress=lambda _status, remaining, total: progress(1 - remaining / total if total else 1.0),
            )
            leases.drop_raw(copy)
            held_carts.forget_open_raw(copy)
            # A backup is one file: no write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        finally:
            copy.close()
        source.execute("ROLLBACK")
    finally:
        source.close()


def _checked(path: Path, open_it: Callable[..., Any], *, deep: bytes | None = None) -> BackupReport:
    raw = open_it(path, read_only=True)
    try:
        found = raw.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise NewerSchema(f"schema {found}")
        damage = raw.execute("PRAGMA cipher_integrity_check").fetchall()
        damage += [row for row in raw.execute("PRAGMA integrity_check").fetchall() if row != ("ok",)]
        if damage:
            raise BackupRefused(str(damage[0][0]))
        events = raw.execute("SELECT count(*) FROM event").fetchone()[0]
        members = raw.execute("SELECT count(*) FROM member").fetchone()[0]
    finally:
        raw.close()
    if deep is not None and found == SCHEMA_VERSION:
        copy = Database(path, deep, read_only=True)
        try:
            report = verify(copy)
        except StorageError as error:
            raise BackupRefused(str(error)) from error
        finally:
            copy.close()
        if not report.ok:
            raise BackupRefused(str(report.differences[0]))
    return BackupReport(path, path.stat().st_size, events, members)


def _settle(unfinished: Path, target: Path) -> None:
    """Make the new file durable under its name: content first, then the folder's entry."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove(unfinished: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
