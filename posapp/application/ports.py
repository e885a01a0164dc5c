"""What the use cases ask of the outside world.  The database is not among them: it has no fake."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from posapp.application.slip_rows import Rows
from posapp.domain.amounts import Money
from posapp.domain.payment import Answer, Order
from posapp.domain.payment_return import MoneyBack


class Entropy(Protocol):
    """A source of unpredictable bytes."""

    def bytes(self, count: int) -> bytes:
        """So many fresh random bytes."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SystemEntropy:
    """The operating system's random bytes."""

    def bytes(self, count: int) -> bytes:
        """So many fresh random bytes."""
        return os.urandom(count)


class SlipPrinter(Protocol):
    """Something that prints; a failure never undoes a sale (domain.md §4)."""

    def check(self) -> None:
        """Whether it could print now; puts nothing on paper.  Raises `PrinterFailed`."""
        ...

    def print_rows(self, number: str, rows: Rows) -> None:
        """Print one slip.  Raises `PrinterFailed`; some of it may be on paper then."""
        ...


class Drawer(Protocol):
    """A cash drawer."""

    def kick(self) -> None:
        """Open it.  Raises `PrinterFailed` where it hangs on a printer that does not answer."""
        ...


class Figure(StrEnum):
    """What an amount on a pole display is; most have a lamp for each."""

    UNIT_PRICE = "unit_price"
    TOTAL = "total"
    RECEIVED = "received"
    CHANGE = "change"


class Pole(Protocol):
    """A display for the customer that shows one amount."""

    def show(self, amount: Money, figure: Figure) -> None:
        """Show an amount.  Raises `OSError`, and `ValueError` for one without room."""
        ...

    def clear(self) -> None:
        """Show nothing.  Raises `OSError`."""
        ...


@dataclass(frozen=True, slots=True)
class CameraPicture:
    """What a camera sees, small and grey, row by row, and what was read in it."""

    width: int
    height: int
    grey: bytes
    texts: tuple[str, ...] = ()


class Scanner(Protocol):
    """A device that reads codes in a thread of its own: a camera, a scanner on a serial line.

    It tells each code once, and how it is, to whom it was made for; a device that is lost is looked for again.
    """

    def start(self) -> None:
        """Begin to look."""
        ...

    def stop(self) -> None:
        """Let go of the device; nothing more is told."""
        ...

    def show_to(self, onlooker: Callable[[CameraPicture], None] | None) -> None:
        """Let somebody see what is looked at, from the device's thread; what has no picture shows none."""
        ...


class PaymentGateway(Protocol):
    """Who takes payments by scanned code: this shop's server, which holds the keys, or in the demo shop a simulator.

    No method raises for trouble on the way: no answer is an answer too (`Heard.NOTHING`).  Each may be called again
    with the same order and then does nothing twice.  A payment that certainly never left is `DECLINED`.
    """

    def pay(self, order: Order, code: str) -> Answer:
        """Charge the code that the buyer shows."""
        ...

    def query(self, order: Order) -> Answer:
        """What has become of it."""
        ...

    def reverse(self, order: Order) -> Answer:
        """Close it, and give back what was taken."""
        ...

    def refund(self, order: Order) -> Answer:
        """Give back all of it, where it is too late to reverse it."""
        ...

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a payment whose sale came back; `CLOSED` says that it is done or on its way."""
        ...

    def close(self) -> None:
        """Let go of the connection; a request that is under way in another thread may still take its time."""
        ...


class PrinterFault(StrEnum):
    """What is wrong with a printer, by what a person does about it."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    REFUSED = "refused"


class PrinterFailed(Exception):
    """The slip did not come out; `zh` and `en` say why, `fault` what kind of trouble it is."""

    def __init__(self, en: str, zh: str, fault: PrinterFault = PrinterFault.REFUSED) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.fault = fault
