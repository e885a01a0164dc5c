"""The table of the open exceptions as the server last told them: operational, and replaced as a whole.

`metadata` is that of `schema_printing`, complete with this table.
"""

from __future__ import annotations

from sqlalchemy import BLOB, INTEGER, Column, Table

from posapp.storage.schema_printing import metadata

__all__ = ["exception_case", "metadata"]

exception_case = Table(
    "exception_case",
    metadata,
    # The exception's id, 16 bytes.
    Column("item", BLOB, primary_key=True),
    Column("opened_at", INTEGER, nullable=False),
    # What it is about, and the events concerned, as MessagePack.
    Column("body", BLOB, nullable=False),
    sqlite_strict=True,
)
