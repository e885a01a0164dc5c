"""Carts that were put aside (挂单), and the one on the counter: they survive a restart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.sale import Cart
from posapp.domain.time import from_micros, to_micros
from posapp.storage import settings
from posapp.storage.schema import held_cart

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from posapp.domain.ids import CartId

_OPEN: Final = settings.Setting("open_cart", bytes, b"")


@dataclass(frozen=True, slots=True)
class HeldCart:
    """A cart that was put aside: when, under which label, and the whole of it."""

    held_at: datetime
    label: str
    cart: Cart


def hold(connection: Connection, cart: Cart, at: datetime, label: str = "") -> None:
    """Put a cart aside; one that is held already is replaced."""
    values = {
        "held_at": to_micros(at),
        "label": label,
        "lines": len(cart.lines),
        "body": msgspec.msgpack.encode(cart),
    }
    row = insert(held_cart).values(cart_id=cart.id.bytes, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["cart_id"], set_=values))


def resume(connection: Connection, cart_id: CartId) -> Cart | None:
    """Take a held cart back; None where it is not held (any more)."""
    row = delete(held_cart).where(held_cart.c.cart_id == cart_id.bytes).returning(held_cart.c.body)
    body = connection.execute(row).scalar()
    return _cart(body) if body is not None else None


def held(connection: Connection) -> list[HeldCart]:
    """Every held cart, the one held first coming first."""
    query = select(held_cart).order_by(held_cart.c.held_at)
    return [HeldCart(from_micros(row.held_at), row.label, _cart(row.body)) for row in connection.execute(query)]


def is_held(connection: Connection, cart_id: CartId) -> bool:
    """Whether a cart is held."""
    return connection.scalar(select(held_cart.c.lines).where(held_cart.c.cart_id == cart_id.bytes)) is not None


def keep_open(connection: Connection, cart: Cart | None) -> None:
    """Remember the cart on the counter in place of the one before; None for nothing."""
    settings.put(connection, _OPEN, msgspec.msgpack.encode(cart) if cart is not None else b"")


def forget_open_raw(raw: Any) -> None:
    """Leave nothing on the counter of a copy of the file; `raw` is a connection of the driver."""
    settings.put_raw(raw, _OPEN, b"")


def left_open(connection: Connection) -> Cart | None:
    """The cart that was on the counter last."""
    body = settings.get(connection, _OPEN)
    return _cart(body) if body else None


def count(connection: Connection) -> int:
    """How many carts are held."""
    return connection.scalar(select(func.count()).select_from(held_cart)) or 0


def _cart(body: bytes) -> Cart:
    return msgspec.msgpack.decode(body, type=Cart)
