"""What the ledger says of one member's points that lapse, by lot and by month (`posapp.domain.points_held`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, literal_column, or_, select

from posapp.domain.accounts import Account
from posapp.domain.encoding import KINDS, from_values, number_of
from posapp.domain.events import CouponsIssued, GiftRedeemed, PointsChanged, SaleCompleted
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.domain.points_held import FIRST_MONTH, LotKey, PointsHeld, month_holder, month_of, possible_lots
from posapp.domain.time import to_micros
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import event, held_balance, member_here, sale, stream
from posapp.storage.schema import member as member_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.ids import MemberId
    from posapp.domain.programme.points_life import PointsLife
    from posapp.domain.time import BusinessDay

_amount = held_balance.c.settled + held_balance.c.pending
_OF_HOLDER = Prepared(
    select(held_balance.c.account, _amount).where(held_balance.c.holder == bindparam("holder")), "holder"
)
_owners = (
    select(held_balance.c.holder)
    .where(held_balance.c.account == bindparam("account"), held_balance.c.holder > bindparam("after"))
    .order_by(held_balance.c.holder)
    .limit(bindparam("most"))
)
_seen = select(member_table.c.member_id).join(member_here, member_here.c.member_key == member_table.c.member_key)
_OWNERS = Prepared(_owners, "account after most")
_OWNERS_HERE = Prepared(_owners.where(held_balance.c.holder.in_(_seen)), "account after most")

# Kinds are looked up by their class, so that their numbers stand in one place.
_KIND = next(number for number, (_version, kind) in KINDS.items() if kind is PointsChanged)
_SPENDING = (number_of(GiftRedeemed), number_of(CouponsIssued))
_NOWHERE = StreamId(DeviceId(b""), Incarnation(b""))


def balances(connection: Connection, holders: Iterable[bytes]) -> dict[tuple[bytes, int], int]:
    """What each of some holders has by account number, own pending events included; what is absent is zero."""
    raw = driver(connection)
    # One by one: a dozen look-ups take less than the table that SQLite makes of a list.
    return {
        (who, account): amount
        for who in holders
        for account, amount in _OF_HOLDER.run(raw, (who,)).fetchall()
        if amount
    }


def held(connection: Connection, member: MemberId, life: PointsLife, day: BusinessDay) -> PointsHeld:
    """A member's points as they stand here."""
    lots: dict[bytes, LotKey] = {key.holder(member): key for key in _lots(life, day)}
    months: dict[bytes, int] = {month_holder(member, month): month for month in range(FIRST_MONTH, month_of(day) + 1)}
    balance, issued, lapsed, spent = 0, {}, {}, {}
    for (who, account), amount in balances(connection, (member, *lots, *months)).items():
        match account:
            case Account.MEMBER_POINTS:
                balance = amount
            case Account.POINTS_ISSUED_IN_LOT:
                issued[lots[who]] = -amount
            case Account.POINTS_EXPIRED_FROM_LOT:
                lapsed[lots[who]] = amount
            case Account.POINTS_SPENT_IN_MONTH:
                spent[months[who]] = amount
            case _:
                pass
    return PointsHeld(balance, issued, lapsed, spent)


@lru_cache(maxsize=8)
def _lots(life: PointsLife, day: BusinessDay) -> tuple[LotKey, ...]:
    return tuple(possible_lots(life, day))


def owners(connection: Connection, after: bytes, most: int, *, here: bool) -> list[bytes]:
    """The next of everybody who ever had points, in the order of ids; with `here`, of those this store has seen."""
    statement = _OWNERS_HERE if here else _OWNERS
    return [row[0] for row in statement.run(driver(connection), (int(Account.MEMBER_POINTS), after, most))]


_RECENT = Prepared(
    select(event.c.position).where(event.c.at < bindparam("before")).order_by(event.c.position.desc()).limit(1),
    "before",
)
_CHANGES = Prepared(
    select(event.c.canonical)
    .select_from(event.join(stream))
    .where(
        event.c.position > bindparam("after"), event.c.kind == bindparam("kind"), stream.c.own == literal_column("1")
    )
    .order_by(event.c.position),
    "after kind",
)


def changes_since(connection: Connection, since: datetime) -> Iterator[PointsChanged]:
    """What own events changed of anybody's points since an instant by this till's clock.  Costs a day's events."""
    raw: Any = driver(connection)
    row = _RECENT.run(raw, (to_micros(since),)).fetchone()
    for (canonical,) in _CHANGES.run(raw, (row[0] if row else 0, _KIND)).fetchall():
        found = from_values(_NOWHERE, 0, msgspec.msgpack.decode(canonical)).event
        if isinstance(found, PointsChanged):
            yield found


_UNSETTLED = Prepared(
    select(event.c.canonical)
    .select_from(event.join(stream).outerjoin(sale, sale.c.position == event.c.position))
    .where(
        stream.c.own == literal_column("1"),
        event.c.sequence > stream.c.covered_sequence,
        or_(
            sale.c.member == bindparam("who"),
            event.c.kind.in_([literal_column(str(number)) for number in _SPENDING]),
        ),
    ),
    "who",
)


def spent_unsettled(connection: Connection, member: MemberId) -> int:
    """Points of a member that went here in sales, for gifts and for coupons, and that the server's word leaves out."""
    spent = 0
    for (canonical,) in _UNSETTLED.run(driver(connection), (member,)):
        found = from_values(_NOWHERE, 0, msgspec.msgpack.decode(canonical)).event
        match found:
            case SaleCompleted():
                spent += found.points_spent.count
            case GiftRedeemed() if found.member == member:
                spent += found.points.count if found.returned_of is None else -found.points.count
            case CouponsIssued() if found.member == member:
                spent += found.points_spent.count
            case _:
                pass
    return spent
