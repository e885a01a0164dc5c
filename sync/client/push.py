"""Sending what the server lacks: own events as signed segments, other tills' segments again, and documents.

Delivery is at least once: nothing is forgotten here before the server has said that it is durable there, and a push
whose answer was lost is simply made again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posapp.domain.ids import StreamId
from sync.client.errors import NonsenseError, RefusedError
from sync.protocol import segment
from sync.protocol.errors import ProtocolError
from sync.protocol.limits import NOT_FOUND, PUSH_BYTES, PUSH_EVENTS, PUSH_SEGMENTS, SEGMENT_EVENTS
from sync.protocol.messages import Outcome, PushReply, PushRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.client.link import Session
    from sync.client.store import Kept, TillStore
    from sync.protocol.messages import DocumentRow

_DOCUMENTS: Final = 500
_KEPT_AT_ONCE: Final = 64
_PLACE: Final = re.compile(r"segments\[(\d+)\]")
_End = tuple[StreamId, int]
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
    wires, ends, events = _own(session, store)
    documents = _documents(store, _ROOM - sum(map(len, wires)))
    if not wires and not documents:
        return _push_kept(session, store)
    try:
        return _send(session, store, wires, ends, documents, events)
    except RefusedError as error:
        if not wires or not error.field.startswith("documents"):
            raise
    return _send(session, store, wires, ends, [], events)


def _push_kept(session: Session, store: TillStore) -> Pushed:
    """Offer segments of other tills again; one that the server refuses is set aside for a person to look at.

    It refuses what lies here: what was damaged on its way there is no refusal (`sync.protocol.intact`).  A till that it
    does not know was forgotten with a backup: its segments wait until somebody shows its certificate again.
    """
    unknown: set[StreamId] = set()
    while kept := store.kept_segments(_KEPT_AT_ONCE, apart_from=unknown):
        wires, ends = _fitting(kept)
        if not wires:
            # The disk gave back something else than was written to it.
            store.note_refused(kept[0].stream)
            return Pushed(segments=1, forks=1)
        try:
            return _send(session, store, wires, ends, [], 0)
        except RefusedError as error:
            blamed = _PLACE.match(error.field)
            if blamed is None or int(blamed.group(1)) >= len(ends):
                raise
            stream, _end = ends[int(blamed.group(1))]
            if error.code != NOT_FOUND:
                store.note_refused(stream)
                return Pushed(segments=1, forks=1)
            unknown.add(stream)
    return Pushed()


def _fitting(kept: Sequence[Kept]) -> tuple[list[bytes], list[_End]]:
    """As many as one push takes, up to the first that cannot be read, and where each ends."""
    wires: list[bytes] = []
    ends: list[_End] = []
    events = 0
    for each in kept:
        try:
            header = segment.parse(each.wire).header
        except ProtocolError:
            break
        events += header.count
        if wires and (events > PUSH_EVENTS or sum(map(len, wires)) + len(each.wire) > PUSH_BYTES - _ROOM // 2):
            break
        wires.append(each.wire)
        ends.append((each.stream, header.last_sequence))
    return wires, ends


def _send(
    session: Session,
    store: TillStore,
    wires: list[bytes],
    ends: list[_End],
    documents: list[DocumentRow],
    events: int,
) -> Pushed:
    reply = session.call("/v1/push", PushRequest(wires, documents), PushReply)
    if len(reply.outcomes) != len(wires):
        raise NonsenseError("an answer to another push")
    outcomes = list(zip(ends, reply.outcomes, strict=True))
    forked = {stream for (stream, _end), outcome in outcomes if outcome is Outcome.FORK}
    lost = Outcome.GAP in reply.outcomes
    heads = [head for head in reply.heads if segment.stream_of(head.device, head.incarnation) not in forked]
    forked.update(store.acknowledge(heads, documents))
    if forked:
        # Of another history a part may be in the log, and the rest is kept apart.
        told = {stream: end for (stream, end), outcome in outcomes if outcome is not Outcome.GAP}
        store.note_forks({stream: told.get(stream, 0) for stream in sorted(forked)})
    return Pushed(events, len(wires), len(documents), len(forked), lost)


def _own(session: Session, store: TillStore) -> tuple[list[bytes], list[_End], int]:
    """Own events as segments, and where each ends, and how many events."""
    me = session.identity
    wires: list[bytes] = []
    ends = []
    events = 0
    for stretch in store.own_stretches(SEGMENT_EVENTS)[:PUSH_SEGMENTS]:
        origin = (me.merchant_id, me.store_id, stretch.stream)
        wire = segment.build(me.sign, *origin, stretch.first_sequence, stretch.previous_hash, stretch.rows)
        if wires and sum(map(len, wires)) + len(wire) > _ROOM:
            break
        wires.append(wire)
        ends.append((stretch.stream, stretch.first_sequence + len(stretch.rows) - 1))
        events += len(stretch.rows)
    return wires, ends, events


def _documents(store: TillStore, room: int) -> list[DocumentRow]:
    found: list[DocumentRow] = []
    for row in store.documents(_DOCUMENTS):
        room -= len(row.body) + len(row.key) + 128
        if room < 0 and found:
            break
        found.append(row)
    return found
