"""A pole display of the LED8 kind: eight digits and four lamps, on a serial line of 2400 baud (domain.md §4).

Variants exist; what most of them share is `ESC Q A` digits `CR` for a number and `ESC s` for the lamp that names it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from posapp.application.chosen_devices import LED8_BAUD
from posapp.application.ports import Figure
from posapp.domain.amounts import Money
from posapp.hardware.wires import make_raw

_PLACES = 8
_CLEAR = b"\x0c"
_LAMPS = {Figure.UNIT_PRICE: b"1", Figure.TOTAL: b"2", Figure.RECEIVED: b"3", Figure.CHANGE: b"4"}


def shown(amount: Money, figure: Figure) -> bytes:
    """The bytes that show an amount under its lamp.  Raises `ValueError` for more than the display has places for."""
    digits = str(amount)
    if len(digits.replace(".", "")) > _PLACES:
        raise ValueError(f"{digits} has no room in {_PLACES} places")
    return b"\x1bs" + _LAMPS[figure] + b"\x1bQA" + digits.encode("ascii") + b"\r"


@dataclass(frozen=True, slots=True)
class PoleDisplay:
    """One display on a serial line."""

    path: str
    baud: int = LED8_BAUD

    def show(self, amount: Money, figure: Figure) -> None:
        """Show an amount.  Raises `OSError` and `ValueError`."""
        self._send(shown(amount, figure))

    def clear(self) -> None:
        """Show nothing.  Raises `OSError`."""
        self._send(_CLEAR)

    def _send(self, data: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            make_raw(descriptor, self.baud)
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
