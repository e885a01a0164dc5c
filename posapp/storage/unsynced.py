"""What customers did at this till that the server does not have yet (ux.md, Offline; Ctrl+U)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import and_, select

from posapp.domain.encoding import from_values
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.schema import event, stream
from posapp.storage.streams import IS_DEALING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.domain.events import Recorded


def unsynced(connection: Connection, limit: int = 200) -> list[Recorded]:
    """The dealings that the sync pill counts, newest first."""
    behind = and_(stream.c.own == 1, event.c.sequence > stream.c.acknowledged_sequence, IS_DEALING)
    query = (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .join(stream)
        .where(behind)
        .order_by(event.c.position.desc())
        .limit(limit)
    )
    return [
        from_values(
            StreamId(DeviceId(row.device), Incarnation(row.incarnation)),
            row.sequence,
            msgspec.msgpack.decode(row.canonical),
        )
        for row in connection.execute(query)
    ]
