"""What each provider says, in its own words, to each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from posapp.domain.amounts import Money
from posapp.domain.sale import TenderMethod
from sync.server.providers.simulator.buyers import PAY, QUERY, REVERSE
from sync.server.providers.simulator.clearing import Account, Outcome, State

if TYPE_CHECKING:
    from sync.server.providers.simulator.clearing import Clearing

_WECHAT_STATES: Final = {
    State.PAYING: "USERPAYING",
    State.PAID: "SUCCESS",
    State.FAILED: "PAYERROR",
    State.CLOSED: "REVOKED",
    State.RETURNED: "REFUND",
}
_ALIPAY_STATES: Final = {
    State.PAYING: "WAIT_BUYER_PAY",
    State.PAID: "TRADE_SUCCESS",
    State.FAILED: "TRADE_CLOSED",
    State.CLOSED: "TRADE_CLOSED",
    State.RETURNED: "TRADE_CLOSED",
}
_ALIPAY_REASONS: Final = {
    "NOT_ENOUGH": "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    "AUTH_CODE_EXPIRED": "ACQ.PAYMENT_AUTH_CODE_INVALID",
}
_WECHAT_SAYS: Final = {
    Outcome.MISSING: (404, "ORDER_NOT_EXIST"),
    Outcome.AGAIN: (500, "SYSTEM_ERROR"),
    Outcome.PAYING: (400, "USERPAYING"),
    Outcome.TOO_LATE: (400, "REVERSE_EXPIRE"),
    Outcome.NOT_PAID: (404, "RESOURCE_NOT_EXISTS"),
    Outcome.TOO_MUCH: (400, "INVALID_REQUEST"),
}
_ALIPAY_SAYS: Final = {
    Outcome.TOO_LATE: "ACQ.TRADE_CANCEL_TIME_OUT",
    Outcome.NOT_PAID: "ACQ.TRADE_NOT_EXIST",
    Outcome.MISSING: "ACQ.TRADE_NOT_EXIST",
    Outcome.TOO_MUCH: "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer before it is written."""

    status: int
    body: dict[str, Any] | None


def wechat(books: Clearing, operation: str, body: dict[str, Any]) -> Said:
    """WeChat Pay, API v3: what went wrong is an HTTP status with a code."""
    number = str(body["out_trade_no"])
    if operation == PAY:
        account = books.pay(TenderMethod.WECHAT_PAY, number, body["amount"]["total"], body["payer"]["auth_code"])
        if isinstance(account, str):
            return _error(400, account)
        if account.state is State.PAYING:
            return _error(400, "USERPAYING")
        return Said(200, _transaction(account))
    if operation == QUERY:
        found = books.find(number)
        return Said(200, _transaction(found)) if found is not None else _error(404, "ORDER_NOT_EXIST")
    if operation == REVERSE:
        outcome = books.reverse(number)
    else:
        outcome = books.refund(number, body["out_refund_no"], body["amount"]["refund"])
    if outcome in _WECHAT_SAYS:
        return _error(*_WECHAT_SAYS[outcome])
    if operation == REVERSE:
        return Said(204, None)
    return Said(200, {"out_trade_no": number, "status": "SUCCESS", "out_refund_no": body["out_refund_no"]})


def alipay(books: Clearing, operation: str, body: dict[str, Any]) -> Said:
    """Alipay: always status 200; what happened is in the object that is named after the method."""
    number = str(body["out_trade_no"])
    if operation == PAY:
        fen = Money.parse(body["total_amount"]).fen
        account = books.pay(TenderMethod.ALIPAY, number, fen, body["auth_code"])
        if isinstance(account, str):
            answer = _refused(_ALIPAY_REASONS.get(account, account))
        else:
            answer = {"code": "10003" if account.state is State.PAYING else "10000", **_trade(account)}
    elif operation == QUERY:
        found = books.find(number)
        answer = {"code": "10000", **_trade(found)} if found is not None else _refused("ACQ.TRADE_NOT_EXIST")
    elif operation == REVERSE:
        answer = _returned(books.reverse(number), operation)
    else:
        fen = Money.parse(body["refund_amount"]).fen
        answer = _returned(books.refund(number, body["out_request_no"], fen), operation)
    names = {PAY: "pay", QUERY: "query", REVERSE: "cancel"}
    return Said(200, {f"alipay_trade_{names.get(operation, 'refund')}_response": answer, "sign": "simulated"})


def _returned(outcome: Outcome, operation: str) -> dict[str, Any]:
    if outcome is Outcome.MISSING and operation == REVERSE:
        # Alipay's cancel succeeds also for a trade that it has never heard of.
        return {"code": "10000", "retry_flag": "N"}
    if outcome in _ALIPAY_SAYS:
        return _refused(_ALIPAY_SAYS[outcome])
    if outcome is Outcome.AGAIN:
        return {"code": "10000", "retry_flag": "Y"}
    return {"code": "10000", "retry_flag": "N", "action": "refund" if outcome is Outcome.RETURNED else "close"}


def _transaction(account: Account) -> dict[str, Any]:
    return {
        "out_trade_no": account.out_trade_no,
        "transaction_id": account.transaction if account.taken else "",
        "trade_state": _WECHAT_STATES[account.state],
        "amount": {"total": account.fen, "currency": "CNY"},
    }


def _trade(account: Account) -> dict[str, Any]:
    return {
        "out_trade_no": account.out_trade_no,
        "trade_no": account.transaction,
        "total_amount": str(Money(account.fen)),
        "trade_status": _ALIPAY_STATES[account.state],
    }


def _error(status: int, code: str) -> Said:
    return Said(status, {"code": code, "message": f"simulated: {code}"})


def _refused(reason: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": reason}
