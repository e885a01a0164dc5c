"""Thousands of scans into the real window while focus, sheets and typing change: each arrives once, and does only that.

Seeded, so that a failure names the seed and the number of its scan.
"""

from __future__ import annotations

import itertools
import time
from random import Random

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from bench.checkout_samples import member_sale
from bench.samples import SAMPLES
from posapp.ui.checkout import intents
from posapp.ui.checkout.intents import Intent
from posapp.ui.keyboard import Keyboard
from posapp.ui.main_window import MainWindow
from tests.ui.conftest import MakeWindow

# Typing is told as it happens; the first characters of a scan may be told so, and are taken back.
_TOLD = (
    intents.TextEntered, intents.LookupEdited, intents.NewCardEdited, intents.TenderEdited, intents.ReturnEdited,
    intents.FormEdited,
)  # fmt: skip
_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/:?=+*-.&%#"
_SCANS_BETWEEN_SHEETS = 8


class Scanner:
    """A keyboard that types codes, with time stamps of its own."""

    def __init__(self, window: MainWindow, random: Random) -> None:
        self._window, self._random = window, random
        self._now = time.monotonic() * 1000 + 10_000

    def seconds(self) -> float:
        return self._now / 1000

    def rest(self, milliseconds: int) -> None:
        self._now += milliseconds

    def code(self) -> str:
        random = self._random
        match random.randrange(5):
            case 0:
                return "69" + "".join(random.choices("0123456789", k=11))
            case 1:
                return random.choice(("97", "98")) + "".join(random.choices("0123456789", k=39))
            case 2:
                return str(random.randrange(10, 30)) + "".join(random.choices("0123456789", k=16))
            case _:
                # A code that begins with `/` opens the look-up besides being scanned: that key waits for nothing.
                first = random.choice(_SYMBOLS.replace("/", ""))
                return first + "".join(random.choices(_SYMBOLS, k=random.randrange(5, 60)))

    def strike(self, character: str) -> None:
        key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
            event.setTimestamp(round(self._now))
            QCoreApplication.sendEvent(QApplication.focusWidget() or self._window, event)

    def type(self, text: str) -> None:
        """By hand."""
        for character in text:
            self.rest(150)
            self.strike(character)

    def scan(self, code: str, disturb: dict[int, str], disturbance: dict[str, object]) -> None:
        """A burst; `disturb` says what happens before which of its characters."""
        self.rest(400)
        stalled = 0
        for place, character in enumerate(code):
            stall = place >= 3 and stalled < place // 4 and self._random.random() < 0.04
            stalled += stall
            self.rest(self._random.randrange(60, 100) if stall else self._random.randrange(1, 30))
            if place in disturb:
                act = disturbance[disturb[place]]
                assert callable(act)
                act()
            self.strike(character)
        self.rest(self._random.randrange(1, 30))
        self.strike("\r")


class Fuzz:
    """A window, what it was asked to do, and the ways to disturb a scan."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window, self.random = window, Random(seed)  # noqa: S311 - a run that can be repeated
        self.said: list[Intent] = []
        window.intent.connect(self.said.append)
        self.scanner = Scanner(window, self.random)
        # The time is the scanner's: how long this machine takes for a sheet is no pause between two characters.
        self.keyboard = Keyboard(window, self.said.append, self.scanner.seconds)
        self.keyboard.attach()
        self.disturbance: dict[str, object] = {
            "focus": self.move_focus,
            "sheet": self.show_something,
            "events": QApplication.processEvents,
        }
        self.sheet_changed = False

    def move_focus(self) -> None:
        """Somewhere in the window a click or Tab takes the focus."""
        targets = [
            widget
            for widget in self.window.findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        ]
        if targets:
            self.random.choice(targets).setFocus(Qt.FocusReason.MouseFocusReason)

    def show_something(self) -> None:
        """Another sheet opens, or closes, by itself: an answer of the database or the server came."""
        self.sheet_changed = True
        name = self.random.choice(["", *SAMPLES])
        self.window.render_state(SAMPLES[name]() if name else member_sale())
        QApplication.processEvents()

    def texts(self) -> list[tuple[str, str]]:
        return [(edit.objectName(), edit.text()) for edit in self.window.findChildren(QLineEdit) if edit.isVisible()]

    def one_scan(self, number: int) -> None:
        random = self.random
        if number % _SCANS_BETWEEN_SHEETS == 0:
            self.show_something()
        if random.random() < 0.3:
            self.move_focus()
        if random.random() < 0.1:
            self.type_by_hand()
        self.said.clear()
        before, self.sheet_changed = self.texts(), False
        code = self.scanner.code()
        disturb = {random.randrange(1, len(code)): random.choice(["focus", "focus", "sheet", "events"])}
        self.scanner.scan(code, disturb if random.random() < 0.25 else {}, self.disturbance)
        if random.random() < 0.4:
            self.scanner.rest(random.randrange(1, 280))
            self.scanner.strike("\r")
        asked = [intent for intent in self.said if not isinstance(intent, _TOLD)]
        assert asked == [intents.ScanReceived(code)], f"scan {number}: {code!r} asked for {asked}"
        if not self.sheet_changed:
            assert self.texts() == before, f"scan {number}: {code!r} left something in a field"

    def type_by_hand(self) -> None:
        """A digit or two wait in whatever has the focus when the scan comes; rows are picked by digits and are not."""
        edit = QApplication.focusWidget()
        if isinstance(edit, QLineEdit) and self.window.view.sheet is None:
            self.scanner.type("12"[: self.random.randrange(1, 3)])


@pytest.fixture(params=[(1366, 768), (1024, 768)], ids=["two columns", "sheets cover the omnibox"])
def window(make_window: MakeWindow, request: pytest.FixtureRequest) -> MainWindow:
    made = make_window(size=request.param)
    made.render_state(member_sale())
    QApplication.processEvents()
    return made


def _run(window: MainWindow, seed: int, scans: int) -> None:
    fuzz = Fuzz(window, seed)
    try:
        for number in itertools.islice(itertools.count(), scans):
            fuzz.one_scan(number)
    finally:
        fuzz.keyboard.detach()


@pytest.mark.timeout(600)
def test_a_thousand_scans_are_neither_lost_nor_misrouted(window: MainWindow) -> None:
    _run(window, 20261127, 1_000)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_ten_thousand_scans_are_neither_lost_nor_misrouted(window: MainWindow) -> None:
    _run(window, 6, 5_000)
