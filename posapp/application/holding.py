"""Parking a sale (挂单) and taking it up again (取单)."""

from __future__ import annotations

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import CartId
from posapp.domain.sale import Cart
from posapp.storage import held_carts
from posapp.storage.held_carts import HeldCart


def hold_sale(till: Till, cart: Cart, label: str = "") -> int:
    """Put a basket aside; it survives a restart.  Returns how many are held now.  Raises `InvalidField`."""
    if not cart.lines:
        raise InvalidField("lines", "there is nothing to park", "没有可挂的商品")
    with till.database.write() as connection:
        held_carts.hold(connection, cart, till.clock.now(), label)
        return held_carts.count(connection)


def resume_sale(till: Till, cart: CartId) -> Cart:
    """Take a held basket back.  Raises `InvalidField` where somebody was quicker."""
    with till.database.write() as connection:
        resumed = held_carts.resume(connection, cart)
    if resumed is None:
        raise InvalidField("cart", "this sale was taken up already", "这一单已经取走")
    return resumed


def held_sales(till: Till) -> list[HeldCart]:
    """Every held basket, the oldest first."""
    with till.database.read() as connection:
        return held_carts.held(connection)
