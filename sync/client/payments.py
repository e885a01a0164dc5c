"""Payments by code through this shop's server, which holds the provider's keys (domain.md §4: keys on no till)."""

from __future__ import annotations

import logging
from typing import Final

from posapp.domain.payment import Answer, Heard, Order
from posapp.domain.payment_return import MoneyBack
from sync.client.errors import NonsenseError, OfflineError, RefusedError
from sync.client.link import Link, Session
from sync.protocol.paying import PaymentAct, PaymentReply, PaymentRequest

log = logging.getLogger(__name__)

_PATH: Final = "/v1/payment"
_NEVER_SENT: Final = frozenset({"ConnectError", "ConnectTimeout"})
_HEARD: Final = {int(heard): heard for heard in Heard}


class Relay:
    """A payment gateway that asks the server.  For one thread; `close` may be called from another."""

    def __init__(self, link: Link, session: Session) -> None:
        self._link, self._session = link, session

    def pay(self, order: Order, code: str) -> Answer:
        """Charge the code that the buyer shows."""
        try:
            return self._answer(_request(PaymentAct.PAY, order, code))
        except OfflineError as error:
            if error.detail in _NEVER_SENT:
                return Answer(Heard.DECLINED, reason="OFFLINE")
            return Answer(Heard.NOTHING)
        except RefusedError as error:
            # The server refuses before it asks a provider.
            return Answer(Heard.DECLINED, reason=error.code)
        except NonsenseError:
            return Answer(Heard.NOTHING)

    def query(self, order: Order) -> Answer:
        """What has become of it."""
        return self._heard(PaymentAct.QUERY, order)

    def reverse(self, order: Order) -> Answer:
        """Close it, and give back what was taken."""
        return self._heard(PaymentAct.REVERSE, order)

    def refund(self, order: Order) -> Answer:
        """Give back all of it, where it is too late to reverse it."""
        return self._heard(PaymentAct.REFUND, order)

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a payment whose sale came back."""
        request = PaymentRequest(
            PaymentAct.GIVE_BACK,
            int(back.method),
            back.reference,
            back.amount.fen,
            refund_no=back.number,
            paid_fen=back.paid.fen,
        )
        return self._said(request)

    def close(self) -> None:
        """Let go of the connection."""
        self._link.close()

    def _heard(self, act: PaymentAct, order: Order) -> Answer:
        return self._said(_request(act, order))

    def _said(self, request: PaymentRequest) -> Answer:
        try:
            return self._answer(request)
        except (OfflineError, RefusedError, NonsenseError) as error:
            log.info("no word about a payment: %s", error.english)
            return Answer(Heard.NOTHING)

    def _answer(self, request: PaymentRequest) -> Answer:
        reply = self._session.call(_PATH, request, PaymentReply)
        # A meaning that this program does not know yet is no answer.
        return Answer(_HEARD.get(reply.heard, Heard.NOTHING), reply.transaction, reply.reason)


def _request(act: PaymentAct, order: Order, code: str = "") -> PaymentRequest:
    return PaymentRequest(act, int(order.method), order.out_trade_no, order.amount.fen, code)
