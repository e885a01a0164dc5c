"""From what the cashier does to what the screen shows.  Plain Python: no Qt, tested without a window.

Work that waits for the disk runs elsewhere.  While it runs, further intents wait in a queue, so that "scan, 200, +"
can never take cash for a basket that lacks the scanned goods.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from posapp.application import goods, holding, payments
from posapp.application.card_faces import chosen_face
from posapp.application.checkout import new_cart, price_cart
from posapp.application.coupons import BenefitGone
from posapp.application.staff.signing_in import Door, door
from posapp.application.till import Cashier, Till
from posapp.application.till_keys import ChosenKeys, read_keys
from posapp.domain.catalogue import Product
from posapp.domain.pricing import Explanation, PlannedTender, Quote, render
from posapp.domain.sale import TenderMethod
from posapp.domain.scan_code import ScanCode
from posapp.domain.staff import SEE_EXCEPTIONS
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.as_new import AsNewMember
from posapp.ui.checkout.background_round import rounds_of
from posapp.ui.checkout.claim_keys import ClaimKeys
from posapp.ui.checkout.code_paying import CodePaying, LeftOver, News
from posapp.ui.checkout.coupon_keys import CouponKeys
from posapp.ui.checkout.devices.keys import DeviceKeys
from posapp.ui.checkout.finding import Finding
from posapp.ui.checkout.gift_keys import GiftKeys
from posapp.ui.checkout.goods_finding import GoodsFinding
from posapp.ui.checkout.inbox_keys import InboxKeys
from posapp.ui.checkout.item_keys import ItemKeys
from posapp.ui.checkout.keeping import Keeping
from posapp.ui.checkout.keymap_keys import KeymapKeys
from posapp.ui.checkout.last_quote import LastQuote
from posapp.ui.checkout.line_keys import LineKeys
from posapp.ui.checkout.look_keys import LookKeys
from posapp.ui.checkout.member_file.keys import FileKeys
from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.parking import Parking
from posapp.ui.checkout.pass_keys import PassKeys
from posapp.ui.checkout.paying import Paying
from posapp.ui.checkout.price_keys import PriceKeys
from posapp.ui.checkout.proof_keys import ProofKeys
from posapp.ui.checkout.report_keys import ReportKeys
from posapp.ui.checkout.rereading import Rereading
from posapp.ui.checkout.returning import Returning
from posapp.ui.checkout.screen import Surroundings, screen_of
from posapp.ui.checkout.session import (
    Basket,
    CompleteMode,
    LookupMode,
    Mode,
    ReturnedMode,
    Session,
    SyncStatus,
    TenderMode,
)
from posapp.ui.checkout.shell import Shell
from posapp.ui.checkout.shift_keys import ShiftKeys
from posapp.ui.checkout.staff_keys import StaffKeys
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.step_back import paying_under
from posapp.ui.checkout.stored_keys import StoredKeys
from posapp.ui.checkout.stored_modes import StoredShare
from posapp.ui.checkout.taking_up import TakenUp, take_up
from posapp.ui.checkout.unsynced_keys import UnsyncedKeys
from posapp.ui.checkout.words import trouble, warning

T = TypeVar("T")
_UNDO_STEPS = 50


@dataclass(frozen=True, slots=True)
class _Start:
    """What is read at the start; `left` is a payment and `basket` a basket that the last run left open."""

    quick: list[Product]
    parked: int
    left: LeftOver | None
    basket: TakenUp | None
    door: Door
    keys: ChosenKeys
    face: str | bytes


class CheckoutPresenter:
    """One cashier's checkout.  `handle` takes intents; every change is shown through the shell."""

    def __init__(self, till: Till, cashier: Cashier, shell: Shell, language: str = "zh_CN") -> None:
        self.till, self.cashier, self.shell, self.language = till, cashier, shell, language
        self._last_quote = LastQuote()
        basket = edits.empty(new_cart(till))
        self.session = Session(basket, self.price(basket))
        self._busy = False
        self._waiting: deque[do.Intent | News] = deque()
        self._items, self._as_new = ItemKeys(self), AsNewMember(self)
        self._finding = Finding(self, GoodsFinding(self, self._items), self.handle)
        self._paying = Paying(self)
        self._lines, self._look = LineKeys(self), LookKeys(self)
        self._passes = PassKeys(self)
        self._returning = Returning(self)
        self._codes = CodePaying(self, self._paying.complete)
        self._parking = Parking(self, self._codes)
        self._coupons = CouponKeys(self)
        self._stored = StoredKeys(self, self._paying)
        self._gifts = GiftKeys(self)
        self._unsynced, self._inbox = UnsyncedKeys(self), InboxKeys(self)
        self._file = FileKeys(self)
        self.devices = DeviceKeys(self)
        self._report = ReportKeys(self)
        self._staff, self._shift = StaffKeys(self), ShiftKeys(self)
        self._prices, self._keymap, self._claims = PriceKeys(self), KeymapKeys(self), ClaimKeys(self)
        again, self._keeping = Rereading(self), Keeping(self)
        self._proof = ProofKeys(self)
        self.ask_approval, self.ask_proof, self.read_keys = self._staff.ask, self._proof.ask, self._keymap.read
        self.read_wallet, self.read_cards, self.reload_shop = again.read_wallet, again.read_cards, again.reload_shop
        self._rounds = rounds_of(self)

    # -- what happens around the sale ---------------------------------------------------------------

    def start(self) -> None:
        """Load what the screen needs besides the sale, and show it."""

        def load() -> _Start:
            newest = next(reversed(payments.unfinished(self.till)), None)
            paying = None
            if newest is not None:
                paying = LeftOver(newest.payment, take_up(self.till, newest.cart, online=self.online))
            basket = self._keeping.found(newest.cart.id if newest is not None else None)
            quick, held = goods.quick_items(self.till), len(holding.held_sales(self.till))
            keys, face = read_keys(self.till, self.cashier), chosen_face(self.till)
            return _Start(quick, held, paying, basket, door(self.till), keys, face)

        def loaded(found: _Start) -> None:
            self._keymap.use(found.keys)
            self.change(quick=tuple(found.quick), parked=found.parked, face=found.face)
            self._staff.stand_at(found.door)
            self._codes.adopt(found.left)
            self._keeping.put_back(found.basket)

        self.show()
        self.work(load, loaded)
        self._begin_rounds()

    def tick(self) -> None:
        """The clock moved on: prices may depend on it, and a new day brings members something."""
        if not self._busy:
            self._codes.look_again()
        self.reprice(self.session.basket)
        self._begin_rounds()

    @property
    def is_idle(self) -> bool:
        """Whether no sale, no question and no work is open."""
        return not self._busy and self.session.is_idle

    def _begin_rounds(self) -> None:
        for each in self._rounds:
            each.tick()

    def sync_changed(self, status: SyncStatus) -> None:
        """The carrier of the log has news.  Without the server some coupons wait, and come back with it.

        One that was issued a moment ago can be set aside for this till once the server has heard of it.
        """
        online, had = self.online, self.session.sync.pending
        self.change(sync=status)
        is_told = had > 0 == status.pending and bool(self.session.basket.wallet.withheld)
        if self.online is not online or is_told:
            self.read_wallet()

    def payments_ready(self) -> None:
        """Payments by code can be taken from now on."""
        self.change(scan_pay=True)

    def payment_news(self, news: News) -> None:
        """The worker of payments has news; they wait, like intents, for the work that is under way."""
        self.handle(news)

    def report(self, error: Exception) -> None:
        """Something failed; where a coupon was used meanwhile, the sale is priced again without it."""
        self.toast(trouble(error, self.language))
        if isinstance(error, BenefitGone):
            self.read_wallet()

    # -- intents ---------------------------------------------------------------

    def handle(self, intent: do.Intent | News) -> None:
        """Do what the cashier asked, now or right after the work that is under way."""
        if self._busy:
            self._waiting.append(intent)
            return
        self._dispatch(intent)
        self._drain()

    def _drain(self) -> None:
        while self._waiting and not self._busy:
            self._dispatch(self._waiting.popleft())

    def _dispatch(self, intent: do.Intent | News) -> None:
        if isinstance(intent, News):
            self._codes.news(intent)
            return
        goods_and_money = (self._parking, self._finding, self._paying, self._lines)
        owned = (self._passes, self._stored, self._gifts, self._coupons, self._unsynced, self._inbox)
        parts = (
            self._staff,
            self._shift,
            self._codes,
            self._keymap,
            self._claims,
            self._proof,
            self._prices,
            self._items,
            self.devices,
            self._file,
            self._report,
            self._look,
            *owned,
            self._returning,
            *goods_and_money,
        )
        if any(part.handle(intent) for part in parts):
            return
        match intent:
            case do.EnterPressed(typed=""):
                self._enter()
            case do.EscPressed():
                self._back()
            case do.Undo():
                self._undo()
            case do.FunctionKey():
                self.toast(warning("toast.key_unavailable", detail="toast.not_ready_detail", number=intent.number))
            case _:
                pass

    def _enter(self) -> None:
        mode = self.session.mode
        if mode is None:
            self._paying.open()

    def _back(self) -> None:
        """One step back; nothing is deleted."""
        mode = self.session.mode
        if isinstance(mode, CompleteMode):
            self.next_sale()
        elif mode is not None:
            # From a search called while paying Esc leads back to paying, and from paying to the goods.
            back = None if isinstance(mode, TenderMode) else paying_under(mode)
            self.session = replace(self.session, mode=back, toast=None)
            self.reprice(self.session.basket)
        elif self.session.toast is not None:
            self.change(toast=None)

    def _undo(self) -> None:
        if self.session.undo and self.session.mode is None:
            *rest, before = self.session.undo
            self.change(undo=tuple(rest), toast=None)
            self.reprice(before)

    # -- what the parts of this presenter share ---------------------------------------------------------------

    def show(self) -> None:
        """Render the session."""
        self.shell.show(screen_of(self.session, self.surroundings()))

    def surroundings(self) -> Surroundings:
        """What is around the sale now."""
        now, sees = self.till.clock.now(), SEE_EXCEPTIONS in self.cashier.permissions
        return Surroundings(self.till.identity, self.till.programme, self.cashier.name, now, self.language, sees)

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
        charging = self._codes.charging
        # While a payment is open the sale costs what is being paid for it.
        basket = self._prices.within(basket) if charging is None else basket
        quote = self.price(basket, stored=self.session.share) if charging is None else charging.quote
        self.session = replace(self.session, basket=basket, quote=quote, as_new_member=self._as_new.quote(basket))
        self.show()
        self._keeping.changed(basket.cart)
        if self.session.cards_of != basket.cart.member:
            self.read_cards()
        self._stored.go_on()

    def pay_by_code(self, code: ScanCode) -> None:
        """The buyer's payment code was scanned."""
        self._codes.scanned(code)

    def price(
        self, basket: Basket, method: TenderMethod = TenderMethod.CASH, stored: StoredShare | None = None
    ) -> Quote:
        """What the basket costs when it is paid so; only cash is rounded down, and cash is what a till expects."""
        planned = (*(stored.planned if stored is not None else ()), PlannedTender(method))
        now = self.till.clock.now()
        return self._last_quote.of(
            (basket.cart, basket.member, basket.wallet, self.till.programme),
            planned,
            now,
            lambda: price_cart(self.till, basket.cart, basket.member, planned, basket.wallet, at=now),
        )

    def present_card(self, code: str, unknown: Notice) -> None:
        """A code that is no goods may be an unnamed stored-value card."""
        self._stored.present(code, unknown)

    @property
    def online(self) -> bool:
        """Whether the server can be reached, or there is none to ask."""
        return self.session.sync.kind is not SyncKind.OFFLINE

    def next_sale(self) -> None:
        """Clear the counter for the next customer."""
        basket = edits.empty(new_cart(self.till))
        self.session = replace(self.session, mode=None, undo=(), toast=None)
        self.reprice(basket)

    def start_empty(self, mode: CompleteMode) -> None:
        """A sale is on disk: show it over an empty basket, so that the next scan can only open the next sale."""
        basket = edits.empty(new_cart(self.till))
        # What was known of the goods of this sale would otherwise be kept, and copied at each scan, until the evening.
        self.session = replace(self.session, mode=mode, products={})
        self.reprice(basket)

    def explain(self, explanation: Explanation) -> str:
        """An explanation of the pricing engine in the cashier's language."""
        return render(explanation, self.language)

    def take_code(self, code: str) -> bool:
        """Take the code or the word of a coupon; False where it is none."""
        return self._coupons.take(code)

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
