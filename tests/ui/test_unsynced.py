"""Ctrl+U in the real window: what still has to reach the server, what may not be interrupted, keys without a use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from posapp.storage import streams
from posapp.ui.checkout.session import CompleteMode, ReturnedMode, TenderMode, UnsyncedMode
from tests.ui.counters import until
from tests.ui.fitting import misfits

if TYPE_CHECKING:
    from tests.ui.counters import Counter

CTRL = Qt.KeyboardModifier.ControlModifier


def sell_and_void(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    counter.press(Qt.Key.Key_Z, CTRL)
    until(lambda: isinstance(counter.session.mode, ReturnedMode), "the sale undone")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "the next sale")


def test_what_waits_is_listed_newest_first_and_counted_as_the_pill_does(counter: Counter) -> None:
    sell_and_void(counter)
    counter.press(Qt.Key.Key_U, CTRL)
    until(lambda: isinstance(counter.session.mode, UnsyncedMode), "the list")
    mode = counter.session.mode
    assert isinstance(mode, UnsyncedMode)
    void, sale = mode.rows
    assert (void.what.zh, sale.what.zh) == ("撤销", "收款")
    assert void.amount is not None
    assert sale.amount is not None
    assert (sale.amount.fen, void.amount.fen) == (12_800, -12_800)
    with counter.presenter.till.database.read() as connection:
        assert streams.unacknowledged(connection).dealings == len(mode.rows) == 2
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Down)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "closed")


def test_what_is_being_paid_is_not_interrupted(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.press(Qt.Key.Key_U, CTRL)
    until(lambda: counter.session.toast is not None, "a word")
    assert isinstance(counter.session.mode, TenderMode)
