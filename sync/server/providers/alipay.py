"""Alipay's payment codes (当面付条码支付): trade.pay, query, cancel, refund, and what their answers mean.

Only what is certain is said: a code that is not known here may mean anything, and so means nothing (`Heard.NOTHING`).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from posapp.domain.amounts import Money
from posapp.domain.payment import TIMINGS, Answer, Heard, Order
from posapp.domain.payment_return import MoneyBack
from posapp.domain.sale import TenderMethod
from sync.server.providers.wire import Silence, Wire

_SUBJECT: Final = "门店消费"
_DONE, _WAITING, _UNKNOWN = "10000", "10003", "20000"
_STATES: Final = {
    "WAIT_BUYER_PAY": Heard.USER_PAYING,
    "TRADE_SUCCESS": Heard.PAID,
    "TRADE_FINISHED": Heard.PAID,
    "TRADE_CLOSED": Heard.CLOSED,
}
_DECLINED: Final = frozenset(
    {
        "ACQ.PAYMENT_AUTH_CODE_INVALID", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH",
        "ACQ.ERROR_BALANCE_PAYMENT_DISABLE", "ACQ.PAYMENT_FAIL", "ACQ.PAYMENT_REQUEST_HAS_RISK",
        "ACQ.BUYER_ENABLE_STATUS_FORBID", "ACQ.INVALID_PARAMETER", "ACQ.ACCESS_FORBIDDEN",
    }
)  # fmt: skip
_MISSING: Final = "ACQ.TRADE_NOT_EXIST"
_REFUSED: Final = frozenset(
    {
        "ACQ.CANCEL_NOT_ALLOWED", "ACQ.TRADE_CANCEL_TIME_OUT", "ACQ.TRADE_HAS_FINISHED", "ACQ.INVALID_PARAMETER",
        "ACQ.REASON_TRADE_BEEN_FREEZEN", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "ACQ.TRADE_STATUS_ERROR",
    }
)  # fmt: skip


class Alipay:
    """One merchant at Alipay."""

    def __init__(self, wire: Wire, app_id: str) -> None:
        self._wire, self._app_id = wire, app_id

    def pay(self, order: Order, code: str) -> Answer:
        """Charge a code of 16 to 24 digits; where the buyer does not confirm in time, the trade closes by itself."""
        content = {
            "out_trade_no": order.out_trade_no,
            "scene": "bar_code",
            "auth_code": code,
            "subject": _SUBJECT,
            "total_amount": str(order.amount),
            "timeout_express": f"{TIMINGS[TenderMethod.ALIPAY].give_up // 60 + 1}m",
        }
        reply = self._call("alipay.trade.pay", content)
        if reply is Silence.NOT_SENT:
            return Answer(Heard.DECLINED, reason="OFFLINE")
        if isinstance(reply, Silence):
            return Answer(Heard.NOTHING)
        if reply.get("code") == _DONE:
            return _paid(reply, order)
        if reply.get("code") == _WAITING:
            return Answer(Heard.USER_PAYING)
        reason = _reason(reply)
        return Answer(Heard.DECLINED if reason in _DECLINED else Heard.NOTHING, reason=reason)

    def query(self, order: Order) -> Answer:
        """How a trade stands."""
        reply = self._call("alipay.trade.query", {"out_trade_no": order.out_trade_no})
        if isinstance(reply, Silence):
            return Answer(Heard.NOTHING)
        if reply.get("code") != _DONE:
            return Answer(Heard.NOT_FOUND if _reason(reply) == _MISSING else Heard.NOTHING, reason=_reason(reply))
        heard = _STATES.get(str(reply.get("trade_status")), Heard.NOTHING)
        return _paid(reply, order) if heard is Heard.PAID else Answer(heard)

    def reverse(self, order: Order) -> Answer:
        """Close a trade that is not paid, refund one that is; ``retry_flag=Y`` asks for the same again."""
        reply = self._call("alipay.trade.cancel", {"out_trade_no": order.out_trade_no})
        if not isinstance(reply, Silence) and reply.get("code") == _DONE and reply.get("retry_flag") == "Y":
            return Answer(Heard.TRY_AGAIN, reason="RETRY")
        return _given_back(reply)

    def refund(self, order: Order) -> Answer:
        """Give all of a paid trade back.  One request number a trade: asking again refunds nothing again."""
        return self._refund({"out_trade_no": order.out_trade_no}, f"{order.out_trade_no}R", order.amount)

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a trade whose sale came back."""
        named = "out_trade_no" if back.names_our_order else "trade_no"
        return self._refund({named: back.reference}, back.number, back.amount)

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def _refund(self, named: dict[str, str], number: str, amount: Money) -> Answer:
        content = {**named, "refund_amount": str(amount), "out_request_no": number}
        return _given_back(self._call("alipay.trade.refund", content))

    def _call(self, method: str, content: dict[str, str]) -> dict[str, Any] | Silence:
        fields = {
            "app_id": self._app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "version": "1.0",
            "biz_content": msgspec.json.encode(content).decode(),
        }
        reply = self._wire.post_form("/gateway.do", fields)
        if isinstance(reply, Silence):
            return reply
        answer = reply.body.get(f"{method.replace('.', '_')}_response")
        return answer if isinstance(answer, dict) else Silence.UNKNOWN


def _paid(reply: dict[str, Any], order: Order) -> Answer:
    if reply.get("total_amount") != str(order.amount) or reply.get("out_trade_no") != order.out_trade_no:
        # Another trade's answer, or one that was tampered with: nothing that it says is believed.
        return Answer(Heard.NOTHING, reason="AMOUNT")
    return Answer(Heard.PAID, str(reply.get("trade_no", "")))


def _given_back(reply: dict[str, Any] | Silence) -> Answer:
    if isinstance(reply, Silence):
        return Answer(Heard.NOTHING)
    if reply.get("code") == _DONE:
        return Answer(Heard.CLOSED)
    reason = _reason(reply)
    if reason == _MISSING:
        return Answer(Heard.NOT_FOUND)
    return Answer(Heard.REFUSED if reason in _REFUSED else Heard.TRY_AGAIN, reason=reason)


def _reason(reply: dict[str, Any]) -> str:
    return str(reply.get("sub_code") or reply.get("code") or _UNKNOWN)
