"""Sending what the server lacks: own events as signed segments, other tills' segments again, and documents.

Delivery is at least once: nothing is forgotten here before the server has said that it is durable there, and a push
whose answer was lost is simply made again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sync.client.errors import NonsenseError, RefusedError
from sync.protocol import segment
from sync.protocol.errors import ProtocolError
from sync.protocol.limits import PUSH_BYTES, PUSH_EVENTS, PUSH_SEGMENTS, SEGMENT_EVENTS
from sync.protocol.messages import Outcome, PushReply, PushRequest

if TYPE_CHECKING:
    from posapp.domain.ids import StreamId
    from sync.client.link import Session
    from sync.client.store import TillStore
    from sync.protocol.messages import DocumentRow

_DOCUMENTS: Final = 500
_KEPT_AT_ONCE: Final = 64
_PLACE: Final = re.compile(r"segments\[(\d+)\]")
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

    Own events go first, and nothing that the server refuses beside them holds them back.  Raises `OfflineError`,
    `RefusedError` or `NonsenseError`; then nothing here has changed.
    """
    wires, streams, events = _own(session, store)
    documents = _documents(store, _ROOM - sum(map(len, wires)))
    if not wires and not documents:
        return _push_kept(session, store)
    try:
        return _send(session, store, wires, streams, documents, events)
    except RefusedError as error:
        if not wires or not error.field.startswith("documents"):
            raise
    return _send(session, store, wires, streams, [], events)


def _push_kept(session: Session, store: TillStore) -> Pushed:
    """Offer segments of other tills again; one that the server refuses is set aside for a person to look at."""
    wires: list[bytes] = []
    streams: list[StreamId] = []
    events = 0
    for kept in store.kept_segments(_KEPT_AT_ONCE):
        try:
            events += segment.parse(kept.wire).header.count
        except ProtocolError:
            # The disk gave back something else than was written to it.
            store.note_forks([kept.stream])
            return Pushed(segments=1, forks=1)
        if wires and (events > PUSH_EVENTS or sum(map(len, wires)) + len(kept.wire) > PUSH_BYTES - _ROOM // 2):
            break
        wires.append(kept.wire)
        streams.append(kept.stream)
    if not wires:
        return Pushed()
    try:
        return _send(session, store, wires, streams, [], 0)
    except RefusedError as error:
        blamed = _PLACE.match(error.field)
        if blamed is None or int(blamed.group(1)) >= len(streams):
            raise
        store.note_forks([streams[int(blamed.group(1))]])
        return Pushed(segments=1, forks=1)


def _send(
    session: Session,
    store: TillStore,
    wires: list[bytes],
    streams: list[StreamId],
    documents: list[DocumentRow],
    events: int,
) -> Pushed:
    reply = session.call("/v1/push", PushRequest(wires, documents), PushReply)
    if len(reply.outcomes) != len(wires):
        raise NonsenseError("an answer to another push")
    forked = {stream for stream, outcome in zip(streams, reply.outcomes, strict=True) if outcome is Outcome.FORK}
    lost = Outcome.GAP in reply.outcomes
    heads = [head for head in reply.heads if segment.stream_of(head.device, head.incarnation) not in forked]
    forked.update(store.acknowledge(heads, documents))
    if forked:
        store.note_forks(sorted(forked))
    return Pushed(events, len(wires), len(documents), len(forked), lost)


def _own(session: Session, store: TillStore) -> tuple[list[bytes], list[StreamId], int]:
    """Own events as segments, and whose they are, and how many events."""
    me = session.identity
    wires: list[bytes] = []
    streams = []
    events = 0
    for stretch in store.own_stretches(SEGMENT_EVENTS)[:PUSH_SEGMENTS]:
        origin = (me.merchant_id, me.store_id, stretch.stream)
        wire = segment.build(me.sign, *origin, stretch.first_sequence, stretch.previous_hash, stretch.rows)
        if wires and sum(map(len, wires)) + len(wire) > _ROOM:
            break
        wires.append(wire)
        streams.append(stretch.stream)
        events += len(stretch.rows)
    return wires, streams, events


def _documents(store: TillStore, room: int) -> list[DocumentRow]:
    found: list[DocumentRow] = []
    for row in store.documents(_DOCUMENTS):
        room -= len(row.body) + len(row.key) + 128
        if room < 0 and found:
            break
        found.append(row)
    return found
