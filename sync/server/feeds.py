"""Answering a pull: one consistent read of what changed after a cursor.

Segments of the till's own store come as they were pushed; members' standings, documents and heads come as they are
now.  An answer ends between two places of the merchant's order, so that its cursor means everything up to there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, Select, case, func, literal, select

from posapp.domain.member import VISIT_MINIMUM_FEN
from sync.protocol import columnar
from sync.protocol.limits import PULL_BYTES, PULL_MEMBERS
from sync.protocol.messages import (
    RECENT_DAYS,
    Cursor,
    DocumentRow,
    PullReply,
    PullRequest,
    StreamHead,
    StreamPosition,
)
from sync.server import devices
from sync.server.errors import NotFoundError
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from sync.server.context import Caller, Context

_PIECES: Final = 4_096


@dataclass(frozen=True, slots=True)
class _Range:
    """The part of a merchant's order that an answer covers: after, up to and including."""

    merchant_id: str
    after: int
    upto: int


def pull(context: Context, caller: Caller, request: PullRequest) -> PullReply:
    """Answer a pull.  Raises `RevokedError` or `UnauthenticatedError`."""
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
        table = schema.merchant_counter
        counter = connection.execute(select(table).where(table.c.merchant_id == caller.merchant_id)).one_or_none()
        if counter is None:
            raise NotFoundError("the merchant is not known here", "服务器上没有该商户", "merchant_id")
        now = Cursor(counter.gseq, counter.cumulative_hash, counter.generation)
        if request.rehandshake or not _is_ours(connection, caller.merchant_id, request.cursor, now):
            heads = _heads(connection, _of_store(caller))
            return PullReply(now.generation, rehandshake=True, store_heads=heads, server_time_us=context.now_us())
        after = request.cursor.gseq
        upto = _end(connection, caller, request, now)
        part = _Range(caller.merchant_id, after, upto)
        end_hash = now.hash if upto == now.gseq else _hash_at(connection, caller.merchant_id, upto)
        count, members = _members(connection, part)
        return PullReply(
            generation=now.generation,
            cursor=Cursor(upto, end_hash or b"", now.generation),
            segments=_segments(connection, caller, part),
            recovered=_recovered(connection, caller, request.wanted),
            member_count=count,
            members=members,
            documents=_documents(connection, part),
            own_heads=_heads(connection, _own(caller, request.heads_after)),
            own_events=_own_events(connection, caller),
            more=upto < now.gseq,
            server_time_us=context.now_us(),
        )


def _is_ours(connection: Connection, merchant_id: str, cursor: Cursor, now: Cursor) -> bool:
    """Whether a cursor is a place that this database has been at."""
    if cursor == Cursor():
        return True
    if cursor.generation != now.generation or cursor.gseq > now.gseq:
        return False
    if cursor.gseq == 0:
        return cursor.hash == b""
    return _hash_at(connection, merchant_id, cursor.gseq) == cursor.hash


def _hash_at(connection: Connection, merchant_id: str, gseq: int) -> bytes | None:
    table = schema.change
    return connection.scalar(select(table.c.hash).where(table.c.merchant_id == merchant_id, table.c.gseq == gseq))


def _end(connection: Connection, caller: Caller, request: PullRequest, now: Cursor) -> int:
    """The last place that one answer covers: at least one more than the cursor's, if there is one."""
    after = request.cursor.gseq
    most_bytes = min(request.max_bytes, PULL_BYTES)
    most_members = min(request.max_members, PULL_MEMBERS)
    segment, document, holder = schema.segment, schema.document, schema.holder
    weighed: list[tuple[Select[Any], int]] = [
        (
            select(segment.c.gseq, segment.c.size).where(
                segment.c.merchant_id == caller.merchant_id,
                segment.c.store_id == caller.store_id,
                segment.c.device != caller.device,
                segment.c.gseq > after,
            ),
            most_bytes,
        ),
        (
            select(document.c.gseq, document.c.size).where(
                document.c.merchant_id == caller.merchant_id, document.c.gseq > after
            ),
            most_bytes,
        ),
        (
            select(holder.c.gseq, literal(1, Integer)).where(
                holder.c.merchant_id == caller.merchant_id, holder.c.gseq > after
            ),
            most_members,
        ),
    ]
    upto = now.gseq
    for query, most in weighed:
        rows = connection.execute(query.order_by(query.selected_columns[0]).limit(_PIECES + 1))
        upto = min(upto, _stop(rows.all(), after, most, now.gseq))
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


def _segments(connection: Connection, caller: Caller, part: _Range) -> list[bytes]:
    table = schema.segment
    return list(
        connection.scalars(
            select(table.c.wire)
            .where(
                table.c.merchant_id == part.merchant_id,
                table.c.store_id == caller.store_id,
                table.c.device != caller.device,
                table.c.gseq > part.after,
                table.c.gseq <= part.upto,
            )
            .order_by(table.c.gseq, table.c.place)
        )
    )


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


def _documents(connection: Connection, part: _Range) -> list[DocumentRow]:
    table = schema.document
    rows = connection.execute(
        select(table.c.collection, table.c.key, table.c.hlc, table.c.device, table.c.body)
        .where(table.c.merchant_id == part.merchant_id, table.c.gseq > part.after, table.c.gseq <= part.upto)
        .order_by(table.c.gseq, table.c.collection, table.c.key)
    )
    return [DocumentRow(*row) for row in rows]


def _of_store(caller: Caller) -> Select[Any]:
    table = schema.stream
    columns = (table.c.device, table.c.incarnation, table.c.head_sequence, table.c.head_hash)
    return select(*columns).where(table.c.merchant_id == caller.merchant_id, table.c.store_id == caller.store_id)


def _own(caller: Caller, after: int) -> Select[Any]:
    table = schema.stream
    columns = (table.c.device, table.c.incarnation, table.c.head_sequence, table.c.head_hash)
    return select(*columns).where(
        table.c.merchant_id == caller.merchant_id, table.c.device == caller.device, table.c.gseq > after
    )


def _own_events(connection: Connection, caller: Caller) -> int:
    table = schema.stream
    mine = (table.c.merchant_id == caller.merchant_id) & (table.c.device == caller.device)
    return int(connection.scalar(select(func.coalesce(func.sum(table.c.head_sequence), 0)).where(mine)) or 0)


def _heads(connection: Connection, query: Select[Any]) -> list[StreamHead]:
    return [StreamHead(*row) for row in connection.execute(query)]


def _members(connection: Connection, part: _Range) -> tuple[int, bytes]:
    """The members whose standing changed, as `MemberRow`s in columns."""
    holder, balance, day = schema.holder, schema.balance, schema.member_day
    changed = (holder.c.merchant_id == part.merchant_id, holder.c.gseq > part.after, holder.c.gseq <= part.upto)
    people = connection.execute(
        select(holder.c.holder, holder.c.card_number, holder.c.joined).where(*changed).order_by(holder.c.holder)
    ).all()
    if not people:
        return 0, b""
    balances: dict[bytes, list[tuple[int, int]]] = {}
    mine = (balance.c.merchant_id == holder.c.merchant_id) & (balance.c.holder == holder.c.holder)
    for who, account, amount in connection.execute(
        select(balance.c.holder, balance.c.account, balance.c.amount)
        .join(holder, mine)
        .where(balance.c.merchant_id == part.merchant_id, *changed)
        .order_by(balance.c.holder, balance.c.account)
    ):
        balances.setdefault(who, []).append((account, amount))
    visit = case((day.c.net >= VISIT_MINIMUM_FEN, 1), else_=0)
    theirs = (day.c.merchant_id == holder.c.merchant_id) & (day.c.holder == holder.c.holder)
    days = {
        who: rest
        for who, *rest in connection.execute(
            select(day.c.holder, func.sum(visit), func.sum(day.c.orders), func.min(day.c.day), func.max(day.c.day))
            .join(holder, theirs)
            .where(day.c.merchant_id == part.merchant_id, *changed)
            .group_by(day.c.holder)
        )
    }
    recent = _recent(connection, part)
    rows = [
        (who, card, joined, balances.get(who, []), *map(_whole, days.get(who, (0, 0, None, None))), recent.get(who, []))
        for who, card, joined in people
    ]
    return len(rows), columnar.encode(rows)


def _whole(value: Any) -> int | None:
    """PostgreSQL adds up bigints to a Decimal."""
    return None if value is None else int(value)


def _recent(connection: Connection, part: _Range) -> dict[bytes, list[tuple[int, int]]]:
    """Each changed member's latest days, newest first."""
    holder, day = schema.holder, schema.member_day
    theirs = (day.c.merchant_id == holder.c.merchant_id) & (day.c.holder == holder.c.holder)
    ranked = (
        select(
            day.c.merchant_id,
            day.c.holder,
            day.c.day,
            day.c.net,
            func.row_number()
            .over(partition_by=(day.c.merchant_id, day.c.holder), order_by=day.c.day.desc())
            .label("rank"),
        )
        .join(holder, theirs)
        .where(
            day.c.merchant_id == part.merchant_id,
            holder.c.merchant_id == part.merchant_id,
            holder.c.gseq > part.after,
            holder.c.gseq <= part.upto,
        )
        .subquery()
    )
    found: dict[bytes, list[tuple[int, int]]] = {}
    for who, ordinal, net in connection.execute(
        select(ranked.c.holder, ranked.c.day, ranked.c.net)
        .where(ranked.c.merchant_id == part.merchant_id, ranked.c.rank <= RECENT_DAYS)
        .order_by(ranked.c.holder, ranked.c.day.desc())
    ):
        found.setdefault(who, []).append((ordinal, net))
    return found
