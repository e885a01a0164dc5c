"""Payments by scanned code: written before they are sent, found by their basket, by what is due, by who must look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.payment import Action, Payment, Stage, next_step
from posapp.domain.sale import Cart
from posapp.domain.time import from_micros, to_micros
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema_payments import payment as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.ids import CartId

# Asked at every sale.
_OF_CART = Prepared(
    select(table.c.body).where(table.c.cart_id == bindparam("cart_id")).order_by(table.c.out_trade_no), "cart_id"
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A payment that a restart goes on with, and the basket that it pays for."""

    payment: Payment
    cart: Cart


def add(connection: Connection, payment: Payment, cart: Cart, now: datetime) -> None:
    """Write a new payment down; only when this is committed may it be sent."""
    values = {"out_trade_no": payment.out_trade_no, "cart_id": payment.cart.bytes, "sold": 0}
    body = {"basket": msgspec.msgpack.encode(cart), **_state(payment, now)}
    connection.execute(insert(table).values(**values, **body))


def save(connection: Connection, payment: Payment, now: datetime) -> None:
    """Write down where a payment stands."""
    connection.execute(update(table).where(table.c.out_trade_no == payment.out_trade_no).values(**_state(payment, now)))


def get(connection: Connection, out_trade_no: str) -> Payment:
    """One payment.  Raises `LookupError`."""
    body = connection.execute(select(table.c.body).where(table.c.out_trade_no == out_trade_no)).scalar()
    if body is None:
        raise LookupError(out_trade_no)
    return _payment(body)


def is_sold(connection: Connection, out_trade_no: str) -> bool:
    """Whether the sale that it pays for is recorded."""
    return connection.execute(select(table.c.sold).where(table.c.out_trade_no == out_trade_no)).scalar() == 1


def of_cart(connection: Connection, cart: CartId) -> list[Payment]:
    """Every payment that was begun for a basket, in the order of their numbers, which is the order of time."""
    return [_payment(body) for (body,) in _OF_CART.run(driver(connection), (cart.bytes,)).fetchall()]


def mark_sold(connection: Connection, cart: CartId) -> None:
    """The sale of a basket is recorded, in the caller's transaction, with its payments as tenders."""
    connection.execute(update(table).where(table.c.cart_id == cart.bytes).values(sold=1))


def due(connection: Connection, now: datetime) -> list[str]:
    """The numbers of the payments about which something is to be done now, the most urgent first."""
    query = select(table.c.body).where(table.c.next_at.is_not(None)).order_by(table.c.next_at)
    waiting = [_payment(body) for body in connection.execute(query).scalars()]
    # Asked of each, and not of `next_at` alone: a clock that was set back makes what is open due.
    return [one.out_trade_no for one in waiting if next_step(one, now).action is not Action.WAIT]


def next_due(connection: Connection) -> datetime | None:
    """When something is to be done next, if anything is."""
    query = select(table.c.next_at).where(table.c.next_at.is_not(None)).order_by(table.c.next_at).limit(1)
    micros = connection.execute(query).scalar()
    return from_micros(micros) if micros is not None else None


def unfinished(connection: Connection) -> list[Unfinished]:
    """Payments that are open, or paid without a recorded sale, oldest first."""
    waiting = table.c.next_at.is_not(None) & (table.c.sold == 0)
    unsold = (table.c.stage == int(Stage.PAID)) & (table.c.sold == 0)
    query = select(table.c.body, table.c.basket).where(waiting | unsold).order_by(table.c.out_trade_no)
    found = [
        Unfinished(_payment(row.body), msgspec.msgpack.decode(row.basket, type=Cart))
        for row in connection.execute(query)
    ]
    return [one for one in found if one.payment.is_open or one.payment.stage is Stage.PAID]


def needing_a_person(connection: Connection) -> list[Payment]:
    """Payments that no answer settles, oldest first."""
    stuck = table.c.next_at.is_not(None) & (table.c.stage == int(Stage.MANUAL))
    query = select(table.c.body).where(stuck).order_by(table.c.out_trade_no)
    return [_payment(body) for body in connection.execute(query).scalars()]


def _state(payment: Payment, now: datetime) -> dict[str, object]:
    at = next_step(payment, now).at
    return {
        "stage": int(payment.stage),
        "next_at": to_micros(at) if at is not None else None,
        "body": msgspec.msgpack.encode(payment),
    }


def _payment(body: bytes) -> Payment:
    return msgspec.msgpack.decode(body, type=Payment)
