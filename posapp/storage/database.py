"""One encrypted database file: a single writer connection and a few readers.

`Database.write` gives one transaction to one thread at a time and rolls it back unless it ends normally, so that a
sale is one commit or nothing (sync.md, promise 1).  Readers see a consistent snapshot and never wait for the writer.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from sqlcipher3 import dbapi2

from posapp.storage import schema_version
from posapp.storage.errors import DiskFailed, NotADatabase, NotConfirmed, translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

KEY_BYTES = 32
BUSY_TIMEOUT_MS = 5_000
READERS = 4
_PLAIN_HEADER = b"SQLite format 3\0"
_PAGE_BYTES = 4096


def connect(path: Path | str, key: bytes, *, read_only: bool = False) -> Any:
    """A bare driver connection to an encrypted file, in autocommit mode; the key is given raw, never derived.

    Deriving a key costs half a second a connection (stack.md).  Raises the driver's errors.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key has {KEY_BYTES} bytes")
    mode = "ro" if read_only else "rwc"
    raw = dbapi2.connect(
        f"{Path(path).absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        timeout=BUSY_TIMEOUT_MS / 1000,
    )
    try:
        # Otherwise a wrong key prints the cipher's own words on standard error.
        raw.execute("PRAGMA cipher_log_level = NONE")
        raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def _connect_reader(path: Path, key: bytes) -> Any:
    raw = connect(path, key, read_only=True)
    raw.execute("PRAGMA query_only = ON")
    raw.execute("PRAGMA cache_size = -16000")
    return raw


def _connect_writer(path: Path, key: bytes) -> Any:
    raw = connect(path, key)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA cache_size = -32000")
    return raw


def driver(connection: Connection) -> Any:
    """The driver's own connection under a SQLAlchemy one, for prepared statements and pragmas."""
    return connection.connection.driver_connection


class Database:
    """An open database.  Safe to use from several threads; `close` it at the end."""

    def __init__(self, path: Path, key: bytes, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._key = key
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._writer: tuple[Connection, Any] | None = None
        self._idle_readers: list[tuple[Connection, Any]] = []
        self._waits_for_disk: bool | None = True
        self._is_settled = False
        self._write_engine = _engine(lambda: _connect_writer(path, key))
        self._read_engine = _engine(lambda: _connect_reader(path, key))

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """One write transaction: committed where the block ends normally, rolled back as a whole where it does not.

        What is committed survives a power cut.  With `durable` false it does so from the next durable commit on, and
        nothing waits for the disk: for what would be fetched or sent again.  Writers wait for each other.  Raises
        `DiskFull`, `DatabaseBusy`, `DatabaseReadOnly`, `DiskFailed`; `NotConfirmed` where it may be written or not.
        """
        if self._owner == threading.get_ident():
            raise RuntimeError("a write transaction is open in this thread: pass its connection on")
        with self._lock:
            self._owner = threading.get_ident()
            try:
                yield from self._transaction(durable=durable)
            except Exception as error:
                known = translated(error)
                if known is None:
                    raise
                raise known from error
            finally:
                self._owner = None

    def _transaction(self, *, durable: bool) -> Iterator[Connection]:
        writer, raw = self._open_writer()
        if self._waits_for_disk != durable:
            # In WAL mode NORMAL only leaves out the sync after a commit; the next FULL one syncs what came before it.
            self._waits_for_disk = None
            raw.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._waits_for_disk = durable
        if durable and not self._is_settled:
            self._is_settled = _settled(raw)
        try:
            # Where it fails at its very end, it has begun all the same.
            raw.execute("BEGIN IMMEDIATE")
            yield writer
        except BaseException:
            self._roll_back(raw)
            raise
        try:
            raw.execute("COMMIT")
        except BaseException as error:
            # What a failed commit left on the disk is not known: the next writer starts from what is there, and the
            # event log starts a new stream (sync.md, Identity and log).
            self._roll_back(raw)
            self._close_writer()
            known = translated(error)
            if isinstance(known, DiskFailed):
                raise NotConfirmed(known.detail) from error
            raise

    def _open_writer(self) -> tuple[Connection, Any]:
        """The connection that writes, and the driver's own under it."""
        if self._writer is None:
            self._writer = _opened(self._write_engine)
            self._waits_for_disk, self._is_settled = True, False
        return self._writer

    def _roll_back(self, raw: Any) -> None:
        try:
            raw.rollback()
        except Exception:  # noqa: BLE001 - the first error is the one to tell; this one only costs the connection
            self._close_writer()

    def _close_writer(self) -> None:
        opened, self._writer = self._writer, None
        if opened is not None:
            _discard(opened[0])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot for reading, also while another thread writes.  Raises `DiskFailed`."""
        idle = self._idle_readers
        try:
            try:
                # One that is still warm.  Taking from a list is one step for every thread.
                reader, raw = idle.pop()
            except IndexError:
                reader, raw = _opened(self._read_engine)
            try:
                # The driver is in autocommit mode: without this, each statement would see a snapshot of its own.
                raw.execute("BEGIN")
                yield reader
            finally:
                self._put_back(reader, raw, idle)
        except Exception as error:
            known = translated(error)
            if known is None:
                raise
            raise known from error

    def _put_back(self, reader: Connection, raw: Any, idle: list[tuple[Connection, Any]]) -> None:
        try:
            raw.rollback()
        except Exception:  # noqa: BLE001 - what was read stands; this only costs the connection
            _discard(reader)
            return
        if idle is self._idle_readers and len(idle) < READERS:
            idle.append((reader, raw))
        else:
            # There are enough, or the database was closed meanwhile.
            reader.close()

    def connect_raw(self, path: Path | None = None, *, read_only: bool = False) -> Any:
        """A driver connection with this database's key, to this file or to another one, for backup and verification."""
        return connect(path or self.path, self._key, read_only=read_only)

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, as far as readers allow; for idle moments and before closing."""
        with self._lock:
            _writer, raw = self._open_writer()
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        with self._lock:
            readers, self._idle_readers = self._idle_readers, []
            for reader, _raw in readers:
                reader.close()
            opened, self._writer = self._writer, None
            if opened is not None:
                writer, _raw = opened
                writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def open_database(path: Path | str, key: bytes, *, read_only: bool = False) -> Database:
    """Open a till's database, creating or migrating it as needed (never with `read_only`).

    Raises `WrongKey`, `NotADatabase`, `NewerSchema`, `DiskFull`, `DatabaseReadOnly`, `DatabaseBusy`, `DiskFailed`.
    """
    path = Path(path)
    if read_only and not path.exists():
        raise NotADatabase(str(path))
    _refuse_other_files(path)
    database = Database(path, key, read_only=read_only)
    try:
        if read_only:
            with database.read() as connection:
                schema_version.require_current(connection)
        else:
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            # It opens on a full or failing disk too, to be read; what was not stamped for good is brought up again.
            with database.write(durable=False) as connection:
                schema_version.bring_up_to_date(connection)
    except OSError as error:
        database.close()
        raise DiskFailed(str(error)) from error
    except BaseException:
        database.close()
        raise
    return database


def _refuse_other_files(path: Path) -> None:
    if path.is_dir():
        raise NotADatabase(str(path))
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        head = file.read(len(_PLAIN_HEADER))
    if head == _PLAIN_HEADER or path.stat().st_size % _PAGE_BYTES:
        raise NotADatabase(str(path))


def _engine(creator: Any) -> Engine:
    return create_engine("sqlite://", module=dbapi2, creator=creator, poolclass=NullPool)


def _opened(engine: Engine) -> tuple[Connection, Any]:
    """A new connection, and the driver's own under it.

    For SQLAlchemy it is in one transaction that never ends: beginning and ending one through it takes as long as
    three statements of a sale.
    """
    connection = engine.connect()
    connection.begin()
    return connection, driver(connection)


def _settled(raw: Any) -> bool:
    """Bring to the disk what stands in the log; whether all of it is there now.

    A process that was killed, or a commit that failed, may have left a sale in the log that no disk has yet.  It is
    read all the same, and whoever tries the sale again is answered from it: no earlier than it survives a power cut.
    """
    is_busy, in_log, on_disk = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return not is_busy and in_log == on_disk


def _discard(connection: Connection) -> None:
    """Close a connection that is broken, without asking anything of it."""
    connection.invalidate()
    connection.close()
