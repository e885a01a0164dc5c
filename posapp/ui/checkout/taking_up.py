"""A basket that comes back from the disk: parked, left open by a killed program, or paid for without a sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from posapp.application import goods, members
from posapp.application import wallet as wallets
from posapp.application.till import Till
from posapp.domain.catalogue import Product
from posapp.domain.ids import Sku
from posapp.domain.sale import Cart
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout.session import Basket, Session


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A basket, its member and what they may use, with its goods as they are now: they say what is sold by weight."""

    basket: Basket
    products: Mapping[Sku, Product]

    def known_in(self, session: Session) -> Session:
        """The session with the goods of this basket among those it knows."""
        return replace(session, products={**session.products, **self.products})


def take_up(till: Till, cart: Cart, *, online: bool) -> TakenUp:
    """Read what a basket from the disk needs besides its lines.

    Not for the window's thread.  Raises the storage's errors.
    """
    member = members.find_member(till, cart.member) if cart.member is not None else None
    wallet = wallets.load_wallet(till, cart.member, cart.codes, online=online)
    sold = (goods.by_sku(till, sku) for sku in {line.sku for line in cart.lines})
    products = {product.sku: product for product in sold if product is not None}
    return TakenUp(edits.of_cart(cart, member, wallet), products)
