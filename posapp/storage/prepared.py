"""Statements that are built with SQLAlchemy Core once and run by the driver many times.

Core spends about as long on building and binding one statement as SQLite on running it; a sale has a dozen.  Here the
statement is compiled once and each call passes a tuple (stack.md, hot path).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects.sqlite.base import SQLiteDialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy.sql import ClauseElement

T = TypeVar("T")

_DIALECT = SQLiteDialect(paramstyle="qmark")


def batched(values: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """Values in parts of exactly `size`, for a statement with so many marks; the last part repeats its last value."""
    for start in range(0, len(values), size):
        part = tuple(values[start : start + size])
        yield part + part[-1:] * (size - len(part))


class Prepared:
    """A statement that is compiled at its first use; `names` fixes the order of the values and is checked against it.

    Most of them are not needed before the till is ready to scan, and together they take 40 ms to build and compile.  A
    test compiles each one.
    """

    __slots__ = ("_names", "_statement", "sql")
    sql: str

    def __init__(self, statement: ClauseElement | Callable[[], ClauseElement], names: str) -> None:
        self._statement = statement
        self._names = names

    def __getattr__(self, name: str) -> str:
        """The text of the statement.  Raises ValueError where it does not bind what was named."""
        if name != "sql":
            raise AttributeError(name)
        statement = self._statement() if callable(self._statement) else self._statement
        self.sql = _text(statement, self._names.split())
        return self.sql

    def run(self, raw: Any, values: tuple[Any, ...] = ()) -> Any:
        """Run it once on a driver connection; the cursor carries `lastrowid`, `rowcount` and rows."""
        return raw.execute(self.sql, values)

    def run_many(self, raw: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run it for each row."""
        raw.executemany(self.sql, rows)


def _text(statement: ClauseElement, names: list[str]) -> str:
    compiled = statement.compile(dialect=_DIALECT)
    positions: list[str] = getattr(compiled, "positiontup", None) or []
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    open_names = [name for name in positions if name not in fixed]
    if open_names != names or not all(type(value) is int for value in fixed.values()):
        raise ValueError(f"this statement binds {open_names} and {fixed}, not {names}")
    # The dialect adds an offset of zero to every limit; constants are written out.
    pieces = str(compiled).split("?")
    marks = (str(fixed[name]) if name in fixed else "?" for name in positions)
    return "".join(piece + mark for piece, mark in zip(pieces, (*marks, ""), strict=True))
