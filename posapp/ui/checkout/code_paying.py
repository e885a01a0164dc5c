"""Intents and news about payments by scanned code: charging, waiting, cancelling, going on after a restart.

While a payment is open the basket stands still and nothing else is taken (domain.md §4); what goes on meanwhile is the
worker's, who reports each step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from posapp.application import payments
from posapp.application.cash import cash_tender
from posapp.application.checkout import price_cart
from posapp.application.payments import Charge
from posapp.application.reach import require_server
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.offline import Action
from posapp.domain.payment import Payment, PaymentOpen, Stage
from posapp.domain.payment_return import PaymentReturn, ReturnStage
from posapp.domain.pricing import PlannedTender, Quote
from posapp.domain.sale import TenderMethod
from posapp.domain.scan_code import CodeKind, ScanCode
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.intents import SetLanguage, SetScale, SetTheme
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import Charging, ReturnedMode, TenderMode
from posapp.ui.checkout.taking_up import TakenUp
from posapp.ui.checkout.words import trouble, warning
from posapp.ui.messages import Message, msg

METHODS = {CodeKind.WECHAT_PAY: TenderMethod.WECHAT_PAY, CodeKind.ALIPAY: TenderMethod.ALIPAY}
_REASONS = {
    "OFFLINE": "pay.reason_offline",
    "no_provider": "pay.reason_no_provider",
    "NOT_ENOUGH": "pay.reason_balance",
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": "pay.reason_balance",
    "AUTH_CODE_EXPIRED": "pay.reason_code",
    "AUTH_CODE_INVALID": "pay.reason_code",
    "ACQ.PAYMENT_AUTH_CODE_INVALID": "pay.reason_code",
}


@dataclass(frozen=True, slots=True)
class PaymentMoved:
    """The worker has done a step about a payment."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class ChargeRefused:
    """The worker could not even begin: nothing was sent."""

    charge: Charge
    error: Exception


@dataclass(frozen=True, slots=True)
class ReturnMoved:
    """The worker has asked the provider to give back what was paid for goods that came back."""

    one: PaymentReturn


News: TypeAlias = PaymentMoved | ReturnMoved | ChargeRefused


def news_of(step: Payment | PaymentReturn) -> News:
    """What the worker reports, as news for the counter."""
    return ReturnMoved(step) if isinstance(step, PaymentReturn) else PaymentMoved(step)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A payment that is open or paid without a sale, with its basket."""

    payment: Payment
    taken: TakenUp


class CodePaying:
    """The paying step by scanned code."""

    def __init__(self, owner: Desk, complete: Callable[[tuple[Tender, ...], Quote], None]) -> None:
        self._owner = owner
        self._complete = complete

    @property
    def charging(self) -> Charging | None:
        """The payment of the basket in hand that is not over."""
        mode = self._owner.session.mode
        return mode.charging if isinstance(mode, TenderMode) else None

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about paying by code, or has to wait for it."""
        charging = self.charging
        if charging is not None:
            return self._while_charging(charging, intent)
        match intent:
            case do.FunctionKey(number=12) | do.TenderMethodChosen(method="scan_pay"):
                self._ask_for_code()
            case do.TenderMethodChosen(method="cash") if self._is_asking():
                self._owner.change(mode=replace(self._tender(), by_code=False))
                return False
            case do.TenderFinished(text="") | do.EnterPressed(typed="") if self._is_asking():
                self._owner.toast(warning("toast.scan_first", detail="toast.scan_first_detail"))
            case _:
                return False
        return True

    def _while_charging(self, charging: Charging, intent: do.Intent) -> bool:
        payment = charging.payment
        match intent:
            case do.EscPressed():
                self._cancel(charging)
            case do.TenderFinished() | do.EnterPressed() | do.PayKey() if payment and payment.stage is Stage.PAID:
                self._finish(charging, payment)
            case do.FunctionKey(number=6, shift=False) | SetLanguage() | SetTheme() | SetScale() | do.ReprintReceipt():
                return False
            case do.TenderEdited() | do.TextEntered() | do.LineSelected() | do.LineMoved():
                pass
            case _:
                self._owner.toast(trouble(PaymentOpen(), self._owner.language))
        return True

    # -- charging ---------------------------------------------------------------

    def scanned(self, code: ScanCode) -> None:
        """A payment code was scanned: charge what is outstanding (ux.md §6)."""
        owner = self._owner
        method = METHODS.get(code.kind)
        if method is None or not owner.session.scan_pay:
            owner.toast(warning("toast.scan_pay_unavailable", detail="toast.scan_pay_detail"))
            return
        if not owner.session.quote.lines:
            owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
            return
        if self._waits_for_server():
            return
        share = owner.session.share
        quote = owner.price(owner.session.basket, method, share)
        mode = replace(self._tender(), entry="", by_code=True, charging=Charging(method, quote))
        owner.session = replace(owner.session, quote=quote)
        owner.change(mode=mode, toast=None)
        rest = quote.due - (share.payment.amount if share is not None else Money(0))
        owner.shell.charge(Charge(owner.session.basket.cart, rest, method, owner.cashier, code.text))

    def _ask_for_code(self) -> None:
        owner = self._owner
        if not owner.session.scan_pay:
            owner.toast(warning("toast.scan_pay_unavailable", detail="toast.scan_pay_detail"))
        elif not owner.session.quote.lines:
            owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
        elif not self._waits_for_server():
            owner.change(mode=replace(self._tender(), by_code=True), toast=None)

    def _waits_for_server(self) -> bool:
        """Say so where the server, which holds the provider's keys, is out of reach."""
        try:
            require_server(Action.SCAN_PAY, "tenders", online=self._owner.online)
        except InvalidField as error:
            self._owner.toast(trouble(error, self._owner.language))
            return True
        return False

    def _tender(self) -> TenderMode:
        mode = self._owner.session.mode
        return mode if isinstance(mode, TenderMode) else TenderMode()

    def _is_asking(self) -> bool:
        mode = self._owner.session.mode
        return isinstance(mode, TenderMode) and mode.by_code

    # -- what the worker reports ---------------------------------------------------------------

    def news(self, news: News) -> None:
        """A step was done, or a charge was refused."""
        charging = self.charging
        cart = self._owner.session.basket.cart.id
        match news:
            case ChargeRefused(charge=charge, error=error):
                if charging is not None and charge.cart.id == cart and charging.payment is None:
                    self._over(trouble(error, self._owner.language))
            case PaymentMoved(payment=payment) if charging is not None and payment.cart == cart:
                self._moved(charging, payment)
            case PaymentMoved(payment=payment):
                self._elsewhere(payment)
            case ReturnMoved(one=one):
                self._went_back(one)

    def _moved(self, charging: Charging, payment: Payment) -> None:
        if charging.payment is not None and payment.out_trade_no < charging.payment.out_trade_no:
            return  # a look at an earlier payment of this basket, which is over
        moved = replace(charging, payment=payment)
        amount = payment.amount.fen
        if payment.stage is Stage.DECLINED:
            reason = _reason(payment.reason)
            declined = msg("toast.pay_declined", reason=reason)
            detail = msg("toast.pay_declined_detail")
            self._over(Notice(Tone.WARN, "alert-triangle", declined, detail))
        elif payment.stage in (Stage.REVERSED, Stage.REFUNDING):
            gone = msg("toast.pay_reversed", amount=amount)
            self._over(Notice(Tone.INFO, "arrow-back-up", gone, msg("toast.pay_reversed_detail")))
        else:
            self._show(moved)
            if payment.stage is Stage.PAID:
                self._arrived(moved, payment)
            elif charging.cancel_wanted and payment.cancelled is None:
                self._cancel(moved)

    def _elsewhere(self, payment: Payment) -> None:
        """A payment of a sale that is not on the screen: said only where somebody has to do something."""
        words = {Stage.MANUAL: (Tone.DANGER, "toast.pay_manual"), Stage.PAID: (Tone.INFO, "toast.pay_parked")}
        if payment.stage in words:
            tone, key = words[payment.stage]
            title = msg(key, amount=payment.amount.fen)
            self._owner.toast(Notice(tone, "qrcode", title, msg(f"{key}_detail", number=payment.out_trade_no)))

    def _went_back(self, one: PaymentReturn) -> None:
        """Said while the refund is still on the screen; later only where somebody has to do something."""
        words = {ReturnStage.MANUAL: (Tone.DANGER, "toast.return_manual")}
        if isinstance(self._owner.session.mode, ReturnedMode):
            words[ReturnStage.DONE] = (Tone.SUCCESS, "toast.return_done")
            words[ReturnStage.WAITING] = (Tone.INFO, "toast.return_waiting")
        if one.stage in words:
            tone, key = words[one.stage]
            title = msg(key, amount=one.back.amount.fen)
            self._owner.toast(Notice(tone, "qrcode", title, msg(f"{key}_detail", number=one.number)))

    def _show(self, charging: Charging) -> None:
        self._owner.change(mode=replace(self._tender(), charging=charging))

    def _over(self, notice: Notice) -> None:
        """Nothing was taken: the basket can be paid again, by another code or in cash."""
        owner = self._owner
        owner.session = replace(owner.session, mode=replace(self._tender(), charging=None), toast=notice)
        owner.reprice(owner.session.basket)

    # -- ending it ---------------------------------------------------------------

    def _cancel(self, charging: Charging) -> None:
        owner = self._owner
        cart = owner.session.basket.cart.id
        self._show(replace(charging, cancel_wanted=True))

        def cancelled(changed: tuple[Payment, ...]) -> None:
            now = self.charging
            if changed and now is not None:
                self._show(replace(now, payment=changed[-1]))
            owner.shell.payments_changed()

        owner.work(lambda: payments.cancel(owner.till, cart), cancelled)

    def _arrived(self, charging: Charging, payment: Payment) -> None:
        """The money is there: complete the sale, where it costs just that."""
        left = charging.quote.due - payment.amount - self._by_card()
        if left == Money(0):
            self._complete((payment.tender,), charging.quote)
        elif left > Money(0):
            self._owner.toast(warning("toast.pay_short", detail="toast.pay_short_detail", amount=left.fen))
        else:
            self._owner.toast(warning("toast.pay_too_much", detail="toast.pay_too_much_detail", amount=-left.fen))

    def _finish(self, charging: Charging, payment: Payment) -> None:
        """The cashier completes a sale whose price moved while it was paid for: the rest is cash."""
        quote = self._price(charging.method, payment.amount)
        rest = quote.due - payment.amount - self._by_card()
        if rest > Money(0):
            self._complete((payment.tender, cash_tender(rest)), quote)
        else:
            self._arrived(replace(charging, quote=quote), payment)

    def _price(self, method: TenderMethod, paid: Money) -> Quote:
        basket = self._owner.session.basket
        share = self._owner.session.share
        by_card = share.planned if share is not None else ()
        planned = (*by_card, PlannedTender(method, paid), PlannedTender(TenderMethod.CASH))
        return price_cart(self._owner.till, basket.cart, basket.member, planned, basket.wallet)

    def _by_card(self) -> Money:
        """What a stored-value card pays of the sale."""
        share = self._owner.session.share
        return share.payment.amount if share is not None else Money(0)

    def look_again(self) -> None:
        """A person may have settled it elsewhere, where no worker hears of it."""
        charging = self.charging
        if charging is None or charging.payment is None or charging.payment.stage is not Stage.MANUAL:
            return
        number = charging.payment.out_trade_no

        def found(payment: Payment) -> None:
            if payment.stage is not Stage.MANUAL:
                self.news(PaymentMoved(payment))

        self._owner.work(lambda: payments.payment_numbered(self._owner.till, number), found)

    # -- going on ---------------------------------------------------------------

    def adopt(self, left: LeftOver | None) -> None:
        """Put a payment that was left open, or paid without a sale, back on the screen with its basket."""
        if left is None:
            return
        owner, payment, basket = self._owner, left.payment, left.taken.basket
        planned = (PlannedTender(payment.method),)
        quote = price_cart(owner.till, basket.cart, basket.member, planned, basket.wallet, at=payment.created)
        charging = Charging(payment.method, quote, payment)
        owner.session = replace(left.taken.known_in(owner.session), basket=basket, quote=quote, undo=())
        owner.change(mode=TenderMode(by_code=True, charging=charging), toast=None)
        if payment.stage is Stage.PAID:
            self._arrived(charging, payment)


def _reason(code: str) -> Message:
    return msg(_REASONS[code]) if code in _REASONS else msg("pay.reason_other", code=code or "—")
