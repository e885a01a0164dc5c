"""What was asked for once is done once: the ids of requests that this till has carried out.

A double press, or a press after a crash, brings the same id again.  The rows are this till's own memory, not facts: the
facts are in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.encoding import from_values
from posapp.domain.ids import INCARNATION_BYTES, DeviceId, Incarnation, StreamId
from posapp.storage.database import driver
from posapp.storage.event_log import events_after
from posapp.storage.prepared import Prepared
from posapp.storage.schema import request as request_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.domain.events import Recorded

_NOTE = Prepared(
    insert(request_table).values(request_id=bindparam("id"), answer=bindparam("answer")).on_conflict_do_nothing(),
    "id answer",
)
_FIND = Prepared(select(request_table.c.answer).where(request_table.c.request_id == bindparam("id")), "id")


def answer_of(connection: Connection, request: bytes) -> tuple[int, ...] | None:
    """The figures that were noted of a request that was carried out, or None."""
    row = _FIND.run(driver(connection), (request,)).fetchone()
    return msgspec.msgpack.decode(row[0], type=tuple[int, ...]) if row is not None else None


def note(connection: Connection, request: bytes, *figures: int) -> None:
    """Note a request in the transaction that carries it out; `figures` are what asking again is answered from."""
    _NOTE.run(driver(connection), (request, msgspec.msgpack.encode(figures)))


def note_event(connection: Connection, request: bytes, recorded: Recorded) -> None:
    """Note the event that a request was carried out by."""
    note(connection, request, int.from_bytes(recorded.stream.incarnation, "big"), recorded.sequence)


def event_of(connection: Connection, request: bytes, device: DeviceId) -> Recorded | None:
    """The event that this device carried out a request by, if it did."""
    figures = answer_of(connection, request)
    if figures is None:
        return None
    identity = StreamId(device, Incarnation(figures[0].to_bytes(INCARNATION_BYTES, "big")))
    (stored,) = events_after(connection, identity, figures[1] - 1, 1)
    return from_values(identity, stored.sequence, stored.values)
