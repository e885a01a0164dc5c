"""Goods scanned into a whole till while sheets open and close: all are in the basket, and no second Enter pays.

Only while the customer is paying they are not added, and the till says so each time.
"""

from __future__ import annotations

import time
from random import Random

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from posapp.application.goods import search
from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.session import TenderMode
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


def _is_refused(counter: Counter, before: int, said: Notice | None) -> bool:
    """Whether what was scanned is told not to be added; else it is in the basket, where `before` pieces were."""

    def is_told() -> bool:
        toast = counter.session.toast
        return toast is not None and toast is not said and toast.title.key == "toast.goods_while_paying"

    until(lambda: _pieces(counter) > before or is_told(), "it is in the basket, or refused")
    assert _pieces(counter) in (before, before + 1)
    return _pieces(counter) == before


@pytest.mark.timeout(600)
def test_every_scan_is_in_the_basket_or_refused_and_nothing_was_paid(counter: Counter) -> None:
    random = Random(27)  # noqa: S311 - a run that can be repeated
    till = counter.presenter.till
    goods = [one.barcode for word in ("牛奶", "饼干", "曲奇", "茶", "水") for one in search(till, word) if one.barcode]
    assert len(goods) > 5
    for _scan in range(_SCANS):
        sheet = random.choice(_SHEETS)
        # A number and + together are cash, and would rightly end the sale.
        if random.random() < 0.4 and not (sheet == Qt.Key.Key_Plus and counter.window.view.typed()):
            counter.press(sheet)
        if random.random() < 0.2:
            counter.type(random.choice(("1", "20")))
        before, said = _pieces(counter), counter.session.toast
        counter.scan(random.choice(goods))
        for _ in range(random.randrange(3)):
            _second_enter(counter)
        refused = _is_refused(counter, before, said)
        assert not refused or isinstance(counter.session.mode, TenderMode)
        if refused or random.random() < 0.5:
            counter.press(Qt.Key.Key_Escape)
    assert _pieces(counter) > _SCANS // 2
    with till.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sale").scalar_one() == 0
    assert counter.session.last_receipt is None
