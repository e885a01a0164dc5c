"""Sending what the server lacks: own events as signed segments, other tills' segments again, and documents.

Delivery is at least once: nothing is forgotten here before the server has said that it is durable there, and a push
whose answer was lost is simply made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sync.client.errors import NonsenseError
from sync.protocol import segment
from sync.protocol.limits import PUSH_BYTES, PUSH_SEGMENTS, SEGMENT_EVENTS
from sync.protocol.messages import Outcome, PushReply, PushRequest, StreamHead

if TYPE_CHECKING:
    from posapp.domain.ids import StreamId
    from sync.client.link import Session
    from sync.client.store import TillStore
    from sync.protocol.messages import DocumentRow

_DOCUMENTS: Final = 500
_KEPT_AT_ONCE: Final = 8
# Headers, signatures and the message around the segments.
_ROOM: Final = PUSH_BYTES // 2


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one push sent.  `lost` says that the server lacks what it once acknowledged."""

    events: int = 0
    segments: int = 0
    documents: int = 0
    forks: int = 0
    lost: bool = False

    @property
    def anything(self) -> bool:
        """Whether there was something to send."""
        return bool(self.segments or self.documents)


def push(session: Session, store: TillStore) -> Pushed:
    """Push once, at most one full segment of own events; call it until nothing is left.

    Raises `OfflineError`, `RefusedError` or `NonsenseError`; then nothing here has changed.
    """
    wires, streams, events = _segments(session, store)
    documents = _documents(store, _ROOM - sum(map(len, wires)))
    if not wires and not documents:
        return Pushed()
    reply = session.call("/v1/push", PushRequest(wires, documents), PushReply)
    if len(reply.outcomes) != len(wires):
        raise NonsenseError("an answer to another push")
    forked = {stream for stream, outcome in zip(streams, reply.outcomes, strict=True) if outcome is Outcome.FORK}
    lost = Outcome.GAP in reply.outcomes
    heads = [head for head in reply.heads if not forked or _stream(head) not in forked]
    forked.update(store.acknowledge(heads, documents))
    if forked:
        store.note_forks(sorted(forked))
    return Pushed(events, len(wires), len(documents), len(forked), lost)


def _segments(session: Session, store: TillStore) -> tuple[list[bytes], list[StreamId], int]:
    me = session.identity
    wires: list[bytes] = []
    streams = []
    events = 0
    for stretch in store.own_stretches(SEGMENT_EVENTS)[: PUSH_SEGMENTS - _KEPT_AT_ONCE]:
        origin = (me.merchant_id, me.store_id, stretch.stream)
        wire = segment.build(me.sign, *origin, stretch.first_sequence, stretch.previous_hash, stretch.rows)
        if wires and sum(map(len, wires)) + len(wire) > _ROOM:
            break
        wires.append(wire)
        streams.append(stretch.stream)
        events += len(stretch.rows)
    if events < SEGMENT_EVENTS:
        for kept in store.kept_segments(_KEPT_AT_ONCE):
            count = segment.parse(kept.wire).header.count
            if events + count > 2 * SEGMENT_EVENTS or sum(map(len, wires)) + len(kept.wire) > PUSH_BYTES - _ROOM // 2:
                break
            wires.append(kept.wire)
            streams.append(kept.stream)
            events += count
    return wires, streams, events


def _documents(store: TillStore, room: int) -> list[DocumentRow]:
    found: list[DocumentRow] = []
    for row in store.documents(_DOCUMENTS):
        room -= len(row.body) + len(row.key) + 128
        if room < 0 and found:
            break
        found.append(row)
    return found


def _stream(head: StreamHead) -> StreamId:
    return segment.stream_of(head.device, head.incarnation)
