"""A till that takes one payment by code, as a process that is killed at a chosen moment.

``python -m tests.integration.paying_process FOLDER URL METHOD CODE POINT``: opens the till in FOLDER and sells one
basket, paid by CODE at the providers behind URL.  A *point* lies before and after each commit and each request; at
point number POINT the process kills itself with SIGKILL (-1: never).  A process that finds a payment goes on with it,
as a till does at its start.  Time is a number of seconds in ``FOLDER/clock``, shared with the providers.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from posapp.application import payments
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.founding import open_till
from posapp.application.goods import line_of, search
from posapp.application.payments import Charge
from posapp.application.ports import PaymentGateway, SystemEntropy
from posapp.application.till import Till
from posapp.domain.payment import Answer, Order, Payment, Stage
from posapp.domain.payment_return import MoneyBack
from posapp.domain.pricing import PlannedTender
from posapp.domain.sale import Cart, TenderMethod
from posapp.storage import payments as rows
from posapp.storage.database import Database, open_database
from posapp.storage.key_store import DATABASE_KEY, FileKeyStore, secret
from sync.server.providers.simulated import simulated
from tests.integration.tills import CASHIER

START = datetime(2026, 10, 17, 10, 42, tzinfo=UTC)
T = TypeVar("T")


@dataclass
class FileClock:
    """Seconds since the start, in a file, so that time goes on where a killed process left it."""

    path: Path

    def now(self) -> datetime:
        return START + timedelta(seconds=int(self.path.read_text()))

    def reach(self, instant: datetime) -> None:
        if instant > self.now():
            self.path.write_text(str(-(-int((instant - START).total_seconds() * 1000) // 1000)))


@dataclass
class Fate:
    """Counts the points, and kills at the chosen one."""

    point: int
    passed: int = 0

    def here(self) -> None:
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


@dataclass
class MortalGateway:
    """A gateway with a point before and after each request."""

    inner: PaymentGateway
    fate: Fate

    def _do(self, request: Callable[[], T]) -> T:
        self.fate.here()
        answer = request()
        self.fate.here()
        return answer

    def pay(self, order: Order, code: str) -> Answer:
        return self._do(lambda: self.inner.pay(order, code))

    def query(self, order: Order) -> Answer:
        return self._do(lambda: self.inner.query(order))

    def reverse(self, order: Order) -> Answer:
        return self._do(lambda: self.inner.reverse(order))

    def refund(self, order: Order) -> Answer:
        return self._do(lambda: self.inner.refund(order))

    def give_back(self, back: MoneyBack) -> Answer:
        return self._do(lambda: self.inner.give_back(back))

    def close(self) -> None:
        self.inner.close()


class MortalDatabase(Database):
    """A database with a point before and after each write transaction."""

    fate: Fate

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        self.fate.here()
        with super().write(durable=durable) as connection:
            yield connection
        self.fate.here()


def opened(folder: Path, fate: Fate) -> Till:
    keys = FileKeyStore(folder / "keys")
    database = open_database(folder / "till.db", secret(keys, DATABASE_KEY, create=False))
    database.__class__ = MortalDatabase
    assert isinstance(database, MortalDatabase)
    database.fate = fate
    till = open_till(database, keys, FileClock(folder / "clock"), SystemEntropy())
    assert till is not None
    return till


def finish(till: Till, cart: Cart, payment: Payment) -> None:
    """Money that came completes the sale; money that did not leaves the basket unpaid."""
    if payment.stage is not Stage.PAID:
        return
    quote = price_cart(till, cart, None, (PlannedTender(payment.method),), at=payment.created)
    complete_sale(till, SaleRequest(cart, quote, till.programme, (payment.tender,), CASHIER))


def work_off(till: Till, gateway: PaymentGateway, clock: FileClock) -> None:
    """What the worker does, until nothing is left; time jumps to each next step."""
    while True:
        with till.database.read() as connection:
            at = rows.next_due(connection)
            if at is None:
                return
            clock.reach(at)
            due = rows.due(connection, clock.now())
        for number in due:
            payments.advance(till, gateway, number)


def main(folder: Path, url: str, method: TenderMethod, code: str, point: int) -> None:
    fate = Fate(point)
    clock = FileClock(folder / "clock")
    till = opened(folder, fate)
    gateway = MortalGateway(simulated(url), fate)
    left = payments.unfinished(till)
    begun = folder / "begun"
    if not begun.exists():
        begun.touch()
        cart = new_cart(till).add(line_of(search(till, "明前龙井")[0], "zh_CN"))
        due = price_cart(till, cart, None, (PlannedTender(method),)).due
        payment = payments.begin(till, Charge(cart, due, method, CASHIER, code))
        finish(till, cart, payments.send(till, gateway, payment, code))
    work_off(till, gateway, clock)
    for one in payments.unfinished(till) or left:
        with till.database.read() as connection:
            finish(till, one.cart, rows.get(connection, one.payment.out_trade_no))
    gateway.close()
    till.database.close()
    (folder / "points").write_text(str(fate.passed))


if __name__ == "__main__":
    place, address, number, scanned, moment = sys.argv[1:]
    main(Path(place), address, TenderMethod(int(number)), scanned, int(moment))
