"""Finding completed sales, of this till and of the other tills of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, select

from posapp.domain.amounts import Money
from posapp.domain.encoding import from_values
from posapp.domain.ids import DeviceId, EventId, Incarnation, MemberId, StaffId, StreamId, event_id
from posapp.domain.time import BusinessDay, from_micros
from posapp.storage import streams
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
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


_recorded_sale = sale.join(event, event.c.position == sale.c.position).join(
    stream, stream.c.stream_key == event.c.stream_key
)
_place = (*streams.NAMED, event.c.sequence == bindparam("place"))
_SUMMARY: Select[Any] = (
    select(
        *(sale.c[name] for name in ("position", "receipt_number", "business_day", "at", "cashier", "member", "due")),
        stream.c.own,
        event.c.sequence <= stream.c.acknowledged_sequence,
        *(stream.c.device, stream.c.incarnation, event.c.sequence),
    )
    .select_from(_recorded_sale)
    .order_by(sale.c.position.desc())
)
_BY_RECEIPT = Prepared(_SUMMARY.where(sale.c.receipt_number == bindparam("receipt")), "receipt")
_BY_PLACE = Prepared(_SUMMARY.where(*_place), "device_id incarnation_id place")
_event = (event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
_AT = Prepared(select(*_event).select_from(_recorded_sale).where(sale.c.position == bindparam("at")), "at")
_REFUNDS_OF = Prepared(
    select(*_event)
    .select_from(refund.join(event, event.c.position == refund.c.position))
    .join(stream, stream.c.stream_key == event.c.stream_key)
    .where(refund.c.original == bindparam("sold"))
    .order_by(refund.c.position),
    "sold",
)
_GIVEN_BACK = Prepared(select(func.sum(refund.c.amount)).where(refund.c.original == bindparam("sold")), "sold")


def recent(connection: Connection, limit: int = 50, *, own: bool | None = None) -> list[SaleSummary]:
    """The sales recorded last, newest first."""
    query = _SUMMARY if own is None else _SUMMARY.where(stream.c.own == int(own))
    return _summaries(connection.execute(query.limit(limit)))


def by_receipt(connection: Connection, receipt_number: str) -> list[SaleSummary]:
    """Sales with this receipt number: one, unless two tills were given the same till number."""
    return _summaries(_BY_RECEIPT.run(driver(connection), (receipt_number,)))


def by_member(connection: Connection, member: MemberId, limit: int = 50) -> list[SaleSummary]:
    """A member's sales at this store, newest first."""
    return _summaries(connection.execute(_SUMMARY.where(sale.c.member == member).limit(limit)))


def of_day(connection: Connection, day: BusinessDay, limit: int = 50) -> list[SaleSummary]:
    """The store's sales of a business day, as far as they are here, newest first.

    What was recorded before this till's first sale of that day is of an earlier day: there the search ends.
    """
    mine = sale.c.serial.is_not(None)
    before = select(func.max(sale.c.business_day)).where(mine, sale.c.business_day < day.ordinal).scalar_subquery()
    since = select(func.coalesce(func.max(sale.c.position), 0)).where(mine, sale.c.business_day == before)
    query = _SUMMARY.where(sale.c.position > since.scalar_subquery(), sale.c.business_day == day.ordinal)
    return _summaries(connection.execute(query.limit(limit)))


def given_back(connection: Connection, originals: Iterable[EventId]) -> dict[EventId, Money]:
    """What came back of these sales so far; sales of which nothing did are left out."""
    raw = driver(connection)
    sums = {original: _GIVEN_BACK.run(raw, (original,)).fetchone()[0] for original in originals}
    return {original: Money(fen) for original, fen in sums.items() if fen is not None}


def sale_at(connection: Connection, position: int) -> Recorded | None:
    """The whole recorded sale behind a summary, for its receipt."""
    row = _AT.run(driver(connection), (position,)).fetchone()
    return _recorded(row) if row is not None else None


def refunds_of(connection: Connection, original: EventId) -> list[Recorded]:
    """Everything that was given back of a sale so far, in the order in which it is recorded here."""
    return [_recorded(row) for row in _REFUNDS_OF.run(driver(connection), (original,))]


def find(connection: Connection, identity: StreamId, sequence: int) -> SaleSummary | None:
    """The summary of the sale that stands at a place of a stream."""
    rows = _BY_PLACE.run(driver(connection), (identity.device, identity.incarnation, sequence))
    return next(iter(_summaries(rows)), None)


def _recorded(row: tuple[int, bytes, bytes, bytes]) -> Recorded:
    sequence, canonical, device, incarnation = row
    identity = StreamId(DeviceId(device), Incarnation(incarnation))
    return from_values(identity, sequence, msgspec.msgpack.decode(canonical))


def _summaries(rows: Iterable[tuple[Any, ...]]) -> list[SaleSummary]:
    return [_summary(*row) for row in rows]


def _summary(
    position: int, receipt: str, day: int, at: int, cashier: str, member: bytes | None, due: int, own: int, *place: Any
) -> SaleSummary:
    acknowledged, device, incarnation, sequence = place
    return SaleSummary(
        position,
        receipt,
        BusinessDay(day),
        from_micros(at),
        StaffId(cashier),
        MemberId(member) if member is not None else None,
        Money(due),
        bool(own),
        bool(acknowledged),
        event_id(StreamId(DeviceId(device), Incarnation(incarnation)), sequence),
    )
