"""Who was named for a sale after it was completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import literal_column, select

from posapp.domain.encoding import from_values
from posapp.domain.events import SaleClaimed
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.schema import event, stream

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

# As the index `event_claim` says it, so that SQLite knows that the index has them all.
_CLAIMS: Final[ColumnElement[bool]] = literal_column("event.kind = 55")


def claims_of(connection: Connection, sold: StreamId, sequence: int) -> tuple[SaleClaimed, ...]:
    """What was recorded about who bought this sale, and taken back of it, in the order in which it came here."""
    query = (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .select_from(event)
        .join(stream, stream.c.stream_key == event.c.stream_key)
        .where(_CLAIMS, event.c.projected == 1)
        .order_by(event.c.position)
    )
    place = (sold.device, sold.incarnation, sequence)
    found = []
    for row in connection.execute(query):
        own = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
        fact = from_values(own, row.sequence, msgspec.msgpack.decode(row.canonical)).event
        if isinstance(fact, SaleClaimed):
            named = (fact.original_device, fact.original_incarnation, fact.original_sequence)
            found += [fact] if named == place else []
    return tuple(found)
