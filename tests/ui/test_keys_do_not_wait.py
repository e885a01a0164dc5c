"""A key that only a hand can have struck acts at once; one that a scanner could have, as soon as that is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bench.samples import SAMPLES
from posapp.ui.checkout import intents
from posapp.ui.checkout.intents import Intent
from tests.ui.conftest import MakeWindow
from tests.ui.hands import Till, at_the_keys


@pytest.fixture
def till(make_window: MakeWindow) -> Iterator[Till]:
    yield from at_the_keys(make_window())


@pytest.mark.parametrize(
    ("sign", "meant"), [("+", intents.PayKey()), ("-", intents.LineStep(-1)), ("/", intents.MemberKey(""))]
)
def test_a_sign_on_the_numeric_keypad_waits_for_nothing(till: Till, sign: str, meant: Intent) -> None:
    """No scanner sends one from there, so nobody has to wait and see whether more follows."""
    till.press(Qt.Key(ord(sign)), Qt.KeyboardModifier.KeypadModifier)
    assert till.asked() == [meant]


def test_amount_and_plus_on_the_keypad_take_cash_at_once(till: Till) -> None:
    till.by_hand("200")
    till.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier)
    assert till.asked() == [intents.CashKey("200")]
    till.by_hand("12")
    till.press(Qt.Key.Key_Minus, Qt.KeyboardModifier.KeypadModifier)
    assert till.window.view.omnibox_text() == "12-"


def test_a_key_under_a_finger_is_no_scanners(till: Till, qtbot: QtBot) -> None:
    """A row of the look-up is picked while the finger still is on its digit, and not after the longest gap of one."""
    till.window.render_state(SAMPLES["lookup"]())
    QApplication.processEvents()
    till.clock.step = 0.0
    QTest.keyPress(till.target(), Qt.Key.Key_2)
    assert till.asked() == []
    till.clock.now += 0.02
    qtbot.waitUntil(lambda: till.asked() == [intents.PickRow(1)])
    QTest.keyRelease(till.target(), Qt.Key.Key_2)
    QTest.keyClick(till.target(), Qt.Key.Key_3)
    qtbot.wait(60)
    assert till.asked() == [intents.PickRow(1)], "a key that came up at once may be a scanner's first"
    till.settle(qtbot)
    assert till.asked() == [intents.PickRow(1), intents.PickRow(2)]
