"""What may be done once and was done twice: a coupon redeemed by two tills, points given twice for one occasion.

Nothing is rejected for it: both events stand (domain.md §5.2).  Which of them was first in the merchant's order, and
which came after, is said in an item; the merchant bears the second.  `once_mark` keeps where each such event lies, so
that the first is found without reading the log again; it is a projection like the balances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from posapp.domain.accounts import Account
from posapp.domain.coupon_code import coupon_id, is_coupon_code
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.domain.posting.inbox import closing_of
from sync.server import exceptions
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from sync.protocol.columnar.nodes import Value
    from sync.server.effects import Effects

_REDEEMED, _OCCURRED, _POINTS = int(Account.COUPON_REDEEMED), int(Account.OCCURRENCE), int(Account.MEMBER_POINTS)
_LABEL_CHARACTERS: Final = 64
_MANY: Final = 500


class Mark(NamedTuple):
    """One event at a holder that may be touched once: where it lies, by how much, and what people call it."""

    holder: bytes
    account: int
    gseq: int
    place: int
    device: bytes
    incarnation: bytes
    sequence: int
    amount: int
    label: str
    code: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events as they were taken: their place in the merchant's order, and the sequence number of the first."""

    gseq: int
    place: int
    stream: StreamId
    first_sequence: int
    hashes: Sequence[bytes]


def marks_of(at: Stretch, rows: Sequence[Value], effects: Effects) -> list[Mark]:
    """The marks of events whose `effects` are known; an event that was refused leaves none."""
    if _REDEEMED not in effects.held and _OCCURRED not in effects.held:
        return []
    found: list[Mark] = []
    for index, row in enumerate(rows):
        if index not in effects.refused:
            found += _marks(at, index, row)
    return found


def _marks(at: Stretch, index: int, row: Value) -> Iterable[Mark]:
    kind, _version, _at, body, holders, flat = row
    # A coupon that was issued twice is still one coupon; an occasion matters where points came with it, and that an
    # exception was closed always does.
    watched = {_REDEEMED, _OCCURRED} if _POINTS in flat[0::3] or kind == exceptions.CLOSED else {_REDEEMED}
    sums: dict[tuple[bytes, int], int] = {}
    for account, place, amount in zip(flat[0::3], flat[1::3], flat[2::3], strict=True):
        if account in watched:
            key = (holders[place - 1], account)
            sums[key] = sums.get(key, 0) + amount
    if not any(sums.values()):
        return
    # An event of a kind that a later program knows may hold anything.
    parts: Sequence[Any] = body if isinstance(body, (list, tuple)) else ()
    codes: dict[bytes, str] = {coupon_id(code): code for code in _codes(parts)}
    label = parts[0][:_LABEL_CHARACTERS] if parts and type(parts[0]) is str else ""
    for (holder, account), amount in sums.items():
        if amount:
            yield Mark(
                holder,
                account,
                at.gseq,
                at.place,
                at.stream.device,
                at.stream.incarnation,
                at.first_sequence + index,
                amount,
                label,
                codes.get(holder, ""),
                at.hashes[index],
            )


def _codes(parts: Sequence[Any]) -> Iterable[str]:
    """Whatever in an event reads like the code of a coupon, wherever that event keeps it."""
    for part in parts:
        if isinstance(part, (list, tuple)):
            yield from (each for each in part if type(each) is str and is_coupon_code(each))


def note(connection: Connection, merchant_id: str, marks: Sequence[Mark]) -> None:
    """Keep marks; what is known already changes nothing."""
    rows = [(merchant_id, *mark) for mark in marks]
    batches.append(connection, schema.once_mark, rows, known_is_fine=True)


def doubled(
    connection: Connection, merchant_id: str, marks: Sequence[Mark], closed: Collection[str] = ()
) -> list[exceptions.Finding]:
    """Those of these marks, already kept, that came second: each with what stands before it in the merchant's order.

    `closed` are the exceptions that the events of these marks close.
    """
    closings = {bytes(closing_of(bytes.fromhex(item))) for item in closed}
    new = {(mark.device, mark.incarnation, mark.sequence) for mark in marks}
    found: list[exceptions.Finding] = []
    for holder, account in sorted(_several(connection, merchant_id, marks)):
        standing: list[Mark] = []
        for mark in _kept(connection, merchant_id, holder, account):
            if mark.amount < 0:
                # What was given back may be used again.
                del standing[-1:]
                continue
            standing.append(mark)
            if len(standing) > 1 and (mark.device, mark.incarnation, mark.sequence) in new:
                found.append(_finding(standing[0], mark, closes=holder in closings))
    return found


def _several(connection: Connection, merchant_id: str, marks: Sequence[Mark]) -> set[tuple[bytes, int]]:
    """The holders among those of `marks` on which more than one stands now."""
    table = schema.balance
    found: set[tuple[bytes, int]] = set()
    for account in (_REDEEMED, _OCCURRED):
        wanted = sorted({mark.holder for mark in marks if mark.account == account and mark.amount > 0})
        for start in range(0, len(wanted), _MANY):
            query = select(table.c.holder).where(
                table.c.merchant_id == merchant_id,
                table.c.account == account,
                table.c.holder.in_(wanted[start : start + _MANY]),
                table.c.amount > 1,
            )
            found.update((holder, account) for holder in connection.scalars(query))
    return found


def _kept(connection: Connection, merchant_id: str, holder: bytes, account: int) -> list[Mark]:
    table = schema.once_mark
    rows = connection.execute(
        select(*[table.c[name] for name in Mark._fields])
        .where(table.c.merchant_id == merchant_id, table.c.holder == holder, table.c.account == account)
        .order_by(table.c.gseq, table.c.place, table.c.sequence)
    )
    return [Mark(*row) for row in rows]


def _finding(first: Mark, second: Mark, *, closes: bool) -> exceptions.Finding:
    stream = StreamId(DeviceId(second.device), Incarnation(second.incarnation))
    if second.account == _REDEEMED:
        kind = exceptions.Kind.COUPON_TWICE
        detail = (
            f"coupon {second.code}: receipt {first.label} was first and stands; receipt {second.label} redeemed it "
            f"again, the merchant bears it / 券 {second.code}：小票 {first.label} 在先，有效；"
            f"小票 {second.label} 重复核销，由商家承担"
        )
    elif closes:
        kind = exceptions.Kind.CLOSED_TWICE
        detail = (
            f"closed by event {first.sequence} of till {first.device.hex()[:8]} first, and by another till again / "
            f"先由 {first.device.hex()[:8]} 处理，另一台机又处理了一次"
        )
    else:
        kind = exceptions.Kind.OCCASION_TWICE
        detail = (
            f"{second.label}: points were given twice for one occasion, first by event {first.sequence} of till "
            f"{first.device.hex()[:8]} / {second.label}：同一事由送了两次积分，先由 {first.device.hex()[:8]} 送出"
        )
    about = (second.holder, second.account)
    return exceptions.Finding(kind, stream, second.sequence, second.hash, detail, b"", b"", *about)
