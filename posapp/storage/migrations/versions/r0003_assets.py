"""What members own besides points: stored value, passes, coupons."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE asset (
        asset_id BLOB NOT NULL,
        owner BLOB NOT NULL,
        kind TEXT NOT NULL,
        template TEXT NOT NULL,
        last_day INTEGER,
        part_of BLOB,
        code TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (asset_id)
    )
     WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX asset_owner ON asset (owner)",
    "CREATE INDEX asset_part ON asset (part_of) WHERE part_of IS NOT NULL",
    "CREATE INDEX asset_code ON asset (code) WHERE code <> ''",
    "CREATE INDEX asset_template ON asset (template, kind)",
)


def upgrade() -> None:
    """Add the table and its indices."""
    for statement in STATEMENTS:
        op.execute(statement)
