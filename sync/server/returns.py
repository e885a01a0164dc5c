"""Refunds against their sales, over all tills: what two tills gave back twice is listed, and nothing is rejected.

A refund names its sale by place and may arrive before it.  So every refund is remembered by that place, and a sale is
looked at when it comes and whenever a refund of it does.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import and_, or_, select

from posapp.domain.encoding import from_values, to_values
from posapp.domain.errors import DomainError
from posapp.domain.events import SaleCompleted, SaleRefunded
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.domain.refund_audit import refund_excess
from posapp.domain.refund_record import sold_as_recorded
from sync.protocol import segment as segments
from sync.server import exceptions
from sync.server.price_books import open_books
from sync.server.storage import schema
from sync.server.storage.kept_segments import kept_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.events import Recorded
    from posapp.domain.refund import Sold

log = logging.getLogger(__name__)

_AT_ONCE: Final = 200
_decode: Final = msgspec.msgpack.Decoder().decode
_TOLD: Final = 3

Place = tuple[StreamId, int]


@dataclass(frozen=True, slots=True)
class Returned:
    """A refund in the log, and the store whose till made it."""

    recorded: Recorded
    refund: SaleRefunded
    store_id: str

    @property
    def original(self) -> Place:
        """Where its sale stands, or will."""
        stream = StreamId(self.refund.original_device, self.refund.original_incarnation)
        return stream, self.refund.original_sequence

    def row(self, merchant_id: str) -> tuple[Any, ...]:
        """It as a row of `audit_refund`."""
        stream, sequence = self.original
        own = (self.recorded.stream.device, self.recorded.stream.incarnation, self.recorded.sequence)
        content = segments.encode_row(to_values(self.recorded))
        return (merchant_id, stream.device, stream.incarnation, sequence, *own, content)


def check(
    connection: Connection, merchant_id: str, came: Sequence[Returned], sold: Mapping[Place, tuple[Recorded, str]]
) -> Iterator[tuple[str, exceptions.Finding]]:
    """What is wrong with the sales that these refunds name, and with these sales: the store and the finding.

    `sold` are sales that came in the same piece of the log, with their stores.
    """
    wanted = {each.original: each.store_id for each in came}
    known = _remembered(connection, merchant_id, {*wanted, *sold})
    for place in sold:
        if place in known:
            wanted.setdefault(place, sold[place][1])
    for each in came:
        known.setdefault(each.original, {})[each.recorded.stream, each.recorded.sequence] = each.refund
    for place, store_id in wanted.items():
        refunds = list(known[place].values())
        recorded = sold[place][0] if place in sold else _sale_at(connection, merchant_id, place)
        if recorded is not None and isinstance(recorded.event, SaleCompleted):
            sale = recorded.event
            is_charged = any(each.fees for each in refunds)
            view = _view(connection, merchant_id, recorded.at, sale, store_id) if is_charged else None
            excess = refund_excess(sale, refunds, view)
            if excess:
                words = ["; ".join(one.sentence(language) for one in excess[:_TOLD]) for language in ("en", "zh_CN")]
                number = sale.receipt_number
                detail = f"receipt {number}: {words[0]} / 小票 {number}: {words[1]}"
                yield store_id, _finding(place, detail, -sum(one.fen for one in excess))
        elif _has_arrived(connection, merchant_id, place):
            number = refunds[0].receipt_number
            yield store_id, _finding(place, f"refund {number}: names no sale / 退货单 {number}: 原单不存在")


def _view(connection: Connection, merchant_id: str, at: datetime, sale: SaleCompleted, store_id: str) -> Sold | None:
    """The sale as refunds look at it, by the programme that its version names; None where that is not to be had."""
    books = open_books(connection, merchant_id, [sale])
    programme = books.programme(sale)
    if programme is None:
        return None
    prices = {line.unit_price for line in sale.lines}
    try:
        return sold_as_recorded(
            sale, at, programme, lambda sku, revision: books.product(sku, revision, prices), store_id
        )
    except Exception:
        # Whatever a forged sale does to the engine, the pass goes on; pricing it again tells a person.
        log.exception("receipt %s could not be read for its returns", sale.receipt_number)
        return None


def _finding(place: Place, detail: str, amount: int = 0) -> exceptions.Finding:
    stream, sequence = place
    cause = b"returns" + sequence.to_bytes(8, "big")
    kind = exceptions.Kind.REFUND_EXCESS
    return exceptions.Finding(kind, stream, sequence, b"", detail, cause=cause, amount=amount)


def _remembered(connection: Connection, merchant_id: str, places: set[Place]) -> dict[Place, dict[Place, SaleRefunded]]:
    """The refunds of sales that earlier pieces of the log brought."""
    table = schema.audit_refund
    found: dict[Place, dict[Place, SaleRefunded]] = {}
    ordered = sorted(places)
    for start in range(0, len(ordered), _AT_ONCE):
        some = [
            and_(
                table.c.original_device == stream.device,
                table.c.original_incarnation == stream.incarnation,
                table.c.original_sequence == sequence,
            )
            for stream, sequence in ordered[start : start + _AT_ONCE]
        ]
        for row in connection.execute(select(table).where(table.c.merchant_id == merchant_id, or_(*some))):
            place = (
                StreamId(DeviceId(row.original_device), Incarnation(row.original_incarnation)),
                row.original_sequence,
            )
            own = (StreamId(DeviceId(row.device), Incarnation(row.incarnation)), row.sequence)
            event = from_values(*own, _decode(row.content)).event
            if isinstance(event, SaleRefunded):
                found.setdefault(place, {})[own] = event
    return found


def _sale_at(connection: Connection, merchant_id: str, place: Place) -> Recorded | None:
    """The sale at a place of the log; None where nothing has come yet, or something else stands there."""
    stream, sequence = place
    kept = kept_at(connection, merchant_id, stream, sequence)
    if kept is None:
        return None
    values = kept.unfolded.rows[kept.index]
    try:
        recorded = from_values(stream, sequence, list(values))
    except (DomainError, LookupError, TypeError, ValueError, OverflowError):
        return None
    return recorded if isinstance(recorded.event, SaleCompleted) else None


def _has_arrived(connection: Connection, merchant_id: str, place: Place) -> bool:
    stream, sequence = place
    table = schema.stream
    head = connection.scalar(
        select(table.c.head_sequence).where(
            table.c.merchant_id == merchant_id,
            table.c.device == stream.device,
            table.c.incarnation == stream.incarnation,
        )
    )
    return head is not None and head >= sequence
