"""The server's word on members, and this till's own events on top of it.

A held balance is *settled* (the server's value as of the heads of this device that it had) plus *pending* (own events
after those heads), so it is right at any moment and nothing is counted twice (sync.md, Pull).
`stream.covered_sequence` says which own events settled balances include; while a pull is under way, `holder_coverage`
says so for those members whose row has already come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, literal_column, select, text, update
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.encoding import from_values, genesis
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.domain.projection import member_day as day_of
from posapp.storage import settings, streams
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import held_balance, holder, holder_coverage, member_day, stream
from posapp.storage.visits import Attendance, SettledAttendance

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

_encode = msgspec.msgpack.encode
_decode_days = msgspec.msgpack.Decoder(dict[int, int]).decode


@dataclass(frozen=True, slots=True)
class ServerState:
    """The server's row for one holder.

    `balances` is (account number, amount); accounts that are not named are zero.  `attendance.visits` counts days of
    this system, without those brought from an earlier one, which are the balance of `MEMBER_VISITS`.  `recent_days`
    is the last days on which anything was kept, as (business day ordinal, net fen).
    """

    holder: bytes
    balances: tuple[tuple[int, int], ...]
    attendance: Attendance
    recent_days: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Pending:
    """What own events add to the server's word, by holder."""

    balances: dict[bytes, dict[int, int]] = field(default_factory=dict)
    days: dict[bytes, dict[int, tuple[int, int]]] = field(default_factory=dict)


Overlay = dict[tuple[bytes, int], int]


def pending_events(raw: Any, covered: Mapping[int, int], overlay: Overlay) -> Pending:
    """Fold the own events that are not covered: those after `covered`, or after the holder's exception to it."""
    start = dict(covered)
    for (_who, key), sequence in overlay.items():
        start[key] = min(start.get(key, 0), sequence)
    result = Pending()
    own = raw.execute("SELECT stream_key, device, incarnation, head_sequence FROM stream WHERE own = 1").fetchall()
    for key, device, incarnation, head in own:
        after = start.get(key, 0)
        if head <= after:
            continue
        identity = StreamId(DeviceId(device), Incarnation(incarnation))
        rows = raw.execute(
            "SELECT sequence, canonical FROM event WHERE stream_key = ? AND sequence > ? AND projected = 1"
            " ORDER BY sequence",
            (key, after),
        )
        for sequence, canonical in rows:
            _fold(result, identity, sequence, canonical, key, covered, overlay)
    return result


def _fold(
    result: Pending,
    identity: StreamId,
    sequence: int,
    canonical: bytes,
    key: int,
    covered: Mapping[int, int],
    overlay: Overlay,
) -> None:
    recorded = from_values(identity, sequence, msgspec.msgpack.decode(canonical))
    default = covered.get(key, 0)
    for posting in recorded.transaction.postings:
        who = posting.holder
        if who and sequence > overlay.get((who, key), default):
            accounts = result.balances.setdefault(who, {})
            accounts[int(posting.account)] = accounts.get(int(posting.account), 0) + posting.amount
    day = day_of(recorded)
    if day is not None and sequence > overlay.get((day[0], key), default):
        who, ordinal, net, orders = day
        days = result.days.setdefault(who, {})
        before = days.get(ordinal, (0, 0))
        days[ordinal] = (before[0] + net, before[1] + orders)


def coverage(connection: Connection) -> tuple[dict[int, int], Overlay]:
    """Which own events the settled balances include: by stream, and the exceptions by (holder, stream)."""
    raw = driver(connection)
    covered: dict[int, int] = dict(_COVERED.run(raw).fetchall())
    overlay = {(who, key): sequence for who, key, sequence in _EXCEPTIONS.run(raw)}
    return covered, overlay


_own = stream.c.own == literal_column("1")
_COVERED = Prepared(select(stream.c.stream_key, stream.c.covered_sequence).where(_own), "")
_EXCEPTIONS = Prepared(select(holder_coverage.c.holder, holder_coverage.c.stream_key, holder_coverage.c.sequence), "")
_OWN_KEYS = Prepared(select(stream.c.device, stream.c.incarnation, stream.c.stream_key).where(_own), "")
_COVER = Prepared(
    update(stream).where(stream.c.stream_key == bindparam("key")).values(covered_sequence=bindparam("sequence")),
    "sequence key",
)
_NO_EXCEPTIONS = Prepared(delete(holder_coverage), "")
_SETTLED = Prepared(
    (
        settled := insert(held_balance).values(
            {name: bindparam(name) for name in ("holder", "account", "settled", "pending")}
        )
    ).on_conflict_do_update(
        index_elements=["holder", "account"],
        set_={"settled": settled.excluded.settled, "pending": settled.excluded.pending},
    ),
    "holder account settled pending",
)
_CLEAR_HELD = Prepared(
    update(held_balance).where(held_balance.c.holder == bindparam("who")).values(settled=text("0"), pending=text("0")),
    "who",
)
_CLEAR_PENDING = Prepared(
    update(held_balance).where(held_balance.c.holder == bindparam("who")).values(pending=text("0")), "who"
)
_PENDING = Prepared(
    (
        pending_row := insert(held_balance).values(
            {name: bindparam(name) for name in ("holder", "account", "settled", "pending")}
        )
    ).on_conflict_do_update(index_elements=["holder", "account"], set_={"pending": pending_row.excluded.pending}),
    "holder account settled pending",
)
_CLEAR_DAYS = Prepared(
    update(member_day)
    .where(member_day.c.member == bindparam("who"))
    .values(pending_net=text("0"), pending_orders=text("0")),
    "who",
)
_PENDING_DAY = Prepared(
    update(member_day)
    .where(member_day.c.member == bindparam("who"), member_day.c.day == bindparam("on_day"))
    .values(pending_net=bindparam("net_fen"), pending_orders=bindparam("order_count")),
    "net_fen order_count who on_day",
)
_ATTENDANCE_COLUMNS = (
    "holder visits orders first_day last_day settled_visits settled_orders settled_first_day settled_last_day "
    "recent_days mark"
)
_ATTENDANCE = Prepared(
    (
        attendance_row := insert(holder).values({name: bindparam(name) for name in _ATTENDANCE_COLUMNS.split()})
    ).on_conflict_do_update(
        index_elements=["holder"],
        set_={name: attendance_row.excluded[name] for name in _ATTENDANCE_COLUMNS.split()[1:]},
    ),
    _ATTENDANCE_COLUMNS,
)
_READ_SETTLED = Prepared(
    select(
        holder.c.settled_visits,
        holder.c.settled_orders,
        holder.c.settled_first_day,
        holder.c.settled_last_day,
        holder.c.recent_days,
        holder.c.mark,
    ).where(holder.c.holder == bindparam("who")),
    "who",
)
_UNCOVER = Prepared(delete(holder_coverage).where(holder_coverage.c.holder == bindparam("who")), "who")
_OVERLAY = Prepared(
    (
        overlay_row := insert(holder_coverage).values(
            {name: bindparam(name) for name in ("holder", "stream_key", "sequence")}
        )
    ).on_conflict_do_update(index_elements=["holder", "stream_key"], set_={"sequence": overlay_row.excluded.sequence}),
    "holder stream_key sequence",
)


def apply_server_states(
    connection: Connection,
    states: Sequence[ServerState],
    heads: Mapping[StreamId, int],
    *,
    complete: bool,
) -> None:
    """Take the server's word on some members, computed with this device's streams up to `heads`.

    For each of them settled becomes the server's value and pending the sum of own events after `heads`.  Members that
    are not named keep what they have.  `complete` says that with this page everything that changed up to the same
    snapshot has been delivered: then `heads` cover everybody.
    """
    raw = driver(connection)
    reached = _reached(connection, heads)
    pending = pending_events(raw, reached, {})
    mark = settings.get(connection, settings.SNAPSHOT_MARK)
    fresh = raw.execute("SELECT 1 FROM held_balance LIMIT 1").fetchone() is None
    if not fresh:
        _CLEAR_HELD.run_many(raw, [(state.holder,) for state in states])
        # What an interrupted pull said of their coverage is over, also where a restored server covers less.
        _UNCOVER.run_many(raw, [(state.holder,) for state in states])
    balances: list[tuple[Any, ...]] = []
    attendances: list[tuple[Any, ...]] = []
    for state in states:
        own = pending.balances.get(state.holder, {})
        named = dict(state.balances)
        balances += [
            (state.holder, account, named.get(account, 0), own.get(account, 0)) for account in named.keys() | own.keys()
        ]
        word = SettledAttendance(state.attendance, dict(state.recent_days))
        attendances.append(_attendance_row(state.holder, word, pending.days.get(state.holder, {}), mark))
    _SETTLED.run_many(raw, balances)
    _ATTENDANCE.run_many(raw, attendances)
    _write_pending_days(raw, [state.holder for state in states], pending)
    covered, _overlay = coverage(connection)
    moved = [key for key, sequence in reached.items() if covered.get(key, 0) != sequence]
    if moved and states:
        _OVERLAY.run_many(raw, [(state.holder, key, reached[key]) for state in states for key in moved])
    if complete:
        _complete(connection, covered, reached)


def begin_snapshot(connection: Connection) -> None:
    """The server starts its word anew (its generation changed, or the cursor went back to nothing).

    Members that it does not name before `apply_server_states` is complete are unknown to it: their settled value
    becomes zero and their own events pending again.
    """
    settings.put(connection, settings.SNAPSHOT_MARK, settings.get(connection, settings.SNAPSHOT_MARK) + 1)
    settings.put(connection, settings.SNAPSHOT_OPEN, True)


def balances(connection: Connection) -> list[tuple[int, bytes, int]]:
    """What every holder has here, settled and pending together, as (account, holder, amount)."""
    amount = held_balance.c.settled + held_balance.c.pending
    rows = connection.execute(select(held_balance.c.account, held_balance.c.holder, amount))
    return [(account, who, held) for account, who, held in rows]


def leave_out(connection: Connection, identity: StreamId, sequence: int) -> None:
    """Count own events up to here no more: the server keeps another history of them, and these for a person to decide.

    What is decided comes back with the server's word.
    """
    mine = (stream.c.device == identity.device, stream.c.incarnation == identity.incarnation)
    key, before = connection.execute(select(stream.c.stream_key, stream.c.covered_sequence).where(*mine)).one()
    if sequence > before:
        connection.execute(update(stream).where(*mine).values(covered_sequence=sequence))
        recount(connection, _holders_between(driver(connection), {key: before}, {key: sequence}))


def recount(connection: Connection, holders: Collection[bytes]) -> None:
    """Work out anew what is pending for some holders, from the log and from what their settled value covers."""
    covered, overlay = coverage(connection)
    _write_pending(driver(connection), holders, pending_events(driver(connection), covered, overlay))


def _reached(connection: Connection, heads: Mapping[StreamId, int]) -> dict[int, int]:
    """`heads` by stream key, for every own stream; a stream of this device that is unknown here is noted, empty.

    What the server keeps apart of a stream with two histories is not ours to add any more (`leave_out`).
    """
    known = {
        StreamId(DeviceId(its_device), Incarnation(incarnation)): key
        for its_device, incarnation, key in _OWN_KEYS.run(driver(connection))
    }
    device = settings.get(connection, settings.DEVICE_ID)
    for identity in heads.keys() - known.keys():
        if identity.device == device or any(identity.device == own.device for own in known):
            # Lost by a restored backup: its events come back with the store's log.
            row = insert(stream).values(
                device=identity.device,
                incarnation=identity.incarnation,
                store_id=settings.get(connection, settings.STORE_ID),
                own=1,
                head_sequence=0,
                head_hash=genesis(identity),
            )
            known[identity] = connection.execute(row.returning(stream.c.stream_key)).scalar_one()
    forked = streams.forked(connection)
    apart = {each.id: each.acknowledged for each in streams.own_streams(connection) if each.id in forked}
    return {key: max(heads.get(identity, 0), apart.get(identity, 0)) for identity, key in known.items()}


def _complete(connection: Connection, covered: Mapping[int, int], reached: Mapping[int, int]) -> None:
    raw = driver(connection)
    changed = _holders_between(raw, covered, reached)
    _NO_EXCEPTIONS.run(raw)
    moved = [(sequence, key) for key, sequence in reached.items() if covered.get(key, 0) != sequence]
    _COVER.run_many(raw, moved)
    if settings.get(connection, settings.SNAPSHOT_OPEN):
        mark = settings.get(connection, settings.SNAPSHOT_MARK)
        stale = select(holder.c.holder).where(holder.c.mark != mark)
        changed |= set(connection.scalars(stale))
        unseen = select(held_balance.c.holder).where(
            held_balance.c.holder.not_in(select(holder.c.holder).where(holder.c.mark == mark))
        )
        changed |= set(connection.scalars(unseen))
        connection.execute(update(held_balance).where(held_balance.c.holder.in_(unseen)).values(settled=0))
        connection.execute(
            update(holder)
            .where(holder.c.mark != mark)
            .values(settled_visits=0, settled_orders=0, settled_first_day=None, settled_last_day=None, recent_days=None)
        )
        settings.put(connection, settings.SNAPSHOT_OPEN, False)
    if changed:
        _write_pending(raw, changed, pending_events(raw, reached, {}))


def _holders_between(raw: Any, covered: Mapping[int, int], reached: Mapping[int, int]) -> set[bytes]:
    """Holders of own events whose coverage changes, in either direction."""
    found: set[bytes] = set()
    for key, sequence in reached.items():
        low, high = sorted((covered.get(key, 0), sequence))
        rows = raw.execute(
            "SELECT DISTINCT p.holder FROM event e JOIN posting p ON p.position = e.position"
            " WHERE e.stream_key = ? AND e.sequence > ? AND e.sequence <= ? AND p.holder IS NOT NULL"
            " UNION SELECT DISTINCT s.member FROM event e JOIN sale s ON s.position = e.position"
            " WHERE e.stream_key = ? AND e.sequence > ? AND e.sequence <= ? AND s.member IS NOT NULL",
            (key, low, high, key, low, high),
        )
        found.update(row[0] for row in rows)
    return found


def _write_pending(raw: Any, holders: Collection[bytes], pending: Pending) -> None:
    """Write the pending part of some holders, leaving what is settled."""
    _CLEAR_PENDING.run_many(raw, [(who,) for who in holders])
    rows = [(who, account, 0, amount) for who in holders for account, amount in pending.balances.get(who, {}).items()]
    _PENDING.run_many(raw, rows)
    attendances = []
    for who in holders:
        visits, orders, first, last, recent, mark = _READ_SETTLED.run(raw, (who,)).fetchone() or (
            0,
            0,
            None,
            None,
            None,
            0,
        )
        word = SettledAttendance(Attendance(visits, orders, first, last), _decode_days(recent) if recent else {})
        attendances.append(_attendance_row(who, word, pending.days.get(who, {}), mark))
    _ATTENDANCE.run_many(raw, attendances)
    _write_pending_days(raw, holders, pending)


def _write_pending_days(raw: Any, holders: Collection[bytes], pending: Pending) -> None:
    _CLEAR_DAYS.run_many(raw, [(who,) for who in holders])
    _PENDING_DAY.run_many(
        raw,
        [(net, orders, who, day) for who in holders for day, (net, orders) in pending.days.get(who, {}).items()],
    )


def _attendance_row(
    who: bytes, word: SettledAttendance, days: dict[int, tuple[int, int]], mark: int
) -> tuple[Any, ...]:
    then = word.totals
    now = word.with_pending(days) if days else then
    recent = _encode(word.recent_days) if word.recent_days else None
    return (
        who, now.visits, now.orders, now.first_day, now.last_day,
        then.visits, then.orders, then.first_day, then.last_day, recent, mark,
    )  # fmt: skip
