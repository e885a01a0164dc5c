"""Parking a sale (挂单) and taking it up again (取单), also one that stood on the counter when the program ended."""

from __future__ import annotations

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import CartId
from posapp.domain.sale import Cart
from posapp.storage import event_log, held_carts
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


def keep_open(till: Till, cart: Cart | None) -> None:
    """Write down what stands on the counter; None for nothing.  A killed program loses none of it."""
    # After a power cut the basket may be some seconds old: not worth a wait for the disk at every scan.
    with till.database.write(durable=False) as connection:
        held_carts.keep_open(connection, cart)


def left_open(till: Till, at_the_counter: CartId | None = None) -> Cart | None:
    """What stood on the counter when the program ended; None where it was sold or parked since.

    Where another basket is at the counter by now, what stood there is parked.
    """
    with till.database.read() as connection:
        cart = held_carts.left_open(connection)
        if cart is None or event_log.find_by_cart(connection, cart.id) is not None:
            return None
        if cart.id == at_the_counter or held_carts.is_held(connection, cart.id):
            return None
    if at_the_counter is None:
        return cart
    if cart.lines:
        hold_sale(till, cart)
    return None
