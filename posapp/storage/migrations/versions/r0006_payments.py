"""Payments by scanned code are written down before they are sent."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
    CREATE TABLE payment (
        out_trade_no TEXT NOT NULL,
        cart_id BLOB NOT NULL,
        stage INTEGER NOT NULL,
        next_at INTEGER,
        sold INTEGER NOT NULL,
        body BLOB NOT NULL,
        basket BLOB NOT NULL,
        PRIMARY KEY (out_trade_no)
    )
     STRICT
    """,
    "CREATE INDEX payment_cart ON payment (cart_id)",
    "CREATE INDEX payment_next ON payment (next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX payment_unsold ON payment (out_trade_no) WHERE stage = 6 AND sold = 0",
)


def upgrade() -> None:
    """Add the table and its indices."""
    for statement in STATEMENTS:
        op.execute(statement)
