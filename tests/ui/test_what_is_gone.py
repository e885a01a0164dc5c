"""What is taken away from the window stays Qt's until Qt deletes it, in the thread that made it.

What is Python's is deleted by whichever thread its collector happens to run in; a widget that dies in the thread that
opens a till waits for the window, and the window for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid, ownedByPython

from posapp.ui.checkout.price_modes import PriceMode
from posapp.ui.checkout.view.overlay import Overlay
from tests.ui.counters import until

if TYPE_CHECKING:
    from tests.ui.conftest import MakeWindow
    from tests.ui.counters import Counter


def test_a_dialog_that_was_closed(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F7)
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    (overlay,) = [each for each in counter.window.findChildren(Overlay) if each.content() is not None]
    dialog = overlay.content()
    overlay.close_content()
    assert dialog is not None
    assert isValid(dialog)
    assert not ownedByPython(dialog)
    until(lambda: not isValid(dialog), "Qt deletes it")


def test_the_view_of_another_scale(make_window: MakeWindow) -> None:
    window = make_window()
    before: QWidget = window.view
    window.set_scale(125)
    assert window.view is not before
    assert isValid(before)
    assert before.isHidden()
    assert not ownedByPython(before)
    until(lambda: not isValid(before), "Qt deletes it")
