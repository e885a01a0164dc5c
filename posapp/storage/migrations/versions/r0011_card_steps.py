"""A code that a phone showed is good once, also after a restart."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    """
    CREATE TABLE card_step (
        card_number INTEGER NOT NULL,
        step INTEGER NOT NULL,
        PRIMARY KEY (card_number)
    )
     STRICT
    """,
)


def upgrade() -> None:
    """Add the table."""
    for statement in STATEMENTS:
        op.execute(statement)
