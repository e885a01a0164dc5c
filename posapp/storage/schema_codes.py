"""The table of codes that phones showed: operational, so that a code is good once.

`metadata` is that of `schema_payments`, complete with this table.
"""

from __future__ import annotations

from sqlalchemy import INTEGER, Column, Table

from posapp.storage.schema_payments import metadata

__all__ = ["card_step", "metadata"]

# The last 30-second step seen of a card whose code a phone showed; only those of the last minutes.
card_step = Table(
    "card_step",
    metadata,
    Column("card_number", INTEGER, primary_key=True),
    Column("step", INTEGER, nullable=False),
    sqlite_strict=True,
)
