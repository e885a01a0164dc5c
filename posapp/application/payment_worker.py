"""The thread that takes payments by scanned code: it sends, asks again, takes back, gives back, each when it is due.

It keeps nothing: what is to be done stands in the database, so that a new thread, or a new process, goes on where this
one ended.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from posapp.application import payment_returns, payments
from posapp.application.payments import Charge
from posapp.application.ports import PaymentGateway
from posapp.application.till import Till
from posapp.domain.payment import Payment
from posapp.domain.payment_return import PaymentReturn
from posapp.storage import payment_returns as return_rows
from posapp.storage import payments as rows

log = logging.getLogger(__name__)

Advance: TypeAlias = Callable[[Till, PaymentGateway, str], Payment | PaymentReturn]

_LONGEST_SLEEP_SECONDS = 1.0
"""The wall clock may jump; nothing waits longer than this for noticing."""
_AFTER_TROUBLE_SECONDS = 2.0
_JOIN_SECONDS = 2.0
"""A till that is closed does not wait for a provider: an answer that nobody hears is asked for at the next start."""


class PaymentWorker:
    """Takes the payments of one till.

    `report` hears of a payment or a return after each step, `refused` of a charge that was not begun and why; both in
    this thread.
    """

    def __init__(
        self,
        till: Till,
        gateway: PaymentGateway,
        report: Callable[[Payment | PaymentReturn], None],
        refused: Callable[[Charge, Exception], None],
    ) -> None:
        self._till, self._gateway = till, gateway
        self._report, self._refused = report, refused
        self._charges: deque[Charge] = deque()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="payments", daemon=True)

    def start(self) -> None:
        """Begin, with whatever an earlier process left open."""
        self._thread.start()

    def charge(self, charge: Charge) -> None:
        """Take a payment; returns at once."""
        self._charges.append(charge)
        self._woken.set()

    def notify(self) -> None:
        """Something about a payment was changed elsewhere: look at once."""
        self._woken.set()

    def stop(self) -> None:
        """End; what a request under way becomes is asked about at the next start."""
        self._stopping.set()
        self._woken.set()
        self._gateway.close()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take_charges()
                pause = self._advance()
            except Exception:
                # The disk may be full for a while; what is to be done stands in the database.
                log.exception("payments were interrupted")
                pause = _AFTER_TROUBLE_SECONDS
            self._woken.wait(pause)
            self._woken.clear()

    def _take_charges(self) -> None:
        while self._charges and not self._stopping.is_set():
            charge = self._charges.popleft()
            try:
                begun = payments.begin(self._till, charge)
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing was sent, and the cashier is to hear it
                self._refused(charge, error)
                continue
            self._report(begun)
            self._report(payments.send(self._till, self._gateway, begun, charge.code))

    def _advance(self) -> float | None:
        """Do what is due; returns for how long nothing is."""
        with self._till.database.read() as connection:
            now = self._till.clock.now()
            due: list[tuple[Advance, str]] = [(payments.advance, number) for number in rows.due(connection, now)]
            due += [(payment_returns.advance, number) for number in return_rows.due(connection, now)]
        for advance, number in due:
            if self._stopping.is_set() or self._charges:
                return 0.0
            self._report(advance(self._till, self._gateway, number))
        with self._till.database.read() as connection:
            ahead = rows.next_due(connection), return_rows.next_due(connection)
        return self._seconds_until(min((at for at in ahead if at is not None), default=None))

    def _seconds_until(self, at: datetime | None) -> float | None:
        if at is None:
            return None
        return max(0.0, min((at - self._till.clock.now()).total_seconds(), _LONGEST_SLEEP_SECONDS))
