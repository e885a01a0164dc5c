"""Finding rare events in the log by what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from sqlalchemy import select

from posapp.domain.encoding import from_values, number_of
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.schema import event, stream

if TYPE_CHECKING:
    from sqlalchemy import Connection

E = TypeVar("E")


def of_kind(connection: Connection, cls: type[E]) -> list[E]:
    """Every event of a kind that is held here, in the order in which they were recorded here.

    Reads the whole log: for what happens a few times a year.
    """
    query = (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .join(stream)
        .where(event.c.kind == number_of(cls), event.c.projected == 1)
        .order_by(event.c.position)
    )
    found: list[E] = []
    for row in connection.execute(query):
        place = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
        fact = from_values(place, row.sequence, msgspec.msgpack.decode(row.canonical)).event
        if isinstance(fact, cls):
            found.append(fact)
    return found
