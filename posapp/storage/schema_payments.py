"""The tables of payments by scanned code: operational, the money moves in the ledger with its sale or refund.

`metadata` is that of `schema`, complete with these tables.
"""

from __future__ import annotations

from sqlalchemy import BLOB, INTEGER, TEXT, Column, Index, Table, text

from posapp.storage.schema import metadata

__all__ = ["metadata", "payment", "payment_return"]

# Each payment is written before it is sent.
payment = Table(
    "payment",
    metadata,
    Column("out_trade_no", TEXT, primary_key=True),
    Column("cart_id", BLOB, nullable=False),
    Column("stage", INTEGER, nullable=False),
    # When there is something to do about it, in microseconds; NULL where there is nothing left.
    Column("next_at", INTEGER),
    # 1 once its sale is recorded.
    Column("sold", INTEGER, nullable=False),
    # The whole payment, and the basket that it pays for, as MessagePack.
    Column("body", BLOB, nullable=False),
    Column("basket", BLOB, nullable=False),
    Index("payment_cart", "cart_id"),
    Index("payment_next", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    Index("payment_unsold", "out_trade_no", sqlite_where=text("stage = 6 AND sold = 0")),
    sqlite_strict=True,
)

# What goes back the way it came, written with its refund.
payment_return = Table(
    "payment_return",
    metadata,
    Column("number", TEXT, primary_key=True),
    # When the provider is asked next, in microseconds; NULL where nothing is left to do.
    Column("next_at", INTEGER),
    # The whole of it, as MessagePack.
    Column("body", BLOB, nullable=False),
    Index("payment_return_next", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    sqlite_strict=True,
)
