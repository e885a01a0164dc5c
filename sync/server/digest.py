"""What the server holds, digested by content, from its projections or anew from the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from posapp.domain.ledger import NO_HOLDER
from sync.protocol.digest import content_digest, range_digests
from sync.protocol.messages import Cursor, DigestReply
from sync.server import devices
from sync.server.errors import NotFoundError
from sync.server.storage import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.server.context import Caller, Context


def of_balances(connection: Connection, merchant_id: str) -> DigestReply:
    """Digest a merchant's balances as they stand, computed now, never taken from anybody.  Raises `NotFoundError`."""
    counter, balance, account = schema.merchant_counter, schema.balance, schema.account_balance
    now = connection.execute(select(counter).where(counter.c.merchant_id == merchant_id)).one_or_none()
    if now is None:
        raise NotFoundError("the merchant is not known here", "服务器上没有该商户", "merchant_id")
    query = select(balance.c.account, balance.c.holder, balance.c.amount).where(balance.c.merchant_id == merchant_id)
    held = [(number, who, amount) for number, who, amount in connection.execute(query)]
    plain = connection.execute(select(account.c.account, account.c.amount).where(account.c.merchant_id == merchant_id))
    return DigestReply(
        cursor=Cursor(now.gseq, now.cumulative_hash, now.generation),
        members=content_digest(held),
        accounts=content_digest((number, NO_HOLDER, amount) for number, amount in plain),
        ranges=range_digests(held),
    )


def answer(context: Context, caller: Caller) -> DigestReply:
    """Answer a till that asks.  Raises `RevokedError` or `UnauthenticatedError`."""
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
        return of_balances(connection, caller.merchant_id)
