"""What two tills spent together that was there only once (domain.md §5.2).

Nothing is rejected for it: both events stand, the balance goes below nothing, and an item names the till whose events
took it there in the merchant's order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from posapp.domain.accounts import Account
from sync.server import exceptions
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from posapp.domain.ids import StreamId

NEVER_NEGATIVE: Final = (Account.PASS_USES, Account.STORED_PRINCIPAL, Account.STORED_BONUS, Account.STOCK)
"""Accounts that only a conflict overdraws.  Points are not among them: a refund may leave a debt (domain.md §2.5)."""
_MANY: Final = 500


def overdrawn(
    connection: Connection, merchant_id: str, held: Mapping[int, Mapping[bytes, int]], at: tuple[StreamId, int, bytes]
) -> Iterator[exceptions.Finding]:
    """What `held` (account → holder → amount) took below nothing; `at` is the place of the stream that did it."""
    stream, sequence, digest = at
    table = schema.balance
    for account in NEVER_NEGATIVE:
        spent = sorted(who for who, amount in held.get(int(account), {}).items() if amount < 0)
        for some in _parts(spent):
            query = select(table.c.holder, table.c.amount).where(
                table.c.merchant_id == merchant_id,
                table.c.account == int(account),
                table.c.holder.in_(some),
                table.c.amount < 0,
            )
            for who, amount in connection.execute(query):
                detail = f"{account.name} of {who.hex()} is overdrawn by {-amount}"
                cause = who + int(account).to_bytes(4, "big")
                yield exceptions.Finding(exceptions.Kind.OVERDRAFT, stream, sequence, digest, detail, cause=cause)


def _parts(holders: list[bytes]) -> Iterable[list[bytes]]:
    return (holders[start : start + _MANY] for start in range(0, len(holders), _MANY))
