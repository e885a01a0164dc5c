"""Proving the server's database from its own log: every segment is read again, and every projection rebuilt.

Signatures, chains and contiguity are checked, and that the merchant's order is known without a gap from its horizon on;
balances, members' days and cards are folded from nothing and compared with what is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select

from posapp.domain.encoding import genesis
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from sync.protocol import segment as segments
from sync.protocol.digest import differing, range_digests
from sync.protocol.errors import ProtocolError, SignatureError
from sync.server import devices, once
from sync.server.effects import Effects, effects_of
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from sync.server.context import Context

_SHOWN = 20
# Built once for every segment: a log may be longer than memory, and is read one by one.
_SEGMENT: Final = select(schema.segment).where(
    schema.segment.c.merchant_id == bindparam("merchant"),
    schema.segment.c.gseq == bindparam("at"),
    schema.segment.c.place == bindparam("part"),
)


@dataclass(slots=True)
class Report:
    """What was read, and every difference that was found, in words."""

    merchant_id: str
    segments: int = 0
    events: int = 0
    quarantined: int = 0
    ranges: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the log proves the database."""
        return not self.differences


def verify(context: Context, merchant_id: str) -> Report:
    """Read everything that a merchant has, in one snapshot."""
    report = Report(merchant_id)
    with context.database.read() as connection:
        heads: dict[StreamId, tuple[int, bytes]] = {}
        total = Effects()
        marks: list[once.Mark] = []
        table = schema.segment
        keys = _keys(context, connection, merchant_id)
        places = connection.execute(
            select(table.c.gseq, table.c.place)
            .where(table.c.merchant_id == merchant_id)
            .order_by(table.c.gseq, table.c.place)
        ).all()
        for gseq, place in places:
            row = connection.execute(_SEGMENT, {"merchant": merchant_id, "at": gseq, "part": place}).one()
            report.segments += 1
            _read(report, row, keys, heads, total, marks)
        _compare_order(report, connection)
        _compare_heads(report, connection, heads)
        _compare_projections(report, connection, total)
        _compare_marks(report, connection, marks)
    return report


def _keys(context: Context, connection: Connection, merchant_id: str) -> dict[bytes, list[bytes]]:
    """Every key that each device ever had."""
    table = schema.device
    rows = connection.execute(
        select(table.c.device, table.c.public_key).where(table.c.merchant_id == merchant_id)
    ).all()
    return {device: [key, *devices.former_keys(context, connection, merchant_id, device)] for device, key in rows}


def _read(
    report: Report,
    row: Row[Any],
    keys: dict[bytes, list[bytes]],
    heads: dict[StreamId, tuple[int, bytes]],
    total: Effects,
    marks: list[once.Mark],
) -> None:
    name = f"segment {row.gseq}.{row.place}"
    try:
        kept = segments.parse(row.wire, name)
        if not any(segments.is_signed_by(kept, key) for key in keys[row.device]):
            raise SignatureError(name, "no key of its device signed it", "签名不符")
        unfolded = segments.unfold(kept, name)
    except (ProtocolError, KeyError) as error:
        report.differences.append(f"{name}: {error}")
        return
    header = kept.header
    head, head_hash = heads.get(header.stream, (0, genesis(header.stream)))
    skipped = head + 1 - header.first_sequence
    before = unfolded.hashes[skipped - 1] if skipped > 0 else header.previous_hash
    if row.first_sequence != head + 1 or before != head_hash or not 0 <= skipped < header.count:
        report.differences.append(f"{name}: it does not follow event {head} of its stream")
        return
    heads[header.stream] = (header.last_sequence, header.last_hash)
    effects = effects_of(unfolded.rows[skipped:])
    report.events += header.count - skipped
    report.quarantined += len(effects.refused)
    at = once.Stretch(row.gseq, row.place, header.stream, head + 1, unfolded.hashes[skipped:])
    marks += once.marks_of(at, unfolded.rows[skipped:], effects)
    total.add(effects)


def _compare_order(report: Report, connection: Connection) -> None:
    counter, change = schema.merchant_counter, schema.change
    mine = change.c.merchant_id == report.merchant_id
    now = connection.execute(select(counter).where(counter.c.merchant_id == report.merchant_id)).one()
    first, last, count = connection.execute(
        select(func.min(change.c.gseq), func.max(change.c.gseq), func.count()).where(mine)
    ).one()
    if (last or 0) != now.gseq or count != (last - first + 1 if last else 0):
        report.differences.append(f"order: {count} places from {first} to {last}, and the counter says {now.gseq}")
    elif last and connection.scalar(select(change.c.hash).where(mine, change.c.gseq == last)) != now.cumulative_hash:
        report.differences.append(f"order: place {last} has another hash than the counter")


def _compare_heads(report: Report, connection: Connection, heads: dict[StreamId, tuple[int, bytes]]) -> None:
    table = schema.stream
    rows = connection.execute(select(table).where(table.c.merchant_id == report.merchant_id))
    kept = {
        StreamId(DeviceId(row.device), Incarnation(row.incarnation)): (row.head_sequence, row.head_hash) for row in rows
    }
    _compare(report, "head of stream", heads, kept)


def _compare_projections(report: Report, connection: Connection, total: Effects) -> None:
    merchant_id = report.merchant_id
    balance, account, day, holder = schema.balance, schema.account_balance, schema.member_day, schema.holder
    held = {(who, number): amount for number, amounts in total.held.items() for who, amount in amounts.items()}
    rows = connection.execute(
        select(balance.c.holder, balance.c.account, balance.c.amount).where(balance.c.merchant_id == merchant_id)
    )
    stored = {(who, number): amount for who, number, amount in rows}
    _compare_ranges(report, held, stored)
    _compare(report, "balance", held, stored)
    plain = connection.execute(select(account.c.account, account.c.amount).where(account.c.merchant_id == merchant_id))
    _compare(report, "account", total.accounts, {row.account: row.amount for row in plain})
    days = connection.execute(
        select(day.c.holder, day.c.day, day.c.net, day.c.orders).where(day.c.merchant_id == merchant_id)
    )
    _compare(report, "member day", total.days, {(who, day): [net, orders] for who, day, net, orders in days})
    people = connection.execute(
        select(holder.c.holder, holder.c.card_number, holder.c.joined).where(holder.c.merchant_id == merchant_id)
    ).all()
    cards = {who: (card, joined) for who, card, joined in people if card is not None}
    _compare(report, "card", total.cards, cards)
    _compare(report, "member", dict.fromkeys(total.holders(), 1), dict.fromkeys((row[0] for row in people), 1))


def _compare_ranges(
    report: Report, folded: Mapping[tuple[bytes, int], int], kept: Mapping[tuple[bytes, int], int]
) -> None:
    """Say first in which ranges of accounts something differs: of single balances only the first few are shown."""
    log, stored = (
        range_digests((number, who, amount) for (who, number), amount in each.items()) for each in (folded, kept)
    )
    report.ranges = len(stored)
    for (account, part), (there, here) in differing(log, stored).items():
        report.differences.append(
            f"range {account}, holders {part:x}…: {there} balances by the log, {here} stored, not the same"
        )


def _compare_marks(report: Report, connection: Connection, marks: list[once.Mark]) -> None:
    table = schema.once_mark
    rows = connection.execute(
        select(*[table.c[name] for name in once.Mark._fields]).where(table.c.merchant_id == report.merchant_id)
    )
    kept = dict.fromkeys((once.Mark(*row) for row in rows), 1)
    _compare(report, "once", dict.fromkeys(marks, 1), kept)


def _compare(report: Report, what: str, folded: Mapping[Any, object], kept: Mapping[Any, object]) -> None:
    differing = [key for key in folded.keys() | kept.keys() if folded.get(key) != kept.get(key)]
    for key in sorted(differing, key=repr)[:_SHOWN]:
        report.differences.append(f"{what} {key!r}: the log says {folded.get(key)!r}, stored is {kept.get(key)!r}")
    if len(differing) > _SHOWN:
        report.differences.append(f"{what}: {len(differing) - _SHOWN} more")
