"""Which worker prices a merchant's sales again: one at a time, by a row that is taken with an UPDATE.

A turn runs out by itself, so that a worker that was killed holds nobody up.  Two workers at once, because their clocks
differ or one was stopped for a minute, cost time and change nothing: an audit may run twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, or_, update

from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.server.context import Context

TURN_SECONDS: Final = 60
"""So long a turn lasts, unless it is taken again or given back."""

_NOBODY: Final = b""
_turn = schema.audit_turn
_TAKE: Final = (
    update(_turn)
    .where(
        _turn.c.merchant_id == bindparam("merchant"),
        or_(_turn.c.worker == bindparam("me"), _turn.c.until_us < bindparam("now")),
    )
    .values(worker=bindparam("me"), until_us=bindparam("until"))
)
_GIVE_BACK: Final = (
    update(_turn)
    .where(_turn.c.merchant_id == bindparam("merchant"), _turn.c.worker == bindparam("me"))
    .values(worker=_NOBODY, until_us=0)
)


def take(context: Context, merchant_id: str, worker: bytes) -> bool:
    """Take a merchant's turn, or keep it; False where another worker has it.

    A SQLite database has one server process, which needs no turns.
    """
    if context.database.is_sqlite:
        return True
    now = context.now_us()

    def work(connection: Connection) -> bool:
        batches.append(connection, _turn, [(merchant_id, _NOBODY, 0)], known_is_fine=True)
        its = {"merchant": merchant_id, "me": worker, "now": now, "until": now + TURN_SECONDS * 1_000_000}
        return connection.execute(_TAKE, its).rowcount == 1

    return context.database.write(work)


def give_back(context: Context, merchant_id: str, worker: bytes) -> None:
    """End a turn, where it still is this worker's."""
    if not context.database.is_sqlite:
        its = {"merchant": merchant_id, "me": worker}
        context.database.write(lambda connection: connection.execute(_GIVE_BACK, its))
