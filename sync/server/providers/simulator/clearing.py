"""What the providers keep: orders, their states over time, and whose money is where.  No HTTP in here."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from posapp.domain.payment import TIMINGS
from posapp.domain.sale import TenderMethod
from sync.server.providers.simulator.buyers import BY_LAST_DIGITS, Buyer

if TYPE_CHECKING:
    from collections.abc import Callable

_CONFIRM_SECONDS: Final = {TenderMethod.WECHAT_PAY: 45, TenderMethod.ALIPAY: 120}
"""An order that the buyer does not confirm closes by itself: WeChat's after 45 s, Alipay's when we said so."""


class State(StrEnum):
    """Where an order stands."""

    PAYING = "paying"
    PAID = "paid"
    FAILED = "failed"
    CLOSED = "closed"
    RETURNED = "returned"


class Outcome(StrEnum):
    """What the provider says to a reversal or a refund."""

    DONE = "done"
    RETURNED = "returned"
    MISSING = "missing"
    AGAIN = "again"
    PAYING = "paying"
    TOO_LATE = "too late"
    NOT_PAID = "not paid"
    TOO_MUCH = "too much"


@dataclass
class Account:
    """One order."""

    method: TenderMethod
    out_trade_no: str
    fen: int
    code: str
    buyer: Buyer
    began: float
    transaction: str
    state: State = State.PAYING
    taken: int = 0
    given_back: int = 0
    reversals: int = 0
    returns: dict[str, int] = field(default_factory=dict)


class Clearing:
    """Both providers' books.  `now` is their clock, in seconds; safe from several threads."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._accounts: dict[str, Account] = {}
        self._expected: dict[str, Buyer] = {}
        self._used: set[str] = set()
        self._trials: dict[tuple[str, str], int] = {}

    def expect(self, code: str, buyer: Buyer) -> None:
        """Whoever shows this code will behave so."""
        with self._lock:
            self._expected[code] = buyer

    def net(self) -> int:
        """Fen that buyers have paid and not got back, over all orders."""
        with self._lock:
            for account in self._accounts.values():
                self._pass_time(account)
            return sum(account.taken - account.given_back for account in self._accounts.values())

    def forget(self) -> None:
        """Lose every order, as if another merchant's keys were in use."""
        with self._lock:
            self._accounts.clear()

    def accounts(self) -> list[Account]:
        """Every order, oldest first."""
        with self._lock:
            return list(self._accounts.values())

    def buyer_of(self, key: str) -> Buyer:
        """Who is behind a code or an order number."""
        with self._lock:
            account = self._accounts.get(key)
            if account is not None:
                return account.buyer
            return self._expected.get(key) or BY_LAST_DIGITS.get(key[-4:], Buyer())

    def happens(self, trouble: str, operation: str, key: str, most: int) -> bool:
        """Whether a trouble befalls this request: it befalls the first so many of an order."""
        with self._lock:
            count = self._trials.get((trouble + operation, key), 0)
            self._trials[trouble + operation, key] = count + 1
            return count < most

    def pay(self, method: TenderMethod, out_trade_no: str, fen: int, code: str) -> Account | str:
        """Charge a code; a number that is known is told how it stands.  A text is the reason of a refusal."""
        with self._lock:
            account = self._accounts.get(out_trade_no)
            if account is not None:
                self._pass_time(account)
                return account
            buyer = self.buyer_of(code)
            if code in self._used:
                return "AUTH_CODE_EXPIRED"
            self._used.add(code)
            account = Account(
                method, out_trade_no, fen, code, buyer, self._now(), f"{4_200_000_000 + len(self._accounts)}"
            )
            self._accounts[out_trade_no] = account
            if buyer.declined:
                account.state = State.FAILED
                return buyer.declined
            if not buyer.asked:
                self._take(account)
            return account

    def find(self, out_trade_no: str) -> Account | None:
        """An order as it stands now."""
        with self._lock:
            account = self._accounts.get(out_trade_no)
            if account is not None:
                self._pass_time(account)
            return account

    def reverse(self, out_trade_no: str) -> Outcome:
        """Close an order, or give its money back."""
        with self._lock:
            account = self.find(out_trade_no)
            if account is None:
                return Outcome.MISSING
            account.reversals += 1
            if self._now() - account.began > TIMINGS[account.method].reverse_within:
                return Outcome.TOO_LATE
            if account.reversals <= account.buyer.again:
                return Outcome.AGAIN
            if account.state is State.PAYING:
                if account.method is TenderMethod.WECHAT_PAY and not account.buyer.late:
                    return Outcome.PAYING
                account.state = State.CLOSED
                if account.buyer.late and not account.taken:
                    # The confirmation was on its way: the reversal is acknowledged, and the money comes all the same.
                    self._take(account)
                return Outcome.DONE
            return self._give_back(account)

    def number_of(self, transaction: str) -> str:
        """The order that the provider knows by this number of its own; empty where there is none."""
        with self._lock:
            found = (one.out_trade_no for one in self._accounts.values() if one.transaction == transaction)
            return next(found, "")

    def refund(self, out_trade_no: str, number: str, fen: int) -> Outcome:
        """Give back so much of a paid order, once a number."""
        with self._lock:
            account = self.find(out_trade_no)
            if account is None:
                return Outcome.MISSING
            if account.state not in (State.PAID, State.RETURNED):
                return Outcome.NOT_PAID
            if number in account.returns or (account.state is State.RETURNED and fen == account.taken):
                return Outcome.RETURNED
            if account.given_back + fen > account.taken:
                return Outcome.TOO_MUCH
            account.returns[number] = fen
            account.given_back += fen
            if account.given_back == account.taken:
                account.state = State.RETURNED
            return Outcome.RETURNED

    def _give_back(self, account: Account) -> Outcome:
        if account.state is State.PAID:
            account.state, account.given_back = State.RETURNED, account.taken
        return Outcome.RETURNED if account.state is State.RETURNED else Outcome.DONE

    def _take(self, account: Account) -> None:
        account.state = State.PAID
        account.taken += account.fen

    def _pass_time(self, account: Account) -> None:
        if account.state is not State.PAYING:
            return
        passed, after = self._now() - account.began, account.buyer.confirms_after
        limit = _CONFIRM_SECONDS[account.method]
        if after is not None and after <= min(passed, limit):
            self._take(account)
        elif passed > limit:
            account.state = State.CLOSED
