"""The entries of one member, newest first: every event that moved something of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, tuple_, union

from posapp.domain.encoding import from_values
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.event_log import PROJECTED
from posapp.storage.schema import card, event, posting, refund, sale, stream
from posapp.storage.schema_elsewhere import elsewhere

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from posapp.domain.events import Recorded
    from posapp.domain.ids import MemberId


def newest(
    connection: Connection, member: MemberId, holders: Collection[bytes], limit: int, before: int | None = None
) -> list[tuple[int, Recorded]]:
    """The store's sales to a member and what moved anything of one of the holders, with its position, newest first.

    Those before the event of a position, if one is given.  What another till did stands here by when it was done,
    however late it came.  Found by indices, however long the log is.
    """
    theirs = list(holders)
    places = union(
        select(posting.c.position).where(posting.c.holder.in_(theirs)),
        select(elsewhere.c.position).where(elsewhere.c.holder.in_(theirs)),
        select(sale.c.position).where(sale.c.member == member),
        select(refund.c.position).where(refund.c.member == member),
    ).subquery()
    query = (
        select(event.c.position, event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .select_from(places.join(event, event.c.position == places.c.position).join(stream))
        .where(event.c.projected == PROJECTED)
        .order_by(event.c.at.desc(), event.c.position.desc())
        .limit(limit)
    )
    if before is not None:
        last = select(event.c.at, event.c.position).where(event.c.position == before).subquery()
        query = query.where(tuple_(event.c.at, event.c.position) < select(last).scalar_subquery())
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
