"""The log of facts: the only module that writes events.

Each process of a device writes a stream of its own (sync.md, Identity and log).  Appending posts the event, encodes
and chains it, and brings every projection up to date inside the caller's transaction: one sale is one commit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.encoding import chain, from_values, genesis
from posapp.domain.errors import UnbalancedTransaction, UnknownKind
from posapp.domain.events import Recorded
from posapp.domain.ids import DEVICE_ID_BYTES, INCARNATION_BYTES, DeviceId, Incarnation, StoreId, StreamId
from posapp.domain.posting import post
from posapp.domain.time import to_micros
from posapp.storage import server_states
from posapp.storage.database import driver
from posapp.storage.errors import ForkDetected, SequenceGap
from posapp.storage.prepared import Prepared
from posapp.storage.projections import encode, project_foreign, project_own
from posapp.storage.schema import event as event_table
from posapp.storage.schema import sale, segment, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.encoding import Value
    from posapp.domain.events import Event
    from posapp.domain.ids import CartId

PROJECTED, DEFERRED, REFUSED = 1, 0, -1

_HEAD = Prepared(
    select(stream.c.head_sequence, stream.c.head_hash).where(stream.c.stream_key == bindparam("key")), "key"
)
_ADVANCE = Prepared(
    update(stream)
    .where(stream.c.stream_key == bindparam("key"))
    .values(head_sequence=bindparam("sequence"), head_hash=bindparam("hash")),
    "sequence hash key",
)
_EVENT_COLUMNS = "stream_key sequence kind at canonical hash projected"
_EVENT = Prepared(
    insert(event_table).values({name: bindparam(name) for name in _EVENT_COLUMNS.split()}), _EVENT_COLUMNS
)
_BY_CART = Prepared(
    select(event_table.c.canonical, event_table.c.sequence, stream.c.device, stream.c.incarnation)
    .select_from(sale.join(event_table, event_table.c.position == sale.c.position).join(stream))
    .where(sale.c.cart_id == bindparam("cart_id")),
    "cart_id",
)
_decode = msgspec.msgpack.decode


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream as it stands here.

    `acknowledged` is how far the server has it on disk; `covered` how far its word on members includes it (own
    streams; past the head where a restored backup lost a tail that the server still has).
    """

    id: StreamId
    store_id: StoreId
    own: bool
    head_sequence: int
    head_hash: bytes
    acknowledged: int
    covered: int = 0


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the log: its place, its canonical bytes and the hash of the chain up to it."""

    position: int
    sequence: int
    canonical: bytes
    hash: bytes

    @property
    def values(self) -> list[Value]:
        """The event as plain values, as `encoding.from_values` reads them."""
        decoded: list[Value] = _decode(self.canonical)
        return decoded


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """What the server does not have yet: events of any kind, and completed sales among them."""

    events: int
    sales: int


class EventLog:
    """Appends facts as one device.  One per process; call it only inside `Database.write`."""

    def __init__(self, device: DeviceId, store_id: StoreId, *, entropy: Callable[[int], bytes] = os.urandom) -> None:
        if len(device) != DEVICE_ID_BYTES:
            raise ValueError(f"a device id has {DEVICE_ID_BYTES} bytes")
        self.device = device
        self.store_id = store_id
        self._entropy = entropy
        self._stream: StreamId | None = None
        self._stream_key = 0
        self._raw: Any = None

    @property
    def stream(self) -> StreamId | None:
        """The stream of this process, None before its first append."""
        return self._stream

    def begin_anew(self) -> None:
        """Write the next event to a new stream: this one was forked, as by copying the running machine."""
        self._stream = None

    def append(self, connection: Connection, event: Event, at: datetime, *, cart_id: CartId | None = None) -> Recorded:
        """Record a fact in the caller's transaction and return it in its place.

        A cart that was completed before is the same sale: the first record is returned and nothing is written
        (look with `find_by_cart` before drawing a receipt number).  Raises `UnbalancedTransaction` and the
        driver's errors, which `Database.write` translates.
        """
        raw = driver(connection)
        cart = cart_id.bytes if cart_id is not None else None
        if cart is not None:
            first = _by_cart(raw, cart)
            if first is not None:
                return first
        key, identity, sequence, previous = self._head(raw)
        recorded = Recorded(identity, sequence + 1, at, event, post(event))
        canonical = encode(recorded)
        position = _write(raw, key, recorded, canonical, chain(previous, canonical))
        project_own(raw, position, recorded, cart)
        return recorded

    def append_foreign(
        self,
        connection: Connection,
        identity: StreamId,
        first_sequence: int,
        events: Sequence[list[Value]],
        *,
        store_id: StoreId | None = None,
        segment_body: bytes | None = None,
    ) -> int:
        """Record consecutive events of another stream as they came, and return how many were new.

        What is already here is skipped after comparing it byte for byte.  Events of kinds that this program does not
        know are kept and projected by a later one.  `segment_body` is the verbatim segment they came in.  Raises
        `SequenceGap` where earlier events are missing and `ForkDetected` where others stand in their place.
        """
        raw = driver(connection)
        own = identity.device == self.device
        key, head, previous = _open_stream(connection, identity, store_id or self.store_id, own=own)
        if first_sequence > head + 1:
            raise SequenceGap(f"offered from {first_sequence}, held up to {head}")
        known = min(head - first_sequence + 1, len(events))
        _require_same(connection, key, first_sequence, events[:known])
        touched: set[bytes] = set()
        for sequence, values in enumerate(events[known:], first_sequence + known):
            canonical = msgspec.msgpack.encode(values)
            previous = chain(previous, canonical)
            recorded, state = _read_values(identity, sequence, values)
            row = (key, sequence, values[0], values[2], canonical, previous, state)
            position = _EVENT.run(raw, row).lastrowid
            if recorded is None:
                continue
            if own:
                project_own(raw, position, recorded, None, pending=False)
                touched.update(entry.holder for entry in recorded.transaction.postings if entry.holder)
            else:
                project_foreign(raw, position, recorded)
        new = len(events) - known
        if new:
            last = first_sequence + len(events) - 1
            _ADVANCE.run(raw, (last, previous, key))
            if segment_body is not None:
                connection.execute(
                    insert(segment).values(
                        stream_key=key, first_sequence=first_sequence, last_sequence=last, body=segment_body
                    )
                )
            if own:
                server_states.recount(connection, touched)
                acknowledge(connection, identity, last)
        return new

    def project_deferred(self, connection: Connection) -> int:
        """Project events that an earlier version of the program did not know; return how many."""
        raw = driver(connection)
        columns = (event_table.c.position, event_table.c.sequence, event_table.c.canonical)
        query = select(*columns, stream.c.device, stream.c.incarnation, stream.c.own).join(stream)
        done = 0
        touched: set[bytes] = set()
        for row in connection.execute(query.where(event_table.c.projected == DEFERRED)).all():
            identity = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
            recorded, state = _read_values(identity, row.sequence, _decode(row.canonical))
            if state == DEFERRED:
                continue
            if recorded is not None and row.own:
                project_own(raw, row.position, recorded, None, pending=False)
                touched.update(entry.holder for entry in recorded.transaction.postings if entry.holder)
            elif recorded is not None:
                project_foreign(raw, row.position, recorded)
            mark = update(event_table).where(event_table.c.position == row.position)
            connection.execute(mark.values(projected=state))
            done += 1
        if touched:
            server_states.recount(connection, touched)
        return done

    def _head(self, raw: Any) -> tuple[int, StreamId, int, bytes]:
        """The stream that this process writes, and where its chain stands.

        A new one is begun for a new connection, because the writer is reopened where a commit failed and nobody knows
        what reached the disk; and where the transaction that began it was rolled back.
        """
        if self._stream is not None and self._raw is raw:
            row = _HEAD.run(raw, (self._stream_key,)).fetchone()
            if row is not None:
                return self._stream_key, self._stream, row[0], row[1]
        identity = StreamId(self.device, Incarnation(self._entropy(INCARNATION_BYTES)))
        start = genesis(identity)
        self._stream_key = _begin_stream(raw, identity, self.store_id, start, own=True)
        self._stream, self._raw = identity, raw
        return self._stream_key, identity, 0, start


_STREAM_COLUMNS = "device incarnation store_id own head_sequence head_hash"
_STREAM = Prepared(insert(stream).values({name: bindparam(name) for name in _STREAM_COLUMNS.split()}), _STREAM_COLUMNS)


def _begin_stream(raw: Any, identity: StreamId, store_id: StoreId, start: bytes, *, own: bool) -> int:
    row = (identity.device, identity.incarnation, store_id, int(own), 0, start)
    key: int = _STREAM.run(raw, row).lastrowid
    return key


def _open_stream(connection: Connection, identity: StreamId, store_id: StoreId, *, own: bool) -> tuple[int, int, bytes]:
    row = connection.execute(
        select(stream.c.stream_key, stream.c.head_sequence, stream.c.head_hash).where(*_is(identity))
    ).first()
    if row is not None:
        return row.stream_key, row.head_sequence, row.head_hash
    start = genesis(identity)
    return _begin_stream(driver(connection), identity, store_id, start, own=own), 0, start


def _write(raw: Any, key: int, recorded: Recorded, canonical: bytes, digest: bytes) -> int:
    _ADVANCE.run(raw, (recorded.sequence, digest, key))
    kind = canonical[1]  # a positive fixint: kinds are small, and the list header before it is one byte
    row = (key, recorded.sequence, kind, to_micros(recorded.at), canonical, digest, PROJECTED)
    position: int = _EVENT.run(raw, row).lastrowid
    return position


def _read_values(identity: StreamId, sequence: int, values: list[Value]) -> tuple[Recorded | None, int]:
    try:
        return from_values(identity, sequence, values), PROJECTED
    except UnbalancedTransaction:
        return None, REFUSED
    except (UnknownKind, ValueError, TypeError, IndexError):
        return None, DEFERRED


def _require_same(connection: Connection, key: int, first: int, events: Sequence[list[Value]]) -> None:
    if not events:
        return
    query = select(event_table.c.canonical).where(
        event_table.c.stream_key == key, event_table.c.sequence.between(first, first + len(events) - 1)
    )
    held = connection.scalars(query.order_by(event_table.c.sequence)).all()
    for sequence, (here, offered) in enumerate(zip(held, events, strict=True), first):
        if here != msgspec.msgpack.encode(offered):
            raise ForkDetected(f"sequence {sequence}")


def _by_cart(raw: Any, cart_id: bytes) -> Recorded | None:
    row = _BY_CART.run(raw, (cart_id,)).fetchone()
    if row is None:
        return None
    canonical, sequence, device, incarnation = row
    return from_values(StreamId(device, incarnation), sequence, _decode(canonical))


def find_by_cart(connection: Connection, cart_id: CartId) -> Recorded | None:
    """The sale that completed a cart, if it was completed."""
    return _by_cart(driver(connection), cart_id.bytes)


def _is(identity: StreamId) -> tuple[Any, Any]:
    return stream.c.device == identity.device, stream.c.incarnation == identity.incarnation


def streams(connection: Connection, *, own: bool | None = None) -> list[StreamState]:
    """Every stream held here, oldest first; `own` narrows it to this device's or to the others'."""
    query = select(stream).order_by(stream.c.stream_key)
    if own is not None:
        query = query.where(stream.c.own == int(own))
    return [
        StreamState(
            StreamId(DeviceId(row.device), Incarnation(row.incarnation)),
            StoreId(row.store_id),
            bool(row.own),
            row.head_sequence,
            row.head_hash,
            row.acknowledged_sequence,
            row.covered_sequence,
        )
        for row in connection.execute(query)
    ]


def head(connection: Connection, identity: StreamId) -> tuple[int, bytes]:
    """How far a stream is held here, and its chain's hash there; (0, its genesis) where it is not held."""
    row = connection.execute(select(stream.c.head_sequence, stream.c.head_hash).where(*_is(identity))).first()
    return (row.head_sequence, row.head_hash) if row is not None else (0, genesis(identity))


def own_streams(connection: Connection) -> list[StreamState]:
    """This device's streams, oldest first."""
    return streams(connection, own=True)


def events_after(connection: Connection, identity: StreamId, sequence: int, limit: int) -> list[StoredEvent]:
    """Up to `limit` events of a stream after a sequence number, in order."""
    columns = (event_table.c.position, event_table.c.sequence, event_table.c.canonical, event_table.c.hash)
    query = select(*columns).join(stream).where(*_is(identity), event_table.c.sequence > sequence)
    rows = connection.execute(query.order_by(event_table.c.sequence).limit(limit))
    return [StoredEvent(*row) for row in rows]


def previous_hash(connection: Connection, identity: StreamId, sequence: int) -> bytes:
    """The chain's hash just before an event.  Raises `SequenceGap` where that event is not here."""
    if sequence == 1:
        return genesis(identity)
    query = select(event_table.c.hash).join(stream).where(*_is(identity), event_table.c.sequence == sequence - 1)
    found: bytes | None = connection.scalar(query)
    if found is None:
        raise SequenceGap(f"no event {sequence - 1}")
    return found


def recorded_events(connection: Connection, identity: StreamId) -> Iterator[Recorded]:
    """A stream's events, decoded, in order; kinds that this program does not know are left out."""
    query = select(event_table.c.sequence, event_table.c.canonical).join(stream)
    query = query.where(*_is(identity), event_table.c.projected == PROJECTED).order_by(event_table.c.sequence)
    for row in connection.execute(query):
        yield from_values(identity, row.sequence, _decode(row.canonical))


def unacknowledged(connection: Connection) -> Unacknowledged:
    """What is still to be pushed: the number on the sync pill.  Costs as much as there is to push."""
    behind = (stream.c.own == 1, stream.c.head_sequence > stream.c.acknowledged_sequence)
    events = select(func.coalesce(func.sum(stream.c.head_sequence - stream.c.acknowledged_sequence), 0)).where(*behind)
    sales = (
        select(func.count())
        .select_from(
            stream.join(
                event_table,
                (event_table.c.stream_key == stream.c.stream_key)
                & (event_table.c.sequence > stream.c.acknowledged_sequence),
            ).join(sale, sale.c.position == event_table.c.position)
        )
        .where(*behind)
    )
    return Unacknowledged(connection.scalar(events) or 0, connection.scalar(sales) or 0)


def acknowledge(connection: Connection, identity: StreamId, sequence: int) -> None:
    """Note that the server has a stream up to `sequence` on disk; never moves back, never past the head."""
    reached = func.min(stream.c.head_sequence, func.max(stream.c.acknowledged_sequence, sequence))
    connection.execute(update(stream).where(*_is(identity)).values(acknowledged_sequence=reached))


def restate_acknowledged(connection: Connection, heads: Mapping[StreamId, int]) -> None:
    """Take a server's word after it lost or changed its memory: what it does not name, it does not have."""
    connection.execute(update(stream).values(acknowledged_sequence=0))
    for identity, sequence in heads.items():
        acknowledge(connection, identity, sequence)


def segments(connection: Connection, identity: StreamId, after: int, limit: int) -> list[bytes]:
    """Verbatim segments of another till's stream that reach past `after`, in order, to offer them again."""
    query = select(segment.c.body).join(stream).where(*_is(identity), segment.c.last_sequence > after)
    return list(connection.scalars(query.order_by(segment.c.first_sequence).limit(limit)))
