"""The table of what is still to be printed: operational, and empty while the printer works.

`metadata` is that of `schema_codes`, complete with this table.
"""

from __future__ import annotations

from sqlalchemy import BLOB, INTEGER, TEXT, Column, Table

from posapp.storage.schema_codes import metadata

__all__ = ["metadata", "print_job"]

print_job = Table(
    "print_job",
    metadata,
    # The order of printing.
    Column("job_id", INTEGER, primary_key=True),
    Column("number", TEXT, nullable=False),
    Column("made_at", INTEGER, nullable=False),
    # 1 from the moment at which the first byte may have reached the paper.
    Column("begun", INTEGER, nullable=False),
    # The laid-out rows, as MessagePack.
    Column("body", BLOB, nullable=False),
    sqlite_strict=True,
)
