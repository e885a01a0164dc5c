"""Finding completed sales, of this till and of the other tills of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from posapp.domain.amounts import Money
from posapp.domain.encoding import from_values
from posapp.domain.ids import DeviceId, EventId, Incarnation, MemberId, StaffId, StreamId, event_id
from posapp.domain.time import BusinessDay, from_micros
from posapp.storage.schema import event, refund, sale, stream

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from posapp.domain.events import Recorded


@dataclass(frozen=True, slots=True)
class SaleSummary:
    """One line of a list of sales.  `own` says that this till sold it, `acknowledged` that the server has it."""

    position: int
    receipt_number: str
    business_day: BusinessDay
    at: datetime
    cashier: StaffId
    member: MemberId | None
    due: Money
    own: bool
    acknowledged: bool
    event_id: EventId


_SUMMARY: Select[Any] = (
    select(
        sale,
        stream.c.own,
        stream.c.device,
        stream.c.incarnation,
        event.c.sequence,
        (event.c.sequence <= stream.c.acknowledged_sequence).label("acknowledged"),
    )
    .select_from(
        sale.join(event, event.c.position == sale.c.position).join(stream, stream.c.stream_key == event.c.stream_key)
    )
    .order_by(sale.c.position.desc())
)


def recent(connection: Connection, limit: int = 50, *, own: bool | None = None) -> list[SaleSummary]:
    """The sales recorded last, newest first."""
    query = _SUMMARY if own is None else _SUMMARY.where(stream.c.own == int(own))
    return _summaries(connection, query.limit(limit))


def by_receipt(connection: Connection, receipt_number: str) -> list[SaleSummary]:
    """Sales with this receipt number: one, unless two tills were given the same till number."""
    return _summaries(connection, _SUMMARY.where(sale.c.receipt_number == receipt_number))


def by_member(connection: Connection, member: MemberId, limit: int = 50) -> list[SaleSummary]:
    """A member's sales at this store, newest first."""
    return _summaries(connection, _SUMMARY.where(sale.c.member == member).limit(limit))


def of_day(connection: Connection, day: BusinessDay, limit: int = 50) -> list[SaleSummary]:
    """The store's sales of a business day, as far as they are here, newest first.

    What was recorded before this till's first sale of that day is of an earlier day: there the search ends.
    """
    mine = sale.c.serial.is_not(None)
    before = select(func.max(sale.c.business_day)).where(mine, sale.c.business_day < day.ordinal).scalar_subquery()
    since = select(func.coalesce(func.max(sale.c.position), 0)).where(mine, sale.c.business_day == before)
    query = _SUMMARY.where(sale.c.position > since.scalar_subquery(), sale.c.business_day == day.ordinal)
    return _summaries(connection, query.limit(limit))


def given_back(connection: Connection, originals: Iterable[EventId]) -> dict[EventId, Money]:
    """What came back of these sales so far; sales of which nothing did are left out."""
    query = (
        select(refund.c.original, func.sum(refund.c.amount))
        .where(refund.c.original.in_(list(originals)))
        .group_by(refund.c.original)
    )
    return {EventId(original): Money(fen) for original, fen in connection.execute(query)}


def sale_at(connection: Connection, position: int) -> Recorded | None:
    """The whole recorded sale behind a summary, for its receipt."""
    return _recorded(connection, sale.c.position == position)


def refunds_of(connection: Connection, original: EventId) -> list[Recorded]:
    """Everything that was given back of a sale so far, in the order in which it is recorded here."""
    query = (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .select_from(refund.join(event, event.c.position == refund.c.position))
        .join(stream, stream.c.stream_key == event.c.stream_key)
        .where(refund.c.original == original)
        .order_by(refund.c.position)
    )
    return [
        from_values(
            StreamId(DeviceId(row.device), Incarnation(row.incarnation)),
            row.sequence,
            msgspec.msgpack.decode(row.canonical),
        )
        for row in connection.execute(query)
    ]


def find(connection: Connection, identity: StreamId, sequence: int) -> SaleSummary | None:
    """The summary of the sale that stands at a place of a stream."""
    query = _SUMMARY.where(*_place(identity, sequence))
    return next(iter(_summaries(connection, query)), None)


def _place(identity: StreamId, sequence: int) -> tuple[Any, ...]:
    return (
        stream.c.device == identity.device,
        stream.c.incarnation == identity.incarnation,
        event.c.sequence == sequence,
    )


def _recorded(connection: Connection, where: Any) -> Recorded | None:
    query = select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation).select_from(
        sale.join(event, event.c.position == sale.c.position).join(stream, stream.c.stream_key == event.c.stream_key)
    )
    row = connection.execute(query.where(where)).first()
    if row is None:
        return None
    identity = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
    return from_values(identity, row.sequence, msgspec.msgpack.decode(row.canonical))


def _summaries(connection: Connection, query: Select[Any]) -> list[SaleSummary]:
    return [
        SaleSummary(
            row.position,
            row.receipt_number,
            BusinessDay(row.business_day),
            from_micros(row.at),
            StaffId(row.cashier),
            MemberId(row.member) if row.member is not None else None,
            Money(row.due),
            bool(row.own),
            bool(row.acknowledged),
            event_id(StreamId(DeviceId(row.device), Incarnation(row.incarnation)), row.sequence),
        )
        for row in connection.execute(query)
    ]
