"""Parking a sale for a customer who comes back, and taking one up again (ux.md §6, F6 and Shift+F6)."""

from __future__ import annotations

from posapp.application import holding, payments
from posapp.domain.ids import CartId
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.code_paying import CodePaying, LeftOver
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.session import HeldMode
from posapp.ui.checkout.taking_up import TakenUp, take_up


class Parking:
    """The list of parked sales.  Taking one up parks what stands on the counter."""

    def __init__(self, owner: Desk, codes: CodePaying) -> None:
        self._owner = owner
        self._codes = codes

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about parking; then it is done or under way."""
        owner = self._owner
        if isinstance(intent, do.FunctionKey) and intent.number == 6:
            if intent.shift or not owner.session.quote.lines:
                self._list()
            else:
                self._hold()
            return True
        mode = owner.session.mode
        if not isinstance(mode, HeldMode):
            return False
        return handle_rows(owner, mode, len(mode.rows), lambda index: self._resume(mode, index), intent)

    def _hold(self) -> None:
        owner = self._owner
        basket = owner.session.basket
        name = basket.member.profile.name if basket.member is not None else ""

        def held(count: int) -> None:
            # Undo must not reach past the parking to the sale before it.
            owner.change(parked=count, last_sale=None)
            owner.next_sale()

        owner.work(lambda: holding.hold_sale(owner.till, basket.cart, name), held)

    def _list(self) -> None:
        owner = self._owner
        owner.work(
            lambda: holding.held_sales(owner.till),
            lambda rows: owner.change(mode=HeldMode(tuple(rows)), parked=len(rows)),
        )

    def _resume(self, mode: HeldMode, index: int) -> None:
        owner, till = self._owner, self._owner.till
        wanted = mode.rows[index].cart
        aside = owner.session.basket

        def swap() -> tuple[TakenUp, int, LeftOver | None]:
            cart = holding.resume_sale(till, CartId(wanted.id))
            count = holding.hold_sale(till, aside.cart) if aside.cart.lines else len(mode.rows) - 1
            taken = take_up(till, cart, online=owner.online)
            begun = payments.payment_of(till, cart.id)
            return taken, count, None if begun is None else LeftOver(begun, taken)

        def swapped(result: tuple[TakenUp, int, LeftOver | None]) -> None:
            taken, count, left = result
            owner.session = taken.known_in(owner.session)
            owner.change(mode=None, parked=count, undo=(), toast=None)
            owner.reprice(taken.basket)
            self._codes.adopt(left)

        owner.work(swap, swapped)
