"""The tables of a till's database.

Facts stand in `stream`, `event` and `posting`; balances, days, holders and sales are projections of them and can be
rebuilt (`verify`).  Members, products and programmes are materialised from `document`.  Text search lives in FTS5
tables, which SQLAlchemy does not model: see `SEARCH_TABLES`.
"""

from __future__ import annotations

from sqlalchemy import (
    BLOB,
    INTEGER,
    TEXT,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

metadata = MetaData()

stream = Table(
    "stream",
    metadata,
    Column("stream_key", INTEGER, primary_key=True),
    Column("device", BLOB, nullable=False),
    Column("incarnation", BLOB, nullable=False),
    Column("store_id", TEXT, nullable=False),
    Column("own", INTEGER, nullable=False),
    Column("head_sequence", INTEGER, nullable=False),
    Column("head_hash", BLOB, nullable=False),
    # What the server has on disk; and, of own streams, what its word on members (`held_balance.settled`) includes.
    Column("acknowledged_sequence", INTEGER, nullable=False, server_default=text("0")),
    Column("covered_sequence", INTEGER, nullable=False, server_default=text("0")),
    UniqueConstraint("device", "incarnation"),
    sqlite_strict=True,
)

event = Table(
    "event",
    metadata,
    Column("position", INTEGER, primary_key=True),
    Column("stream_key", INTEGER, ForeignKey("stream.stream_key"), nullable=False),
    Column("sequence", INTEGER, nullable=False),
    Column("kind", INTEGER, nullable=False),
    Column("at", INTEGER, nullable=False),
    Column("canonical", BLOB, nullable=False),
    Column("hash", BLOB, nullable=False),
    # 1, or 0 for a kind that this program did not know when it came (kept verbatim, projected later), or -1 for an
    # event that contradicts itself.
    Column("projected", INTEGER, nullable=False),
    Index("event_place", "stream_key", "sequence", unique=True),
    Index("event_deferred", "position", sqlite_where=text("projected = 0")),
    # Who was named for a sale late.
    Index("event_claim", "position", sqlite_where=text("kind = 55")),
    # What people did beside selling: signing in, agreeing, the drawer (`domain.encoding.KINDS`).
    Index("event_people", "kind", "position", sqlite_where=text("kind BETWEEN 40 AND 49")),
    # Who changed who works here.
    Index("event_staff", "position", sqlite_where=text("kind = 59")),
    sqlite_strict=True,
)

posting = Table(
    "posting",
    metadata,
    Column("position", INTEGER, ForeignKey("event.position"), primary_key=True),
    Column("line", INTEGER, primary_key=True),
    Column("account", INTEGER, nullable=False),
    Column("holder", BLOB),
    Column("amount", INTEGER, nullable=False),
    Index("posting_holder", "holder", "account", "position", sqlite_where=text("holder IS NOT NULL")),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

held_balance = Table(
    "held_balance",
    metadata,
    Column("holder", BLOB, primary_key=True),
    Column("account", INTEGER, primary_key=True),
    Column("settled", INTEGER, nullable=False),
    Column("pending", INTEGER, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

account_balance = Table(
    "account_balance",
    metadata,
    Column("account", INTEGER, primary_key=True),
    Column("amount", INTEGER, nullable=False),
    sqlite_strict=True,
)

member_day = Table(
    "member_day",
    metadata,
    Column("member", BLOB, primary_key=True),
    Column("day", INTEGER, primary_key=True),
    # Of the whole store's log, and the part of it that only this till knows of.
    Column("net", INTEGER, nullable=False),
    Column("orders", INTEGER, nullable=False),
    Column("pending_net", INTEGER, nullable=False),
    Column("pending_orders", INTEGER, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# A member's visits: the server's word (`settled_…`), and with own pending days added (the plain columns).
holder = Table(
    "holder",
    metadata,
    Column("holder", BLOB, primary_key=True),
    Column("visits", INTEGER, nullable=False),
    Column("orders", INTEGER, nullable=False),
    Column("first_day", INTEGER),
    Column("last_day", INTEGER),
    Column("settled_visits", INTEGER, nullable=False, server_default=text("0")),
    Column("settled_orders", INTEGER, nullable=False, server_default=text("0")),
    Column("settled_first_day", INTEGER),
    Column("settled_last_day", INTEGER),
    Column("recent_days", BLOB),
    # The number of the server's snapshot that named this holder last.
    Column("mark", INTEGER, nullable=False, server_default=text("0")),
    Index("holder_last_day", "last_day", sqlite_where=text("last_day IS NOT NULL")),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Where one holder's settled balance includes other own events than `stream.covered_sequence` says (mid-pull).
holder_coverage = Table(
    "holder_coverage",
    metadata,
    Column("holder", BLOB, primary_key=True),
    Column("stream_key", INTEGER, ForeignKey("stream.stream_key"), primary_key=True),
    Column("sequence", INTEGER, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

sale = Table(
    "sale",
    metadata,
    Column("position", INTEGER, ForeignKey("event.position"), primary_key=True),
    Column("receipt_number", TEXT, nullable=False),
    # The running number inside `receipt_number`, for this device's own receipts.
    Column("serial", INTEGER),
    Column("business_day", INTEGER, nullable=False),
    Column("cashier", TEXT, nullable=False),
    Column("member", BLOB),
    Column("due", INTEGER, nullable=False),
    Column("at", INTEGER, nullable=False),
    Column("cart_id", BLOB),
    Index("sale_receipt", "receipt_number"),
    Index("sale_serial", "business_day", "serial", sqlite_where=text("serial IS NOT NULL")),
    Index("sale_member", "member", "position", sqlite_where=text("member IS NOT NULL")),
    Index("sale_cart", "cart_id", unique=True, sqlite_where=text("cart_id IS NOT NULL")),
    sqlite_strict=True,
)

refund = Table(
    "refund",
    metadata,
    Column("position", INTEGER, ForeignKey("event.position"), primary_key=True),
    # The event id of the sale that this gives back a part of.
    Column("original", BLOB, nullable=False),
    Column("receipt_number", TEXT, nullable=False),
    Column("serial", INTEGER),
    Column("business_day", INTEGER, nullable=False),
    Column("member", BLOB),
    Column("amount", INTEGER, nullable=False),
    Column("at", INTEGER, nullable=False),
    Index("refund_original", "original"),
    Index("refund_member", "member", "position", sqlite_where=text("member IS NOT NULL")),
    Index("refund_serial", "business_day", "serial", sqlite_where=text("serial IS NOT NULL")),
    sqlite_strict=True,
)

segment = Table(
    "segment",
    metadata,
    Column("segment_key", INTEGER, primary_key=True),
    Column("stream_key", INTEGER, ForeignKey("stream.stream_key"), nullable=False),
    Column("first_sequence", INTEGER, nullable=False),
    Column("last_sequence", INTEGER, nullable=False),
    Column("body", BLOB, nullable=False),
    Index("segment_place", "stream_key", "first_sequence"),
    sqlite_strict=True,
)

document = Table(
    "document",
    metadata,
    Column("collection", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("hlc", INTEGER, nullable=False),
    Column("device", BLOB, nullable=False),
    Column("body", BLOB, nullable=False),
    Column("acknowledged", INTEGER, nullable=False),
    Index("document_outbox", "hlc", sqlite_where=text("acknowledged = 0")),
    Index("document_promised", "hlc", sqlite_where=text("acknowledged = 2")),
    sqlite_strict=True,
)

member = Table(
    "member",
    metadata,
    Column("member_key", INTEGER, primary_key=True),
    Column("member_id", BLOB, nullable=False, unique=True),
    Column("card_number", TEXT, nullable=False),
    # Digits only, without the country code of China: 13800006021.
    Column("phone", TEXT, nullable=False),
    Column("phone_reversed", TEXT, nullable=False),
    Column("phone_e164", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("birthday", TEXT, nullable=False),
    Column("marketing", INTEGER, nullable=False),
    Column("joined", INTEGER),
    Index("member_phone", "phone"),
    Index("member_phone_reversed", "phone_reversed"),
    # Month and day, whether the year is known or not.
    Index("member_birthday", text("substr(birthday, -4)"), sqlite_where=text("birthday <> ''")),
    sqlite_strict=True,
)

# The last business day of a member at this store: small enough to stay in memory, so that search can put regulars first
# without fetching everybody who matches.
member_here = Table(
    "member_here",
    metadata,
    Column("member_key", INTEGER, ForeignKey("member.member_key"), primary_key=True),
    Column("day", INTEGER, nullable=False),
    sqlite_strict=True,
)

# What became of a member: nothing, or merged into a survivor, or forgotten at their own wish; how long their card
# lasts; what they agreed to.
member_state = Table(
    "member_state",
    metadata,
    Column("member_id", BLOB, primary_key=True),
    Column("state", TEXT, nullable=False),
    Column("survivor", BLOB),
    Column("card_until", INTEGER),
    Column("consents", BLOB, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Whose a phone number is, where it is not whose it was first: by keyed hash.  Without a member it is nobody's yet, and
# whoever comes with it is a new person of that generation.
number_claim = Table(
    "number_claim",
    metadata,
    Column("number_key", BLOB, primary_key=True),
    Column("member_id", BLOB),
    Column("generation", INTEGER, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Cards that are no longer good: lost, or replaced.
revoked_card = Table(
    "revoked_card",
    metadata,
    Column("card_number", TEXT, primary_key=True),
    Column("day", INTEGER, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Every card that was ever given to a member: a lost card's number still finds its owner.
card = Table(
    "card",
    metadata,
    Column("card_number", TEXT, primary_key=True),
    Column("member_id", BLOB, primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# What members own, materialised from documents; what stands on each is in `held_balance`, as for a member.
asset = Table(
    "asset",
    metadata,
    Column("asset_id", BLOB, primary_key=True),
    Column("owner", BLOB, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("template", TEXT, nullable=False),
    Column("last_day", INTEGER),
    # The asset that this one belongs to: a lot's card, a component's bundle.
    Column("part_of", BLOB),
    Column("code", TEXT, nullable=False),
    Column("body", BLOB, nullable=False),
    Index("asset_owner", "owner"),
    Index("asset_part", "part_of", sqlite_where=text("part_of IS NOT NULL")),
    Index("asset_code", "code", sqlite_where=text("code <> ''")),
    Index("asset_template", "template", "kind"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Pinyin in full and by initials, every common reading: prefixes are found by the primary key.
member_spelling = Table(
    "member_spelling",
    metadata,
    Column("spelling", TEXT, primary_key=True),
    Column("member_key", INTEGER, ForeignKey("member.member_key"), primary_key=True),
    Index("member_spelling_member", "member_key"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

product = Table(
    "product",
    metadata,
    Column("product_key", INTEGER, primary_key=True),
    Column("sku", TEXT, nullable=False),
    Column("revision", INTEGER, nullable=False),
    Column("current", INTEGER, nullable=False),
    Column("active", INTEGER, nullable=False),
    Column("barcode", TEXT, nullable=False),
    Column("plu", TEXT, nullable=False),
    Column("quick", INTEGER, nullable=False),
    Column("name_zh", TEXT, nullable=False),
    Column("name_en", TEXT, nullable=False),
    # The whole product as MessagePack; the columns above are what is searched.
    Column("body", BLOB, nullable=False),
    UniqueConstraint("sku", "revision"),
    Index("product_current", "sku", unique=True, sqlite_where=text("current = 1")),
    Index("product_barcode", "barcode", sqlite_where=text("current = 1 AND barcode <> ''")),
    Index("product_plu", "plu", sqlite_where=text("current = 1 AND plu <> ''")),
    Index("product_quick", "quick", sqlite_where=text("current = 1 AND quick > 0")),
    CheckConstraint("revision > 0"),
    sqlite_strict=True,
)

product_spelling = Table(
    "product_spelling",
    metadata,
    Column("spelling", TEXT, primary_key=True),
    Column("product_key", INTEGER, ForeignKey("product.product_key"), primary_key=True),
    Index("product_spelling_product", "product_key"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

programme = Table(
    "programme",
    metadata,
    Column("version", INTEGER, primary_key=True),
    Column("body", BLOB, nullable=False),
    sqlite_strict=True,
)

held_cart = Table(
    "held_cart",
    metadata,
    Column("cart_id", BLOB, primary_key=True),
    Column("held_at", INTEGER, nullable=False),
    Column("label", TEXT, nullable=False),
    Column("lines", INTEGER, nullable=False),
    Column("body", BLOB, nullable=False),
    sqlite_strict=True,
)

# Requests that were carried out here (`requests`).
request = Table(
    "request",
    metadata,
    Column("request_id", BLOB, primary_key=True),
    Column("answer", BLOB, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

setting = Table(
    "setting",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", BLOB, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Contentless: each holds the index alone.  Trigrams find any three digits or more inside a number; names have one token
# a hanzi and one a Latin word, so that two hanzi are a phrase.
_PHONE_SEARCH = "fts5(phone, tokenize='trigram', content='', contentless_delete=1, detail=none)"
_NAME_SEARCH = "fts5(name, tokenize='unicode61', content='', contentless_delete=1)"
SEARCH_TABLES = (
    f"CREATE VIRTUAL TABLE member_phone_search USING\n    {_PHONE_SEARCH}",
    f"CREATE VIRTUAL TABLE member_name_search USING\n    {_NAME_SEARCH}",
    f"CREATE VIRTUAL TABLE product_name_search USING\n    {_NAME_SEARCH}",
)
