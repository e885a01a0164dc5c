"""What stands on the counter survives a killed program or a power cut, as parked sales do: nobody scans it twice."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application import holding
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.taking_up import TakenUp, take_up
from posapp.ui.checkout.words import offer_undo
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.domain.ids import CartId
    from posapp.domain.sale import Cart
    from posapp.ui.checkout.desk import Desk

log = logging.getLogger(__name__)


class Keeping:
    """Writes the basket down as it changes, beside the cashier's work: one write at a time, then the latest."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._wanted: Cart | None = None
        self._is_writing = False

    def changed(self, cart: Cart) -> None:
        """The basket is this one now."""
        worth_keeping = cart if cart.lines or cart.member is not None else None
        if worth_keeping != self._wanted:
            self._wanted = worth_keeping
            if not self._is_writing:
                self._write()

    def found(self, at_the_counter: CartId | None) -> TakenUp | None:
        """The basket that the last run left.  Where another has the counter already, it is parked, and this is None.

        Not for the window's thread.  Raises the storage's errors.
        """
        till, online = self._owner.till, self._owner.online
        cart = holding.left_open(till, at_the_counter)
        return take_up(till, cart, online=online) if cart is not None else None

    def put_back(self, left: TakenUp | None) -> None:
        """Show it; one undo clears the counter."""
        if left is None:
            return
        owner = self._owner
        owner.session = replace(left.known_in(owner.session), undo=(owner.session.basket,))
        owner.reprice(left.basket)
        title, detail = msg("toast.left_open"), msg("toast.left_open_detail")
        owner.toast(Notice(Tone.INFO, "history", title, detail, offer_undo(do.Undo())))

    def _write(self) -> None:
        cart, till = self._wanted, self._owner.till
        self._is_writing = True

        def written(_done: None) -> None:
            self._is_writing = False
            if self._wanted != cart:
                self._write()

        self._owner.shell.submit_aside(lambda: holding.keep_open(till, cart), written, self._failed)

    def _failed(self, error: Exception) -> None:
        # Nothing to bother a cashier with: the sale is kept when it is paid, and says so where it cannot be.
        self._is_writing = False
        log.warning("the open basket was not kept: %s", type(error).__name__)
