"""A counter that takes payments by code: the real till and database, and both simulated providers over real HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from posapp.application import payments
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import line_of, search
from posapp.application.payments import Charge
from posapp.application.ports import PaymentGateway
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.payment import Payment, Stage
from posapp.domain.pricing import PlannedTender
from posapp.domain.sale import Cart, TenderMethod
from posapp.storage import payments as rows
from sync.server.providers.alipay import Alipay
from sync.server.providers.gateway import Gateway
from sync.server.providers.simulator.buyers import Buyer
from sync.server.providers.simulator.clearing import Clearing
from sync.server.providers.simulator.web import Simulator
from sync.server.providers.wechat import WeChatPay
from sync.server.providers.wire import Wire
from tests.integration.tills import CASHIER, SteppingClock, demo_till, reopened

CODES = {TenderMethod.WECHAT_PAY: "130012345678900001", TenderMethod.ALIPAY: "281234567890120001"}
IMPATIENT = httpx.Timeout(0.4, connect=0.4)


def gateway_to(simulator: Simulator, timeout: httpx.Timeout | None = IMPATIENT) -> Gateway:
    """The adapters, speaking to a simulator; without a timeout they wait as long as in life."""

    def wire() -> Wire:
        return Wire(simulator.url, timeout=timeout) if timeout is not None else Wire(simulator.url)

    return Gateway(
        {TenderMethod.WECHAT_PAY: WeChatPay(wire(), "mch", "app"), TenderMethod.ALIPAY: Alipay(wire(), "app")}
    )


@dataclass
class Counter:
    """A till, a basket, and the providers behind a real socket; all by the till's clock."""

    till: Till
    clock: SteppingClock
    simulator: Simulator
    gateway: PaymentGateway
    cart: Cart
    folder: Path

    @property
    def books(self) -> Clearing:
        return self.simulator.clearing

    def due(self, method: TenderMethod) -> Money:
        return price_cart(self.till, self.cart, None, (PlannedTender(method),)).due

    def scan(self, method: TenderMethod, buyer: Buyer | None = None, code: str = "") -> Payment:
        code = code or CODES[method]
        self.books.expect(code, buyer or Buyer())
        begun = payments.begin(self.till, Charge(self.cart, self.due(method), method, CASHIER, code))
        return payments.send(self.till, self.gateway, begun, code)

    def advance(self, payment: Payment) -> Payment:
        return payments.advance(self.till, self.gateway, payment.out_trade_no)

    def until(self, payment: Payment, *stages: Stage, seconds: int = 1000) -> Payment:
        """Let time pass, a second at a time, and do what is due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while payment.stage not in stages:
            assert self.clock.now() < end, f"it stayed {payment}"
            payment = self.advance(payment)
            if payment.stage not in stages:
                self.clock.step(seconds=1)
        return payment

    def rest(self) -> None:
        """Let everything come to an end."""
        while (at := self._next()) is not None:
            self.clock.instant = max(self.clock.instant, at)
            with self.till.database.read() as connection:
                due = rows.due(connection, self.clock.now())
            for number in due:
                payments.advance(self.till, self.gateway, number)

    def _next(self) -> datetime | None:
        with self.till.database.read() as connection:
            return rows.next_due(connection)

    def finish(self, *tenders: Tender) -> CompletedSale:
        planned = tuple(PlannedTender(one.method) for one in tenders)
        quote = price_cart(self.till, self.cart, None, planned)
        return complete_sale(self.till, SaleRequest(self.cart, quote, self.till.programme, tenders, CASHIER))

    def restart(self) -> None:
        self.till = reopened(self.till, self.folder)


def open_payment_counter(folder: Path) -> Counter:
    """A basket of tea at a new till, and providers that live by its clock; stop the simulator at the end."""
    clock = SteppingClock()
    till = demo_till(folder, clock)
    simulator = Simulator(Clearing(lambda: clock.now().timestamp())).start()
    cart = new_cart(till).add(line_of(search(till, "明前龙井")[0], "zh_CN"))
    return Counter(till, clock, simulator, gateway_to(simulator), cart, folder)
