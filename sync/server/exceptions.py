"""What a person must look at: events that could not be applied, and streams with two histories.

Both are kept with their content.  Nothing waits for them: an exception never blocks a queue (sync.md, Push).
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that could not be applied, with its content: the event, or the whole segment of a fork."""

    kind: Kind
    stream: StreamId
    sequence: int
    hash: bytes
    detail: str
    content: bytes


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
    for each in {_identity(one): one for one in found}.values():
        origin = (each.stream.device, each.stream.incarnation, each.sequence)
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
    place = found.stream.device + found.stream.incarnation + found.sequence.to_bytes(8, "big")
    return hashlib.sha256(found.kind.value.encode() + place + found.hash).hexdigest()[:32]
