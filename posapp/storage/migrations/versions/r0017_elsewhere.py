"""A member's history tells what every till of the store did, as far as it has come here."""

from __future__ import annotations

import msgspec
from alembic import op

revision = "0017"
down_revision = "0016"

_HOLDERS = 4


def upgrade() -> None:
    """Add the table and fill it from the log."""
    op.execute("CREATE INDEX refund_member ON refund (member, position) WHERE member IS NOT NULL")
    op.execute(
        """
        CREATE TABLE elsewhere (
            holder BLOB NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (holder, position),
            FOREIGN KEY(position) REFERENCES event (position)
        )
         WITHOUT ROWID, STRICT
        """
    )
    connection = op.get_bind()
    # Sales and refunds, the kinds 3 and 4, stand in tables of theirs.
    found = connection.exec_driver_sql(
        "SELECT e.position, e.canonical FROM event e JOIN stream s ON s.stream_key = e.stream_key"
        " WHERE s.own = 0 AND e.projected = 1 AND e.kind NOT IN (3, 4)"
    )
    for position, canonical in found.fetchall():
        for holder in set(msgspec.msgpack.decode(canonical)[_HOLDERS]):
            connection.exec_driver_sql("INSERT INTO elsewhere VALUES (?, ?)", (holder, position))
