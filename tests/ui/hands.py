"""A cashier's hands and a scanner at a window, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bench.checkout_samples import member_sale
from posapp.ui.checkout import intents
from posapp.ui.checkout.intents import Intent
from posapp.ui.keyboard import Keyboard
from posapp.ui.main_window import MainWindow


class HandClock:
    """Monotonic time that moves by a set step at every look."""

    def __init__(self) -> None:
        self.now, self.step = 1000.0, 0.2

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class Till:
    """A window with its keyboard and everything it was asked to do."""

    def __init__(self, window: MainWindow, clock: HandClock) -> None:
        self.window, self.clock = window, clock
        self.said: list[Intent] = []
        window.intent.connect(self.said.append)
        self.keyboard = Keyboard(window, self.said.append, clock)
        self.keyboard.attach()

    def by_hand(self, text: str) -> None:
        self.clock.step = 0.2
        self._type(text)

    def scan(self, text: str) -> None:
        self.clock.now += 1
        self.clock.step = 0.005
        self._type(text)
        self.press(Qt.Key.Key_Return)
        self.clock.step = 0.2

    def _type(self, text: str) -> None:
        for character in text:
            QTest.keyClicks(self.target(), character)

    def press(self, key: Qt.Key, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.target(), key, mods)

    def target(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def settle(self, qtbot: QtBot) -> None:
        """Let the time pass after which held characters are known to be typed by hand."""
        self.clock.now += 1
        qtbot.waitUntil(lambda: not self.keyboard._guard.holding)

    def asked(self) -> list[Intent]:
        """What was asked for, without the running comment of typing."""
        comment = (
            intents.TextEntered, intents.LookupEdited, intents.NewCardEdited, intents.TenderEdited,
            intents.ReturnEdited, intents.ServerTyped,
        )  # fmt: skip
        return [intent for intent in self.said if not isinstance(intent, comment)]


def at_the_keys(window: MainWindow) -> Iterator[Till]:
    """Hands at a window that shows a member's sale."""
    window.render_state(member_sale())
    QApplication.processEvents()
    made = Till(window, HandClock())
    yield made
    made.keyboard.detach()
