"""Bare databases that do nothing but write rows: the floor that ingest is measured against."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psycopg

RAW_ROWS: Final = 1_000
"""Rows a commit."""


class RawSQLite:
    """Bare rows into a bare file, a thousand a commit, `synchronous=FULL`."""

    name: Final = "SQLite"

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE entry"
            " (id INTEGER PRIMARY KEY, event INTEGER, line INTEGER, account INTEGER, holder BLOB, amount INTEGER)"
        )

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows."""
        for start in range(0, len(rows), RAW_ROWS):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT INTO entry (event, line, account, holder, amount) VALUES (?, ?, ?, ?, ?)",
                rows[start : start + RAW_ROWS],
            )
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class RawPostgres:
    """Bare rows by `executemany`, a thousand a commit: what a server without segments would do, less its balances."""

    name: Final = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
        self._connection.execute(
            "CREATE TABLE entry"
            " (event bigint, line int, account int, holder bytea, amount bigint, PRIMARY KEY (event, line))"
        )
        self._connection.commit()
        self._next = 0

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows."""
        for start in range(0, len(rows), RAW_ROWS):
            part = [(self._next + place, *row[1:]) for place, row in enumerate(rows[start : start + RAW_ROWS])]
            self._next += len(part)
            with self._connection.cursor() as cursor:
                cursor.executemany("INSERT INTO entry VALUES (%s, %s, %s, %s, %s)", part)
            self._connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
