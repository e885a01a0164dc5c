"""Payments by code through the server, which alone knows the providers: real HTTP on both roads."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from posapp.application import payments
from posapp.application.cash import cash_tender
from posapp.application.checkout import new_cart
from posapp.application.payment_returns import advance
from posapp.application.payments import Charge
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.refunds import undo_sale
from posapp.bootstrap import carrying, wiring
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money, Quantity
from posapp.domain.ids import Sku
from posapp.domain.payment import Answer, Heard, Order, Payment, Stage
from posapp.domain.payment_return import PaymentReturn, ReturnStage
from posapp.domain.sale import CartLine, TenderMethod
from posapp.storage import payment_returns
from sync.client.errors import RefusedError
from sync.client.payments import Relay
from sync.protocol.paying import PaymentAct, PaymentReply, PaymentRequest
from sync.server.providers.simulator.buyers import PAY, QUERY, Buyer
from sync.server.serving import Running
from tests.integration.payment_counter import CODES, Counter, gateway_to, open_payment_counter
from tests.integration.sync_world import Till, World
from tests.integration.tills import CASHIER

ROOT = Path(__file__).parents[2]

both = pytest.mark.parametrize("method", list(CODES))


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """The counter's payments go to a server, and the server's to the simulated providers."""
    opened = open_payment_counter(tmp_path)
    opened.gateway.close()
    (tmp_path / "server").mkdir()
    world = World(tmp_path / "server")
    providers = gateway_to(opened.simulator)
    try:
        with Running(replace(world.context, provider_of=lambda _merchant: providers)) as server:
            till = world.join("till")
            till.connect(server.url)
            opened.gateway = Relay(till.link, till.session)
            yield opened
            opened.gateway.close()
    finally:
        providers.close()
        opened.simulator.stop()
        opened.till.database.close()
        world.close()


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Till]:
    """A till whose server has no provider."""
    world = World(tmp_path)
    try:
        yield world.join("till")
    finally:
        world.close()


@both
def test_a_code_is_charged_through_the_server(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method)
    assert payment.stage is Stage.PAID
    assert counter.finish(payment.tender).sale.tenders[0].reference == payment.transaction
    assert counter.books.net() == 12_800


@both
def test_answers_lost_behind_the_server_are_asked_for(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method, Buyer(lost={PAY: 1, QUERY: 2}))
    assert payment.stage is Stage.UNKNOWN
    counter.finish(counter.until(payment, Stage.PAID).tender)
    assert counter.books.net() == 12_800


@both
def test_cancelling_reverses_through_the_server_and_late_money_goes_back(
    counter: Counter, method: TenderMethod
) -> None:
    payment = counter.scan(method, Buyer(asked=True, late=True))
    payments.cancel(counter.till, counter.cart.id)
    counter.until(payment, Stage.REVERSED)
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    counter.rest()
    assert counter.books.net() == 0


@both
def test_a_sale_that_is_undone_gives_back_through_the_server(counter: Counter, method: TenderMethod) -> None:
    done = counter.finish(counter.scan(method).tender)
    undo_sale(counter.till, done.recorded, CASHIER)
    with counter.till.database.read() as connection:
        (number,) = payment_returns.due(connection, counter.clock.now())
    assert advance(counter.till, counter.gateway, number).stage is ReturnStage.DONE
    assert counter.books.net() == 0


def test_a_return_needs_a_number_and_is_no_more_than_was_paid(counter: Counter) -> None:
    assert isinstance(counter.gateway, Relay)
    asked = PaymentRequest(PaymentAct.GIVE_BACK, int(TenderMethod.ALIPAY), "4200000000", 100, paid_fen=100)
    for wrong in (asked, structs.replace(asked, refund_no="r1", paid_fen=99)):
        with pytest.raises(RefusedError):
            counter.gateway._session.call("/v1/payment", wrong, PaymentReply)


def test_a_declined_code_comes_back_with_the_providers_reason(counter: Counter) -> None:
    payment = counter.scan(TenderMethod.ALIPAY, Buyer(declined="NOT_ENOUGH"))
    assert (payment.stage, payment.reason) == (Stage.DECLINED, "ACQ.BUYER_BALANCE_NOT_ENOUGH")


def test_a_server_without_a_provider_says_so_before_anything_is_sent(plain: Till) -> None:
    relay = Relay(plain.link, plain.session)
    order = Order(TenderMethod.WECHAT_PAY, "a" * 32, Money(100))
    assert relay.pay(order, CODES[order.method]) == Answer(Heard.DECLINED, reason="no_provider")
    assert relay.query(order).heard is Heard.NOTHING


def test_a_server_that_is_away_gets_nothing_and_cash_is_welcome(counter: Counter) -> None:
    assert isinstance(counter.gateway, Relay)
    counter.gateway.close()
    (counter.folder / "away").mkdir()
    away = World(counter.folder / "away")
    till = away.join("till")
    away.stop_server()
    till.connect(away.url)
    counter.gateway = Relay(till.link, till.session)
    payment = counter.scan(TenderMethod.WECHAT_PAY)
    assert (payment.stage, payment.reason) == (Stage.DECLINED, "OFFLINE")
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    till.close()


def test_a_till_that_joins_a_server_with_simulated_payments_takes_them(tmp_path: Path) -> None:
    """``posapp-server serve --simulated-payments``, a process of its own, and a till as bootstrap makes it."""
    command = [
        sys.executable,
        "-m",
        "sync",
        "serve",
        "--simulated-payments",
        "--port",
        "0",
        "--data",
        str(tmp_path / "s"),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            printed = ""
            while "serving on" not in printed:
                printed += server.stdout.readline()
            url, code = printed.split("serving on ")[1].strip(), printed.split("登记码: ")[1].split()[0]
            shops = Shops(TillFolder(tmp_path / "till"), SystemClock(), SystemEntropy())
            till = carrying.join(shops, url, code)
            reports: list[Payment | PaymentReturn] = []
            worker = wiring.take_payments(shops, till, reports.append, lambda _charge, error: pytest.fail(str(error)))
            assert worker is not None
            worker.start()
            line = CartLine(Sku("P1"), "Tea 茶", Quantity.pieces(1), Money(4890))
            cart = new_cart(till).add(line)
            worker.charge(Charge(cart, Money(4890), TenderMethod.ALIPAY, CASHIER, CODES[TenderMethod.ALIPAY]))
            deadline = time.monotonic() + 30
            while not reports or reports[-1].stage is Stage.SENDING:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            assert reports[-1].stage is Stage.PAID
            worker.stop()
            shops.close()
        finally:
            server.terminate()


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (PaymentRequest(PaymentAct.PAY, 1, "a", 100), "method"),
        (PaymentRequest(PaymentAct.PAY, 3, "a b", 100), "out_trade_no"),
        (PaymentRequest(PaymentAct.PAY, 3, "a" * 33, 100), "out_trade_no"),
        (PaymentRequest(PaymentAct.PAY, 3, "a", 0), "fen"),
        (PaymentRequest(PaymentAct.PAY, 3, "a", 1, "1" * 33), "code"),
    ],
)
def test_nonsense_is_refused_by_name(counter: Counter, request_: PaymentRequest, field: str) -> None:
    assert isinstance(counter.gateway, Relay)
    with pytest.raises(RefusedError) as refused:
        counter.gateway._session.call("/v1/payment", request_, PaymentReply)
    assert (refused.value.status, refused.value.field) == (400, field)
    assert counter.books.accounts() == []


def test_nobody_pays_without_a_token(counter: Counter) -> None:
    assert isinstance(counter.gateway, Relay)
    request = PaymentRequest(PaymentAct.PAY, 3, "a", 100, CODES[TenderMethod.WECHAT_PAY])
    with pytest.raises(RefusedError) as refused:
        counter.gateway._link.post("/v1/payment", request, PaymentReply)
    assert refused.value.status == 401
    assert counter.books.accounts() == []
