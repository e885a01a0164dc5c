"""The events that moved certain accounts, of every till of this store, straight from the log.

Projections know today's balances alone; a report for a past day needs the entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from posapp.domain.encoding import from_values
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.event_log import PROJECTED
from posapp.storage.schema import event, stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from posapp.domain.accounts import Account
    from posapp.domain.events import Recorded

_POSTINGS = 5


def entries(connection: Connection, accounts: Collection[Account]) -> Iterator[Recorded]:
    """Every event with a posting on one of the accounts, in the order in which it is recorded here."""
    wanted = frozenset(int(account) for account in accounts)
    decode = msgspec.msgpack.decode
    query = (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .select_from(event.join(stream, stream.c.stream_key == event.c.stream_key))
        .where(event.c.projected == PROJECTED)
        .order_by(event.c.position)
    )
    for row in connection.execute(query):
        values = decode(row.canonical)
        if wanted.isdisjoint(values[_POSTINGS][::3]):
            continue
        yield from_values(StreamId(DeviceId(row.device), Incarnation(row.incarnation)), row.sequence, values)
