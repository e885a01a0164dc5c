"""The shares of balances that this till may spend, and what is left of each (`posapp.domain.leasing`).

They are spent by whatever the till takes, in the transaction that records it, so that a power cut takes both or none.
While they are suspended the till has stopped spending them and waits for the server to take them back.

A copy of the file has the same shares, and whoever is put back to it would spend them again.  So copies that are made
as backups have theirs suspended, and any other spends none from the moment on at which the server's word shows that it
is one: that events of this till are there which it lacks, or that it gave shares back of which it knows nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, delete, func, literal_column, or_, select

from posapp.domain.accounts import Account
from posapp.domain.ids import StreamId
from posapp.domain.leasing import COUPON_ENDS, LEASED, left_of, taken
from posapp.domain.time import from_micros
from posapp.storage import settings, streams
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import event, posting, sale, stream
from posapp.storage.schema import setting as setting_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from posapp.domain.ids import MemberId
    from posapp.domain.ledger import Posting

Told = Mapping[StreamId, int]
"""How far the server has streams of this till."""

_PREFIX: Final = "lease."
_SUSPENDED: Final = settings.Setting("leases_suspended", bool, False)
_TURN: Final = settings.Setting("leases_turn", int, 0)
_UNTIL: Final = settings.Setting("leases_until", int, 0)


def _among(accounts: Iterable[Account]) -> ColumnElement[bool]:
    return posting.c.account.in_([literal_column(str(int(each))) for each in sorted(accounts)])


_TAKEN: Final = Prepared(
    select(posting.c.holder, posting.c.account, func.sum(posting.c.amount))
    .join(event, event.c.position == posting.c.position)
    .join(stream, stream.c.stream_key == event.c.stream_key)
    .where(*streams.NAMED, event.c.sequence > bindparam("after"))
    .where(or_(and_(posting.c.amount < 0, _among(LEASED)), and_(posting.c.amount > 0, _among(COUPON_ENDS))))
    .group_by(posting.c.holder, posting.c.account),
    "device_id incarnation_id after",
)
_LATEST: Final = Prepared(
    select(sale.c.member).where(sale.c.member.is_not(None)).order_by(sale.c.position.desc()).limit(bindparam("most")),
    "most",
)


def left(connection: Connection, holder: bytes, account: Account, now: datetime) -> int:
    """What is left of this till's share of one balance, at a trusted instant."""
    if settings.get(connection, _SUSPENDED) or now >= from_micros(settings.get(connection, _UNTIL)):
        return 0
    return settings.get(connection, _share(holder, account))


def spend(connection: Connection, postings: Iterable[Posting]) -> None:
    """Use up the shares of what postings take, in the transaction that records them."""
    for each in postings:
        gone = taken(each.account, each.amount)
        if gone is not None:
            account, amount = gone
            which = _share(each.holder, account)
            share = settings.get(connection, which)
            if share:
                settings.put(connection, which, left_of(share, amount))


def suspend(connection: Connection) -> int:
    """Spend none of them from now on, until the server has answered; returns how often that was done."""
    settings.put(connection, _SUSPENDED, True)
    turn = settings.get(connection, _TURN) + 1
    settings.put(connection, _TURN, turn)
    return turn


def drop(connection: Connection) -> None:
    """Spend none of them until the server has set new ones aside: these may be spent, or others', by now."""
    drop_raw(driver(connection))


def drop_raw(raw: Any) -> None:
    """The same on a connection of the driver, to a copy of the file."""
    settings.put_raw(raw, _SUSPENDED, True)


def note_turn(connection: Connection, turn: int) -> None:
    """The server knows of so many turns: a till that was put back to a copy does not, and counts on from there."""
    if turn > settings.get(connection, _TURN):
        settings.put(connection, _TURN, turn)
        drop(connection)


def take_over(
    connection: Connection, granted: Mapping[tuple[bytes, Account], int], until_us: int, heads: Told, *, anew: bool
) -> None:
    """Add what the server has set aside; `anew` where all that was there before came back to it.

    What was taken of it and not told when the till asked (`heads` is what was) the server will take off the new share
    as well, when it hears of it: so it counts here at once.
    """
    untold = taken_since(connection, heads) if granted else Counter()
    if anew:
        connection.execute(delete(setting_table).where(setting_table.c.name.startswith(_PREFIX)))
        settings.put(connection, _SUSPENDED, False)
    for (holder, account), amount in granted.items():
        which = _share(holder, account)
        more = left_of(amount, untold[holder, account])
        settings.put(connection, which, settings.get(connection, which) + more)
    if anew or granted:
        settings.put(connection, _UNTIL, until_us)


def told(connection: Connection) -> Told:
    """How far the server has each own stream: what was taken before, it has counted, whatever it answers next."""
    return {each.id: each.acknowledged for each in streams.own_streams(connection)}


def taken_since(connection: Connection, heads: Told) -> Counter[tuple[bytes, Account]]:
    """What own events after these heads took of balances that are lent out in shares."""
    raw = driver(connection)
    found: Counter[tuple[bytes, Account]] = Counter()
    for each in streams.own_streams(connection):
        its = (each.id.device, each.id.incarnation, heads.get(each.id, 0))
        for holder, account, amount in _TAKEN.run(raw, its):
            gone = taken(Account(account), amount)
            if gone is not None:
                found[holder, gone[0]] += gone[1]
    return found


def likely_members(connection: Connection, most: int) -> list[MemberId]:
    """Who bought at this store last: whom this till is likely to see again."""
    latest = _LATEST.run(driver(connection), (10 * most,))
    return list(dict.fromkeys(member for (member,) in latest))[:most]


def _share(holder: bytes, account: Account) -> settings.Setting[int]:
    return settings.Setting(f"{_PREFIX}{holder.hex()}.{int(account)}", int, 0)
