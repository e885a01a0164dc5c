"""The log of facts: the only module that writes events.

Each process of a device writes a stream of its own (sync.md, Identity and log).  Appending posts the event, encodes
and chains it, and brings every projection up to date inside the caller's transaction: one sale is one commit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.encoding import chain, from_values, genesis
from posapp.domain.errors import UnbalancedTransaction, UnknownKind
from posapp.domain.events import Recorded
from posapp.domain.ids import DEVICE_ID_BYTES, INCARNATION_BYTES, DeviceId, Incarnation, StoreId, StreamId
from posapp.domain.posting import post
from posapp.domain.time import to_micros
from posapp.storage import leases, server_states, streams
from posapp.storage.database import driver
from posapp.storage.errors import ForkDetected, SequenceGap
from posapp.storage.prepared import Prepared
from posapp.storage.projections import encode, project_foreign, project_own
from posapp.storage.schema import event as event_table
from posapp.storage.schema import sale, segment, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.encoding import Value
    from posapp.domain.events import Event
    from posapp.domain.ids import CartId

PROJECTED, DEFERRED, REFUSED = 1, 0, -1

_HEAD = Prepared(
    select(stream.c.head_sequence, stream.c.head_hash).where(
        stream.c.stream_key == bindparam("key"), stream.c.incarnation == bindparam("incarnation_id")
    ),
    "key incarnation_id",
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
_DEFERRED = Prepared(
    select(
        *(event_table.c[name] for name in ("position", "sequence", "canonical")),
        *(stream.c[name] for name in ("device", "incarnation", "own")),
    )
    .join(stream)
    .where(event_table.c.projected == literal_column(f"{DEFERRED}")),
    "",
)
_SEGMENT_COLUMNS = "stream_key first_sequence last_sequence body"
_SEGMENT = Prepared(
    insert(segment).values({name: bindparam(name) for name in _SEGMENT_COLUMNS.split()}), _SEGMENT_COLUMNS
)
_LAST_POSITION = Prepared(select(func.max(event_table.c.position)), "")
_BY_CART = Prepared(
    select(event_table.c.canonical, event_table.c.sequence, stream.c.device, stream.c.incarnation)
    .select_from(sale.join(event_table, event_table.c.position == sale.c.position).join(stream))
    .where(sale.c.cart_id == bindparam("cart_id")),
    "cart_id",
)
_AFTER = Prepared(
    select(*(event_table.c[name] for name in ("position", "sequence", "canonical", "hash")))
    .join(stream)
    .where(*streams.NAMED, event_table.c.sequence > bindparam("after"))
    .order_by(event_table.c.sequence)
    .limit(bindparam("most")),
    "device_id incarnation_id after most",
)
_PROJECTED = Prepared(
    select(event_table.c.sequence, event_table.c.canonical)
    .join(stream)
    .where(*streams.NAMED, event_table.c.projected == bindparam("state"))
    .order_by(event_table.c.sequence),
    "device_id incarnation_id state",
)
_HASH = Prepared(
    select(event_table.c.hash).join(stream).where(*streams.NAMED, event_table.c.sequence == bindparam("place")),
    "device_id incarnation_id place",
)
_decode = msgspec.msgpack.decode


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
        leases.spend(connection, recorded.transaction.postings)
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
        key, head, previous = streams.find_or_begin(raw, identity, store_id or self.store_id, own=own)
        if first_sequence > head + 1:
            raise SequenceGap(f"offered from {first_sequence}, held up to {head}")
        known = min(head - first_sequence + 1, len(events))
        _require_same(connection, key, first_sequence, events[:known])
        previous, read = _write_foreign(raw, key, identity, first_sequence + known, events[known:], previous)
        touched: set[bytes] = set()
        if own:
            for position, recorded in read:
                project_own(raw, position, recorded, None, pending=False)
                touched.update(entry.holder for entry in recorded.transaction.postings if entry.holder)
        else:
            project_foreign(raw, read)
        new = len(events) - known
        if new:
            last = first_sequence + len(events) - 1
            _ADVANCE.run(raw, (last, previous, key))
            if segment_body is not None:
                _SEGMENT.run(raw, (key, first_sequence, last, segment_body))
            if own:
                server_states.recount(connection, touched)
                streams.acknowledge(connection, identity, last)
        return new

    def leave_gap(
        self, connection: Connection, identity: StreamId, first_sequence: int, previous_hash: bytes, store_id: StoreId
    ) -> None:
        """Let another till's stream go on with `first_sequence`, before which its chain has `previous_hash`.

        Whoever calls it knows that nobody will send what is missing before.
        """
        raw = driver(connection)
        key, _head, _digest = streams.find_or_begin(raw, identity, store_id, own=False)
        streams.leave_gap(raw, key, first_sequence - 1, previous_hash)
        _ADVANCE.run(raw, (first_sequence - 1, previous_hash, key))

    def project_deferred(self, connection: Connection) -> int:
        """Project events that an earlier version of the program did not know; return how many."""
        raw = driver(connection)
        done = 0
        touched: set[bytes] = set()
        for position, sequence, canonical, device, incarnation, own in _DEFERRED.run(raw).fetchall():
            identity = StreamId(DeviceId(device), Incarnation(incarnation))
            recorded, state = _read_values(identity, sequence, _decode(canonical))
            if state == DEFERRED:
                continue
            if recorded is not None and own:
                project_own(raw, position, recorded, None, pending=False)
                touched.update(entry.holder for entry in recorded.transaction.postings if entry.holder)
            elif recorded is not None:
                project_foreign(raw, [(position, recorded)])
            mark = update(event_table).where(event_table.c.position == position)
            connection.execute(mark.values(projected=state))
            done += 1
        if touched:
            server_states.recount(connection, touched)
        return done

    def _head(self, raw: Any) -> tuple[int, StreamId, int, bytes]:
        """The stream that this process writes, and where its chain stands.

        A new one is begun for a new connection, because the writer is reopened where a commit failed and nobody knows
        what reached the disk; and where the transaction that began it was rolled back: its key may be another till's by
        now.
        """
        if self._stream is not None and self._raw is raw:
            row = _HEAD.run(raw, (self._stream_key, self._stream.incarnation)).fetchone()
            if row is not None:
                return self._stream_key, self._stream, row[0], row[1]
        identity = StreamId(self.device, Incarnation(self._entropy(INCARNATION_BYTES)))
        start = genesis(identity)
        self._stream_key = streams.begin(raw, identity, self.store_id, start, own=True)
        self._stream, self._raw = identity, raw
        return self._stream_key, identity, 0, start


def _write(raw: Any, key: int, recorded: Recorded, canonical: bytes, digest: bytes) -> int:
    _ADVANCE.run(raw, (recorded.sequence, digest, key))
    kind = canonical[1]  # a positive fixint: kinds are small, and the list header before it is one byte
    row = (key, recorded.sequence, kind, to_micros(recorded.at), canonical, digest, PROJECTED)
    position: int = _EVENT.run(raw, row).lastrowid
    return position


def _write_foreign(
    raw: Any, key: int, identity: StreamId, first: int, events: Sequence[list[Value]], previous: bytes
) -> tuple[bytes, list[tuple[int, Recorded]]]:
    """Write events as they came; returns the hash after them, and those that can be read, with their positions."""
    rows = []
    read = []
    for sequence, values in enumerate(events, first):
        canonical = msgspec.msgpack.encode(values)
        previous = chain(previous, canonical)
        recorded, state = _read_values(identity, sequence, values)
        rows.append((key, sequence, values[0], values[2], canonical, previous, state))
        read.append(recorded)
    _EVENT.run_many(raw, rows)
    # Nobody else writes meanwhile, so that they follow one another.
    ((end,),) = _LAST_POSITION.run(raw).fetchall()
    positions = range((end or 0) - len(rows) + 1, (end or 0) + 1)
    return previous, [(at, one) for at, one in zip(positions, read, strict=True) if one is not None]


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


def events_after(connection: Connection, identity: StreamId, sequence: int, limit: int) -> list[StoredEvent]:
    """Up to `limit` events of a stream after a sequence number, in order."""
    rows = _AFTER.run(driver(connection), (identity.device, identity.incarnation, sequence, limit))
    return [StoredEvent(*row) for row in rows]


def previous_hash(connection: Connection, identity: StreamId, sequence: int) -> bytes:
    """The chain's hash just before an event.  Raises `SequenceGap` where that event is not here."""
    if sequence == 1:
        return genesis(identity)
    found = _HASH.run(driver(connection), (identity.device, identity.incarnation, sequence - 1)).fetchone()
    if found is None:
        raise SequenceGap(f"no event {sequence - 1}")
    digest: bytes = found[0]
    return digest


def recorded_events(connection: Connection, identity: StreamId) -> Iterator[Recorded]:
    """A stream's events, decoded, in order; kinds that this program does not know are left out."""
    rows = _PROJECTED.run(driver(connection), (identity.device, identity.incarnation, PROJECTED))
    for sequence, canonical in rows:
        yield from_values(identity, sequence, _decode(canonical))
