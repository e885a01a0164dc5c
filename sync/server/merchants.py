"""Merchants and stores, and the merchant's order of changes: one counter that every write takes first."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select, update

from sync.protocol.limits import NAME_CHARACTERS
from sync.protocol.messages import DocumentRow, encode
from sync.server.documents import keep, winners
from sync.server.errors import NotFoundError, Refusal
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from sync.server.context import Context

_MERCHANT_ID: Final = re.compile(r"[a-z0-9]{3,20}")
_STORE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,32}")
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]")
_GENERATION_BYTES: Final = 8
_READABLE: Final = "23456789abcdefghjkmnpqrstvwxyz"
STORE_COLLECTION: Final = "store"

_counter = schema.merchant_counter
_LOCK: Final = (
    update(_counter)
    .where(_counter.c.merchant_id == bindparam("merchant"))
    .values(gseq=_counter.c.gseq)
    .returning(_counter.c.gseq, _counter.c.cumulative_hash, _counter.c.generation)
)
_ADVANCE: Final = (
    update(_counter)
    .where(_counter.c.merchant_id == bindparam("merchant"))
    .values(gseq=bindparam("place"), cumulative_hash=bindparam("total"))
)


def is_merchant_id(text: str) -> bool:
    """Whether this can be a merchant's id: 3 to 20 small letters and digits."""
    return _MERCHANT_ID.fullmatch(text) is not None


def create(context: Context, merchant_name: str, merchant_id: str = "") -> str:
    """Make a merchant and return its id, which is made from the name where none is given.  Raises `Refusal`."""
    _check_name(merchant_name)
    merchant_id = merchant_id or _NOT_PLAIN.sub("", merchant_name.lower())[:20]
    if not is_merchant_id(merchant_id):
        merchant_id = "".join(secrets.choice(_READABLE) for _ in range(6))
    now = context.now_us()

    def work(connection: Connection) -> None:
        if exists(connection, merchant_id):
            raise Refusal(f"there is a merchant {merchant_id} already", f"商户 {merchant_id} 已存在", "merchant_id")
        batches.append(connection, schema.merchant, [(merchant_id, merchant_name, now)])
        generation = context.entropy(_GENERATION_BYTES)
        batches.append(connection, schema.merchant_counter, [(merchant_id, 0, b"", generation)])

    context.database.write(work)
    return merchant_id


def add_store(context: Context, merchant_id: str, store_id: str, store_name: str) -> None:
    """Make a store, or rename it; its tills hear of it.  Raises `Refusal`."""
    _check_name(store_name)
    if _STORE_ID.fullmatch(store_id) is None:
        raise Refusal(f"{store_id!r} cannot be a store's id", f"{store_id!r} 不能作为门店编号", "store_id")

    def work(connection: Connection) -> None:
        lock_counter(connection, merchant_id)
        batches.put(connection, schema.store, [(merchant_id, store_id, store_name)])
        body = encode({"name": store_name})
        publish(connection, merchant_id, [DocumentRow(STORE_COLLECTION, store_id, hlc(context), b"", body)])

    context.database.write(work)


def new_generation(context: Context, merchant_id: str) -> None:
    """Say that the database was restored: every till starts its cursor again and offers what the server lacks."""

    def work(connection: Connection) -> None:
        lock_counter(connection, merchant_id)
        table = schema.merchant_counter
        fresh = context.entropy(_GENERATION_BYTES)
        connection.execute(update(table).where(table.c.merchant_id == merchant_id).values(generation=fresh))

    context.database.write(work)


def publish(connection: Connection, merchant_id: str, rows: Sequence[DocumentRow]) -> int:
    """Put documents of the server's own into the merchant's order, and return how many were new.

    The caller holds the merchant's counter.
    """
    fresh = winners(connection, merchant_id, rows)
    if fresh:
        counter = lock_counter(connection, merchant_id)
        gseq = counter.gseq + 1
        total = hashlib.sha256(counter.cumulative_hash + gseq.to_bytes(8, "big"))
        for row in fresh:
            total.update(hashlib.sha256(encode(row)).digest())
        keep(connection, merchant_id, gseq, fresh)
        advance(connection, merchant_id, gseq, total.digest())
    return len(fresh)


def lock_counter(connection: Connection, merchant_id: str) -> Row[tuple[int, bytes, bytes]]:
    """Take the merchant's lock: its row of the counter, by writing to it, and never by `SELECT … FOR UPDATE`.

    Raises `NotFoundError`.
    """
    found = connection.execute(_LOCK, {"merchant": merchant_id}).one_or_none()
    if found is None:
        raise NotFoundError("the merchant is not known here", "服务器上没有该商户", "merchant_id")
    return found


def advance(connection: Connection, merchant_id: str, gseq: int, cumulative_hash: bytes) -> None:
    """Put one change at the end of the merchant's order; the caller holds the counter."""
    batches.append(connection, schema.change, [(merchant_id, gseq, cumulative_hash)])
    connection.execute(_ADVANCE, {"merchant": merchant_id, "place": gseq, "total": cumulative_hash})


def exists(connection: Connection, merchant_id: str) -> bool:
    """Whether there is such a merchant."""
    table = schema.merchant
    return connection.scalar(select(table.c.merchant_id).where(table.c.merchant_id == merchant_id)) is not None


def all_ids(connection: Connection) -> list[str]:
    """Every merchant, for an operator: the only query across merchants (sync.md, rule 7)."""
    return list(connection.scalars(select(schema.merchant.c.merchant_id).order_by(schema.merchant.c.merchant_id)))


def name(connection: Connection, merchant_id: str) -> str:
    """A merchant's name.  Raises `NotFoundError`."""
    table = schema.merchant
    found: Any = connection.scalar(select(table.c.name).where(table.c.merchant_id == merchant_id))
    if found is None:
        raise NotFoundError("the merchant is not known here", "服务器上没有该商户", "merchant_id")
    return str(found)


def store_name(connection: Connection, merchant_id: str, store_id: str) -> str:
    """A store's name.  Raises `NotFoundError`."""
    table = schema.store
    mine = (table.c.merchant_id == merchant_id) & (table.c.store_id == store_id)
    found = connection.scalar(select(table.c.name).where(mine))
    if found is None:
        raise NotFoundError(f"there is no store {store_id}", f"没有门店 {store_id}", "store_id")
    return str(found)


def hlc(context: Context) -> int:
    """A hybrid logical clock's reading for what the server itself writes."""
    return (context.now_us() // 1_000) << 16


def _check_name(text: str) -> None:
    if not text.strip() or len(text) > NAME_CHARACTERS:
        raise Refusal(f"a name has 1 to {NAME_CHARACTERS} characters", f"名称应为 1 至 {NAME_CHARACTERS} 个字", "name")
