"""Money that was paid by scanned code goes back the way it came, and is asked for until it has."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """
    CREATE TABLE payment_return (
        number TEXT NOT NULL,
        next_at INTEGER,
        body BLOB NOT NULL,
        PRIMARY KEY (number)
    )
     STRICT
    """,
    "CREATE INDEX payment_return_next ON payment_return (next_at) WHERE next_at IS NOT NULL",
)


def upgrade() -> None:
    """Add the table and its index."""
    for statement in STATEMENTS:
        op.execute(statement)
