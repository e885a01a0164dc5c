"""What a person must look at: events that could not be applied, streams with two histories, sales that look wrong.

What is not in the log is kept with its content.  Nothing waits for an item: an exception never blocks a queue
(sync.md, Push).  An item is closed by an event of the ledger (docs/adr/0012-exceptions-are-closed-by-entries.md); that
it was is seen from the balance of `closing_of`, so that a server that finds an item again finds it closed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from posapp.domain.accounts import Account
from posapp.domain.encoding import number_of
from posapp.domain.events import ExceptionClosed
from posapp.domain.inbox.kinds import LIVE, ExceptionKind, wrong_by
from posapp.domain.posting.inbox import closing_of
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from posapp.domain.ids import StreamId
    from sync.protocol.columnar.nodes import Value

Kind = ExceptionKind
CLOSED: Final = number_of(ExceptionClosed)
_ITEM_PLACE: Final = 3
_MANY: Final = 500
_table = schema.exception_item

Place = tuple[bytes, bytes, int]
"""Device, incarnation and sequence of an event."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found at a place of a stream.

    `content` is the event that could not be applied, or the whole segment of a fork; empty for what is in the log.
    Findings of one kind and stream that share `cause` are one item, opened at the first; without, each event has its
    own.  `holder` and `account` are the balance that it is about, `amount` as in `posapp.domain.inbox.case.Case`.
    """

    kind: Kind
    stream: StreamId
    sequence: int
    hash: bytes
    detail: str
    content: bytes = b""
    cause: bytes = b""
    holder: bytes = b""
    account: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An open item of the exceptions inbox."""

    item_id: str
    kind: Kind
    store_id: str
    device: bytes
    incarnation: bytes
    sequence: int
    detail: str
    opened_at_us: int
    holder: bytes
    account: int
    amount: int

    @property
    def place(self) -> Place:
        """The event that it was opened for."""
        return self.device, self.incarnation, self.sequence


def open_items(connection: Connection, now_us: int, merchant_id: str, store_id: str, found: Sequence[Finding]) -> None:
    """Keep what was found and open an item for each; what was found before changes nothing."""
    contents = []
    items = {}
    for each in reversed(found):
        origin = (each.stream.device, each.stream.incarnation, each.sequence)
        if each.content:
            contents.append((merchant_id, *origin, each.hash, each.content))
        about = (each.holder or None, each.account or None, each.amount)
        head = (merchant_id, identity(each), each.kind.value, store_id, *origin, each.detail[:500], now_us, None)
        items[identity(each)] = (*head, *about, None, None, None)
    batches.append(connection, schema.quarantine, contents, known_is_fine=True)
    batches.append(connection, _table, list(items.values()), known_is_fine=True)
    # A server that was restored meets an exception again, and with it the event that closed it.
    close(connection, now_us, merchant_id, closings_of(connection, merchant_id, items))


def closings_in(rows: Sequence[Value], refused: Collection[int]) -> Iterator[tuple[int, str]]:
    """Which items events close: the place of each such event among them, and the item's id."""
    for place, row in enumerate(rows):
        if place in refused or row[0] != CLOSED:
            continue
        body = row[3] if isinstance(row[3], (list, tuple)) else ()
        item = body[_ITEM_PLACE] if len(body) > _ITEM_PLACE else None
        # What counts is that the ledger says so.
        if type(item) is bytes and closing_of(item) in row[4]:
            yield place, item.hex()


def closings_of(connection: Connection, merchant_id: str, items: Iterable[str]) -> dict[str, Place]:
    """Those of these items that the ledger says were closed, and the event that did it first."""
    holders = {bytes(closing_of(bytes.fromhex(item))): item for item in items}
    wanted = sorted(holders)
    mark = schema.once_mark
    found: dict[str, Place] = {}
    for start in range(0, len(wanted), _MANY):
        query = (
            select(mark.c.holder, mark.c.device, mark.c.incarnation, mark.c.sequence)
            .where(
                mark.c.merchant_id == merchant_id,
                mark.c.holder.in_(wanted[start : start + _MANY]),
                mark.c.account == int(Account.OCCURRENCE),
                mark.c.amount > 0,
            )
            .order_by(mark.c.gseq, mark.c.place, mark.c.sequence)
        )
        for holder, *place in connection.execute(query):
            found.setdefault(holders[holder], (place[0], place[1], place[2]))
    return found


def close(connection: Connection, now_us: int, merchant_id: str, closings: Mapping[str, Place]) -> None:
    """Mark items as closed by these events; the first event that closed an item stays."""
    for item_id, (device, incarnation, sequence) in sorted(closings.items()):
        connection.execute(
            update(_table)
            .where(_table.c.merchant_id == merchant_id, _table.c.item_id == item_id, _table.c.closed_at_us.is_(None))
            .values(closed_at_us=now_us, closed_device=device, closed_incarnation=incarnation, closed_sequence=sequence)
        )


def list_open(connection: Connection, merchant_id: str, store_id: str = "") -> list[Item]:
    """The open items of a merchant, or of one of its stores, oldest first.

    What is about a balance says by how much that is wrong now, and is left out while it is right.
    """
    its = [_table.c.merchant_id == merchant_id, _table.c.closed_at_us.is_(None)]
    if store_id:
        its.append(_table.c.store_id == store_id)
    rows = connection.execute(select(_table).where(*its).order_by(_table.c.opened_at_us, _table.c.item_id)).all()
    live = _live(connection, merchant_id, rows)
    items = (_item(row, live.get((row.holder, row.account), row.amount or 0)) for row in rows)
    return [item for item in items if item.amount or item.kind not in LIVE or not item.holder]


def _live(connection: Connection, merchant_id: str, rows: Sequence[Row[Any]]) -> dict[tuple[bytes, int], int]:
    """By how much the balances are wrong that items are about: below nothing, or owed."""
    table = schema.balance
    about = {(row.holder, row.account) for row in rows if Kind(row.kind) in LIVE and row.holder is not None}
    wrong = dict.fromkeys(about, 0)
    holders = sorted({holder for holder, _account in about})
    for start in range(0, len(holders), _MANY):
        query = select(table.c.holder, table.c.account, table.c.amount).where(
            table.c.merchant_id == merchant_id, table.c.holder.in_(holders[start : start + _MANY])
        )
        for holder, account, amount in connection.execute(query):
            if (holder, account) in wrong:
                wrong[holder, account] = wrong_by(Account(account), amount)
    return wrong


def _item(row: Row[Any], amount: int) -> Item:
    origin = (row.device, row.incarnation, row.sequence)
    about = (row.holder or b"", row.account or 0, amount)
    return Item(row.item_id, Kind(row.kind), row.store_id, *origin, row.detail, row.opened_at_us, *about)


def identity(found: Finding) -> str:
    """The same finding has the same id, however often it is sent."""
    what = found.kind.value.encode()
    if found.kind not in LIVE:
        what += found.stream.device + found.stream.incarnation
    which = found.cause or found.sequence.to_bytes(8, "big") + found.hash
    return hashlib.sha256(what + which).hexdigest()[:32]
