"""The table by which events of the store's other tills are found for whom they are about.

`metadata` is that of `schema_gaps`, complete with this table.
"""

from __future__ import annotations

from sqlalchemy import BLOB, INTEGER, Column, ForeignKey, Table

from posapp.storage.schema_gaps import metadata

__all__ = ["elsewhere", "metadata"]

# One row a holder that an event moved something of.  Sales and refunds are found by their own tables, and what this
# till recorded itself by its postings.
elsewhere = Table(
    "elsewhere",
    metadata,
    Column("holder", BLOB, primary_key=True),
    Column("position", INTEGER, ForeignKey("event.position"), primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
