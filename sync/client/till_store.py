"""`TillStore` over the till's real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.domain.ids import DeviceId, Incarnation, StoreId, StreamId
from posapp.domain.time import from_micros
from posapp.storage import documents, event_log, inbox, leases, server_states, settings, streams
from posapp.storage.contact import KEEP_EVERY, Contact
from posapp.storage.documents import Document, DocumentVersion
from posapp.storage.errors import ForkDetected, SequenceGap
from posapp.storage.server_states import ServerState
from posapp.storage.settings import PullCursor, Setting
from posapp.storage.visits import Attendance
from sync.client.store import Arrived, Changes, Kept, Page, Pending, Progress, Stretch
from sync.protocol.limits import SEGMENT_CANONICAL_BYTES
from sync.protocol.messages import Cursor, DocumentRow, StreamPosition

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from posapp.domain.encoding import Value
    from posapp.storage.database import Database
    from posapp.storage.event_log import EventLog
    from posapp.storage.reference_data import ReferenceData
    from posapp.storage.streams import StreamState
    from sync.protocol.digest import Balance
    from sync.protocol.messages import MemberRow, StreamHead

HEADS_AFTER: Final = Setting("sync_heads_after", int, 0)

_EVENTS_AT_ONCE: Final = 200
_WANTED: Final = 64


class TillDatabase:
    """The till's database as push and pull see it.

    `log` and `reference` are the ones that the till itself writes with.  Every write is short: a sale waits for it.
    What the server would say or send again waits for no disk: a power cut takes it away together, cursor and all.
    """

    def __init__(
        self, database: Database, log: EventLog, reference: ReferenceData, contact: Contact | None = None
    ) -> None:
        self._database = database
        self._log = log
        self._reference = reference
        self._contact = contact if contact is not None else Contact(reference.clock)

    def pending(self) -> Pending:
        """What is waiting to be pushed."""
        with self._database.read() as connection:
            waiting = streams.unacknowledged(connection)
            return Pending(waiting.events, waiting.dealings, documents.outbox_count(connection))

    def own_stretches(self, most_events: int) -> list[Stretch]:
        """Own events that are not acknowledged, oldest stream first."""
        found: list[Stretch] = []
        with self._database.read() as connection:
            for each in streams.own_streams(connection):
                if most_events <= 0:
                    break
                if each.head_sequence > each.acknowledged:
                    stretch = _stretch(connection, each, most_events)
                    most_events -= len(stretch.rows)
                    found.append(stretch)
        return found

    def kept_segments(self, most: int, *, apart_from: Collection[StreamId] = ()) -> list[Kept]:
        """Segments of other tills that the server lost; none of the streams `apart_from`."""
        found: list[Kept] = []
        with self._database.read() as connection:
            left_out = {*streams.forked(connection), *apart_from}
            for each in streams.every(connection, own=False):
                if len(found) >= most:
                    break
                if each.head_sequence > each.acknowledged and each.id not in left_out:
                    wires = streams.segments(connection, each.id, each.acknowledged, most - len(found))
                    found += [Kept(each.id, wire) for wire in wires]
        return found

    def documents(self, most: int) -> list[DocumentRow]:
        """Documents that are not acknowledged."""
        with self._database.read() as connection:
            rows = documents.outbox(connection, most)
        return [DocumentRow(row.collection, row.key, row.hlc, row.device, row.body) for row in rows]

    def acknowledge(self, heads: Sequence[StreamHead], documents_: Sequence[DocumentRow]) -> list[StreamId]:
        """Note what is durable at the server; return streams whose head there is no place of ours: forks."""
        forks = []
        with self._database.write(durable=False) as connection:
            for head in heads:
                stream = StreamId(DeviceId(head.device), Incarnation(head.incarnation))
                if _hash_at(connection, stream, head.sequence) not in (None, head.hash):
                    forks.append(stream)
                    continue
                streams.acknowledge(connection, stream, head.sequence)
            documents.promised(
                connection, [DocumentVersion(row.collection, row.key, row.hlc, row.device) for row in documents_]
            )
        return forks

    def note_forks(self, told: Mapping[StreamId, int]) -> None:
        """Remember streams that have two histories, and how far the server was told ours; the till writes a new one.

        What it was told of an own stream it has, in its log or apart, so that nothing of it is waiting.
        """
        with self._database.write() as connection:
            own = {each.id: each for each in streams.own_streams(connection)}
            logged = {each: own[each].acknowledged if each in own else 0 for each in told}
            streams.note_forked(connection, logged)
            for each in sorted(told.keys() & own.keys()):
                streams.acknowledge(connection, each, told[each])
                server_states.leave_out(connection, each, told[each])
            if self._log.stream in told:
                self._log.begin_anew()

    def note_refused(self, stream: StreamId) -> None:
        """Remember a stream of another till of which the server took no segment; it is not pushed any more."""
        with self._database.write() as connection:
            streams.note_refused(connection, stream)

    def forks(self) -> int:
        """How many streams have two histories, or are damaged, and a person must still look at."""
        with self._database.read() as connection:
            if not streams.forked(connection):
                return 0
            return len(streams.unsettled_forks(connection, inbox.forks(connection)))

    def balances(self) -> list[Balance]:
        """What every holder has, as (account, holder, amount)."""
        with self._database.read() as connection:
            return server_states.balances(connection)

    def progress(self) -> Progress:
        """Where to pull on from."""
        with self._database.read() as connection:
            at = settings.get(connection, settings.PULL_CURSOR)
            after = settings.get(connection, HEADS_AFTER)
            forked = streams.forked(connection)
            lacking = [
                each
                for each in streams.own_streams(connection)
                # The other history of a stream is nothing that we lack.
                if each.covered > each.head_sequence and each.id not in forked
            ]
            wanted = [
                StreamPosition(each.id.device, each.id.incarnation, each.head_sequence) for each in lacking[:_WANTED]
            ]
        cursor = Cursor(at.sequence, at.cumulative_hash, at.generation, at.newest, at.newest_hash)
        return Progress(cursor, after, wanted[:_WANTED])

    def acknowledged_events(self) -> int:
        """How many own events the server has in its log, as far as it said so."""
        with self._database.read() as connection:
            return streams.logged_events(connection)

    def take(self, page: Page) -> Changes:
        """Take a page; the cursor moves in the same transaction as what it stands for."""
        events = sum(self._append(each, whole_log=page.whole_log) for each in page.segments)
        with self._database.write(durable=False) as connection:
            merged = self._reference.merge(connection, [_document(row) for row in page.documents])
            heads = _all_own_heads(connection, page)
            states = [_state(row) for row in page.members]
            server_states.apply_server_states(connection, states, heads, complete=page.complete)
            if any(_is_beyond(connection, each) for each in page.own_heads):
                # This file is an older copy: its shares of balances may be spent, or others', by now.
                leases.drop(connection)
            at = page.cursor
            cursor = PullCursor(at.gseq, at.hash, at.generation, at.newest, at.newest_hash)
            settings.put(connection, settings.PULL_CURSOR, cursor)
            if page.complete:
                settings.put(connection, HEADS_AFTER, page.cursor.gseq)
                documents.offer_again(connection)
        return Changes(frozenset(row.member for row in page.members), merged.changed, events)

    def heard(self, server_time_us: int) -> None:
        """The server has told everything it has; its clock said this.  Written down once a minute at most."""
        with self._database.read() as connection:
            if not self._contact.is_due(connection) and self._contact.silence(connection) <= KEEP_EVERY:
                return
        with self._database.write(durable=False) as connection:
            self._contact.heard(connection, from_micros(server_time_us))

    def offer_again(self) -> None:
        """The server has nothing new: documents that it said to have and has not told since wait once more."""
        with self._database.read() as connection:
            if not documents.has_promised(connection):
                return
        with self._database.write(durable=False) as connection:
            documents.offer_again(connection)

    def still_silent(self) -> None:
        """Nobody answers: note how long already, so that a restart does not forget it."""
        with self._database.read() as connection:
            if not self._contact.is_due(connection):
                return
        with self._database.write(durable=False) as connection:
            self._contact.keep(connection)

    def start_again(self, store_heads: Sequence[StreamHead]) -> None:
        """The server lost or changed its memory: forget the cursor, and offer whatever `store_heads` lack."""
        with self._database.write() as connection:
            heads = {
                StreamId(DeviceId(h.device), Incarnation(h.incarnation)): h.sequence
                for h in store_heads
                # A head of another history says nothing of ours.
                if _hash_at(connection, StreamId(DeviceId(h.device), Incarnation(h.incarnation)), h.sequence)
                in (None, h.hash)
            }
            streams.restate_acknowledged(connection, heads)
            documents.reset_acknowledged(connection)
            server_states.begin_snapshot(connection)
            settings.put(connection, settings.PULL_CURSOR, PullCursor())
            settings.put(connection, HEADS_AFTER, 0)

    def _append(self, arrived: Arrived, *, whole_log: bool) -> int:
        """Record a segment, a few events a transaction; its verbatim form goes in with the last of them."""
        stream, store_id = arrived.stream, StoreId(arrived.store_id)
        with self._database.read() as connection:
            head, head_hash = streams.head(connection, stream)
            forked = stream in streams.forked(connection)
        # An earlier segment may have brought the beginning: a till that heard no answer sends it again with the next.
        known = max(head + 1 - arrived.first_sequence, 0)
        before = arrived.hashes[known - 1] if 0 < known <= len(arrived.rows) else arrived.previous_hash
        if arrived.first_sequence - 1 <= head <= arrived.last_sequence and before != head_hash:
            self.note_forks({stream: 0})
            return 0
        if arrived.first_sequence > head + 1 and not whole_log and not forked and stream.device != self._log.device:
            # What lies between was pushed before the server's horizon, and is told to nobody any more.
            with self._database.write(durable=False) as connection:
                self._log.leave_gap(connection, stream, arrived.first_sequence, arrived.previous_hash, store_id)
        rows, first = arrived.rows[known:], arrived.first_sequence + known
        new = 0
        try:
            for start in range(0, len(rows) - _EVENTS_AT_ONCE, _EVENTS_AT_ONCE):
                part = rows[start : start + _EVENTS_AT_ONCE]
                with self._database.write(durable=False) as connection:
                    new += self._log.append_foreign(connection, stream, first + start, part, store_id=store_id)
            with self._database.write(durable=False) as connection:
                new += self._finish(connection, arrived, first, rows)
        except SequenceGap:
            # The server knows more of this stream than it sent: it comes with what is wanted, or after a new start.
            return new
        except ForkDetected:
            self.note_forks({stream: 0})
        return new

    def _finish(self, connection: Connection, arrived: Arrived, first: int, rows: list[Value]) -> int:
        """Record the end of a segment with its verbatim form.  What came from the server is acknowledged by it."""
        new = 0
        head, _hash = streams.head(connection, arrived.stream)
        rest = rows[max(head + 1 - first, 0) :]
        if rest:
            new = self._log.append_foreign(
                connection,
                arrived.stream,
                first + len(rows) - len(rest),
                rest,
                store_id=StoreId(arrived.store_id),
                segment_body=arrived.wire,
            )
        streams.acknowledge(connection, arrived.stream, arrived.last_sequence)
        return new


def _is_beyond(connection: Connection, head: StreamHead) -> bool:
    """Whether the server has more of an own stream than this file."""
    ours, _hash = streams.head(connection, StreamId(DeviceId(head.device), Incarnation(head.incarnation)))
    return head.sequence > ours


def _stretch(connection: Connection, state: StreamState, most: int) -> Stretch:
    rows: list[Value] = []
    size = 0
    for stored in event_log.events_after(connection, state.id, state.acknowledged, most):
        size += len(stored.canonical)
        if rows and size > SEGMENT_CANONICAL_BYTES:
            break
        rows.append(stored.values)
    first = state.acknowledged + 1
    return Stretch(state.id, first, event_log.previous_hash(connection, state.id, first), rows)


def _hash_at(connection: Connection, stream: StreamId, sequence: int) -> bytes | None:
    """Our chain's hash at a place, None where we do not have it."""
    try:
        return event_log.previous_hash(connection, stream, sequence + 1)
    except SequenceGap:
        return None


def _all_own_heads(connection: Connection, page: Page) -> dict[StreamId, int]:
    """The server's heads of every stream of this device: those it named, and those that had not moved."""
    heads: dict[StreamId, int] = {}
    if page.heads_after:
        heads = {each.id: each.covered for each in streams.own_streams(connection)}
    for head in page.own_heads:
        heads[StreamId(DeviceId(head.device), Incarnation(head.incarnation))] = head.sequence
    return heads


def _state(row: MemberRow) -> ServerState:
    attendance = Attendance(row.visits, row.orders, row.first_day, row.last_day)
    return ServerState(row.member, row.balances, attendance, row.recent)


def _document(row: DocumentRow) -> Document:
    return Document(row.collection, row.key, row.hlc, row.device, row.body)
