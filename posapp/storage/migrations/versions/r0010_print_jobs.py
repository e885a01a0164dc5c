"""Receipts wait on the disk until they are printed."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table."""
    op.execute(
        """
        CREATE TABLE print_job (
            job_id INTEGER NOT NULL,
            number TEXT NOT NULL,
            made_at INTEGER NOT NULL,
            begun INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (job_id)
        )
         STRICT
        """
    )
