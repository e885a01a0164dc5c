"""The segments that the server keeps, found by a place in their stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync.protocol import segment as segments
from sync.server.storage import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.domain.ids import StreamId
    from sync.protocol.segment import Unfolded


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment, and which of its rows was asked for."""

    unfolded: Unfolded
    index: int


def kept_at(connection: Connection, merchant_id: str, stream: StreamId, sequence: int) -> Kept | None:
    """The segment that brought an event of a merchant's stream; None where none has come yet."""
    table = schema.segment
    wire = connection.scalar(
        select(table.c.wire).where(
            table.c.merchant_id == merchant_id,
            table.c.device == stream.device,
            table.c.incarnation == stream.incarnation,
            table.c.first_sequence <= sequence,
            table.c.last_sequence >= sequence,
        )
    )
    if wire is None:
        return None
    segment = segments.parse(wire)
    return Kept(segments.unfold(segment), sequence - segment.header.first_sequence)
