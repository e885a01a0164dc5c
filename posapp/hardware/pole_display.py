"""A pole display of the LED8 kind: eight digits and four lamps, on a serial line of 2400 baud (domain.md §4).

Variants exist; what most of them share is `ESC Q A` digits `CR` for a number and `ESC s` for the lamp that names it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum

from posapp.domain.amounts import Money
from posapp.hardware.wires import make_raw

BAUD = 2400
_PLACES = 8
_CLEAR = b"\x0c"


class Lamp(Enum):
    """Which of the four words is lit: unit price, total, received, change."""

    UNIT_PRICE = b"1"
    TOTAL = b"2"
    RECEIVED = b"3"
    CHANGE = b"4"


def shown(amount: Money, lamp: Lamp) -> bytes:
    """The bytes that show an amount under a lamp.  Raises `ValueError` for more than the display has places for."""
    digits = str(amount)
    if len(digits.replace(".", "")) > _PLACES:
        raise ValueError(f"{digits} has no room in {_PLACES} places")
    return b"\x1bs" + lamp.value + b"\x1bQA" + digits.encode("ascii") + b"\r"


@dataclass(frozen=True, slots=True)
class PoleDisplay:
    """One display on a serial line."""

    path: str

    def show(self, amount: Money, lamp: Lamp) -> None:
        """Show an amount.  Raises `OSError` and `ValueError`."""
        self._send(shown(amount, lamp))

    def clear(self) -> None:
        """Show nothing.  Raises `OSError`."""
        self._send(_CLEAR)

    def _send(self, data: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_NOCTTY)
        try:
            make_raw(descriptor, BAUD)
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
