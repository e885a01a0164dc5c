"""Opening the database, transactions that are tried again, and versions of the schema."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from sync.server.errors import BusyError, NewerSchemaError
from sync.server.storage import schema
from sync.server.storage.versions import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

T = TypeVar("T")

_TRIES: Final = 6
_AGAIN: Final = frozenset({"23505", "40P01", "40001"})
# Classes and codes of PostgreSQL for: the connection broke, it shuts down or starts, it has too many connections, and
# this one has become a standby and takes no writes.
_AWAY: Final = ("08", "57P", "53300", "25006")
_CONNECT_SECONDS: Final = 5
_SILENT_MS: Final = 15_000
_BUSY_SECONDS: Final = 10
_CACHE_KIB: Final = 65_536


class Database:
    """One server database: `write` runs a transaction, again if it must; `read` gives one consistent snapshot."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._sqlite = make_url(url).get_backend_name() == "sqlite"
        # SQLite has one writer at a time; waiting here is fair and cheap, its own busy handler is neither.
        self._writing = threading.Lock()
        self.on_retry: Callable[[], None] = _not_counted
        """Called each time that a transaction is run again."""
        self.engine = _sqlite_engine(url) if self._sqlite else _postgres_engine(url)
        # Made once: options that are asked for with each connection take longer than its first statement.
        snapshot = {"isolation_level": "REPEATABLE READ"}
        self._reading_engine = self.engine if self._sqlite else self.engine.execution_options(**snapshot)

    @classmethod
    def at_path(cls, path: Path) -> Database:
        """A SQLite database in a file."""
        return cls(f"sqlite:///{path}")

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite and not PostgreSQL."""
        return self._sqlite

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def migrate(self, now_us: int) -> None:
        """Bring the schema to this program's version, and make durable what is found.  Raises `NewerSchemaError`."""
        newest = len(MIGRATIONS)
        if self._sqlite:
            # A process that was killed may have written what it did not live to sync.  It would be read here, and
            # acknowledged when a till sends it again, from the system's memory alone: a power cut would take it back.
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").all()

        def step(connection: Connection) -> None:
            known = 0
            if inspect(connection).has_table(schema.schema_version.name):
                known = connection.scalar(select(func.max(schema.schema_version.c.version))) or 0
            if known > newest:
                raise NewerSchemaError(
                    f"the database has schema {known} and this program knows {newest}: install the newer program / "
                    f"数据库版本为 {known}, 本程序只支持到 {newest}: 请安装新版程序"
                )
            for version in range(known + 1, newest + 1):
                # What the first step makes in an empty database has what the later ones would add.
                if known or version == 1:
                    MIGRATIONS[version - 1](connection)
                connection.execute(insert(schema.schema_version).values(version=version, applied_at_us=now_us))

        self.write(step)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and commit it.

        The whole of it is run again when the database says that it lost a race (SQLSTATE 23505, 40P01, 40001; SQLite
        busy), and when the connection broke, be it during the commit, of which nobody knows then whether it was done:
        `work` must leave no traces elsewhere, and find what it has done before.  Raises `BusyError` when it never got
        through.
        """
        for attempt in range(_TRIES):
            try:
                return self._once(work)
            except Exception as error:
                if not _worth_another_try(error):
                    raise
                log.warning("transaction tried again: %s", _state_of(error) or "the connection broke")
                self.on_retry()
                time.sleep(random.uniform(0.005, 0.02) * (2**attempt))  # noqa: S311 - spreads retries, keeps no secret
        raise BusyError("the database stayed busy")

    def _once(self, work: Callable[[Connection], T]) -> T:
        with self._writing if self._sqlite else nullcontext(), self.engine.begin() as connection:
            self._begin(connection, "IMMEDIATE")
            return work(connection)

    def _begin(self, connection: Connection, mode: str) -> None:
        """SQLite's driver begins nothing by itself here; SQLAlchemy's event for it would slow down every statement."""
        if self._sqlite:
            raw: Any = connection.connection.driver_connection
            raw.execute(f"BEGIN {mode}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot for any number of queries: everything in it is from one instant.

        Raises `BusyError` when the database went away meanwhile.
        """
        try:
            with self._reading_engine.begin() as connection:
                self._begin(connection, "DEFERRED")
                yield connection
        except Exception as error:
            if not _worth_another_try(error):
                raise
            raise BusyError("the database went away") from error

    def has_current_schema(self) -> bool:
        """Whether its schema is this program's.  Raises `BusyError` when it does not answer."""
        with self.read() as connection:
            known: int | None = connection.scalar(select(func.max(schema.schema_version.c.version)))
        return known == len(MIGRATIONS)


def _not_counted() -> None:
    """Where nobody counts how often transactions are run again."""


def _sqlite_engine(url: str) -> Engine:
    options = {"check_same_thread": False, "timeout": _BUSY_SECONDS}
    engine = create_engine(url, connect_args=options, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _opened(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would begin transactions by its own rules; ours begin by `_begin`.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{_CACHE_KIB}",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgres_engine(url: str) -> Engine:
    if make_url(url).drivername == "postgresql":
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options = {
        # Behind a pooler that lends a connection for one transaction, prepared statements would outlive it (rule 5).
        "prepare_threshold": None,
        # A machine that is gone says nothing: without these, a request would wait for it for a quarter of an hour.
        "connect_timeout": _CONNECT_SECONDS,
        "tcp_user_timeout": _SILENT_MS,
    }
    return create_engine(
        url, connect_args=options, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True
    )


def _state_of(error: Exception) -> str:
    """The SQLSTATE behind an error, or SQLite's name for it; empty for anything that is not from a database."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        return getattr(origin, "sqlite_errorname", "") or str(origin)
    return getattr(origin, "sqlstate", None) or ""


def _worth_another_try(error: Exception) -> bool:
    """Tell a lost race and a lost connection from a mistake, by SQLSTATE: constraint names come back empty (rule 3)."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        lost: object = error.orig
    else:
        lost = error
    state = _state_of(error)
    if not state:
        # No server spoke: the driver found the connection broken, or could make none.
        return type(lost).__module__.startswith("psycopg") and type(lost).__name__ == "OperationalError"
    return state in _AGAIN or state.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", *_AWAY))
