"""Moving a server's content to another database, and copying a SQLite database while it is served.

What is moved is every row as it stands, a merchant in one transaction, so that cursors, generations and digests stay
the same and tills notice nothing.  What tills push to the old server meanwhile they offer to the new one again, because
it has less than was acknowledged.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from sync.server import digest, merchants
from sync.server.errors import Refusal, StorageError
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from sync.server.storage.engine import Database

_AT_ONCE: Final = 500
_MOVED: Final = tuple(table for table in schema.metadata.sorted_tables if table is not schema.schema_version)


def move(source: Database, target: Database) -> dict[str, int]:
    """Copy every merchant that the target lacks, and return how many rows of each were written.

    A merchant that an earlier, interrupted move brought is left as it is.  Raises `Refusal` where the target holds
    another content of a merchant, and `StorageError` where a copy turns out to differ.
    """
    written = {}
    with source.read() as reading:
        for merchant_id in merchants.all_ids(reading):
            wanted = digest.of_balances(reading, merchant_id)
            with target.read() as there:
                known = merchants.exists(there, merchant_id)
                same = known and digest.of_balances(there, merchant_id) == wanted
            if known and not same:
                raise Refusal(
                    f"{merchant_id} has another content there already",
                    f"目标数据库已有商户 {merchant_id} 的其他数据",
                    "to",
                )
            if same:
                continue
            written[merchant_id] = _move_one(reading, target, merchant_id)
            with target.read() as there:
                if digest.of_balances(there, merchant_id) != wanted:
                    raise StorageError(f"the copy of {merchant_id} differs / 商户 {merchant_id} 的副本不一致")
    return written


def _move_one(reading: Connection, target: Database, merchant_id: str) -> int:
    def work(writing: Connection) -> int:
        count = 0
        for table in _MOVED:
            rows = reading.execute(select(table).where(table.c.merchant_id == merchant_id))
            for part in rows.partitions(_AT_ONCE):
                batches.append(writing, table, [tuple(row) for row in part])
                count += len(part)
        return count

    return target.write(work)


def back_up(database: Database, path: Path) -> None:
    """Copy a SQLite database as of one instant, also while it is served; `path` is there when the copy is proven.

    A PostgreSQL database is backed up by its own means.  Raises `Refusal` or `StorageError`.
    """
    if not database.is_sqlite:
        raise Refusal("back PostgreSQL up with pg_dump or pg_basebackup", "PostgreSQL 请用 pg_dump 备份", "file")
    if path.exists():
        raise Refusal(f"{path} exists already", f"{path} 已存在", "file")
    unproven = path.with_name(f".{path.name}.part")
    unproven.unlink(missing_ok=True)
    try:
        with database.engine.connect() as connection, closing(sqlite3.connect(unproven)) as copy:
            driver: Any = connection.connection.driver_connection
            driver.backup(copy)
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        unproven.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written / 无法写入 {path}") from error
    if found != "ok":
        raise StorageError(f"the copy is damaged: {found} / 备份已损坏")
    unproven.replace(path)
