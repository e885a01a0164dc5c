"""What a person must look at: events that could not be applied, streams with two histories, sales that look wrong.

What is not in the log is kept with its content.  Nothing waits for an item: an exception never blocks a queue
(sync.md, Push).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from posapp.domain.ids import StreamId


@unique
class Kind(Enum):
    """Why an item was opened."""

    QUARANTINE = "quarantine"
    """An event that is unbalanced, undecodable, or touches an account that does not exist."""
    FORK = "fork"
    """A stream whose place has two different events."""
    PRICE_DIFFERENCE = "price_difference"
    """A sale that comes to something else when it is priced again (`sync.server.audit`)."""
    REFUND_EXCESS = "refund_excess"
    """A sale of which more came back than there was, or a refund of what is no sale (`sync.server.returns`)."""
    CLOCK_DIFFERENCE = "clock_difference"
    """A sale whose till says another day than the one on which it can have been made (domain.md §5.3, Fake 18th)."""
    OVERDRAFT = "overdraft"
    """Two tills spent what was there only once (domain.md §5.2)."""
    COUPON_TWICE = "coupon_twice"
    """A coupon that was redeemed before, by another till that did not know (`sync.server.once`)."""
    OCCASION_TWICE = "occasion_twice"
    """Points that two tills gave for one occasion, neither knowing of the other."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found at a place of a stream.

    `content` is the event that could not be applied, or the whole segment of a fork; empty for what is in the log.
    Findings of one kind and stream that share `cause` are one item, opened at the first; without, each event has its
    own.
    """

    kind: Kind
    stream: StreamId
    sequence: int
    hash: bytes
    detail: str
    content: bytes = b""
    cause: bytes = b""


@dataclass(frozen=True, slots=True)
class Item:
    """An open item of the exceptions inbox."""

    item_id: str
    kind: Kind
    store_id: str
    device: bytes
    sequence: int
    detail: str
    opened_at_us: int


def open_items(connection: Connection, now_us: int, merchant_id: str, store_id: str, found: Sequence[Finding]) -> None:
    """Keep what was found and open an item for each; what was found before changes nothing."""
    contents = []
    items = []
    for each in {_identity(one): one for one in reversed(found)}.values():
        origin = (each.stream.device, each.stream.incarnation, each.sequence)
        if each.content:
            contents.append((merchant_id, *origin, each.hash, each.content))
        row = (merchant_id, _identity(each), each.kind.value, store_id, *origin, each.detail[:500], now_us, None)
        items.append(row)
    batches.append(connection, schema.quarantine, contents, known_is_fine=True)
    batches.append(connection, schema.exception_item, items, known_is_fine=True)


def list_open(connection: Connection, merchant_id: str) -> list[Item]:
    """The open items of a merchant, oldest first."""
    table = schema.exception_item
    rows = connection.execute(
        select(table)
        .where(table.c.merchant_id == merchant_id, table.c.closed_at_us.is_(None))
        .order_by(table.c.opened_at_us, table.c.item_id)
    )
    return [
        Item(row.item_id, Kind(row.kind), row.store_id, row.device, row.sequence, row.detail, row.opened_at_us)
        for row in rows
    ]


def _identity(found: Finding) -> str:
    """The same finding has the same id, however often it is sent."""
    what = found.kind.value.encode() + found.stream.device + found.stream.incarnation
    which = found.cause or found.sequence.to_bytes(8, "big") + found.hash
    return hashlib.sha256(what + which).hexdigest()[:32]
