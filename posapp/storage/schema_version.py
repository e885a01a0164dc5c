"""Which schema a database has, and how it gets the newest one.

`PRAGMA user_version` holds the number of the last migration, so that an up-to-date database opens without importing
Alembic (400 ms).  A new database is created from the metadata and stamped as if it had been migrated.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import create_mock_engine, text

from posapp.storage.errors import NewerSchema
from posapp.storage.schema import SEARCH_TABLES
from posapp.storage.schema_elsewhere import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.schema import ExecutableDDLElement

SCHEMA_VERSION = 21
"""The number of the newest migration; its revision id is this number with four digits."""


def stored(connection: Connection) -> int:
    """The schema number of an open database; 0 where it is empty."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return int(version)


def require_current(connection: Connection) -> None:
    """Raise `NewerSchema` where a newer program wrote this database."""
    if stored(connection) > SCHEMA_VERSION:
        raise NewerSchema(f"schema {stored(connection)}, this program knows {SCHEMA_VERSION}")


def bring_up_to_date(connection: Connection) -> None:
    """Create or migrate the schema inside the caller's transaction.  Raises `NewerSchema`."""
    require_current(connection)
    found = stored(connection)
    if found == SCHEMA_VERSION:
        return
    if found == 0:
        create(connection)
    else:
        # Imported here because it costs 400 ms and is needed once per release.
        from posapp.storage.migrations import upgrade  # noqa: PLC0415

        upgrade(connection, f"{SCHEMA_VERSION:04d}")
    stamp(connection)


def create(connection: Connection) -> None:
    """Create every table of the newest schema in an empty database."""
    for statement in (*_tables(), *SEARCH_TABLES):
        connection.exec_driver_sql(statement)
    # Exactly Alembic's own table.
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": f"{SCHEMA_VERSION:04d}"})


@cache
def _tables() -> tuple[str, ...]:
    """What makes every table and index: to write it down takes several times as long as to run it."""
    statements: list[str] = []

    def write_down(statement: ExecutableDDLElement, *_values: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", write_down)
    metadata.create_all(engine, checkfirst=False)
    return tuple(statements)


def stamp(connection: Connection) -> None:
    """Write the newest schema number; part of the same transaction as the change."""
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
