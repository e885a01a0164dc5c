"""Bytes of the LED8 pole display (domain.md §4), through a terminal."""

from __future__ import annotations

import os
import termios

import pytest

from posapp.application.ports import Figure
from posapp.domain.amounts import Money
from posapp.hardware.pole_display import PoleDisplay, shown


@pytest.mark.parametrize(
    ("fen", "figure", "sent"),
    [
        (19770, Figure.TOTAL, "1B7332 1B5141 3139372E3730 0D"),
        (5, Figure.CHANGE, "1B7334 1B5141 302E3035 0D"),
        (100, Figure.UNIT_PRICE, "1B7331 1B5141 312E3030 0D"),
        (-230, Figure.RECEIVED, "1B7333 1B5141 2D322E3330 0D"),
    ],
)
def test_an_amount_under_its_lamp(fen: int, figure: Figure, sent: str) -> None:
    assert shown(Money(fen), figure) == bytes.fromhex(sent)


def test_an_amount_without_room_is_refused() -> None:
    assert shown(Money(99_999_999), Figure.TOTAL).endswith(b"999999.99\r")
    with pytest.raises(ValueError, match="no room"):
        shown(Money(100_000_000), Figure.TOTAL)


def test_bytes_arrive_unchanged_at_2400_baud() -> None:
    near, far = os.openpty()
    display = PoleDisplay(os.ttyname(far))
    display.show(Money(19770), Figure.TOTAL)
    assert os.read(near, 64) == shown(Money(19770), Figure.TOTAL)
    assert termios.tcgetattr(far)[5] == termios.B2400
    display.clear()
    assert os.read(near, 64) == b"\x0c"
    os.close(near)
    os.close(far)
