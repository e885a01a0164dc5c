"""Refunds can be found by the sale that they give back a part of."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE refund (
        position INTEGER NOT NULL,
        original BLOB NOT NULL,
        receipt_number TEXT NOT NULL,
        serial INTEGER,
        business_day INTEGER NOT NULL,
        member BLOB,
        amount INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (position),
        FOREIGN KEY(position) REFERENCES event (position)
    )
     STRICT
    """,
    "CREATE INDEX refund_original ON refund (original)",
    "CREATE INDEX refund_serial ON refund (business_day, serial) WHERE serial IS NOT NULL",
)


def upgrade() -> None:
    """Add the table and its indices."""
    for statement in STATEMENTS:
        op.execute(statement)
