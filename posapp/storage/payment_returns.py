"""Returns of payments by scanned code: written with their refund, found by what is due and by who must look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.payment_return import PaymentReturn, is_due, needs_a_person, next_try
from posapp.domain.time import from_micros, to_micros
from posapp.storage.schema_payments import payment_return as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_OPEN = table.c.next_at.is_not(None)


def add(connection: Connection, one: PaymentReturn) -> None:
    """Write a return down, in the transaction of its refund."""
    connection.execute(insert(table).values(number=one.number, **_state(one)))


def save(connection: Connection, one: PaymentReturn) -> None:
    """Write down where it stands."""
    connection.execute(update(table).where(table.c.number == one.number).values(**_state(one)))


def get(connection: Connection, number: str) -> PaymentReturn:
    """One return.  Raises `LookupError`."""
    body = connection.execute(select(table.c.body).where(table.c.number == number)).scalar()
    if body is None:
        raise LookupError(number)
    return _read(body)


def is_known(connection: Connection, number: str) -> bool:
    """Whether there is a return of this number."""
    return connection.execute(select(table.c.number).where(table.c.number == number)).first() is not None


def due(connection: Connection, now: datetime) -> list[str]:
    """The numbers of those about which the provider is to be asked now, the most urgent first."""
    return [one.number for one in _open(connection) if is_due(one, now)]


def next_due(connection: Connection) -> datetime | None:
    """When one is to be asked about next, if any is."""
    micros = connection.execute(select(table.c.next_at).where(_OPEN).order_by(table.c.next_at).limit(1)).scalar()
    return from_micros(micros) if micros is not None else None


def needing_a_person(connection: Connection, now: datetime) -> list[PaymentReturn]:
    """Those that somebody should look into, the oldest first."""
    return sorted((one for one in _open(connection) if needs_a_person(one, now)), key=lambda one: one.created)


def _open(connection: Connection) -> list[PaymentReturn]:
    query = select(table.c.body).where(_OPEN).order_by(table.c.next_at)
    return [_read(body) for body in connection.execute(query).scalars()]


def _state(one: PaymentReturn) -> dict[str, object]:
    at = next_try(one)
    return {"next_at": to_micros(at) if at is not None else None, "body": msgspec.msgpack.encode(one)}


def _read(body: bytes) -> PaymentReturn:
    return msgspec.msgpack.decode(body, type=PaymentReturn)
