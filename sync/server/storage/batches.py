"""Many rows in few statements, on either database.

SQLite takes a prepared statement and a list of rows; PostgreSQL takes statements of many rows (rule 4 of sync.md).
Many rows of nothing but numbers and byte strings stand in the statement itself: that costs PostgreSQL less than
parameters do, and what such values say cannot be taken for SQL.  Other rows go as parameters of a statement whose text
depends only on how many they are, so that it is written once.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, LargeBinary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Column, Connection, Table

_ROWS: Final = 1_000
_MANY: Final = 100


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
            written = _written(table, changes, part) if len(part) >= _MANY else None
            if written is not None:
                cursor.execute(written.encode())
            else:
                cursor.execute(_statement(table, changes, len(part), "$").encode(), tuple(chain.from_iterable(part)))


def _written(table: Table, changes: tuple[str, ...] | None, rows: Sequence[Sequence[Any]]) -> str | None:
    """A statement with the rows' values in it; nothing where one is a text, but for the merchant's id."""
    merchant_id = str(rows[0][0])
    spoken: list[Iterable[str]] = [repeat(f"'{merchant_id}'", len(rows))]
    for column, values in zip(list(table.columns)[1:], list(zip(*rows, strict=True))[1:], strict=True):
        say = _say(column, values)
        if say is None or not (merchant_id.isascii() and merchant_id.isalnum()):
            return None
        spoken.append(map(say, values))
    return _insert(table, changes, ", ".join(f"({', '.join(row)})" for row in zip(*spoken, strict=True)))


def _say(column: Column[Any], values: Sequence[Any]) -> Callable[[Any], str] | None:
    """How the values of a column are written, by functions that take nothing but what they are for."""
    if column.nullable:
        return _nothing if not any(value is not None for value in values) else None
    if isinstance(column.type, Integer):
        return int.__repr__
    return _hex if isinstance(column.type, LargeBinary) else None


def _hex(value: bytes) -> str:
    return f"'\\x{bytes.hex(value)}'"


def _nothing(_value: None) -> str:
    return "NULL"


@lru_cache(maxsize=512)
def _statement(table: Table, changes: tuple[str, ...] | None, rows: int, mark: str) -> str:
    width = len(table.columns)
    marks = [mark if mark == "?" else f"{mark}{number}" for number in range(1, rows * width + 1)]
    values = ", ".join(f"({', '.join(marks[start : start + width])})" for start in range(0, rows * width, width))
    return _insert(table, changes, values)


def _insert(table: Table, changes: tuple[str, ...] | None, values: str) -> str:
    names = ", ".join(column.name for column in table.columns)
    text = f"INSERT INTO {table.name} ({names}) VALUES {values}"  # noqa: S608 - names of our own schema
    if changes is None:
        return text
    keys = ", ".join(column.name for column in table.primary_key)
    return f"{text} ON CONFLICT ({keys}) DO " + (f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING")
