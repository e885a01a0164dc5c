"""Documents that the server said it has are offered again where it does not tell them afterwards."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = ("CREATE INDEX document_promised ON document (hlc) WHERE acknowledged = 2",)


def upgrade() -> None:
    """Add the index."""
    for statement in STATEMENTS:
        op.execute(statement)
