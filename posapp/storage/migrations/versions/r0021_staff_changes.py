"""Who changed who works here is found without reading the whole log."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0017"


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX event_staff ON event (position) WHERE kind = 59")
