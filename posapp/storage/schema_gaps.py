"""The table of gaps: where another till's stream goes on here without what lies before (sync.md, Pull).

`metadata` is that of `schema_inbox`, complete with this table.
"""

from __future__ import annotations

from sqlalchemy import BLOB, INTEGER, Column, ForeignKey, Table

from posapp.storage.schema_inbox import metadata

__all__ = ["metadata", "stream_gap"]

# The last event that the server did not tell, because it came before its horizon, and the chain's hash there.
stream_gap = Table(
    "stream_gap",
    metadata,
    Column("stream_key", INTEGER, ForeignKey("stream.stream_key"), primary_key=True),
    Column("sequence", INTEGER, primary_key=True),
    Column("hash", BLOB, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
