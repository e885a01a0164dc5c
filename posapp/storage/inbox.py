"""The open exceptions of this store: what the server last told, less what the ledger here says is settled.

What a till closes is an event, and so is what another closed: the list only says what there was to close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import delete, insert, select

from posapp.domain.accounts import Account
from posapp.domain.encoding import from_values
from posapp.domain.errors import DomainError
from posapp.domain.ids import AssetId, DeviceId, Incarnation, StreamId
from posapp.domain.inbox.case import Case, LedgerLine
from posapp.domain.inbox.kinds import LIVE, ExceptionKind, wrong_by
from posapp.domain.posting.inbox import closing_of
from posapp.domain.time import from_micros
from posapp.storage import settings
from posapp.storage.schema import held_balance
from posapp.storage.schema_inbox import exception_case as table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.events import Recorded

MARK: Final = settings.Setting("inbox_mark", bytes, b"")
HEARD_AT: Final = settings.Setting("inbox_heard_at", int, 0)
LEFT_OUT: Final = settings.Setting("inbox_left_out", int, 0)
_UNREADABLE: Final = (DomainError, LookupError, TypeError, ValueError, OverflowError, msgspec.MsgspecError)


class KeptLine(msgspec.Struct, frozen=True, array_like=True):
    """An event concerned, as it was recorded: its store, its place, its canonical bytes."""

    store: str
    device: bytes
    incarnation: bytes
    sequence: int
    event: bytes


class KeptCase(msgspec.Struct, frozen=True, array_like=True):
    """An exception as it is kept: plain values of `posapp.domain.inbox.case.Case`."""

    item: bytes
    kind: str
    store: str
    device: bytes
    incarnation: bytes
    sequence: int
    detail: str
    opened_at_us: int
    holder: bytes
    account: int
    amount: int
    lines: tuple[KeptLine, ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """When the server last told the exceptions, None where it never did, and how many more there were than it told."""

    at: datetime | None
    left_out: int


_KNOWN: Final = frozenset(kind.value for kind in ExceptionKind)
_LIVE: Final = frozenset(kind.value for kind in LIVE)
_decode: Final = msgspec.msgpack.Decoder(KeptCase).decode
_encode: Final = msgspec.msgpack.Encoder().encode


def replace_all(connection: Connection, cases: Sequence[KeptCase]) -> None:
    """Keep what the server told instead of what it told before."""
    connection.execute(delete(table))
    if cases:
        rows = [{"item": one.item, "opened_at": one.opened_at_us, "body": _encode(one)} for one in cases]
        connection.execute(insert(table), rows)


def heard(connection: Connection) -> Heard:
    """As of when the list is."""
    at = settings.get(connection, HEARD_AT)
    return Heard(from_micros(at) if at else None, settings.get(connection, LEFT_OUT))


def open_cases(connection: Connection) -> list[Case]:
    """The exceptions that nobody closed as far as this till knows, oldest first.

    What is about a balance is open while that is wrong, and says by how much it is so now.  What a later program than
    this one finds is left out until this one is renewed.
    """
    return [_case(one) for one in _open(connection)]


def count_open(connection: Connection) -> int:
    """How many exceptions are open."""
    return len(_open(connection))


def is_open(connection: Connection, item: bytes) -> bool:
    """Whether an exception is still open, as far as this till knows."""
    return any(one.item == item for one in _open(connection))


def forks(connection: Connection) -> set[StreamId]:
    """The streams whose other history nobody has decided about yet."""
    return {_stream(one.device, one.incarnation) for one in _open(connection) if one.kind == ExceptionKind.FORK}


def _open(connection: Connection) -> list[KeptCase]:
    bodies = connection.scalars(select(table.c.body).order_by(table.c.opened_at, table.c.item))
    kept = [one for one in map(_decode, bodies) if one.kind in _KNOWN]
    if not kept:
        return []
    closings = {one.item: bytes(closing_of(one.item)) for one in kept}
    balances = _balances(connection, {*closings.values(), *(one.holder for one in kept if one.holder)})
    found = []
    for one in kept:
        amount = one.amount
        if one.kind in _LIVE and one.account:
            amount = wrong_by(Account(one.account), balances.get((one.holder, one.account), 0))
            if not amount:
                continue
        if balances.get((closings[one.item], int(Account.OCCURRENCE)), 0) <= 0:
            found.append(msgspec.structs.replace(one, amount=amount))
    return found


def _balances(connection: Connection, holders: Collection[bytes]) -> dict[tuple[bytes, int], int]:
    amount = (held_balance.c.settled + held_balance.c.pending).label("amount")
    query = select(held_balance.c.holder, held_balance.c.account, amount).where(held_balance.c.holder.in_(holders))
    return {(row.holder, row.account): row.amount for row in connection.execute(query)}


def _case(kept: KeptCase) -> Case:
    return Case(
        AssetId(kept.item),
        ExceptionKind(kept.kind),
        kept.store,
        from_micros(kept.opened_at_us),
        _stream(kept.device, kept.incarnation),
        kept.sequence,
        kept.detail,
        kept.holder,
        Account(kept.account) if kept.account else None,
        kept.amount,
        tuple(_lines(kept)),
        kept.earlier,
    )


def _lines(kept: KeptCase) -> Iterator[LedgerLine]:
    for line in kept.lines:
        stream = _stream(line.device, line.incarnation)
        yield LedgerLine(line.store, stream, line.sequence, _recorded(stream, line))


def _recorded(stream: StreamId, line: KeptLine) -> Recorded | None:
    """The event; None where this program cannot read it, as in quarantine."""
    try:
        return from_values(stream, line.sequence, msgspec.msgpack.decode(line.event))
    except _UNREADABLE:
        return None


def _stream(device: bytes, incarnation: bytes) -> StreamId:
    return StreamId(DeviceId(device), Incarnation(incarnation))
