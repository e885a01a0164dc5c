"""What a window is given: the program around it, each part behind one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from posapp.application.devices import Device
from posapp.application.looks import Looks
from posapp.application.payments import Charge
from posapp.application.ports import Pole, Scanner
from posapp.application.till import Cashier, Till
from posapp.domain.payment import Payment
from posapp.domain.payment_return import PaymentReturn
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.shell import ShopStarter
from posapp.ui.paper import OpenPrinting


class Carrier(Protocol):
    """Carries the log to the server and back, in its own thread."""

    def start(self) -> None:
        """Begin."""
        ...

    def notify(self) -> None:
        """Something was committed."""
        ...

    def stop(self) -> None:
        """End; loses nothing."""
        ...


class PaymentTaker(Protocol):
    """Takes payments by scanned code, in its own thread."""

    def start(self) -> None:
        """Begin, with what an earlier process left open."""
        ...

    def charge(self, charge: Charge) -> None:
        """Take a payment; returns at once."""
        ...

    def notify(self) -> None:
        """A payment was changed elsewhere."""
        ...

    def stop(self) -> None:
        """End; loses nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """What the window is given: each call may wait, and runs off its thread.

    `carry` makes the carrier of a till; it reports its status, and that the server changed something, from its own
    thread.  `take_payments` makes who takes payments by code, or None where no provider is connected; it reports each
    step, and what it could not begin, from its own thread.  `scan_with` makes the scanner that this till has besides
    keyboards, or None; it tells codes, and how it is, from its own threads.  `open_printing` makes a till's way to
    paper, `open_pole` its pole display, or None.  `ask_server` asks this till's server whether it is there, and tells
    how it is.  `remember` keeps how the cashier likes the window.
    """

    open_till: Callable[[], Till | None]
    preferences: Callable[[], Looks]
    cashier_of: Callable[[Till], Cashier]
    starter: ShopStarter
    carry: Callable[[Till, Callable[[SyncStatus], None], Callable[[], None]], Carrier]
    take_payments: Callable[
        [Till, Callable[[Payment | PaymentReturn], None], Callable[[Charge, Exception], None]], PaymentTaker | None
    ]
    open_printing: OpenPrinting
    scan_with: Callable[[Till, Callable[[str], None], Callable[[Device], None]], Scanner | None]
    open_pole: Callable[[Till], Pole | None]
    ask_server: Callable[[Till], Device]
    remember: Callable[[Till, Looks], None]
