"""The entries of one member, newest first: every event that moved something of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from posapp.domain.encoding import from_values
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.event_log import PROJECTED
from posapp.storage.schema import card, event, posting, stream

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from posapp.domain.events import Recorded
    from posapp.domain.ids import MemberId


def newest(
    connection: Connection, holders: Collection[bytes], limit: int, before: int | None = None
) -> list[tuple[int, Recorded]]:
    """The events with a posting on one of the holders and their positions; those before a position, if one is given.

    Found by the index of postings, however long the log is.
    """
    mine = select(posting.c.position).where(posting.c.holder.in_(list(holders))).distinct()
    if before is not None:
        mine = mine.where(posting.c.position < before)
    page = mine.order_by(posting.c.position.desc()).limit(limit).subquery()
    query = (
        select(event.c.position, event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .select_from(
            page.join(event, event.c.position == page.c.position).join(
                stream, stream.c.stream_key == event.c.stream_key
            )
        )
        .where(event.c.projected == PROJECTED)
        .order_by(event.c.position.desc())
    )
    return [
        (
            row.position,
            from_values(
                StreamId(DeviceId(row.device), Incarnation(row.incarnation)),
                row.sequence,
                msgspec.msgpack.decode(row.canonical),
            ),
        )
        for row in connection.execute(query)
    ]


def cards_of(connection: Connection, member: MemberId) -> list[str]:
    """Every card number that was ever a member's.  Reads the list of cards: for a file that somebody opens."""
    return list(connection.scalars(select(card.c.card_number).where(card.c.member_id == member)))
