"""Many rows in few statements, on either database.

SQLite takes a prepared statement and a list of rows; PostgreSQL takes statements of many rows (rule 4 of sync.md),
whose text depends only on how many, so that it is written once.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

_ROWS: Final = 1_000


def add_up(connection: Connection, table: Table, sums: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, or add their `sums` columns to the row that has their primary key.

    Rows have every column of the table, in order; no two rows may share a key.
    """
    _run(connection, table, tuple(f"{name} = {table.name}.{name} + excluded.{name}" for name in sums), rows)


def put(connection: Connection, table: Table, rows: Sequence[Sequence[Any]], *, keep: Sequence[str] = ()) -> None:
    """Insert rows, or overwrite the row that has their primary key.

    Columns in `keep` only take a value where there was none.  No two rows may share a key.
    """
    keys = {column.name for column in table.primary_key}
    changes = []
    for column in table.columns:
        name = column.name
        if name in keep:
            changes.append(f"{name} = coalesce({table.name}.{name}, excluded.{name})")
        elif name not in keys:
            changes.append(f"{name} = excluded.{name}")
    _run(connection, table, tuple(changes), rows)


def append(connection: Connection, table: Table, rows: Sequence[Sequence[Any]], *, known_is_fine: bool = False) -> None:
    """Insert rows that are new; with `known_is_fine`, leave those alone whose key is taken."""
    _run(connection, table, () if known_is_fine else None, rows)


def _run(connection: Connection, table: Table, changes: tuple[str, ...] | None, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_statement(table, changes, 1, "?"), [tuple(row) for row in rows])
        return
    _run_postgres(connection, table, changes, rows)


def _run_postgres(
    connection: Connection, table: Table, changes: tuple[str, ...] | None, rows: Sequence[Sequence[Any]]
) -> None:
    # Here, because it takes a seventh of a second to import and SQLite needs none of it.
    from psycopg import RawCursor  # noqa: PLC0415 - see above

    # A raw cursor takes the server's own $1, $2, …: rewriting placeholders cost more than the statement itself.
    with RawCursor(connection.connection.driver_connection) as cursor:  # type: ignore[arg-type]
        for start in range(0, len(rows), _ROWS):
            part = rows[start : start + _ROWS]
            cursor.execute(_statement(table, changes, len(part), "$").encode(), tuple(chain.from_iterable(part)))


@lru_cache(maxsize=512)
def _statement(table: Table, changes: tuple[str, ...] | None, rows: int, mark: str) -> str:
    names = ", ".join(column.name for column in table.columns)
    width = len(table.columns)
    marks = [mark if mark == "?" else f"{mark}{number}" for number in range(1, rows * width + 1)]
    values = ", ".join(f"({', '.join(marks[start : start + width])})" for start in range(0, rows * width, width))
    text = f"INSERT INTO {table.name} ({names}) VALUES {values}"  # noqa: S608 - names of our own schema
    if changes is None:
        return text
    keys = ", ".join(column.name for column in table.primary_key)
    return f"{text} ON CONFLICT ({keys}) DO " + (f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING")
