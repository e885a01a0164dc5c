"""The streams held here: where each chain stands, and how far the server has it (sync.md, Identity and log).

The outbox is a query of this: whatever lies beyond what is acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import INTEGER, bindparam, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.encoding import genesis, number_of
from posapp.domain.events import (
    GiftRedeemed,
    PassRefunded,
    PassUsed,
    SaleCompleted,
    SaleRefunded,
    StoredValueClosed,
    StoredValueToppedUp,
)
from posapp.domain.ids import DEVICE_ID_BYTES, DeviceId, Incarnation, StoreId, StreamId
from posapp.storage import settings
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import event, segment, stream
from posapp.storage.schema_gaps import stream_gap

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

NAMED = (stream.c.device == bindparam("device_id"), stream.c.incarnation == bindparam("incarnation_id"))
"""Where a prepared statement means one stream, by the two parts of its identity."""

_COLUMNS = "device incarnation store_id own head_sequence head_hash"
_BEGIN = Prepared(insert(stream).values({name: bindparam(name) for name in _COLUMNS.split()}), _COLUMNS)
_FIND = Prepared(
    select(stream.c.stream_key, stream.c.head_sequence, stream.c.head_hash).where(*NAMED), "device_id incarnation_id"
)
_states = select(
    *(stream.c[name] for name in _COLUMNS.split()), stream.c.acknowledged_sequence, stream.c.covered_sequence
).order_by(stream.c.stream_key)
_EVERY = Prepared(_states, "")
_EVERY_OF = Prepared(_states.where(stream.c.own == bindparam("whose")), "whose")
_behind = (stream.c.own == literal_column("1"), stream.c.head_sequence > stream.c.acknowledged_sequence)
_DEALINGS = (
    SaleCompleted,
    SaleRefunded,
    PassUsed,
    PassRefunded,
    StoredValueToppedUp,
    StoredValueClosed,
    GiftRedeemed,
)
"""What a customer came for, as a cashier counts (ux.md, Offline); what follows from it, and a pass that is a line of a
sale, is not counted again."""
IS_DEALING = event.c.kind.in_([literal_column(str(number_of(kind))) for kind in _DEALINGS])
_dealings_behind = (
    select(func.count())
    .select_from(
        stream.join(
            event, (event.c.stream_key == stream.c.stream_key) & (event.c.sequence > stream.c.acknowledged_sequence)
        )
    )
    .where(*_behind, IS_DEALING)
)
_UNACKNOWLEDGED = Prepared(
    select(func.sum(stream.c.head_sequence - stream.c.acknowledged_sequence), _dealings_behind.scalar_subquery()).where(
        *_behind
    ),
    "",
)
_ACKNOWLEDGE = Prepared(
    update(stream)
    .where(*NAMED)
    .values(
        acknowledged_sequence=func.min(
            stream.c.head_sequence, func.max(stream.c.acknowledged_sequence, bindparam("reached", type_=INTEGER))
        )
    ),
    "reached device_id incarnation_id",
)
_SEGMENTS = Prepared(
    select(segment.c.body)
    .join(stream)
    .where(*NAMED, segment.c.last_sequence > bindparam("after"), segment.c.first_sequence <= bindparam("gap"))
    .order_by(segment.c.first_sequence)
    .limit(bindparam("most")),
    "device_id incarnation_id after gap most",
)
_NEXT_GAP = Prepared(
    select(func.min(stream_gap.c.sequence)).join(stream).where(*NAMED, stream_gap.c.sequence > bindparam("after")),
    "device_id incarnation_id after",
)
_LEAVE_GAP = Prepared(
    insert(stream_gap).values({name: bindparam(name) for name in ("stream_key", "sequence", "hash")}),
    "stream_key sequence hash",
)
_END: Final = (1 << 63) - 1
_FORKED: Final[settings.Setting[dict[str, int]]] = settings.Setting("sync_forked_streams", dict[str, int], {})
_UNTOLD: Final[settings.Setting[list[str]]] = settings.Setting("sync_untold_forks", list[str], [])
"""Those that the list of exceptions, as it is here, says nothing of: it is older than they are."""
_REFUSED: Final[settings.Setting[list[str]]] = settings.Setting("sync_refused_streams", list[str], [])


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
class Unacknowledged:
    """What the server does not have yet: events of any kind, and dealings with customers among them."""

    events: int
    dealings: int


def begin(raw: Any, identity: StreamId, store_id: StoreId, start: bytes, *, own: bool) -> int:
    """Note a new stream, empty, whose chain begins with `start`; returns its key."""
    key: int = _BEGIN.run(raw, (identity.device, identity.incarnation, store_id, int(own), 0, start)).lastrowid
    return key


def find_or_begin(raw: Any, identity: StreamId, store_id: StoreId, *, own: bool) -> tuple[int, int, bytes]:
    """The key, head and chain's hash of a stream, which is noted where it is new here."""
    found: tuple[int, int, bytes] | None = _FIND.run(raw, (identity.device, identity.incarnation)).fetchone()
    if found is not None:
        return found
    start = genesis(identity)
    return begin(raw, identity, store_id, start, own=own), 0, start


def head(connection: Connection, identity: StreamId) -> tuple[int, bytes]:
    """How far a stream is held here, and its chain's hash there; (0, its genesis) where it is not held."""
    found = _FIND.run(driver(connection), (identity.device, identity.incarnation)).fetchone()
    return (found[1], found[2]) if found is not None else (0, genesis(identity))


def every(connection: Connection, *, own: bool | None = None) -> list[StreamState]:
    """Every stream held here, oldest first; `own` narrows it to this device's or to the others'."""
    raw = driver(connection)
    rows = _EVERY.run(raw) if own is None else _EVERY_OF.run(raw, (int(own),))
    return [
        StreamState(StreamId(DeviceId(device), Incarnation(incarnation)), StoreId(store), bool(mine), *rest)
        for device, incarnation, store, mine, *rest in rows
    ]


def own_streams(connection: Connection) -> list[StreamState]:
    """This device's streams, oldest first."""
    return every(connection, own=True)


def unacknowledged(connection: Connection) -> Unacknowledged:
    """What is still to be pushed: the number on the sync pill.  Costs as much as there is to push."""
    ((events, dealings),) = _UNACKNOWLEDGED.run(driver(connection)).fetchall()
    return Unacknowledged(events or 0, dealings)


def acknowledge(connection: Connection, identity: StreamId, sequence: int) -> None:
    """Note that the server has a stream up to `sequence` on disk; never moves back, never past the head."""
    _ACKNOWLEDGE.run(driver(connection), (sequence, identity.device, identity.incarnation))


def restate_acknowledged(connection: Connection, heads: Mapping[StreamId, int]) -> None:
    """Take a server's word after it lost or changed its memory: what it does not name, it does not have."""
    connection.execute(update(stream).values(acknowledged_sequence=0))
    for identity, sequence in heads.items():
        acknowledge(connection, identity, sequence)


def segments(connection: Connection, identity: StreamId, after: int, limit: int) -> list[bytes]:
    """Verbatim segments of another till's stream that reach past `after`, in order, to offer them again.

    They end at a gap: whoever has nothing after `after` could not go on behind it.
    """
    raw = driver(connection)
    ((gap,),) = _NEXT_GAP.run(raw, (identity.device, identity.incarnation, after)).fetchall()
    rows = _SEGMENTS.run(raw, (identity.device, identity.incarnation, after, gap or _END, limit))
    return [body for (body,) in rows]


def leave_gap(raw: Any, key: int, sequence: int, digest: bytes) -> None:
    """Note that a stream goes on after `sequence`, where its chain has this hash, without what lies before."""
    _LEAVE_GAP.run(raw, (key, sequence, digest))


def forked(connection: Connection) -> dict[StreamId, int]:
    """Streams that have two histories, and how much of ours is in the server's log, at least.

    The rest of an own one that is acknowledged the server keeps apart, for a person to decide.
    """
    return {_stream_of(name): count for name, count in settings.get(connection, _FORKED).items()}


def note_forked(connection: Connection, counts: Mapping[StreamId, int]) -> None:
    """Remember streams that have two histories; what was said of one first stays."""
    named = {_name_of(identity): count for identity, count in counts.items()}
    before = settings.get(connection, _FORKED)
    settings.put(connection, _FORKED, {**named, **before})
    settings.put(connection, _UNTOLD, sorted({*settings.get(connection, _UNTOLD), *named}))


def note_refused(connection: Connection, identity: StreamId) -> None:
    """Remember a stream of another till of which the server took no segment: what lies here is damaged.

    It is not offered again, as one that has two histories; no exception is about it.
    """
    note_forked(connection, {identity: 0})
    settings.put(connection, _REFUSED, sorted({*settings.get(connection, _REFUSED), _name_of(identity)}))


def forks_told(connection: Connection) -> None:
    """The whole list of exceptions came: what it does not say of a fork, nobody need decide."""
    if settings.get(connection, _UNTOLD):
        settings.forget(connection, _UNTOLD)


def unsettled_forks(connection: Connection, asked_about: Collection[StreamId]) -> list[StreamId]:
    """Streams with two histories that a person must still look at; `asked_about` have an open exception.

    Besides those: the ones that are younger than the list of exceptions, and those of which the server lacks what only
    this till can tell, or cannot, because it is damaged.  All others are dealt with: the till writes another stream.
    """
    untold = {_stream_of(name) for name in settings.get(connection, _UNTOLD)}
    refused = {_stream_of(name) for name in settings.get(connection, _REFUSED)}
    behind = {each.id: each.own for each in every(connection) if each.head_sequence > each.acknowledged}
    lacking = {identity for identity, own in behind.items() if own or identity in refused}
    return [each for each in forked(connection) if each in {*asked_about, *untold, *lacking}]


def _name_of(identity: StreamId) -> str:
    return (identity.device + identity.incarnation).hex()


def _stream_of(name: str) -> StreamId:
    both = bytes.fromhex(name)
    return StreamId(DeviceId(both[:DEVICE_ID_BYTES]), Incarnation(both[DEVICE_ID_BYTES:]))


def logged_events(connection: Connection) -> int:
    """How many own events are in the server's log, as far as it said so."""
    forks = forked(connection)
    return sum(min(each.acknowledged, forks.get(each.id, each.acknowledged)) for each in own_streams(connection))
