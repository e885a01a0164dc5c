"""What this till recorded since its drawer was counted and closed last: its shift, and the Z reports before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, func, literal_column, select

from posapp.domain.accounts import Account
from posapp.domain.encoding import from_values, number_of
from posapp.domain.events import CashMoved, DrawerOpened, Recorded, ShiftClosed, ShiftCounted, ShiftOpened
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.schema import event, posting, refund, sale, stream

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select

_KINDS = tuple(number_of(kind) for kind in (ShiftOpened, CashMoved, DrawerOpened, ShiftCounted, ShiftClosed))
# As the index `event_people` says it, so that SQLite knows that the index has them all.
_OF_PEOPLE: ColumnElement[bool] = literal_column("event.kind BETWEEN 40 AND 49")
_OWN = and_(stream.c.own == 1, event.c.projected == 1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sales and what came back, each counted and in fen; and per account what was added and what was taken, in fen."""

    sales: int
    sales_fen: int
    refunds: int
    refunds_fen: int
    accounts: dict[Account, tuple[int, int]]


def closed(connection: Connection) -> list[tuple[int, Recorded]]:
    """Every Z report of this till with its position, the newest first."""
    query = _events().where(event.c.kind == number_of(ShiftClosed)).order_by(event.c.position.desc())
    return [(row.position, _recorded(row)) for row in connection.execute(query)]


def last_closed(connection: Connection) -> tuple[int, Recorded] | None:
    """The newest Z report of this till and its position."""
    query = _events().where(event.c.kind == number_of(ShiftClosed)).order_by(event.c.position.desc()).limit(1)
    row = connection.execute(query).first()
    return (row.position, _recorded(row)) if row is not None else None


def since(connection: Connection, position: int) -> list[Recorded]:
    """What happened to the drawer after a position, besides sales, in order."""
    query = _events().where(event.c.kind.in_(_KINDS), event.c.position > position).order_by(event.c.position)
    return [_recorded(row) for row in connection.execute(query)]


def begun_at(connection: Connection, position: int) -> int | None:
    """When this till recorded its first event after a position, in microseconds."""
    query = (
        select(event.c.at)
        .join(stream)
        .where(stream.c.own == 1, event.c.position > position)
        .order_by(event.c.position)
        .limit(1)
    )
    found: int | None = connection.scalar(query)
    return found


def totals(connection: Connection, position: int) -> Totals:
    """What this till sold, gave back and moved after a position, leaving out the drawer's own events."""
    own_sale = and_(sale.c.position > position, sale.c.serial.is_not(None))
    own_refund = and_(refund.c.position > position, refund.c.serial.is_not(None))
    sales = connection.execute(select(func.count(), func.coalesce(func.sum(sale.c.due), 0)).where(own_sale)).one()
    back = connection.execute(select(func.count(), func.coalesce(func.sum(refund.c.amount), 0)).where(own_refund)).one()
    moved = (
        select(
            posting.c.account,
            func.sum(func.max(posting.c.amount, 0)).label("added"),
            func.sum(func.min(posting.c.amount, 0)).label("taken"),
        )
        .join(event, event.c.position == posting.c.position)
        .where(posting.c.position > position, posting.c.holder.is_(None), event.c.kind.not_in(_KINDS))
        .group_by(posting.c.account)
    )
    accounts = {Account(row.account): (row.added, -row.taken) for row in connection.execute(moved)}
    return Totals(sales[0], sales[1], back[0], back[1], accounts)


def _events() -> Select[tuple[int, int, bytes, bytes, bytes]]:
    return (
        select(event.c.position, event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .join(stream)
        .where(_OF_PEOPLE, _OWN)
    )


def _recorded(row: Row[Any]) -> Recorded:
    place = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
    return from_values(place, row.sequence, msgspec.msgpack.decode(row.canonical))
