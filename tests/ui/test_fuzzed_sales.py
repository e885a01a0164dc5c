"""Goods scanned into a whole till while sheets open and close: all are in the basket, and no second Enter pays."""

from __future__ import annotations

import time
from random import Random

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from posapp.application.goods import search
from tests.ui.counters import Counter, until

_SCANS = 60
_SHEETS = (Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_Plus, Qt.Key.Key_F1)


def _second_enter(counter: Counter) -> None:
    """The LF after the scanner's CR, as a key of its own."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
        event.setTimestamp(round(time.monotonic() * 1000) + 100)
        QCoreApplication.sendEvent(QApplication.focusWidget() or counter.window, event)


def _pieces(counter: Counter) -> int:
    return sum(line.quantity.milli for line in counter.session.basket.cart.lines) // 1000


@pytest.mark.timeout(600)
def test_every_scan_is_in_the_basket_and_nothing_was_paid(counter: Counter) -> None:
    random = Random(27)  # noqa: S311 - a run that can be repeated
    till = counter.presenter.till
    goods = [one.barcode for word in ("牛奶", "饼干", "曲奇", "茶", "水") for one in search(till, word) if one.barcode]
    assert len(goods) > 5
    for number in range(1, _SCANS + 1):
        if random.random() < 0.4:
            counter.press(random.choice(_SHEETS))
        if random.random() < 0.2:
            counter.type(random.choice(("1", "20")))
        counter.scan(random.choice(goods))
        for _ in range(random.randrange(3)):
            _second_enter(counter)
        until(lambda number=number: _pieces(counter) == number, f"scan {number} in the basket")  # type: ignore[misc]
        if random.random() < 0.5:
            counter.press(Qt.Key.Key_Escape)
    with till.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sale").scalar_one() == 0
    assert counter.session.last_receipt is None
