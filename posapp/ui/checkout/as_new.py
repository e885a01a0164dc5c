"""What a first card would make of the sale on the counter; a long basket is priced for it after the key was painted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posapp.application import members
from posapp.application.checkout import price_cart
from posapp.application.triggers import promised
from posapp.domain.pricing import PlannedTender, Quote
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.wallet import Wallet
from posapp.ui.checkout.last_quote import LastQuote

if TYPE_CHECKING:
    from datetime import datetime

    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.session import Basket

AT_ONCE: Final = 30
"""Lines that are priced twice within a key's time."""
_AFTER_SECONDS: Final = 0.08


class AsNewMember:
    """The sale of nobody in particular, priced as if they had just joined."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._last = LastQuote()

    def quote(self, basket: Basket) -> Quote | None:
        """The price with a first card; None where a card is on the sale, or nothing is.

        Of a long basket that changed it is the one of before, and the new one follows in a moment.
        """
        if basket.member is not None or not basket.cart.lines:
            return None
        if len(basket.cart.lines) <= AT_ONCE:
            return self._price(basket)
        held = self._last.held(self._parts(basket), None, self._owner.till.clock.now())
        if held is not None:
            return held
        self._owner.shell.later(_AFTER_SECONDS, lambda: self._follow(basket))
        return self._owner.session.as_new_member

    def _follow(self, basket: Basket) -> None:
        """Unless the basket went on meanwhile; then another one follows."""
        if self._owner.session.basket.cart is basket.cart:
            self._owner.change(as_new_member=self._price(basket))

    def _parts(self, basket: Basket) -> tuple[object, ...]:
        return basket.cart, basket.wallet, self._owner.till.programme

    def _price(self, basket: Basket) -> Quote:
        now = self._owner.till.clock.now()
        return self._last.of(self._parts(basket), None, now, lambda: self._price_anew(basket, now))

    def _price_anew(self, basket: Basket, now: datetime) -> Quote:
        till = self._owner.till
        stranger = members.stranger(till)
        cart = replace(basket.cart, member=stranger.id, identified_by=Identification.NEW_CARD)
        gifts = Wallet(coupons=promised(till), presented=basket.wallet.presented)
        return price_cart(till, cart, stranger, (PlannedTender(TenderMethod.CASH),), gifts, at=now)
