"""A till of the store shows the open exceptions as the server last told them."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    """Add the table."""
    op.execute(
        """
        CREATE TABLE exception_case (
            item BLOB NOT NULL,
            opened_at INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (item)
        )
         STRICT
        """
    )
