"""WeChat Pay's payment codes, API v3: codepay, query, reverse, refund, and what their answers mean.

Only what is certain is said: a code that is not known here may mean anything, and so means nothing (`Heard.NOTHING`).
"""

from __future__ import annotations

from typing import Any, Final

from posapp.domain.amounts import Money
from posapp.domain.payment import Answer, Heard, Order
from posapp.domain.payment_return import MoneyBack
from sync.server.providers.wire import Reply, Silence, Wire

_DESCRIPTION: Final = "门店消费"
_STATES: Final = {
    "SUCCESS": Heard.PAID,
    "ACCEPT": Heard.USER_PAYING,
    "USERPAYING": Heard.USER_PAYING,
    "NOTPAY": Heard.USER_PAYING,
    "PAYERROR": Heard.DECLINED,
    "CLOSED": Heard.CLOSED,
    "REVOKED": Heard.CLOSED,
    "REFUND": Heard.CLOSED,
}
_DECLINED: Final = frozenset(
    {
        "AUTH_CODE_EXPIRED", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID", "NOT_ENOUGH", "BUYER_MISMATCH", "RULE_LIMIT",
        "NOT_SUPPORT_CARD", "PARAM_ERROR", "INVALID_REQUEST", "NO_AUTH", "SIGN_ERROR", "MCH_NOT_EXISTS",
    }
)  # fmt: skip
_MISSING: Final = frozenset({"ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"})
_REVERSAL_REFUSED: Final = frozenset({"REVERSE_EXPIRE", "NO_AUTH", "INVALID_REQUEST", "PARAM_ERROR", "SIGN_ERROR"})
_REFUND_REFUSED: Final = frozenset({"NO_AUTH", "INVALID_REQUEST", "PARAM_ERROR", "SIGN_ERROR", "USER_ACCOUNT_ABNORMAL"})
_SUCCESS: Final = range(200, 300)


class WeChatPay:
    """One merchant at WeChat Pay."""

    def __init__(self, wire: Wire, mchid: str, appid: str) -> None:
        self._wire, self._mchid, self._appid = wire, mchid, appid

    def pay(self, order: Order, code: str) -> Answer:
        """Charge a code of 18 digits."""
        body = {
            "appid": self._appid,
            "mchid": self._mchid,
            "description": _DESCRIPTION,
            "out_trade_no": order.out_trade_no,
            "payer": {"auth_code": code},
            "amount": {"total": order.amount.fen, "currency": "CNY"},
            "scene_info": {"store_info": {"out_id": "1"}},
        }
        reply = self._wire.post_json("/v3/pay/transactions/codepay", body)
        if reply is Silence.NOT_SENT:
            return Answer(Heard.DECLINED, reason="OFFLINE")
        if isinstance(reply, Silence):
            return Answer(Heard.NOTHING)
        reason = _code(reply)
        if reply.status in _SUCCESS:
            return _state(reply.body, order)
        if reason == "USERPAYING":
            return Answer(Heard.USER_PAYING)
        return Answer(Heard.DECLINED if reason in _DECLINED else Heard.NOTHING, reason=reason)

    def query(self, order: Order) -> Answer:
        """How an order stands."""
        path = f"/v3/pay/transactions/out-trade-no/{order.out_trade_no}"
        reply = self._wire.get(path, {"mchid": self._mchid})
        if isinstance(reply, Silence):
            return Answer(Heard.NOTHING)
        if reply.status in _SUCCESS:
            return _state(reply.body, order)
        return Answer(Heard.NOT_FOUND if _code(reply) in _MISSING else Heard.NOTHING, reason=_code(reply))

    def reverse(self, order: Order) -> Answer:
        """Close an order that is not paid, refund one that is; refused while the buyer is paying."""
        path = f"/v3/pay/transactions/out-trade-no/{order.out_trade_no}/reverse"
        reply = self._wire.post_json(path, {"appid": self._appid, "mchid": self._mchid})
        return _given_back(reply, _REVERSAL_REFUSED)

    def refund(self, order: Order) -> Answer:
        """Give all of a paid order back.  One refund number an order: asking again refunds nothing again."""
        number = f"{order.out_trade_no}R"
        return self._refund({"out_trade_no": order.out_trade_no}, number, order.amount, order.amount)

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a payment whose sale came back; what is accepted arrives by itself."""
        named = "out_trade_no" if back.names_our_order else "transaction_id"
        return self._refund({named: back.reference}, back.number, back.amount, back.paid)

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def _refund(self, named: dict[str, str], number: str, amount: Money, paid: Money) -> Answer:
        body = {
            **named,
            "out_refund_no": number,
            "amount": {"refund": amount.fen, "total": paid.fen, "currency": "CNY"},
        }
        reply = self._wire.post_json("/v3/refund/domestic/refunds", body)
        if isinstance(reply, Reply) and reply.body.get("status") == "ABNORMAL":
            return Answer(Heard.REFUSED, reason="ABNORMAL")
        return _given_back(reply, _REFUND_REFUSED)


def _given_back(reply: Reply | Silence, refused: frozenset[str]) -> Answer:
    if isinstance(reply, Silence):
        return Answer(Heard.NOTHING)
    if reply.status in _SUCCESS:
        return Answer(Heard.CLOSED)
    reason = _code(reply)
    if reason in _MISSING:
        return Answer(Heard.NOT_FOUND)
    return Answer(Heard.REFUSED if reason in refused else Heard.TRY_AGAIN, reason=reason)


def _state(body: dict[str, Any], order: Order) -> Answer:
    heard = _STATES.get(str(body.get("trade_state", "")), Heard.NOTHING)
    if heard is not Heard.PAID:
        return Answer(heard, reason="" if heard is Heard.USER_PAYING else str(body.get("trade_state", "")))
    amount = body.get("amount")
    total = amount.get("total") if isinstance(amount, dict) else None
    if total != order.amount.fen:
        # Another order's answer, or one that was tampered with: nothing that it says is believed.
        return Answer(Heard.NOTHING, reason="AMOUNT")
    return Answer(heard, str(body.get("transaction_id", "")))


def _code(reply: Reply) -> str:
    return str(reply.body.get("code", ""))
