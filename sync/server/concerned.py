"""The events that an exception is about, found in the log: what a person must see to decide.

No table finds events by holder: a merchant's log is read backwards for as long as an answer may take, and not further
than a balance came from nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from sqlalchemy import select

from posapp.domain.encoding import KINDS
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.domain.inbox.kinds import LIVE
from sync.protocol import segment as segments
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import LedgerRow
from sync.server.exceptions import Finding, Item, Kind, identity
from sync.server.overdrafts import Event
from sync.server.storage import schema
from sync.server.storage.kept_segments import kept_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

LINES: Final = 12
"""So many events of one exception are told, the latest."""
READ_BYTES: Final = 256 << 10
"""So much of the log is read backwards, as it is kept: about half a second's work."""
_PIECE: Final = 32
_decode: Final = msgspec.msgpack.Decoder().decode

Balance = tuple[bytes, int]


class Told(NamedTuple):
    """The events of one exception, oldest first, and whether there were more."""

    lines: list[LedgerRow]
    earlier: bool


@dataclass(slots=True)
class _Trail:
    """The events that moved one balance, newest first, and what it was before the oldest of them."""

    before: int
    found: list[tuple[str, Event]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing earlier need be shown."""
        return len(self.found) >= LINES or (bool(self.found) and self.before == 0)


def concerned(connection: Connection, merchant_id: str, items: Sequence[Item]) -> dict[str, Told]:
    """The events of each item, by its id."""
    about = [item for item in items if _is_of_a_balance(item)]
    trails = _trails(connection, merchant_id, {(item.holder, item.account) for item in about})
    found = {}
    for item in items:
        if item in about:
            trail = trails[item.holder, item.account]
            pairs = [*reversed(trail.found[:LINES])]
            earlier = trail.before != 0
        else:
            pairs, earlier = list(_of_places(connection, merchant_id, item)), False
            # Of another history nothing may be left out: whoever takes it over takes over what is told.
            pairs = pairs if item.kind is Kind.FORK else pairs[-LINES:]
        if item.kind not in (Kind.FORK, Kind.QUARANTINE) and item.place not in {_place(event) for _s, event in pairs}:
            pairs = [*_at(connection, merchant_id, item.store_id, item.place), *pairs]
        found[item.item_id] = Told([_row(store_id, event) for store_id, event in pairs], earlier)
    return found


def _is_of_a_balance(item: Item) -> bool:
    return bool(item.holder) and (item.kind in LIVE or item.kind is Kind.POINTS_OVERSPENT)


def _row(store_id: str, event: Event) -> LedgerRow:
    place = (event.stream.device, event.stream.incarnation, event.sequence)
    return LedgerRow(store_id, *place, segments.encode_row(event.row))


def _place(event: Event) -> tuple[bytes, bytes, int]:
    return event.stream.device, event.stream.incarnation, event.sequence


# -- a balance ---------------------------------------------------------------


def _trails(connection: Connection, merchant_id: str, balances: set[Balance]) -> dict[Balance, _Trail]:
    """The latest events of these balances, from the end of the log backwards."""
    trails = {each: _Trail(amount) for each, amount in _amounts(connection, merchant_id, balances).items()}
    wanted: dict[bytes, set[int]] = defaultdict(set)
    for holder, account in trails:
        wanted[holder].add(account)
    for store_id, event in _backwards(connection, merchant_id) if trails else ():
        for holder in wanted.keys() & event.holders:
            for account in wanted[holder]:
                trail, moved = trails[holder, account], event.moved(account, holder)
                if moved and not trail.is_whole:
                    trail.found.append((store_id, event))
                    trail.before -= moved
        if all(trail.is_whole for trail in trails.values()):
            break
    return trails


def _amounts(connection: Connection, merchant_id: str, balances: set[Balance]) -> dict[Balance, int]:
    table = schema.balance
    query = select(table.c.holder, table.c.account, table.c.amount).where(
        table.c.merchant_id == merchant_id, table.c.holder.in_(sorted({holder for holder, _account in balances}))
    )
    amounts = {(row.holder, row.account): int(row.amount) for row in connection.execute(query)} if balances else {}
    return {each: amounts.get(each, 0) for each in sorted(balances)}


def _backwards(connection: Connection, merchant_id: str) -> Iterator[tuple[str, Event]]:
    """The events of a merchant with their stores, the latest push first, for as long as may be read."""
    table = schema.segment
    query = (
        select(table)
        .where(table.c.merchant_id == merchant_id)
        .order_by(table.c.gseq.desc(), table.c.place.desc())
        .limit(_PIECE)
    )
    size, before = 0, None
    while size < READ_BYTES:
        rows = connection.execute(query if before is None else query.where(table.c.gseq < before)).all()
        for row in rows:
            size += row.size
            yield from ((row.store_id, event) for event in _events(row.wire, row.first_sequence))
        if len(rows) < _PIECE:
            return
        before = rows[-1].gseq


def _events(wire: bytes, first: int) -> Iterator[Event]:
    """The events that a kept segment brought, the last first; nothing of one that cannot be read (`verify` says so)."""
    try:
        segment = segments.parse(wire)
        unfolded = segments.unfold(segment)
    except ProtocolError:
        return
    header = segment.header
    for place in range(header.count - 1, first - header.first_sequence - 1, -1):
        sequence = header.first_sequence + place
        yield Event(header.stream, sequence, unfolded.hashes[place], unfolded.rows[place])


# -- places ---------------------------------------------------------------


def _of_places(connection: Connection, merchant_id: str, item: Item) -> Iterable[tuple[str, Event]]:
    match item.kind:
        case Kind.FORK | Kind.QUARANTINE:
            return _kept_apart(connection, merchant_id, item)
        case Kind.REFUND_EXCESS:
            return _refunds(connection, merchant_id, item)
        case _:
            return _marked(connection, merchant_id, item) if item.holder else ()


def _at(
    connection: Connection, merchant_id: str, store_id: str, place: tuple[bytes, bytes, int]
) -> Iterator[tuple[str, Event]]:
    """The event at a place of the log."""
    device, incarnation, sequence = place
    stream = StreamId(DeviceId(device), Incarnation(incarnation))
    kept = kept_at(connection, merchant_id, stream, sequence)
    if kept is not None:
        yield store_id, Event(stream, sequence, kept.hash, kept.row)


def _marked(connection: Connection, merchant_id: str, item: Item) -> Iterator[tuple[str, Event]]:
    """Everything that happened at a holder that may be touched once."""
    mark, stream = schema.once_mark, schema.stream
    same = (mark.c.device == stream.c.device) & (mark.c.incarnation == stream.c.incarnation)
    query = (
        select(stream.c.store_id, mark.c.device, mark.c.incarnation, mark.c.sequence)
        .join(stream, (mark.c.merchant_id == stream.c.merchant_id) & same)
        .where(mark.c.merchant_id == merchant_id, mark.c.holder == item.holder, mark.c.account == item.account)
        .order_by(mark.c.gseq, mark.c.place, mark.c.sequence)
    )
    for store_id, *place in connection.execute(query).all()[-LINES:]:
        yield from _at(connection, merchant_id, store_id, (place[0], place[1], place[2]))


def _refunds(connection: Connection, merchant_id: str, item: Item) -> Iterator[tuple[str, Event]]:
    """A sale, and all that came back of it."""
    yield from _at(connection, merchant_id, item.store_id, item.place)
    table = schema.audit_refund
    query = select(table).where(
        table.c.merchant_id == merchant_id,
        table.c.original_device == item.device,
        table.c.original_incarnation == item.incarnation,
        table.c.original_sequence == item.sequence,
    )
    for row in connection.execute(query).all()[-LINES:]:
        stream = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
        yield item.store_id, Event(stream, row.sequence, b"", _decode(row.content))


def _kept_apart(connection: Connection, merchant_id: str, item: Item) -> Iterator[tuple[str, Event]]:
    """An event that could not be applied; of a fork, what the other history has and the log has not."""
    table = schema.quarantine
    query = select(table.c.hash, table.c.content).where(
        table.c.merchant_id == merchant_id,
        table.c.device == item.device,
        table.c.incarnation == item.incarnation,
        table.c.sequence == item.sequence,
    )
    stream = StreamId(DeviceId(item.device), Incarnation(item.incarnation))
    for digest, content in connection.execute(query).all():
        if identity(Finding(item.kind, stream, item.sequence, digest, item.detail)) != item.item_id:
            continue
        if item.kind is Kind.QUARANTINE:
            yield item.store_id, Event(stream, item.sequence, b"", _decode(content))
            continue
        others = sorted(_events(content, item.sequence), key=lambda event: event.sequence)
        for event in others:
            mine = next(_at(connection, merchant_id, "", _place(event)), None)
            if mine is None or mine[1].hash != event.hash:
                yield item.store_id, event


def lines(item: Item, told: Told) -> Iterator[str]:
    """The events of an item for an owner at a command line: when, where, what, and what it moved."""
    if told.earlier:
        yield "…"
    for line in told.lines:
        stream = StreamId(DeviceId(line.device), Incarnation(line.incarnation))
        event = Event(stream, line.sequence, b"", _decode(line.event))
        what = KINDS[event.kind][1].__name__ if event.kind in KINDS else "unknown"
        moved = event.moved(item.account, item.holder)
        figure = f" {moved:+d}" if moved else ""
        yield f"{line.store_id} till {line.device.hex()[:8]} event {line.sequence}: {what}{figure}"
