"""Sales, refunds and what people did beside selling, over business days; what is known here of the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, literal_column, select

from posapp.domain.accounts import Account
from posapp.domain.encoding import from_values, number_of
from posapp.domain.events import (
    ApprovalAnswered,
    BonusGranted,
    DrawerOpened,
    NumberRevealed,
    NumbersListed,
    SaleClaimed,
    SaleCompleted,
    SaleRefunded,
    SignInAnswered,
    StaffChanged,
)
from posapp.domain.ids import DeviceId, Incarnation, MemberId, StaffId, StreamId
from posapp.domain.time import BusinessDay
from posapp.storage.schema import event, posting, refund, sale, stream

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from posapp.domain.events import Event, Recorded

Days = tuple[int, int]
"""The first and the last business day, as ordinals."""
_KINDS = [number_of(kind) for kind in (ApprovalAnswered, SignInAnswered, DrawerOpened)]


def sales_by_cashier(connection: Connection, days: Days) -> dict[tuple[StaffId, MemberId | None], int]:
    """How many sales each cashier made to each member, and to nobody known."""
    query = (
        select(sale.c.cashier, sale.c.member, func.count().label("sales"))
        .where(sale.c.business_day.between(*days))
        .group_by(sale.c.cashier, sale.c.member)
    )
    return {
        (StaffId(row.cashier), MemberId(row.member) if row.member is not None else None): row.sales
        for row in connection.execute(query)
    }


def busy_members(connection: Connection, days: Days, most: int) -> list[tuple[MemberId, BusinessDay, int]]:
    """Members with more than so many sales on one day, the busiest first."""
    count = func.count()
    query = (
        select(sale.c.member, sale.c.business_day, count.label("sales"))
        .where(sale.c.business_day.between(*days), sale.c.member.is_not(None))
        .group_by(sale.c.member, sale.c.business_day)
        .having(count > most)
        .order_by(count.desc(), sale.c.business_day)
    )
    return [(MemberId(row.member), BusinessDay(row.business_day), row.sales) for row in connection.execute(query)]


def by_hand(connection: Connection, days: Days) -> dict[StaffId, tuple[int, int]]:
    """Sales of this till whose price was changed by hand, and by how many fen, for each cashier."""
    query = (
        select(sale.c.cashier, func.count().label("sales"), func.sum(posting.c.amount).label("fen"))
        .join(posting, posting.c.position == sale.c.position)
        .where(sale.c.business_day.between(*days), posting.c.account == int(Account.MANUAL_DISCOUNT))
        .group_by(sale.c.cashier)
    )
    return {StaffId(row.cashier): (row.sales, row.fen) for row in connection.execute(query)}


def sales_by_hand(connection: Connection, days: Days) -> list[SaleCompleted]:
    """The sales of this till whose price was changed by hand."""
    moved = select(posting.c.position).where(posting.c.account == int(Account.MANUAL_DISCOUNT))
    query = (
        _events()
        .join(sale, sale.c.position == event.c.position)
        .where(sale.c.business_day.between(*days), sale.c.position.in_(moved))
    )
    return [fact for fact in _facts(connection, query) if isinstance(fact, SaleCompleted)]


def late_named(connection: Connection, days: Days) -> list[SaleClaimed]:
    """Members who were named for a sale after it was completed."""
    first, last = days
    query = _events().where(literal_column("event.kind = 55"))
    found = [fact for fact in _facts(connection, query) if isinstance(fact, SaleClaimed)]
    return [one for one in found if one.orders > 0 and first <= one.business_day.ordinal <= last]


def bonuses(connection: Connection, days: Days) -> list[BonusGranted]:
    """Bonus on cards that nobody paid for."""
    first, last = days
    query = _events().where(event.c.kind == number_of(BonusGranted))
    found = [fact for fact in _facts(connection, query) if isinstance(fact, BonusGranted)]
    return [one for one in found if first <= one.business_day.ordinal <= last]


def numbers_seen(connection: Connection, days: Days) -> list[NumberRevealed | NumbersListed]:
    """Whole phone numbers that were looked at, and lists of them that were taken."""
    first, last = days
    query = _events().where(event.c.kind.in_([number_of(NumberRevealed), number_of(NumbersListed)]))
    found = [fact for fact in _facts(connection, query) if isinstance(fact, NumberRevealed | NumbersListed)]
    return [one for one in found if first <= one.business_day.ordinal <= last]


def refunds(connection: Connection, days: Days) -> list[SaleRefunded]:
    """Every refund."""
    query = _events().join(refund, refund.c.position == event.c.position).where(refund.c.business_day.between(*days))
    return [fact for fact in _facts(connection, query) if isinstance(fact, SaleRefunded)]


def answers(connection: Connection, days: Days) -> list[ApprovalAnswered | SignInAnswered | DrawerOpened]:
    """What people were asked and answered, and drawers that were opened without a sale."""
    # The index `event_people` has them all, where the query says it in its words.
    query = _events().where(literal_column("event.kind BETWEEN 40 AND 49"), event.c.kind.in_(_KINDS))
    first, last = days
    return [
        fact
        for fact in _facts(connection, query)
        if isinstance(fact, ApprovalAnswered | SignInAnswered | DrawerOpened)
        and first <= fact.business_day.ordinal <= last
    ]


def staff_changes(connection: Connection, days: Days) -> list[Recorded]:
    """Who changed who works here, and when."""
    # In the words of the index `event_staff`.
    first, last = days
    return [
        one
        for one in _recorded(connection, _events().where(literal_column("event.kind = 59")))
        if isinstance(one.event, StaffChanged) and first <= one.event.business_day.ordinal <= last
    ]


def _events() -> Select[tuple[int, bytes, bytes, bytes]]:
    return (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .select_from(event)
        .join(stream, stream.c.stream_key == event.c.stream_key)
        .where(event.c.projected == 1)
        .order_by(event.c.position)
    )


def _facts(connection: Connection, query: Select[tuple[int, bytes, bytes, bytes]]) -> list[Event]:
    return [one.event for one in _recorded(connection, query)]


def _recorded(connection: Connection, query: Select[tuple[int, bytes, bytes, bytes]]) -> list[Recorded]:
    return [
        from_values(
            StreamId(DeviceId(row.device), Incarnation(row.incarnation)),
            row.sequence,
            msgspec.msgpack.decode(row.canonical),
        )
        for row in connection.execute(query)
    ]
