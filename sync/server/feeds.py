"""Answering a pull: one consistent read of what changed after a cursor.

Segments of the till's own store come as they were pushed; members' standings, documents and heads come as they are
now.  An answer ends between two places of the merchant's order, so that its cursor means everything up to there.

Of the log, only what lies behind the horizon is told (`horizon`).  A fresh till, and one whose cursor is older, passes
the places before it by what stood last changed there; its cursors meanwhile carry the horizon's hash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Integer, Select, String, bindparam, case, func, literal, select

from posapp.domain.member import VISIT_MINIMUM_FEN
from sync.protocol import standings
from sync.protocol.limits import PULL_BYTES, PULL_MEMBERS
from sync.protocol.messages import (
    RECENT_DAYS,
    RECENT_SPAN,
    Cursor,
    DocumentRow,
    MemberRow,
    PullReply,
    PullRequest,
    StreamHead,
    StreamPosition,
)
from sync.server import devices, horizon
from sync.server.errors import NotFoundError
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from sync.server.context import Caller, Context

_PIECES: Final = 4_096

# Every pull runs the same statements, and building one takes longer than running it.
_merchant: Final = bindparam("merchant", type_=String)
_after: Final = bindparam("after", type_=BigInteger)
_upto: Final = bindparam("upto", type_=BigInteger)
_counter, _segment, _document, _holder = schema.merchant_counter, schema.segment, schema.document, schema.holder
_balance, _day, _stream = schema.balance, schema.member_day, schema.stream
_NOW: Final = select(_counter).where(_counter.c.merchant_id == _merchant)
_HASH: Final = select(schema.change.c.hash).where(
    schema.change.c.merchant_id == _merchant, schema.change.c.gseq == bindparam("place")
)
_of_others = (
    _segment.c.merchant_id == _merchant,
    _segment.c.store_id == bindparam("store"),
    _segment.c.device != bindparam("caller"),
    _segment.c.gseq > bindparam("told_after", type_=BigInteger),
)
_changed = (_holder.c.merchant_id == _merchant, _holder.c.gseq > _after)
_page = (*_changed, _holder.c.gseq <= _upto)
_WEIGHTS: Final = tuple(
    query.order_by(query.selected_columns[0]).limit(_PIECES + 1)
    for query in (
        select(_segment.c.gseq, _segment.c.size).where(*_of_others),
        select(_document.c.gseq, _document.c.size).where(
            _document.c.merchant_id == _merchant, _document.c.gseq > _after
        ),
        select(_holder.c.gseq, literal(1, Integer)).where(*_changed),
    )
)
_SEGMENTS: Final = (
    select(_segment.c.wire).where(*_of_others, _segment.c.gseq <= _upto).order_by(_segment.c.gseq, _segment.c.place)
)
_DOCUMENTS: Final = (
    select(*(_document.c[name] for name in ("collection", "key", "hlc", "device", "body")))
    .where(_document.c.merchant_id == _merchant, _document.c.gseq > _after, _document.c.gseq <= _upto)
    .order_by(_document.c.gseq, _document.c.collection, _document.c.key)
)
_heads = select(*(_stream.c[name] for name in ("device", "incarnation", "head_sequence", "head_hash")))
_OF_STORE: Final = _heads.where(_stream.c.merchant_id == _merchant, _stream.c.store_id == bindparam("store"))
_mine = (_stream.c.merchant_id == _merchant, _stream.c.device == bindparam("caller"))
_OWN: Final = _heads.where(*_mine, _stream.c.gseq > bindparam("heads_after"))
_OWN_EVENTS: Final = select(func.coalesce(func.sum(_stream.c.head_sequence), 0)).where(*_mine)
_FIRST: Final = select(func.min(_holder.c.gseq)).where(*_page)
_PEOPLE: Final = (
    select(_holder.c.holder, _holder.c.card_number, _holder.c.joined).where(*_page).order_by(_holder.c.holder)
)
_BALANCES: Final = (
    select(_balance.c.holder, _balance.c.account, _balance.c.amount)
    .join(_holder, (_balance.c.merchant_id == _holder.c.merchant_id) & (_balance.c.holder == _holder.c.holder))
    .where(_balance.c.merchant_id == _merchant, *_page)
    .order_by(_balance.c.holder, _balance.c.account)
)
_theirs = (_day.c.merchant_id == _holder.c.merchant_id) & (_day.c.holder == _holder.c.holder)
_visit = case((_day.c.net >= VISIT_MINIMUM_FEN, 1), else_=0)
_DAYS: Final = (
    select(_day.c.holder, func.sum(_visit), func.sum(_day.c.orders), func.min(_day.c.day), func.max(_day.c.day))
    .join(_holder, _theirs)
    .where(_day.c.merchant_id == _merchant, *_page)
    .group_by(_day.c.holder)
)
_ranked = (
    select(
        _day.c.merchant_id,
        _day.c.holder,
        _day.c.day,
        _day.c.net,
        func.row_number()
        .over(partition_by=(_day.c.merchant_id, _day.c.holder), order_by=_day.c.day.desc())
        .label("rank"),
    )
    .join(_holder, _theirs)
    .where(_day.c.merchant_id == _merchant, *_page)
    .subquery()
)
_RECENT: Final = (
    select(_ranked.c.holder, _ranked.c.day, _ranked.c.net)
    .where(_ranked.c.merchant_id == _merchant, _ranked.c.rank <= RECENT_DAYS)
    .order_by(_ranked.c.holder, _ranked.c.day.desc())
)


@dataclass(frozen=True, slots=True)
class _Range:
    """The part of a merchant's order that an answer covers: after, up to and including; the log from `horizon` on."""

    merchant_id: str
    after: int
    upto: int
    horizon: int

    @property
    def values(self) -> dict[str, object]:
        """As statements take it."""
        told = max(self.after, self.horizon)
        return {"merchant": self.merchant_id, "after": self.after, "upto": self.upto, "told_after": told}


def pull(context: Context, caller: Caller, request: PullRequest) -> PullReply:
    """Answer a pull.  Raises `RevokedError` or `UnauthenticatedError`."""
    who: dict[str, object] = {"merchant": caller.merchant_id, "store": caller.store_id, "caller": caller.device}
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
        counter = connection.execute(_NOW, who).one_or_none()
        if counter is None:
            raise NotFoundError("the merchant is not known here", "服务器上没有该商户", "merchant_id")
        now = Cursor(counter.gseq, counter.cumulative_hash, counter.generation)
        begins = horizon.of_merchant(connection, caller.merchant_id)
        if request.rehandshake or not _is_ours(connection, caller.merchant_id, request.cursor, now, begins):
            heads = _read_heads(connection, _OF_STORE, who)
            return PullReply(now.generation, rehandshake=True, store_heads=heads, server_time_us=context.now_us())
        rest = _Range(caller.merchant_id, request.cursor.gseq, now.gseq, begins)
        part = replace(rest, upto=_end(connection, who | rest.values, request, rest))
        cursor = now
        if part.upto < now.gseq:
            end_hash = _hash_at(connection, caller.merchant_id, part.upto, begins) or b""
            cursor = Cursor(part.upto, end_hash, now.generation, now.gseq, now.hash)
        count, members = _members(context, connection, part, now)
        return PullReply(
            generation=now.generation,
            cursor=cursor,
            segments=list(connection.scalars(_SEGMENTS, who | part.values)),
            recovered=_recovered(connection, caller, request.wanted),
            member_count=count,
            members=members,
            documents=[DocumentRow(*row) for row in connection.execute(_DOCUMENTS, part.values)],
            own_heads=_read_heads(connection, _OWN, who | {"heads_after": request.heads_after}),
            # PostgreSQL adds up bigints to a Decimal.
            own_events=int(connection.scalar(_OWN_EVENTS, who) or 0),
            more=part.upto < now.gseq,
            server_time_us=context.now_us(),
            horizon=begins,
        )


def _is_ours(connection: Connection, merchant_id: str, cursor: Cursor, now: Cursor, begins: int) -> bool:
    """Whether a cursor is a place that this database has been at, and so is the newest one that it knew of."""
    if cursor == Cursor():
        return True
    if cursor.generation != now.generation or max(cursor.gseq, cursor.newest) > now.gseq:
        return False
    return all(
        digest == (_hash_at(connection, merchant_id, gseq, begins) if gseq else b"")
        for gseq, digest in ((cursor.gseq, cursor.hash), (cursor.newest, cursor.newest_hash))
    )


def _hash_at(connection: Connection, merchant_id: str, gseq: int, begins: int) -> bytes | None:
    """The order's hash at a place; before the horizon, the horizon's."""
    return connection.scalar(_HASH, {"merchant": merchant_id, "place": max(gseq, begins)})


def _end(connection: Connection, who: dict[str, object], request: PullRequest, rest: _Range) -> int:
    """The last place that one answer covers: at least one more than the cursor's, if there is one."""
    most_bytes = min(request.max_bytes, PULL_BYTES)
    upto = rest.upto
    for query, most in zip(_WEIGHTS, (most_bytes, most_bytes, min(request.max_members, PULL_MEMBERS)), strict=True):
        upto = min(upto, _stop(connection.execute(query, who).all(), rest.after, most, rest.upto))
    return upto


def _stop(rows: Iterable[Any], after: int, most: int, end: int) -> int:
    """Where pieces of (place, weight), in order, outgrow `most`: before the place that does, but after the first."""
    weight = 0
    first = None
    for count, (gseq, size) in enumerate(rows):
        weight += size
        if (weight > most or count >= _PIECES) and first is not None and gseq > first:
            return int(gseq) - 1
        first = gseq if first is None else first
    if first is not None and weight > most:
        return int(first)
    return max(end, after)


def _recovered(connection: Connection, caller: Caller, wanted: Iterable[StreamPosition]) -> list[bytes]:
    """What a till asks back of streams of its store, its own above all, until the answer is full."""
    table = schema.segment
    found: list[bytes] = []
    size = 0
    for each in wanted:
        rows = connection.scalars(
            select(table.c.wire)
            .where(
                table.c.merchant_id == caller.merchant_id,
                table.c.store_id == caller.store_id,
                table.c.device == each.device,
                table.c.incarnation == each.incarnation,
                table.c.last_sequence > each.after,
            )
            .order_by(table.c.first_sequence)
        )
        for wire in rows:
            found.append(wire)
            size += len(wire)
            if size > PULL_BYTES:
                rows.close()
                return found
    return found


def _read_heads(connection: Connection, query: Select[Any], values: dict[str, object]) -> list[StreamHead]:
    return [StreamHead(*row) for row in connection.execute(query, values)]


def _members(context: Context, connection: Connection, part: _Range, now: Cursor) -> tuple[int, bytes]:
    """How many members' standing changed, and they as `MemberRow`s in columns.

    When a chain's tills come back together, all ask for the same: the answer is worked out once for as long as the
    merchant's order stands, whatever nobody changed before the first of the members.
    """
    first = connection.scalar(_FIRST, part.values)
    if first is None:
        return 0, b""
    key = (part.merchant_id, now.generation, now.hash, first, part.upto)
    return context.pages.get(key, lambda: _encode_members(connection, part))


def _encode_members(connection: Connection, part: _Range) -> tuple[int, bytes]:
    values = part.values
    balances: dict[bytes, list[tuple[int, int]]] = {}
    for who, account, amount in connection.execute(_BALANCES, values):
        balances.setdefault(who, []).append((account, amount))
    days = {who: rest for who, *rest in connection.execute(_DAYS, values)}
    recent: dict[bytes, list[tuple[int, int]]] = {}
    for who, ordinal, net in connection.execute(_RECENT, values):
        latest = recent.setdefault(who, [])
        if not latest or latest[0][0] - ordinal <= RECENT_SPAN:
            latest.append((ordinal, net))
    rows = []
    for who, card, joined in connection.execute(_PEOPLE, values):
        visits, orders, first, last = days.get(who, (0, 0, None, None))
        # PostgreSQL adds up bigints to a Decimal.
        counts = (int(visits), int(orders), first, last)
        rows.append(MemberRow(who, card, joined, tuple(balances.get(who, ())), *counts, tuple(recent.get(who, ()))))
    return len(rows), standings.pack(rows)
