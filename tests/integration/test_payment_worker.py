"""The thread that takes payments: real database, real HTTP; it may be stopped and started anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from posapp.application import payments
from posapp.application.payment_worker import PaymentWorker
from posapp.application.payments import Charge
from posapp.application.refunds import undo_sale
from posapp.domain.errors import InvalidField
from posapp.domain.payment import Answer, Order, Payment, PaymentOpen, Stage
from posapp.domain.payment_return import PaymentReturn, ReturnStage
from posapp.domain.sale import TenderMethod
from sync.server.providers.simulator.buyers import Buyer
from tests.integration.payment_counter import CODES, Counter, gateway_to, open_payment_counter
from tests.integration.tills import CASHIER

WECHAT = TenderMethod.WECHAT_PAY
PATIENCE_SECONDS = 60.0


def until(true: Callable[[], bool], why: str) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < limit, f"it did not happen: {why}"
        time.sleep(0.005)


@dataclass
class Desk:
    """A worker, and what it has said."""

    counter: Counter
    reports: list[Payment] = field(default_factory=list)
    returns: list[PaymentReturn] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)
    worker: PaymentWorker | None = None

    def open(self) -> PaymentWorker:
        self.worker = PaymentWorker(
            self.counter.till,
            self.counter.gateway,
            self.hear,
            lambda _charge, error: self.refusals.append(error),
        )
        self.worker.start()
        return self.worker

    def hear(self, step: Payment | PaymentReturn) -> None:
        if isinstance(step, PaymentReturn):
            self.returns.append(step)
        else:
            self.reports.append(step)

    def scan(self, buyer: Buyer | None = None, code: str = CODES[WECHAT]) -> None:
        assert self.worker is not None
        self.counter.books.expect(code, buyer or Buyer())
        self.worker.charge(Charge(self.counter.cart, self.counter.due(WECHAT), WECHAT, CASHIER, code))

    def stage(self) -> Stage | None:
        return self.reports[-1].stage if self.reports else None

    def reach(self, *stages: Stage, ticking: bool = False) -> None:
        def reached() -> bool:
            if ticking:
                self.counter.clock.step(seconds=0.2)
                assert self.worker is not None
                self.worker.notify()
            return self.stage() in stages

        until(reached, " or ".join(stage.name for stage in stages))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    counter = open_payment_counter(tmp_path)
    made = Desk(counter)
    made.open()
    yield made
    assert made.worker is not None
    made.worker.stop()
    counter.simulator.stop()
    counter.till.database.close()


def test_each_step_is_reported_and_it_is_on_disk_before_it_is_sent(desk: Desk) -> None:
    desk.scan(Buyer(asked=True, confirms_after=7))
    desk.reach(Stage.PAID, ticking=True)
    assert desk.reports[0].stage is Stage.SENDING
    assert [one.stage for one in desk.reports].count(Stage.SENDING) == 1
    assert {one.out_trade_no for one in desk.reports} == {desk.reports[0].out_trade_no}
    desk.counter.finish(desk.reports[-1].tender)
    assert desk.counter.books.net() == 12_800


def test_what_comes_back_is_given_back_without_being_asked_for(desk: Desk) -> None:
    desk.scan()
    desk.reach(Stage.PAID)
    done = desk.counter.finish(desk.reports[-1].tender)
    undo_sale(desk.counter.till, done.recorded, CASHIER)
    assert desk.worker is not None
    desk.worker.notify()
    until(lambda: bool(desk.returns), "the return reported")
    assert [one.stage for one in desk.returns] == [ReturnStage.DONE]
    assert desk.counter.books.net() == 0


def test_a_double_press_charges_once(desk: Desk) -> None:
    desk.scan(Buyer(asked=True))
    desk.scan(code="130012345678900002")
    until(lambda: bool(desk.refusals), "the second refused")
    assert isinstance(desk.refusals[0], PaymentOpen)
    assert len(desk.counter.books.accounts()) == 1


def test_cancelling_while_the_answer_is_still_awaited(desk: Desk) -> None:
    desk.scan(Buyer(slow=0.3))
    until(lambda: bool(desk.reports), "the payment on disk")
    payments.cancel(desk.counter.till, desk.counter.cart.id)
    desk.reach(Stage.REVERSED, ticking=True)
    until(lambda: desk.counter.books.net() == 0, "the money back")


def test_stopping_in_the_middle_of_a_request_is_quick_and_the_next_worker_goes_on(desk: Desk) -> None:
    desk.counter.gateway.close()
    patient = gateway_to(desk.counter.simulator, timeout=None)
    desk.counter.gateway = patient
    assert desk.worker is not None
    desk.worker.stop()
    desk.open()
    desk.scan(Buyer(slow=8.0))
    until(lambda: bool(desk.counter.books.accounts()), "the payment at the provider")
    began = time.monotonic()
    desk.worker.stop()
    assert time.monotonic() - began < 6, "the provider keeps it waiting for longer"
    desk.counter.gateway = gateway_to(desk.counter.simulator)
    desk.open()
    desk.reach(Stage.PAID, ticking=True)
    desk.counter.finish(desk.reports[-1].tender)
    assert desk.counter.books.net() == 12_800
    assert len(desk.counter.books.accounts()) == 1


def test_a_charge_for_a_finished_sale_is_refused_and_nothing_is_sent(desk: Desk) -> None:
    desk.scan()
    desk.reach(Stage.PAID)
    desk.counter.finish(desk.reports[-1].tender)
    desk.scan(code="130012345678900002")
    until(lambda: bool(desk.refusals), "the refusal")
    assert isinstance(desk.refusals[0], InvalidField)
    assert len(desk.counter.books.accounts()) == 1


def test_a_fault_of_the_gateway_ends_no_payment_and_no_worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception out of an adapter is a bug; the worker logs it and asks again."""

    def broken(_order: Order) -> Answer:
        raise ArithmeticError("a bug")

    monkeypatch.setattr("posapp.application.payment_worker._AFTER_TROUBLE_SECONDS", 0.01)
    with monkeypatch.context() as bug:
        bug.setattr(desk.counter.gateway, "query", broken)
        desk.scan(Buyer(asked=True, confirms_after=4))
        desk.reach(Stage.USER_PAYING)
        for _ in range(20):
            desk.counter.clock.step(seconds=0.2)
            assert desk.worker is not None
            desk.worker.notify()
            time.sleep(0.01)
        assert desk.stage() is Stage.USER_PAYING
    desk.reach(Stage.PAID, ticking=True)
