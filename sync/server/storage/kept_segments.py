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
    from sync.protocol.columnar.nodes import Value
    from sync.protocol.segment import Unfolded


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment, its place in the merchant's order, and which of its rows was asked for."""

    unfolded: Unfolded
    index: int
    gseq: int
    place: int

    @property
    def row(self) -> Value:
        """The event that was asked for."""
        return self.unfolded.rows[self.index]

    @property
    def hash(self) -> bytes:
        """The chain's hash after it."""
        return self.unfolded.hashes[self.index]


def kept_at(connection: Connection, merchant_id: str, stream: StreamId, sequence: int) -> Kept | None:
    """The segment that brought an event of a merchant's stream; None where none has come yet."""
    table = schema.segment
    found = connection.execute(
        select(table.c.wire, table.c.gseq, table.c.place).where(
            table.c.merchant_id == merchant_id,
            table.c.device == stream.device,
            table.c.incarnation == stream.incarnation,
            table.c.first_sequence <= sequence,
            table.c.last_sequence >= sequence,
        )
    ).one_or_none()
    if found is None:
        return None
    segment = segments.parse(found.wire)
    return Kept(segments.unfold(segment), sequence - segment.header.first_sequence, found.gseq, found.place)
