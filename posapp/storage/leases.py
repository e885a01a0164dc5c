"""The shares of balances that this till may spend, and what is left of each (`posapp.domain.leasing`).

They are spent by whatever the till takes, in the transaction that records it, so that a power cut takes both or none.
While they are suspended the till has stopped spending them and waits for the server to take them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from posapp.domain.accounts import Account
from posapp.domain.leasing import LEASED, left_of
from posapp.domain.time import from_micros
from posapp.storage import settings
from posapp.storage.schema import sale
from posapp.storage.schema import setting as setting_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.ids import MemberId
    from posapp.domain.ledger import Posting

_PREFIX: Final = "lease."
_SUSPENDED: Final = settings.Setting("leases_suspended", bool, False)
_UNTIL: Final = settings.Setting("leases_until", int, 0)


def left(connection: Connection, holder: bytes, account: Account, now: datetime) -> int:
    """What is left of this till's share of one balance, at a trusted instant."""
    if settings.get(connection, _SUSPENDED) or now >= from_micros(settings.get(connection, _UNTIL)):
        return 0
    return settings.get(connection, _share(holder, account))


def spend(connection: Connection, postings: Iterable[Posting]) -> None:
    """Use up the shares of what postings take, in the transaction that records them."""
    for each in postings:
        if each.amount < 0 and each.account in LEASED:
            which = _share(each.holder, each.account)
            share = settings.get(connection, which)
            if share:
                settings.put(connection, which, left_of(share, -each.amount))


def suspend(connection: Connection) -> None:
    """Spend none of them from now on, until the server has answered."""
    settings.put(connection, _SUSPENDED, True)


def take_over(
    connection: Connection, granted: Mapping[tuple[bytes, Account], int], until_us: int, *, anew: bool
) -> None:
    """Add what the server has set aside; `anew` where all that was there before came back to it."""
    if anew:
        connection.execute(delete(setting_table).where(setting_table.c.name.startswith(_PREFIX)))
        settings.put(connection, _SUSPENDED, False)
    for (holder, account), amount in granted.items():
        which = _share(holder, account)
        settings.put(connection, which, settings.get(connection, which) + amount)
    if anew or granted:
        settings.put(connection, _UNTIL, until_us)


def likely_members(connection: Connection, most: int) -> list[MemberId]:
    """Who bought at this store last: whom this till is likely to see again."""
    latest = select(sale.c.member).where(sale.c.member.is_not(None)).order_by(sale.c.position.desc()).limit(10 * most)
    return list(dict.fromkeys(connection.scalars(latest)))[:most]


def _share(holder: bytes, account: Account) -> settings.Setting[int]:
    return settings.Setting(f"{_PREFIX}{holder.hex()}.{int(account)}", int, 0)
