"""Streams of other tills may go on behind a gap: a till that was away for long starts from a snapshot."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table."""
    op.execute(
        """
        CREATE TABLE stream_gap (
            stream_key INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (stream_key, sequence),
            FOREIGN KEY(stream_key) REFERENCES stream (stream_key)
        )
         WITHOUT ROWID, STRICT
        """
    )
