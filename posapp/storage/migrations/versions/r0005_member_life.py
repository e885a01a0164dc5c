"""What becomes of members: merged or forgotten, numbers that change hands, cards that are replaced."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE member_state (
        member_id BLOB NOT NULL,
        state TEXT NOT NULL,
        survivor BLOB,
        card_until INTEGER,
        consents BLOB NOT NULL,
        PRIMARY KEY (member_id)
    )
     WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE number_claim (
        number_key BLOB NOT NULL,
        member_id BLOB,
        generation INTEGER NOT NULL,
        PRIMARY KEY (number_key)
    )
     WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE revoked_card (
        card_number TEXT NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (card_number)
    )
     WITHOUT ROWID, STRICT
    """,
)


def upgrade() -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
