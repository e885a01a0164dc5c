"""Fetching the open exceptions of the till's store: now and then, and only where something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.domain.time import to_micros
from posapp.storage import inbox, settings, streams
from posapp.storage.inbox import KeptCase, KeptLine
from sync.protocol.messages import InboxReply, InboxRequest

if TYPE_CHECKING:
    from datetime import datetime

    from posapp.storage.database import Database
    from sync.client.link import Session
    from sync.protocol.messages import ExceptionRow

_PATH: Final = "/v1/inbox"


def fetch(session: Session, database: Database, now: datetime) -> bool:
    """Ask, and keep the answer; tells whether it was another one.

    Raises `OfflineError`, `RefusedError` or `NonsenseError`; then nothing here has changed.
    """
    with database.read() as connection:
        mark = settings.get(connection, inbox.MARK)
    reply = session.call(_PATH, InboxRequest(mark), InboxReply)
    # What the server would say again waits for no disk.
    with database.write(durable=False) as connection:
        settings.put(connection, inbox.HEARD_AT, to_micros(now))
        if not reply.left_out:
            streams.forks_told(connection)
        if reply.rows is None:
            return False
        inbox.replace_all(connection, [_kept(row) for row in reply.rows])
        settings.put(connection, inbox.MARK, reply.mark)
        settings.put(connection, inbox.LEFT_OUT, reply.left_out)
    return True


def _kept(row: ExceptionRow) -> KeptCase:
    return KeptCase(
        row.item,
        row.kind,
        row.store_id,
        row.device,
        row.incarnation,
        row.sequence,
        row.detail,
        row.opened_at_us,
        row.holder,
        row.account,
        row.amount,
        tuple(KeptLine(one.store_id, one.device, one.incarnation, one.sequence, one.event) for one in row.lines),
        row.earlier,
    )
