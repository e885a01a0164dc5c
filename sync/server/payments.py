"""One step about a payment by code, asked of the merchant's provider on behalf of a till.

The server keeps nothing of it: the till has written its payment down before it asks, and asks again until it knows.
Numbers are a till's own secret until they are paid, and a merchant's credentials reach no other merchant's orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.domain.amounts import Money
from posapp.domain.payment import TIMINGS, Answer, Order
from posapp.domain.payment_return import MoneyBack
from posapp.domain.sale import TenderMethod
from sync.protocol.errors import MalformedBodyError
from sync.protocol.paying import PaymentAct, PaymentReply, PaymentRequest
from sync.server import devices
from sync.server.errors import NoProviderError

if TYPE_CHECKING:
    from sync.server.context import Caller, Context
    from sync.server.providers.gateway import Provider

_METHODS: Final = {int(method): method for method in TIMINGS}


def relay(context: Context, caller: Caller, request: PaymentRequest) -> PaymentReply:
    """Ask the provider.

    Raises `RevokedError`, `UnauthenticatedError`, `NoProviderError` and `MalformedBodyError`, all before anything was
    sent.
    """
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
    provider = context.provider_of(caller.merchant_id)
    if provider is None:
        raise NoProviderError("this merchant takes no payments by code yet", "商户还没有开通扫码支付")
    order = Order(_method(request.method), request.out_trade_no, Money(request.fen))
    answer = _ask(provider, order, request)
    return PaymentReply(int(answer.heard), answer.transaction, answer.reason)


def _ask(provider: Provider, order: Order, request: PaymentRequest) -> Answer:
    match request.act:
        case PaymentAct.PAY:
            return provider.pay(order, request.code)
        case PaymentAct.QUERY:
            return provider.query(order)
        case PaymentAct.REVERSE:
            return provider.reverse(order)
        case PaymentAct.REFUND:
            return provider.refund(order)
        case PaymentAct.GIVE_BACK:
            return provider.give_back(_money_back(order, request))


def _money_back(order: Order, request: PaymentRequest) -> MoneyBack:
    if not request.refund_no:
        raise MalformedBodyError("refund_no", "a return needs a number of its own", "退款缺少单号")
    if request.paid_fen < request.fen:
        raise MalformedBodyError("paid_fen", "more would go back than was paid", "退款超过实付")
    return MoneyBack(order.method, request.refund_no, order.out_trade_no, order.amount, Money(request.paid_fen))


def _method(number: int) -> TenderMethod:
    method = _METHODS.get(number)
    if method is None:
        raise MalformedBodyError("method", f"{number} is no way to pay by code", "不是扫码支付方式")
    return method
