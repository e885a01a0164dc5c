"""Asking the server for shares of balances: for members who are likely to come, and for one who is at the counter.

Every so often the till gives everything back and asks anew, so that shares follow the members; it can do so only when
all its events have arrived.  What it asks for a payment comes on top, and is not waited for longer than a moment.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from posapp.domain.accounts import Account
from posapp.domain.asset import AssetKind
from posapp.domain.leasing import COUPON
from posapp.storage import assets, coupons, leases, streams
from sync.protocol.limits import LEASE_WISHES
from sync.protocol.messages import LeaseReply, LeaseRequest, LeaseWish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from posapp.domain.ids import MemberId
    from posapp.storage.database import Database
    from sync.client.link import Session

log = logging.getLogger(__name__)

MEMBERS: Final = 200
"""So many members of its store a till asks shares for."""
_PATH: Final = "/v1/lease"
_ACCOUNTS: Final = {
    AssetKind.STORED_VALUE_LOT: (Account.STORED_PRINCIPAL, Account.STORED_BONUS),
    AssetKind.COUNT_PASS: (Account.PASS_USES,),
    AssetKind.VOUCHER_COMPONENT: (Account.PASS_USES,),
}


def renew(session: Session, database: Database, members: int = MEMBERS) -> bool:
    """Give back all shares and take new ones.  False where something waits to be pushed first, or it must ask again.

    Raises `OfflineError`, `RefusedError` or `NonsenseError`; then the shares stay suspended until the next time.
    """
    with database.read() as connection:
        wishes = [wish for who in leases.likely_members(connection, members) for wish in wishes_for(connection, who)]
    with database.write() as connection:
        if streams.unacknowledged(connection).events:
            return False
        turn = leases.suspend(connection)
        told, logged = leases.told(connection), streams.logged_events(connection)
    reply = session.call(_PATH, LeaseRequest(wishes[:LEASE_WISHES], logged, turn), LeaseReply)
    _take_over(database, reply, told)
    return reply.settled


def ask(session: Session, database: Database, wishes: Sequence[LeaseWish]) -> None:
    """Ask for more than the till has, for a payment that is being made.  Raises as `renew` does."""
    with database.read() as connection:
        told = leases.told(connection)
    _take_over(database, session.call(_PATH, LeaseRequest(list(wishes)), LeaseReply), told)


def wishes_for(connection: Connection, member: MemberId, *, whole: bool = False) -> Iterator[LeaseWish]:
    """A share of everything of a member's that can be spent at a counter, as large as the server finds right.

    With `whole`, all of it that is free: the member is here now.  Only then coupons, which nobody can have a part of.
    """
    points = assets.balances(connection, member).get(Account.MEMBER_POINTS, 0)
    if points > 0:
        yield LeaseWish(member, int(Account.MEMBER_POINTS), points if whole else 0)
    for held in assets.of_owner(connection, member):
        for account in _ACCOUNTS.get(held.asset.kind, ()):
            if held.on(account) > 0:
                yield LeaseWish(held.asset.id, int(account), held.on(account) if whole else 0)
        if whole and held.asset.kind is AssetKind.COUPON and coupons.state_of(held.balances).is_open:
            yield LeaseWish(held.asset.id, int(COUPON), 1)


def _take_over(database: Database, reply: LeaseReply, told: leases.Told) -> None:
    granted = {(one.holder, Account(one.account)): one.more for one in reply.granted}
    with database.write() as connection:
        leases.note_turn(connection, reply.turn)
        leases.take_over(connection, granted, reply.until_us, told, anew=reply.settled)
