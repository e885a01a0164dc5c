"""What the adapters make of strange answers: only what is certain is believed.  A real HTTP server gives them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from posapp.domain.amounts import Money
from posapp.domain.payment import Answer, Heard, Order
from posapp.domain.sale import TenderMethod
from sync.server.providers.alipay import Alipay
from sync.server.providers.wechat import WeChatPay
from sync.server.providers.wire import Wire

ORDER = Order(TenderMethod.WECHAT_PAY, "a" * 32, Money(4890))
TRADE = Order(TenderMethod.ALIPAY, "b" * 32, Money(4890))


@dataclass
class Provider:
    """Says whatever the test wants, and remembers what it was asked."""

    status: int = 200
    content: bytes = b""
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    url: str = ""

    def says(self, status: int, body: object) -> None:
        self.status, self.content = status, json.dumps(body).encode()


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.asked.append((self.command, self.path, raw))
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(made.content)))
            self.end_headers()
            self.wfile.write(made.content)

        do_GET = do_POST = answer  # noqa: N815 - the standard library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def wechat(provider: Provider) -> Iterator[WeChatPay]:
    made = WeChatPay(Wire(provider.url), "1900000001", "wx1")
    yield made
    made.close()


@pytest.fixture
def alipay(provider: Provider) -> Iterator[Alipay]:
    made = Alipay(Wire(provider.url), "2021")
    yield made
    made.close()


def transaction(state: str, total: int = 4890) -> dict[str, Any]:
    return {"trade_state": state, "transaction_id": "42", "amount": {"total": total, "currency": "CNY"}}


@pytest.mark.parametrize(
    ("status", "body", "heard"),
    [
        (200, transaction("SUCCESS"), Answer(Heard.PAID, "42")),
        (200, transaction("SUCCESS", 1), Answer(Heard.NOTHING, reason="AMOUNT")),
        (200, {"trade_state": "SUCCESS"}, Answer(Heard.NOTHING, reason="AMOUNT")),
        (200, transaction("USERPAYING"), Answer(Heard.USER_PAYING)),
        (400, {"code": "USERPAYING"}, Answer(Heard.USER_PAYING)),
        (400, {"code": "AUTH_CODE_EXPIRED"}, Answer(Heard.DECLINED, reason="AUTH_CODE_EXPIRED")),
        (500, {"code": "SYSTEM_ERROR"}, Answer(Heard.NOTHING, reason="SYSTEM_ERROR")),
        (403, {"code": "BANK_ERROR"}, Answer(Heard.NOTHING, reason="BANK_ERROR")),
        (400, {"code": "SOMETHING_NEW"}, Answer(Heard.NOTHING, reason="SOMETHING_NEW")),
        (200, transaction("SOMETHING_NEW"), Answer(Heard.NOTHING, reason="SOMETHING_NEW")),
        (502, {}, Answer(Heard.NOTHING)),
    ],
)
def test_what_wechat_says_to_a_payment(
    provider: Provider, wechat: WeChatPay, status: int, body: object, heard: Answer
) -> None:
    provider.says(status, body)
    assert wechat.pay(ORDER, "130012345678900001") == heard


@pytest.mark.parametrize(
    ("status", "body", "heard"),
    [
        (200, transaction("SUCCESS"), Heard.PAID),
        (200, transaction("NOTPAY"), Heard.USER_PAYING),
        (200, transaction("PAYERROR"), Heard.DECLINED),
        (200, transaction("REVOKED"), Heard.CLOSED),
        (200, transaction("REFUND"), Heard.CLOSED),
        (404, {"code": "ORDER_NOT_EXIST"}, Heard.NOT_FOUND),
        (404, {"code": "SOMETHING_NEW"}, Heard.NOTHING),
        (500, {"code": "SYSTEM_ERROR"}, Heard.NOTHING),
    ],
)
def test_what_wechat_says_to_a_question(
    provider: Provider, wechat: WeChatPay, status: int, body: object, heard: Heard
) -> None:
    provider.says(status, body)
    assert wechat.query(ORDER).heard is heard


@pytest.mark.parametrize(
    ("status", "body", "heard"),
    [
        (200, {}, Heard.CLOSED),
        (204, None, Heard.CLOSED),
        (404, {"code": "ORDER_NOT_EXIST"}, Heard.NOT_FOUND),
        (400, {"code": "USERPAYING"}, Heard.TRY_AGAIN),
        (500, {"code": "SYSTEM_ERROR"}, Heard.TRY_AGAIN),
        (400, {"code": "REVERSE_EXPIRE"}, Heard.REFUSED),
    ],
)
def test_what_wechat_says_to_a_reversal(
    provider: Provider, wechat: WeChatPay, status: int, body: object, heard: Heard
) -> None:
    provider.says(status, body)
    if body is None:
        provider.content = b""
    assert wechat.reverse(ORDER).heard is heard


def trade(method: str, **answer: object) -> dict[str, Any]:
    return {f"alipay_trade_{method}_response": answer, "sign": "x"}


PAID = {"out_trade_no": TRADE.out_trade_no, "trade_no": "2026", "total_amount": "48.90"}


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        (trade("pay", code="10000", **PAID), Answer(Heard.PAID, "2026")),
        (trade("pay", code="10000", **{**PAID, "total_amount": "0.01"}), Answer(Heard.NOTHING, reason="AMOUNT")),
        (trade("pay", code="10000", **{**PAID, "out_trade_no": "c"}), Answer(Heard.NOTHING, reason="AMOUNT")),
        (trade("pay", code="10003"), Answer(Heard.USER_PAYING)),
        (trade("pay", code="20000", sub_code="ACQ.SYSTEM_ERROR"), Answer(Heard.NOTHING, reason="ACQ.SYSTEM_ERROR")),
        (
            trade("pay", code="40004", sub_code="ACQ.PAYMENT_AUTH_CODE_INVALID"),
            Answer(Heard.DECLINED, reason="ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ),
        (trade("pay", code="40004", sub_code="ACQ.NEW"), Answer(Heard.NOTHING, reason="ACQ.NEW")),
        ({"error_response": {"code": "40002"}}, Answer(Heard.NOTHING)),
        ({}, Answer(Heard.NOTHING)),
    ],
)
def test_what_alipay_says_to_a_payment(provider: Provider, alipay: Alipay, body: object, heard: Answer) -> None:
    provider.says(200, body)
    assert alipay.pay(TRADE, "281234567890120001") == heard


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        (trade("cancel", code="10000", retry_flag="N", action="close"), Heard.CLOSED),
        (trade("cancel", code="10000", retry_flag="Y"), Heard.TRY_AGAIN),
        (trade("cancel", code="20000", sub_code="ACQ.SYSTEM_ERROR"), Heard.TRY_AGAIN),
        (trade("cancel", code="40004", sub_code="ACQ.TRADE_CANCEL_TIME_OUT"), Heard.REFUSED),
        (trade("cancel", code="40004", sub_code="ACQ.TRADE_NOT_EXIST"), Heard.NOT_FOUND),
    ],
)
def test_what_alipay_says_to_a_reversal(provider: Provider, alipay: Alipay, body: object, heard: Heard) -> None:
    provider.says(200, body)
    assert alipay.reverse(TRADE).heard is heard


def test_what_a_captive_portal_says_is_no_answer(provider: Provider, wechat: WeChatPay, alipay: Alipay) -> None:
    provider.content = b"<html>Please sign in</html>"
    for one, order in ((wechat, ORDER), (alipay, TRADE)):
        assert one.pay(order, "130012345678900001").heard is Heard.NOTHING
        assert one.query(order).heard is Heard.NOTHING
        assert one.reverse(order).heard is Heard.NOTHING
        assert one.refund(order).heard is Heard.NOTHING


def test_what_is_sent_is_what_each_provider_expects(provider: Provider, wechat: WeChatPay, alipay: Alipay) -> None:
    provider.says(200, {})
    wechat.pay(ORDER, "130012345678900001")
    wechat.query(ORDER)
    wechat.reverse(ORDER)
    wechat.refund(ORDER)
    alipay.pay(TRADE, "281234567890120001")
    method, path, raw = provider.asked[0]
    sent = json.loads(raw)
    assert (method, path) == ("POST", "/v3/pay/transactions/codepay")
    assert sent["payer"] == {"auth_code": "130012345678900001"}
    assert sent["amount"] == {"total": 4890, "currency": "CNY"}
    assert provider.asked[1][:2] == ("GET", f"/v3/pay/transactions/out-trade-no/{'a' * 32}?mchid=1900000001")
    assert provider.asked[2][:2] == ("POST", f"/v3/pay/transactions/out-trade-no/{'a' * 32}/reverse")
    assert json.loads(provider.asked[3][2])["amount"] == {"refund": 4890, "total": 4890, "currency": "CNY"}
    assert b"total_amount%22%3A%2248.90" in provider.asked[4][2]
