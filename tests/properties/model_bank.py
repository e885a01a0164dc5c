"""A model of a payment provider and of the road to it, where anything may be lost, late, or cut off by a crash.

Written apart from the simulator, and deliberately naive: it counts the buyer's money and little else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from posapp.domain.payment import Answer, Heard, Order
from posapp.domain.payment_return import MoneyBack
from posapp.domain.sale import TenderMethod

CODE_LIFE = timedelta(seconds=60)
CONFIRM_WITHIN = {TenderMethod.WECHAT_PAY: timedelta(seconds=45), TenderMethod.ALIPAY: timedelta(seconds=120)}
RACE = timedelta(seconds=5)
"""A confirmation that was on its way when the order was reversed arrives at the latest so much later."""


class Crashed(BaseException):
    """The till's process ends here; not an `Exception`, so that nothing of the product can catch it."""


class Held(BaseException):
    """The provider has answered, but other things happen before the till gets to hear it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Road(StrEnum):
    """What happens to one request."""

    FINE = "fine"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    DELAYED = "delayed"
    ANSWER_HELD = "answer held"
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"


class Buyer(StrEnum):
    """What the buyer's phone does with a charge."""

    PAYS = "pays"
    ASKED = "asked for the password"
    BROKE = "has not enough"


@dataclass
class Account:
    """One order at the provider."""

    order: Order
    state: str
    since: datetime
    net: int = 0
    reversed_at: datetime | None = None


@dataclass
class Bank:
    """The provider's side; `taken` is what is gone from buyers and has not come back."""

    now: Callable[[], datetime]
    accounts: dict[str, Account] = field(default_factory=dict)
    codes: dict[str, tuple[datetime, Buyer]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    double: list[str] = field(default_factory=list)

    def show_code(self, buyer: Buyer) -> str:
        """A fresh code on the buyer's phone."""
        code = f"code{len(self.codes)}"
        self.codes[code] = (self.now(), buyer)
        return code

    def taken(self) -> int:
        """In fen, over all orders."""
        return sum(account.net for account in self.accounts.values())

    def pay(self, order: Order, code: str) -> Answer:
        """Charge a code; a number that is known already is only told how it stands."""
        if order.out_trade_no in self.accounts:
            self.double.append(order.out_trade_no)
            return self.query(order)
        shown, buyer = self.codes[code]
        if code in self.used or self.now() - shown > CODE_LIFE:
            return Answer(Heard.DECLINED, reason="AUTHCODEEXPIRE")
        self.used.add(code)
        account = self.accounts[order.out_trade_no] = Account(order, "paying", self.now())
        if buyer is Buyer.BROKE:
            account.state = "closed"
            return Answer(Heard.DECLINED, reason="NOTENOUGH")
        if buyer is Buyer.PAYS:
            self._take(account)
        return self.query(order)

    def confirm(self, account: Account) -> None:
        """The buyer confirms, perhaps just when the order is being reversed."""
        within = self.now() - account.since <= CONFIRM_WITHIN[account.order.method]
        racing = account.reversed_at is not None and self.now() - account.reversed_at <= RACE
        if (account.state == "paying" and within) or (account.state == "closed" and racing and within):
            self._take(account)

    def _take(self, account: Account) -> None:
        account.state, account.net, account.reversed_at = "paid", account.order.amount.fen, None

    def query(self, order: Order) -> Answer:
        """How an order stands."""
        account = self.accounts.get(order.out_trade_no)
        if account is None:
            return Answer(Heard.NOT_FOUND)
        self._expire(account)
        heard = {"paying": Heard.USER_PAYING, "paid": Heard.PAID, "closed": Heard.CLOSED}[account.state]
        return Answer(heard, f"tx-{order.out_trade_no}" if heard is Heard.PAID else "")

    def _expire(self, account: Account) -> None:
        if account.state == "paying" and self.now() - account.since > CONFIRM_WITHIN[account.order.method]:
            account.state = "closed"

    def reverse(self, order: Order) -> Answer:
        """Close an order, or give its money back."""
        account = self.accounts.get(order.out_trade_no)
        if account is None:
            return Answer(Heard.NOT_FOUND)
        self._expire(account)
        if account.state == "paying":
            if order.method is TenderMethod.WECHAT_PAY:
                return Answer(Heard.TRY_AGAIN, reason="USERPAYING")
            account.state, account.reversed_at = "closed", self.now()
        if account.state == "paid":
            account.state, account.net = "closed", 0
        return Answer(Heard.CLOSED)

    def refund(self, order: Order) -> Answer:
        """Give the money of a paid order back."""
        account = self.accounts.get(order.out_trade_no)
        if account is not None and account.state == "paid":
            account.state, account.net = "closed", 0
        return Answer(Heard.CLOSED)


@dataclass
class Network:
    """The gateway of the till: each request takes the road that the test draws for it."""

    bank: Bank
    road: Callable[[], Road] = lambda: Road.FINE
    delayed: list[Callable[[], Answer]] = field(default_factory=list)

    def pay(self, order: Order, code: str) -> Answer:
        """Charge a code."""
        return self._go(lambda: self.bank.pay(order, code))

    def query(self, order: Order) -> Answer:
        """Ask."""
        return self._go(lambda: self.bank.query(order))

    def reverse(self, order: Order) -> Answer:
        """Take back."""
        return self._go(lambda: self.bank.reverse(order))

    def refund(self, order: Order) -> Answer:
        """Give back."""
        return self._go(lambda: self.bank.refund(order))

    def give_back(self, back: MoneyBack) -> Answer:
        """Nothing comes back of these sales."""
        raise AssertionError(back)

    def close(self) -> None:
        """Nothing is held."""

    def deliver(self, place: int) -> None:
        """A request that was long on its way arrives; nobody waits for its answer any more."""
        self.delayed.pop(place % len(self.delayed))()

    def _go(self, request: Callable[[], Answer]) -> Answer:
        match self.road():
            case Road.FINE:
                return request()
            case Road.REQUEST_LOST:
                pass
            case Road.ANSWER_LOST:
                request()
            case Road.DELAYED:
                self.delayed.append(request)
            case Road.ANSWER_HELD:
                raise Held(request())
            case Road.CRASH_BEFORE:
                raise Crashed
            case Road.CRASH_AFTER:
                request()
                raise Crashed
        return Answer(Heard.NOTHING)
