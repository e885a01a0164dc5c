"""A payment gateway that is opened by the first payment: a till that takes none pays for no HTTP at its start."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from posapp.application.ports import PaymentGateway
from posapp.domain.payment import Answer, Heard, Order
from posapp.domain.payment_return import MoneyBack

log = logging.getLogger(__name__)


class GatewayWhenNeeded:
    """Stands for the gateway that `make` opens.  One that cannot be opened, or is closed, answers nothing."""

    def __init__(self, make: Callable[[], PaymentGateway]) -> None:
        self._make = make
        self._gateway: PaymentGateway | None = None
        self._closed = False
        self._lock = threading.Lock()

    def pay(self, order: Order, code: str) -> Answer:
        """Charge the code that the buyer shows."""
        return self._asked(lambda gateway: gateway.pay(order, code))

    def query(self, order: Order) -> Answer:
        """What has become of it."""
        return self._asked(lambda gateway: gateway.query(order))

    def reverse(self, order: Order) -> Answer:
        """Close it, and give back what was taken."""
        return self._asked(lambda gateway: gateway.reverse(order))

    def refund(self, order: Order) -> Answer:
        """Give back all of it, where it is too late to reverse it."""
        return self._asked(lambda gateway: gateway.refund(order))

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a payment whose sale came back."""
        return self._asked(lambda gateway: gateway.give_back(back))

    def close(self) -> None:
        """Let go of the connection, where there is one."""
        with self._lock:
            self._closed = True
            if self._gateway is not None:
                self._gateway.close()

    def _asked(self, ask: Callable[[PaymentGateway], Answer]) -> Answer:
        gateway = self._opened()
        return Answer(Heard.NOTHING) if gateway is None else ask(gateway)

    def _opened(self) -> PaymentGateway | None:
        with self._lock:
            if self._gateway is None and not self._closed:
                try:
                    self._gateway = self._make()
                except Exception:
                    # No answer is an answer: the payment is asked about again, and this is tried again with it.
                    log.exception("payments cannot be reached")
            return self._gateway
