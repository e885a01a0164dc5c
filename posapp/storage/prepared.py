"""Statements that are built with SQLAlchemy Core once and run by the driver many times.

Core spends about as long on building and binding one statement as SQLite on running it; a sale has a dozen.  Here the
statement is compiled at import and each call passes a tuple (stack.md, hot path).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects.sqlite.base import SQLiteDialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.sql import ClauseElement

T = TypeVar("T")

_DIALECT = SQLiteDialect(paramstyle="qmark")


def batched(values: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """Values in parts of exactly `size`, for a statement with so many marks; the last part repeats its last value."""
    for start in range(0, len(values), size):
        part = tuple(values[start : start + size])
        yield part + part[-1:] * (size - len(part))


class Prepared:
    """A compiled statement; `names` fixes the order of the values and is checked against the statement."""

    __slots__ = ("sql",)

    def __init__(self, statement: ClauseElement, names: str) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        positions: list[str] = getattr(compiled, "positiontup", None) or []
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        open_names = [name for name in positions if name not in fixed]
        if open_names != names.split() or not all(type(value) is int for value in fixed.values()):
            raise ValueError(f"this statement binds {open_names} and {fixed}, not {names.split()}")
        # The dialect adds an offset of zero to every limit; constants are written out.
        pieces = str(compiled).split("?")
        marks = (str(fixed[name]) if name in fixed else "?" for name in positions)
        self.sql = "".join(piece + mark for piece, mark in zip(pieces, (*marks, ""), strict=True))

    def run(self, raw: Any, values: tuple[Any, ...] = ()) -> Any:
        """Run it once on a driver connection; the cursor carries `lastrowid`, `rowcount` and rows."""
        return raw.execute(self.sql, values)

    def run_many(self, raw: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run it for each row."""
        raw.executemany(self.sql, rows)
