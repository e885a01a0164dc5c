"""The server's tables.

Every one but `schema_version`, every key and every query leads with `merchant_id` (sync.md, The server's SQL, rule 1),
so that the same schema shards by that column (`packaging/citus.sql`).

`segment` is the log of record, kept verbatim.  `balance`, `account_balance`, `member_day` and `holder` are projections
of it: `sync.server.verify` folds the log and compares.  `change` is the order in which pushes were taken: one row a
push that changed anything, with the hash of everything before it.  `document_version` keeps every version of the
documents that sales were priced by, and `audit_cursor` how far `sync.server.audit` has priced the log again;
`audit_refund` finds the refunds of a sale, `audit_asset` what happened to a card or a pass.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

metadata: Final = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    }
)


_ROOM: Final = {"fillfactor": 70}
"""Rows that every push changes: PostgreSQL puts the new one beside the old and leaves the index alone."""


def _merchant() -> Column[str]:
    return Column("merchant_id", String, nullable=False)


schema_version: Final = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at_us", BigInteger, nullable=False),
)

merchant: Final = Table(
    "merchant",
    metadata,
    _merchant(),
    Column("name", String, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id"),
)

merchant_counter: Final = Table(
    "merchant_counter",
    metadata,
    _merchant(),
    Column("gseq", BigInteger, nullable=False),
    Column("cumulative_hash", LargeBinary, nullable=False),
    Column("generation", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id"),
)

change: Final = Table(
    "change",
    metadata,
    _merchant(),
    Column("gseq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id", "gseq"),
)

store: Final = Table(
    "store",
    metadata,
    _merchant(),
    Column("store_id", String, nullable=False),
    Column("name", String, nullable=False),
    PrimaryKeyConstraint("merchant_id", "store_id"),
)

device: Final = Table(
    "device",
    metadata,
    _merchant(),
    Column("device", LargeBinary, nullable=False),
    Column("store_id", String, nullable=False),
    Column("till_number", Integer, nullable=False),
    Column("till_name", String, nullable=False),
    Column("card_block", Integer, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("revoked", SmallInteger, nullable=False),
    Column("hlc", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "device"),
)

enrolment_code: Final = Table(
    "enrolment_code",
    metadata,
    _merchant(),
    Column("code_hash", LargeBinary, nullable=False),
    Column("store_id", String, nullable=False),
    Column("till_number", Integer, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("used_by", LargeBinary),
    PrimaryKeyConstraint("merchant_id", "code_hash"),
)

enrolment_try: Final = Table(
    "enrolment_try",
    metadata,
    _merchant(),
    Column("minute", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    PrimaryKeyConstraint("merchant_id", "minute"),
)

stream: Final = Table(
    "stream",
    metadata,
    _merchant(),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("store_id", String, nullable=False),
    Column("head_sequence", BigInteger, nullable=False),
    Column("head_hash", LargeBinary, nullable=False),
    Column("gseq", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "device", "incarnation"),
)
Index(None, stream.c.merchant_id, stream.c.store_id)

segment: Final = Table(
    "segment",
    metadata,
    _merchant(),
    Column("gseq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("store_id", String, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    # The events it brought: the first may lie inside the segment, when an earlier one overlapped it.
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("wire", LargeBinary, nullable=False),
    # By the server's clock; nothing where it came before version 2 of this schema.
    Column("arrived_at_us", BigInteger),
    PrimaryKeyConstraint("merchant_id", "gseq", "place"),
    UniqueConstraint("merchant_id", "device", "incarnation", "first_sequence"),
)
Index(None, segment.c.merchant_id, segment.c.store_id, segment.c.gseq)

balance: Final = Table(
    "balance",
    metadata,
    _merchant(),
    Column("holder", LargeBinary, nullable=False),
    Column("account", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "holder", "account"),
    postgresql_with=_ROOM,
)

account_balance: Final = Table(
    "account_balance",
    metadata,
    _merchant(),
    Column("account", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "account"),
)

member_day: Final = Table(
    "member_day",
    metadata,
    _merchant(),
    Column("holder", LargeBinary, nullable=False),
    Column("day", Integer, nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("orders", Integer, nullable=False),
    PrimaryKeyConstraint("merchant_id", "holder", "day"),
    postgresql_with=_ROOM,
)

holder: Final = Table(
    "holder",
    metadata,
    _merchant(),
    Column("holder", LargeBinary, nullable=False),
    Column("gseq", BigInteger, nullable=False),
    Column("card_number", String),
    Column("joined", Integer),
    PrimaryKeyConstraint("merchant_id", "holder"),
)
Index(None, holder.c.merchant_id, holder.c.gseq)

document: Final = Table(
    "document",
    metadata,
    _merchant(),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("hlc", BigInteger, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("gseq", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "collection", "key"),
)
Index(None, document.c.merchant_id, document.c.gseq)

document_version: Final = Table(
    "document_version",
    metadata,
    _merchant(),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("hlc", BigInteger, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id", "collection", "key", "hlc", "device"),
)

audit_returned: Final = Table(
    "audit_returned",
    metadata,
    _merchant(),
    # Members who brought something back: what they once reached is no longer to be seen in their balances.
    Column("holder", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id", "holder"),
)

audit_refund: Final = Table(
    "audit_refund",
    metadata,
    _merchant(),
    # The place of the sale that it gives back a part of, which may arrive later; its own place; and the event.
    Column("original_device", LargeBinary, nullable=False),
    Column("original_incarnation", LargeBinary, nullable=False),
    Column("original_sequence", BigInteger, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint(
        "merchant_id",
        "original_device",
        "original_incarnation",
        "original_sequence",
        "device",
        "incarnation",
        "sequence",
    ),
)

audit_asset: Final = Table(
    "audit_asset",
    metadata,
    _merchant(),
    # What happened to a card or a pass besides its use, by whichever it is about, to reckon its closing again: the
    # event, and where it stands in the merchant's order.
    Column("asset", LargeBinary, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("gseq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id", "asset", "device", "incarnation", "sequence"),
)

audit_cursor: Final = Table(
    "audit_cursor",
    metadata,
    _merchant(),
    Column("gseq", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id"),
)

once_mark: Final = Table(
    "once_mark",
    metadata,
    _merchant(),
    # Events at holders that may be touched once (`sync.server.once`).
    Column("holder", LargeBinary, nullable=False),
    Column("account", Integer, nullable=False),
    Column("gseq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("label", String, nullable=False),
    Column("code", String, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id", "holder", "account", "device", "incarnation", "sequence"),
)

audit_turn: Final = Table(
    "audit_turn",
    metadata,
    _merchant(),
    # The worker process that prices a merchant's sales again, until an instant of its clock (`sync.server.turns`).
    Column("worker", LargeBinary, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id"),
)

used_challenge: Final = Table(
    "used_challenge",
    metadata,
    _merchant(),
    # What a session was opened with, for as long as it would otherwise be good again.
    Column("challenge", LargeBinary, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "challenge"),
)

lease: Final = Table(
    "lease",
    metadata,
    _merchant(),
    # The share of a balance that a till may spend without asking; it comes back with the till's journal only.
    Column("device", LargeBinary, nullable=False),
    Column("holder", LargeBinary, nullable=False),
    Column("account", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "device", "holder", "account"),
)
Index(None, lease.c.merchant_id, lease.c.holder)

lease_return: Final = Table(
    "lease_return",
    metadata,
    _merchant(),
    Column("device", LargeBinary, nullable=False),
    # How often the till gave its shares back: a return that is no later than the last was under way for too long.
    Column("turn", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "device"),
)

quarantine: Final = Table(
    "quarantine",
    metadata,
    _merchant(),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # The canonical event, or the whole segment of a fork.
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("merchant_id", "device", "incarnation", "sequence", "hash"),
)

exception_item: Final = Table(
    "exception_item",
    metadata,
    _merchant(),
    Column("item_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("store_id", String, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("detail", String, nullable=False),
    Column("opened_at_us", BigInteger, nullable=False),
    Column("closed_at_us", BigInteger),
    # The balance that is wrong, where it is one; by how much it was then, or fen; and the event that closed the item.
    Column("holder", LargeBinary),
    Column("account", Integer),
    Column("amount", BigInteger),
    Column("closed_device", LargeBinary),
    Column("closed_incarnation", LargeBinary),
    Column("closed_sequence", BigInteger),
    PrimaryKeyConstraint("merchant_id", "item_id"),
)
Index(None, exception_item.c.merchant_id, exception_item.c.holder)


PRICED_BY: Final = ("product", "programme")
"""The collections whose documents sales were priced by: every version of them is kept."""
