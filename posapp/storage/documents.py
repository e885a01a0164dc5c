"""Reference data as documents: the last writer wins, by a hybrid logical clock.

Nothing of value is ever a document (sync.md, Spending offline): profiles, products, programmes, the name of a store,
what an asset is.  What stands on an asset is on the ledger.
`reference_data` reads and writes their contents; here they are bytes.  The outbox is a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import TEXT, bindparam, exists, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from posapp.storage import settings
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared, batched
from posapp.storage.schema import document as document_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

PROFILE, PRODUCT, PROGRAMME, STORE, ASSET = "profile", "product", "programme", "store", "asset"
CLAIM, CARD, CARD_FACE = "claim", "card", "card_face"
PIN, IDENTITY = "pin", "identity"
STAFF, STAFF_PIN = "staff", "staff_pin"
COLLECTIONS = (
    *(PROFILE, PRODUCT, PROGRAMME, STORE, ASSET, CLAIM, CARD, CARD_FACE),
    *(PIN, IDENTITY, STAFF, STAFF_PIN),
)
_COUNTER_BITS = 16


@dataclass(frozen=True, slots=True)
class Document:
    """One document in one version.  The greater (hlc, device, body) wins.

    A till that was put back to a copy of its file can draw a clock's value again, for another body.
    """

    collection: str
    key: str
    hlc: int
    device: bytes
    body: bytes


_OLDEST = (-1, b"", b"")


class DocumentVersion(NamedTuple):
    """Which version of which document."""

    collection: str
    key: str
    hlc: int
    device: bytes


_row = insert(document_table).values(
    {name: bindparam(name) for name in ("collection", "key", "hlc", "device", "body", "acknowledged")}
)
_RANK = ("hlc", "device", "body")
_won = tuple_(*(_row.excluded[name] for name in _RANK)) > tuple_(*(document_table.c[name] for name in _RANK))
_WRITE = Prepared(
    _row.on_conflict_do_update(
        index_elements=["collection", "key"],
        set_={name: _row.excluded[name] for name in ("hlc", "device", "body", "acknowledged")},
        where=_won,
    ),
    "collection key hlc device body acknowledged",
)

_OUTBOX = Prepared(
    select(*(document_table.c[name] for name in ("collection", "key", "hlc", "device", "body")))
    .where(document_table.c.acknowledged == literal_column("0"))
    .order_by(document_table.c.hlc)
    .limit(bindparam("most")),
    "most",
)
_OUTBOX_COUNT = Prepared(
    select(func.count()).select_from(document_table).where(document_table.c.acknowledged == literal_column("0")), ""
)
_FIND = Prepared(
    select(*(document_table.c[name] for name in ("collection", "key", "hlc", "device", "body"))).where(
        document_table.c.collection == bindparam("its_collection"), document_table.c.key == bindparam("its_key")
    ),
    "its_collection its_key",
)
_KEYS_AT_ONCE = 64
_key_marks = [bindparam(f"key_{place}", type_=TEXT) for place in range(_KEYS_AT_ONCE)]
_KEPT = Prepared(
    select(*(document_table.c[name] for name in ("key", *_RANK))).where(
        document_table.c.collection == bindparam("collection_name"), document_table.c.key.in_(_key_marks)
    ),
    " ".join(["collection_name", *(mark.key for mark in _key_marks)]),
)
_WAITS, _KNOWN, _PROMISED = 0, 1, 2
"""What the server has of a version: not yet; it came from there; it said that it has it, and has not told it again."""
_ITS = "its_collection its_key its_hlc its_device"
_of_version = update(document_table).where(
    *(document_table.c[name] == bindparam(f"its_{name}") for name in DocumentVersion._fields)
)
_ACKNOWLEDGE = Prepared(_of_version.values(acknowledged=literal_column(f"{_KNOWN}")), _ITS)
_PROMISE = Prepared(_of_version.values(acknowledged=literal_column(f"{_PROMISED}")), _ITS)
_HAS_PROMISED = Prepared(
    select(exists().where(document_table.c.acknowledged == literal_column(f"{_PROMISED}"))),
    "",
)
_OFFER_AGAIN = Prepared(
    update(document_table)
    .where(document_table.c.acknowledged == literal_column(f"{_PROMISED}"))
    .values(acknowledged=literal_column(f"{_WAITS}")),
    "",
)


def next_hlc(connection: Connection, now: datetime, count: int = 1) -> int:
    """Draw `count` consecutive clock values and return the first: greater than any this till has drawn or seen.

    A value is (Unix milliseconds << 16 | counter); a clock that runs behind only makes the counter run on.
    """
    last = settings.get(connection, settings.HYBRID_CLOCK)
    first = max(last + 1, int(now.timestamp() * 1000) << _COUNTER_BITS)
    settings.put(connection, settings.HYBRID_CLOCK, first + count - 1)
    return first


def observe_hlc(connection: Connection, seen: int) -> None:
    """Move the clock past a value that came from elsewhere."""
    if seen > settings.get(connection, settings.HYBRID_CLOCK):
        settings.put(connection, settings.HYBRID_CLOCK, seen)


def put_many(
    connection: Connection, collection: str, bodies: Mapping[str, bytes], *, device: bytes, now: datetime
) -> list[Document]:
    """Write own versions of documents; they stand in the outbox until they are acknowledged."""
    first = next_hlc(connection, now, max(len(bodies), 1))
    made = [Document(collection, key, first + n, device, body) for n, (key, body) in enumerate(bodies.items())]
    _WRITE.run_many(driver(connection), [(one.collection, one.key, one.hlc, device, one.body, 0) for one in made])
    return made


def merge(connection: Connection, documents: Iterable[Document]) -> list[Document]:
    """Take versions from the server; return those that won over what was here.

    A version that loses to an own one leaves that in the outbox, so that the winner reaches the server.
    """
    raw = driver(connection)
    offered = list(documents)
    kept = _kept_versions(raw, offered)
    winners, known, newest = [], [], 0
    for one in offered:
        newest = max(newest, one.hlc)
        place, rank = (one.collection, one.key), (one.hlc, one.device, one.body)
        if kept.get(place, _OLDEST) < rank:
            kept[place] = rank
            winners.append(one)
        elif kept[place] == rank:
            known.append(DocumentVersion(one.collection, one.key, one.hlc, one.device))
    _WRITE.run_many(raw, [(one.collection, one.key, one.hlc, one.device, one.body, 1) for one in winners])
    acknowledge(connection, known)
    observe_hlc(connection, newest)
    return winners


def _kept_versions(raw: Any, offered: Iterable[Document]) -> dict[tuple[str, str], tuple[int, bytes, bytes]]:
    keys: dict[str, list[str]] = {}
    for one in offered:
        keys.setdefault(one.collection, []).append(one.key)
    kept: dict[tuple[str, str], tuple[int, bytes, bytes]] = {}
    for collection, wanted in keys.items():
        for part in batched(wanted, _KEYS_AT_ONCE):
            for key, *rank in _KEPT.run(raw, (collection, *part)):
                kept[collection, key] = tuple(rank)
    return kept


def find(connection: Connection, collection: str, key: str) -> Document | None:
    """The winning version of a document, if there is one."""
    row = _FIND.run(driver(connection), (collection, key)).fetchone()
    return Document(*row) if row is not None else None


def every(connection: Connection, collection: str) -> list[Document]:
    """Every document of a collection, by key."""
    query = select(document_table).where(document_table.c.collection == collection).order_by(document_table.c.key)
    return [Document(row.collection, row.key, row.hlc, row.device, row.body) for row in connection.execute(query)]


def outbox(connection: Connection, limit: int) -> list[Document]:
    """Up to `limit` documents that the server does not have in this version, oldest first."""
    return [Document(*row) for row in _OUTBOX.run(driver(connection), (limit,))]


def outbox_count(connection: Connection) -> int:
    """How many documents the server does not have in their present version."""
    count: int = _OUTBOX_COUNT.run(driver(connection)).fetchone()[0]
    return count


def acknowledge(connection: Connection, versions: Iterable[DocumentVersion]) -> None:
    """The server told these versions; one that was changed since stays in the outbox."""
    _ACKNOWLEDGE.run_many(driver(connection), versions)


def promised(connection: Connection, versions: Iterable[DocumentVersion]) -> None:
    """The server says that it has these versions; one that was changed since stays in the outbox."""
    _PROMISE.run_many(driver(connection), versions)


def has_promised(connection: Connection) -> bool:
    """Whether the server said that it has some version, and has not told it since."""
    return bool(_HAS_PROMISED.run(driver(connection)).fetchone()[0])


def offer_again(connection: Connection) -> None:
    """The server has told everything: what it had said to have and did not tell it has lost, and is offered again.

    A server that was put back to an old backup need not notice: what it is told afterwards may follow on what it has.
    """
    _OFFER_AGAIN.run(driver(connection), ())


def reset_acknowledged(connection: Connection) -> None:
    """The server may have lost its memory: offer every document again, others' included."""
    connection.execute(update(document_table).values(acknowledged=0))
