"""Who was named for a sale late is found without reading the whole log."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX event_claim ON event (position) WHERE kind = 55")
