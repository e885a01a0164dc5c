"""Who has a birthday, and who was last here when, is found without reading every member."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    "CREATE INDEX member_birthday ON member (substr(birthday, -4)) WHERE birthday <> ''",
    "CREATE INDEX holder_last_day ON holder (last_day) WHERE last_day IS NOT NULL",
)


def upgrade() -> None:
    """Add the indices."""
    for statement in STATEMENTS:
        op.execute(statement)
