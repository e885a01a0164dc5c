"""Requests that were carried out, so that asking twice is doing once."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    op.execute(
        """
        CREATE TABLE request (
            request_id BLOB NOT NULL,
            answer BLOB NOT NULL,
            PRIMARY KEY (request_id)
        )
         WITHOUT ROWID, STRICT
        """
    )
