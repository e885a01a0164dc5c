"""Intents about money: taking cash, finishing the sale, the receipt."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.cash import cash_tender
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale
from posapp.application.points import points_now
from posapp.application.receipts import receipt_of
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.points_held import PointsOnDay
from posapp.domain.pricing import Quote
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.reprinting import print_card, print_for_gift, reprint
from posapp.ui.checkout.screen_coupons import wallet_size
from posapp.ui.checkout.screen_tender import entered
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.checkout.stored_modes import StoredShare
from posapp.ui.checkout.words import trouble, warning


class Paying:
    """The paying step."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revision = 0

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about money; then it is done or under way."""
        owner = self._owner
        match intent:
            case do.PayKey() | do.FunctionKey(number=9):
                self.open()
            case do.CashKey(typed=typed) | do.FunctionKey(number=10, typed=typed):
                self._cash(typed)
            case do.TenderMethodChosen(method="cash", typed=typed):
                self._cash(typed) if typed else self.open()
            case do.TenderMethodChosen(method="bank_card"):
                self._finish_with(TenderMethod.BANK_CARD)
            case do.TenderEdited(text=text):
                mode = owner.session.mode
                by_code = isinstance(mode, TenderMode) and mode.by_code and not text
                owner.change(mode=TenderMode(text, self._revision, by_code, stored=self._share()))
            case do.QuickCashChosen(fen=fen):
                self._settle(Money(fen))
            case do.TenderFinished(text=text) | do.EnterPressed(typed=text) if self._is_open() and text:
                self._cash(text)
            case do.TenderFinished() | do.EnterPressed() if self._is_open():
                self._settle(self._entry())
            case do.NextSale():
                owner.next_sale()
            case do.EnterPressed(typed="") if isinstance(owner.session.mode, CompleteMode):
                owner.next_sale()
            case do.ReprintReceipt():
                self._reprint()
            case do.PrintGiftReceipt():
                print_for_gift(owner)
            case do.PrintCard():
                print_card(owner)
            case _:
                return False
        return True

    def open(self, stored: StoredShare | None = None) -> None:
        """Go to paying, or say why not; with `stored`, a card pays a part already."""
        owner = self._owner
        if isinstance(owner.session.mode, CompleteMode):
            owner.next_sale()
            return
        if not owner.session.quote.lines:
            owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
            return
        if stored is not None or not self._is_open():
            self._revision += 1
            owner.session = replace(owner.session, mode=TenderMode("", self._revision, stored=stored), toast=None)
            owner.reprice(owner.session.basket)

    def _share(self) -> StoredShare | None:
        mode = self._owner.session.mode
        return mode.stored if isinstance(mode, TenderMode) else None

    def _is_open(self) -> bool:
        return isinstance(self._owner.session.mode, TenderMode)

    def _entry(self) -> Money | None:
        mode = self._owner.session.mode
        return entered(mode.entry) if isinstance(mode, TenderMode) else None

    def _cash(self, typed: str) -> None:
        """With n, cash takes n; cash alone takes the exact amount."""
        handed = entered(typed)
        if typed and handed is None:
            self._owner.toast(warning("toast.not_an_amount", typed=typed[:12]))
            return
        self._settle(handed)

    def _settle(self, handed: Money | None) -> None:
        owner = self._owner
        share = self._share()
        due = owner.session.quote.due - (share.payment.amount if share is not None else Money(0))
        if not owner.session.quote.lines or isinstance(owner.session.mode, CompleteMode):
            owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
            return
        try:
            tender = cash_tender(due, handed)
        except InvalidField as error:
            owner.toast(trouble(error, owner.language))
            return
        if tender.amount < due:
            owner.toast(warning("toast.cash_short", missing=(due - tender.amount).fen))
            return
        self.complete((tender,), owner.session.quote)

    def _finish_with(self, method: TenderMethod) -> None:
        if not self._owner.session.quote.lines:
            self._owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
            return
        share = self._share()
        quote = self._owner.price(self._owner.session.basket, method, share)
        rest = quote.due - (share.payment.amount if share is not None else Money(0))
        self.complete((Tender(method, rest, rest),), quote)

    def complete(self, tenders: tuple[Tender, ...], quote: Quote, share: StoredShare | None = None) -> None:
        """Record the sale of the basket in hand, and print its receipt when it is on disk.

        A card pays `share`, or what the paying step says that it pays, and `tenders` the rest.
        """
        owner = self._owner
        session, programme = owner.session, owner.till.programme
        cart = session.basket.cart
        share = share if share is not None else self._share()
        stored = None
        if share is not None:
            stored = share.payment
            tenders = (Tender(TenderMethod.STORED_VALUE, stored.amount, stored.amount), *tenders)
        request = SaleRequest(cart, quote, programme, tenders, owner.cashier, online=owner.online, stored=stored)
        coupons = wallet_size(session.basket.wallet)
        names = {
            place: session.products[line.sku].name(owner.language) if line.sku in session.products else line.name
            for place, line in enumerate(cart.lines)
        }

        units = {
            place: product.unit
            for place, line in enumerate(cart.lines)
            if (product := session.products.get(line.sku)) is not None and product.weighed
        }
        member = session.basket.member

        def complete() -> tuple[CompletedSale, PointsOnDay | None]:
            done = complete_sale(owner.till, request)
            if member is None or done.after is None:
                return done, None
            return done, points_now(owner.till, member.id, done.after)

        def completed(result: tuple[CompletedSale, PointsOnDay | None]) -> None:
            done, points = result
            labels = owner.shell.receipt_labels()
            receipt = receipt_of(owner.till, done, member, names, labels, owner.language, points, units)
            owner.session = replace(owner.session, last_receipt=receipt, last_sale=done.recorded, undo=(), toast=None)
            owner.start_empty(CompleteMode(done, member, receipt, coupons, share, session.basket.wallet.passes, points))
            owner.shell.print_receipt(receipt)

        owner.work(complete, completed)

    def _reprint(self) -> None:
        owner = self._owner
        receipt = owner.session.last_receipt
        if receipt is None:
            owner.toast(warning("toast.nothing_to_reprint"))
            return
        reprint(owner, receipt)
