"""Another history of a stream, as of a machine that was copied while it ran: kept apart, all of it and each part once.

A till tells it as it comes: the events after those that were kept apart follow, and what was told is told again where
no answer was heard, cut in another way.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync.protocol import segment as segments
from sync.protocol.errors import ProtocolError
from sync.server.exceptions import Finding, Kind
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

    from posapp.domain.ids import StreamId
    from sync.protocol.segment import Segment

_table = schema.quarantine


def goes_on(
    connection: Connection, merchant_id: str, stream: StreamId, previous_hash: bytes, found: Iterable[Finding]
) -> bool:
    """Whether a segment follows on what was kept apart, before or with the same push (`found`)."""
    if any(_is_of(each, stream) and each.hash == previous_hash for each in found):
        return True
    mine = (*_of(merchant_id, stream), _table.c.hash == previous_hash)
    return connection.execute(select(_table.c.sequence).where(*mine).limit(1)).first() is not None


def news(
    connection: Connection,
    merchant_id: str,
    segment: Segment,
    hashes: Sequence[bytes],
    found: Iterable[Finding],
    logged: Callable[[int], bytes | None],
) -> Iterator[Finding]:
    """What of another history neither the log has nor was kept apart before: a finding, or none.

    `hashes` are those of the segment's events, `logged` tells the log's hash at a place of the stream.
    """
    header = segment.header
    # Where two histories differ once, they differ from there on.
    start = bisect_left(
        range(header.count), True, key=lambda place: logged(header.first_sequence + place) != hashes[place]
    )
    apart = _hashes(connection, merchant_id, header.stream, found)
    while start < header.count and hashes[start] in apart:
        start += 1
    if start < header.count:
        detail = f"another history up to {header.last_sequence}"
        yield Finding(Kind.FORK, header.stream, header.first_sequence + start, header.last_hash, detail, segment.wire)


def _hashes(connection: Connection, merchant_id: str, stream: StreamId, found: Iterable[Finding]) -> set[bytes]:
    """Of every event that was kept apart of a stream; what could not be applied and is in the log is no segment."""
    kept = connection.scalars(select(_table.c.content).where(*_of(merchant_id, stream))).all()
    hashes: set[bytes] = set()
    for content in (*kept, *(each.content for each in found if _is_of(each, stream))):
        try:
            hashes.update(segments.unfold(segments.parse(content)).hashes)
        except ProtocolError:
            continue
    return hashes


def _of(merchant_id: str, stream: StreamId) -> tuple[ColumnElement[bool], ...]:
    return (
        _table.c.merchant_id == merchant_id,
        _table.c.device == stream.device,
        _table.c.incarnation == stream.incarnation,
    )


def _is_of(finding: Finding, stream: StreamId) -> bool:
    return finding.kind is Kind.FORK and finding.stream == stream
