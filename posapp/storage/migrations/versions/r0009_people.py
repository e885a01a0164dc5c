"""What people did beside selling is found without reading the whole log."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = ("CREATE INDEX event_people ON event (kind, position) WHERE kind BETWEEN 40 AND 49",)


def upgrade() -> None:
    """Add the index."""
    for statement in STATEMENTS:
        op.execute(statement)
