"""From what the cashier does to what the screen shows.  Plain Python: no Qt, tested without a window.

Work that waits for the disk runs elsewhere.  While it runs, further intents wait in a queue, so that "scan, 200, +"
can never take cash for a basket that lacks the scanned goods.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from posapp.application import founding, goods, holding, members
from posapp.application.checkout import new_cart, price_cart
from posapp.application.stored_value.cards import stored_cards
from posapp.application.till import Cashier, Till
from posapp.domain.catalogue import Product
from posapp.domain.ids import CartId
from posapp.domain.member import Member
from posapp.domain.pricing import Explanation, PlannedTender, Quote, render
from posapp.domain.sale import Cart, Identification, TenderMethod
from posapp.domain.stored_card import StoredCard
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.finding import Finding
from posapp.ui.checkout.line_keys import LineKeys
from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.pass_keys import PassKeys
from posapp.ui.checkout.paying import Paying
from posapp.ui.checkout.returning import Returning
from posapp.ui.checkout.screen import Surroundings, screen_of
from posapp.ui.checkout.session import (
    Basket,
    CompleteMode,
    HeldMode,
    KeymapMode,
    LookupMode,
    Mode,
    ReturnedMode,
    Session,
    SyncStatus,
    TenderMode,
)
from posapp.ui.checkout.shell import Shell
from posapp.ui.checkout.stored_keys import StoredKeys
from posapp.ui.checkout.stored_modes import StoredShare
from posapp.ui.checkout.words import trouble, warning

T = TypeVar("T")
_UNDO_STEPS = 50


class CheckoutPresenter:
    """One cashier's checkout.  `handle` takes intents; every change is shown through the shell."""

    def __init__(self, till: Till, cashier: Cashier, shell: Shell, language: str = "zh_CN") -> None:
        self.till, self.cashier, self.shell, self.language = till, cashier, shell, language
        basket = edits.empty(new_cart(till))
        self.session = Session(basket, self.price(basket))
        self._busy = False
        self._waiting: deque[do.Intent] = deque()
        self._finding = Finding(self)
        self._paying = Paying(self)
        self._lines = LineKeys(self)
        self._passes = PassKeys(self)
        self._returning = Returning(self)
        self._stored = StoredKeys(self, self._paying)

    # -- what happens around the sale ---------------------------------------------------------------

    def start(self) -> None:
        """Load what the screen needs besides the sale, and show it."""

        def load() -> tuple[list[Product], int]:
            return goods.quick_items(self.till), len(holding.held_sales(self.till))

        def loaded(found: tuple[list[Product], int]) -> None:
            self.change(quick=tuple(found[0]), parked=found[1])

        self.show()
        self.work(load, loaded)

    def tick(self) -> None:
        """The clock moved on: prices may depend on it."""
        self.reprice(self.session.basket)

    def sync_changed(self, status: SyncStatus) -> None:
        """The carrier of the log has news."""
        self.change(sync=status)

    def reload_shop(self) -> None:
        """Catalogue, programme or members changed by the server: read what is on the screen again."""

        def load() -> tuple[list[Product], Member | None]:
            founding.refresh(self.till)
            member = self.session.basket.member
            known = members.find_member(self.till, member.id) if member is not None else None
            return goods.quick_items(self.till), known

        def loaded(found: tuple[list[Product], Member | None]) -> None:
            basket = self.session.basket
            self.session = replace(self.session, quick=tuple(found[0]))
            same = found[1] is not None and basket.member is not None and basket.member.id == found[1].id
            self.reprice(replace(basket, member=found[1]) if same else basket)

        self.work(load, loaded)

    def report(self, error: Exception) -> None:
        """Something outside the sale failed."""
        self.toast(trouble(error, self.language))

    # -- intents ---------------------------------------------------------------

    def handle(self, intent: do.Intent) -> None:
        """Do what the cashier asked, now or right after the work that is under way."""
        if self._busy:
            self._waiting.append(intent)
            return
        self._dispatch(intent)
        self._drain()

    def _drain(self) -> None:
        while self._waiting and not self._busy:
            self._dispatch(self._waiting.popleft())

    def _dispatch(self, intent: do.Intent) -> None:
        parts = (self._passes, self._stored, self._returning, self._finding, self._paying, self._lines)
        if any(part.handle(intent) for part in parts):
            return
        match intent:
            case do.EnterPressed(typed=""):
                self._enter()
            case do.EscPressed():
                self._back()
            case do.FunctionKey(number=1):
                self.change(mode=None if isinstance(self.session.mode, KeymapMode) else KeymapMode())
            case do.FunctionKey(number=6, shift=shift):
                self._resume_list() if shift or not self.session.quote.lines else self._hold()
            case do.PickRow(index=index) if isinstance(self.session.mode, HeldMode):
                self._resume(self.session.mode, index)
            case do.RowMoved(by=by) if isinstance(self.session.mode, HeldMode):
                mode = self.session.mode
                selected = max(0, min(len(mode.rows) - 1, mode.selected + by))
                self.change(mode=replace(mode, selected=selected))
            case do.Undo():
                self._undo()
            case do.SetLanguage(tag=tag):
                self.language = self.shell.switch_language(tag)
                self.show()
            case do.SetTheme(name=name):
                self.shell.switch_theme(name)
            case do.FunctionKey():
                self.toast(warning("toast.key_unavailable", detail="toast.not_ready_detail", number=intent.number))
            case _:
                pass

    def _enter(self) -> None:
        mode = self.session.mode
        if isinstance(mode, HeldMode):
            self._resume(mode, mode.selected)
        elif isinstance(mode, KeymapMode):
            self.change(mode=None)
        elif mode is None:
            self._paying.open()

    def _back(self) -> None:
        """One step back; nothing is deleted."""
        mode = self.session.mode
        if isinstance(mode, CompleteMode):
            self.next_sale()
        elif mode is not None:
            self.session = replace(self.session, mode=None, toast=None)
            self.reprice(self.session.basket)
        elif self.session.toast is not None:
            self.change(toast=None)

    def _undo(self) -> None:
        if self.session.undo and self.session.mode is None:
            *rest, before = self.session.undo
            self.change(undo=tuple(rest), toast=None)
            self.reprice(before)

    # -- parking ---------------------------------------------------------------

    def _hold(self) -> None:
        basket = self.session.basket
        name = basket.member.profile.name if basket.member is not None else ""

        def held(count: int) -> None:
            self.change(parked=count)
            self.next_sale()

        self.work(lambda: holding.hold_sale(self.till, basket.cart, name), held)

    def _resume_list(self) -> None:
        self.work(
            lambda: holding.held_sales(self.till),
            lambda rows: self.change(mode=HeldMode(tuple(rows)), parked=len(rows)),
        )

    def _resume(self, mode: HeldMode, index: int) -> None:
        if not 0 <= index < len(mode.rows):
            return
        wanted = mode.rows[index].cart
        aside = self.session.basket

        def swap() -> tuple[Cart, Member | None, int]:
            cart = holding.resume_sale(self.till, CartId(wanted.id))
            count = holding.hold_sale(self.till, aside.cart) if aside.cart.lines else len(mode.rows) - 1
            member = members.find_member(self.till, cart.member) if cart.member is not None else None
            return cart, member, count

        def swapped(result: tuple[Cart, Member | None, int]) -> None:
            cart, member, count = result
            self.change(mode=None, parked=count, undo=(), toast=None)
            self.reprice(edits.of_cart(cart, member))

        self.work(swap, swapped)

    # -- what the parts of this presenter share ---------------------------------------------------------------

    def show(self) -> None:
        """Render the session."""
        around = Surroundings(
            self.till.identity, self.till.programme, self.cashier.name, self.till.clock.now(), self.language
        )
        self.shell.show(screen_of(self.session, around))

    def change(self, **fields: object) -> None:
        """Change the session and show it."""
        self.session = replace(self.session, **fields)  # type: ignore[arg-type]
        self.show()

    def toast(self, notice: Notice | None) -> None:
        """Say something under the input; it stays until the next scan."""
        self.change(toast=notice)

    def edit(self, basket: Basket, *, toast: Notice | None = None) -> None:
        """Change the basket; one step of undo remembers what it was."""
        undo = (*self.session.undo, self.session.basket)[-_UNDO_STEPS:]
        self.session = replace(self.session, undo=undo, toast=toast)
        self.reprice(basket)

    def reprice(self, basket: Basket) -> None:
        """Price the basket as it is now, and what a new card would make of it."""
        stored = self.session.mode.stored if isinstance(self.session.mode, TenderMode) else None
        quote = self.price(basket, stored=stored)
        as_new = self._price_as_new(basket) if basket.member is None and basket.cart.lines else None
        self.session = replace(self.session, basket=basket, quote=quote, as_new_member=as_new)
        self.show()
        if self.session.cards_of != basket.cart.member:
            self.read_cards()
        self._stored.go_on()

    def price(
        self, basket: Basket, method: TenderMethod = TenderMethod.CASH, stored: StoredShare | None = None
    ) -> Quote:
        """What the basket costs when it is paid so; only cash is rounded down, and cash is what a till expects."""
        planned = (*(stored.planned if stored is not None else ()), PlannedTender(method))
        return price_cart(self.till, basket.cart, basket.member, planned)

    def present_card(self, code: str, unknown: Notice) -> None:
        """A code that is no goods may be an unnamed stored-value card."""
        self._stored.present(code, unknown)

    def read_cards(self) -> None:
        """Read the stored-value cards of the member of this sale."""
        member = self.session.basket.cart.member
        if member is None or self.till.programme.stored_value is None:
            self.session = replace(self.session, cards=(), cards_of=member)
            return

        def read(cards: list[StoredCard]) -> None:
            if self.session.basket.cart.member == member:
                self.change(cards=tuple(cards))

        # Asked for once: what is read meanwhile is of this member too.
        self.session = replace(self.session, cards=(), cards_of=member)
        self.work(lambda: stored_cards(self.till, member), read)

    def _price_as_new(self, basket: Basket) -> Quote:
        stranger = members.stranger(self.till)
        cart = replace(basket.cart, member=stranger.id, identified_by=Identification.NEW_CARD)
        return price_cart(self.till, cart, stranger, (PlannedTender(TenderMethod.CASH),))

    def next_sale(self) -> None:
        """Clear the counter for the next customer."""
        basket = edits.empty(new_cart(self.till))
        self.session = replace(self.session, mode=None, undo=(), toast=None)
        self.reprice(basket)

    def start_empty(self, mode: CompleteMode) -> None:
        """A sale is on disk: show it over an empty basket, so that the next scan can only open the next sale."""
        basket = edits.empty(new_cart(self.till))
        self.session = replace(self.session, mode=mode)
        self.reprice(basket)

    def explain(self, explanation: Explanation) -> str:
        """An explanation of the pricing engine in the cashier's language."""
        return render(explanation, self.language)

    def leave_complete(self) -> None:
        """The next scan opens the next sale (ux.md §6); after a return it goes on with the one on the counter."""
        if isinstance(self.session.mode, CompleteMode):
            self.next_sale()
        elif isinstance(self.session.mode, ReturnedMode):
            self.change(mode=None, toast=None)

    def work(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run a job that may wait; intents that arrive meanwhile wait for it.  A failure is said, and nothing else."""
        self._busy = True

        def finished(result: T) -> None:
            self._busy = False
            done(result)
            self._drain()

        def failed(error: Exception) -> None:
            self._busy = False
            self.report(error)
            self._drain()

        self.shell.submit(job, finished, failed)

    @property
    def lookup(self) -> LookupMode | None:
        """The look-up that is open, if one is."""
        mode: Mode | None = self.session.mode
        return mode if isinstance(mode, LookupMode) else None
