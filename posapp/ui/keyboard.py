"""The keyboard of the whole window: scans are caught wherever the focus is, then keys become intents (ux.md §6).

An event filter on the application; F10 and Alt never reach a menu.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from shiboken6 import isValid

from posapp.ui.checkout.device_sheet import DeviceSheet
from posapp.ui.checkout.file_sheet import MemberFileSheet
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.inbox_sheet import CaseSheet
from posapp.ui.checkout.intents import EscPressed, Intent, KeyGiven, MemberKey, ScanReceived
from posapp.ui.checkout.report_sheet import ReportSheet
from posapp.ui.checkout.sheets import (
    ChoiceSheet,
    CompleteSheet,
    FirstStartSheet,
    KeymapSheet,
    LookupSheet,
    NewCardSheet,
    ReturnFindSheet,
    ReturnSheet,
    TenderSheet,
)
from posapp.ui.keymap import STANDARD
from posapp.ui.main_window import MainWindow
from posapp.ui.scan_guard import FINGER_SECONDS, MAX_GAP_SECONDS, Fate, Passed, ScanGuard, Scanned, Swallowed
from posapp.ui.shortcuts import Choose, Ignored, Outcome, SubmitSheet, Where, resolve
from posapp.ui.strokes import KeyStroke, Mods, read_chord

_NAMES = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_PageUp: "PageUp",
    Qt.Key.Key_PageDown: "PageDown",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Insert: "Insert",
}
_WHERE = {
    TenderSheet: Where.TENDER,
    LookupSheet: Where.LOOKUP,
    ChoiceSheet: Where.CHOICE,
    NewCardSheet: Where.NEW_CARD,
    FormSheet: Where.FORM,
    MemberFileSheet: Where.FILE,
    ReportSheet: Where.REPORT,
    CaseSheet: Where.CHOICE,
    DeviceSheet: Where.DEVICES,
    CompleteSheet: Where.COMPLETE,
    ReturnFindSheet: Where.RETURN_FIND,
    ReturnSheet: Where.RETURN,
    KeymapSheet: Where.KEYMAP,
    FirstStartSheet: Where.FIRST_START,
}
_HOLD_MS = round(MAX_GAP_SECONDS * 1000) + 10
_FINGER_MS = round(FINGER_SECONDS * 1000) + 1
_PAD_SIGNS = ("+", "-", "*", "/")
"""On the numeric keypad these are the hand's: a scanner that uses the keypad at all sends digits from it."""
_MODIFIER_KEYS = {Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Menu, Qt.Key.Key_Meta}


def stroke_of(event: QKeyEvent) -> KeyStroke | None:
    """Qt's key event in the words of the keyboard map; None for a key the map has no name for."""
    held = event.modifiers()
    mods = Mods.NONE
    for qt, ours in (
        (Qt.KeyboardModifier.ShiftModifier, Mods.SHIFT),
        (Qt.KeyboardModifier.ControlModifier, Mods.CTRL),
        (Qt.KeyboardModifier.AltModifier, Mods.ALT),
    ):
        if held & qt:
            mods |= ours
    key = event.key()
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F12:
        return KeyStroke(f"F{key - Qt.Key.Key_F1 + 1}", mods)
    named = _NAMES.get(Qt.Key(key)) if key in _NAMES else None
    if named is not None:
        return KeyStroke(named, mods)
    if 0x20 < key < 0x7F:
        return KeyStroke(chr(key).upper(), mods)
    return None


class Keyboard(QObject):
    """Install with `attach`; `intent_sink` gets what keys mean."""

    def __init__(
        self, window: MainWindow, intent_sink: Callable[[Intent], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(window)
        self._window, self._send, self._clock = window, intent_sink, clock
        self._guard = ScanGuard()
        self._replaying = False
        self.keymap = STANDARD
        self._before: tuple[QLineEdit, str, int] | None = None
        self._stamped = self._taken = 0.0
        self._down: int | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._expire)

    def attach(self) -> None:
        """Listen to the application."""
        app = QCoreApplication.instance()
        if app is None:
            raise RuntimeError("the keyboard needs a running application")
        app.installEventFilter(self)

    def detach(self) -> None:
        """Stop listening."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take key presses on their way to a widget of our window; everything else passes."""
        # Every event of the program comes by: what it is says its class, at a hundredth of the cost of its type.
        if not isinstance(event, QKeyEvent):
            return False
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride):
            return False
        if self._replaying or not self._is_ours(watched):
            return False
        if event.key() in _MODIFIER_KEYS or event.key() == Qt.Key.Key_F10:
            # On Windows a bare Alt or F10 would move the keyboard into a menu.
            return self._press(event) if kind is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F10 else True
        if kind is QEvent.Type.KeyPress:
            return self._press(event)
        if kind is QEvent.Type.KeyRelease and event.key() == self._down and not event.isAutoRepeat():
            self._down = None
        return False

    def _is_ours(self, watched: QObject) -> bool:
        """Only the first receiver counts: an ignored event comes by again on its way through the parents."""
        return watched is (QApplication.focusWidget() or self._window) and watched.window() is self._window

    def _stamp(self, event: QKeyEvent) -> float:
        """When the key was struck, in seconds: the system's own stamp where the event carries one.

        A busy window takes events late, and by its own clock a scanner's burst would look like slow typing.
        """
        self._taken = self._clock()
        self._stamped = event.timestamp() / 1000 if event.timestamp() else self._taken
        return self._stamped

    # -- presses ------------------------------------------------------------------------------------------------------

    def _press(self, event: QKeyEvent) -> bool:
        command = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not command:
            return self._press_enter(event)
        text = event.text()
        if event.modifiers() & Qt.KeyboardModifier.KeypadModifier and text in _PAD_SIGNS and not command:
            self._type(self._guard.other())
            return self._dispatch(event) or self._window.view.insert_out_of_sight(text)
        if len(text) == 1 and text.isprintable() and not command and not event.isAutoRepeat():
            now = self._stamp(event)
            verdict = self._guard.key(text, now, acts=self._acts(event, now))
            if verdict.released:
                self._type(verdict.released)
            if verdict.starts:
                self._remember()
            if verdict.fate is Fate.HOLD:
                self._down = event.key()
                self._timer.start(_FINGER_MS)
                return True
            return self._dispatch(event) or self._window.view.insert_out_of_sight(text)
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self._type(self._guard.other())
        return self._dispatch(event)

    def _press_enter(self, event: QKeyEvent) -> bool:
        verdict = self._guard.enter(self._stamp(event))
        self._timer.stop()
        match verdict:
            case Scanned(text):
                self._put_back()
                self._send(ScanReceived(text))
                return True
            case Swallowed():
                return True
            case Passed(released):
                self._type(released)
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and focus.isEnabled():
            focus.click()
            return True
        return self._dispatch(event)

    def _dispatch(self, event: QKeyEvent) -> bool:
        stroke = stroke_of(event)
        if stroke is None:
            return False
        return self._act(stroke)

    def _acts(self, event: QKeyEvent, now: float) -> bool:
        """Whether a character would do something at once, and could be the first or second of a scan.

        Looking up changes nothing and must not wait; so `/` waits only inside what may be a scan.
        """
        stroke = stroke_of(event)
        outcome = self._resolve(stroke) if stroke is not None else None
        return outcome is not None and (not isinstance(outcome, MemberKey) or self._guard.goes_on(now))

    def _resolve(self, stroke: KeyStroke) -> Outcome:
        view = self._window.view
        sheet = view.sheet
        if isinstance(sheet, KeymapSheet) and sheet.waiting:
            return EscPressed() if stroke.key == "Esc" else KeyGiven(stroke.chord)
        meant = self.keymap.means(stroke.chord)
        if meant is None:
            # Its key was given to another; what is typed with it is typed.
            return None if len(stroke.key) == 1 and not stroke.mods & (Mods.CTRL | Mods.ALT) else Ignored()
        if meant != stroke.chord:
            stroke = read_chord(meant)
        where = Where.CART if sheet is None else _WHERE[type(sheet)]
        return resolve(stroke, view.typed(), where, handed_over=view.typed_is_handed_over())

    def tap(self, chord: str) -> None:
        """A key on the screen was tapped: what its chord does in the standard map."""
        self._act(read_chord(self.keymap.shown(chord)))

    def _act(self, stroke: KeyStroke) -> bool:
        """Do what a stroke means; False leaves it to the focused widget."""
        view = self._window.view
        outcome = self._resolve(stroke)
        match outcome:
            case None:
                return False
            case Ignored():
                return True
            case SubmitSheet():
                view.submit_sheet()
            case Choose(number):
                return view.choose_tile(number)
            case _:
                if not view.step_back(outcome):
                    if getattr(outcome, "typed", ""):
                        view.take_typed()
                    self._send(outcome)
        return True

    # -- characters that were held back -------------------------------------------------------------------------------

    def _expire(self) -> None:
        """The gap has passed by the clock; a window that was busy may have keys waiting that were struck before."""
        QTimer.singleShot(0, self, self._let_go)

    def _let_go(self) -> None:
        released = self._guard.expire(self._stamped + self._clock() - self._taken, down=self._down is not None)
        if released:
            self._type(released)
        elif self._guard.holding:
            self._timer.start(_HOLD_MS - _FINGER_MS)

    def _type(self, text: str) -> None:
        """Deliver characters that turned out to be typed by hand, operators included."""
        for character in text:
            if not self._act(KeyStroke(character.upper())):
                self._insert(character)

    def _insert(self, character: str) -> None:
        focus = QApplication.focusWidget()
        target: QObject = focus or self._window
        self._replaying = True
        try:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, ord(character.upper()), Qt.KeyboardModifier.NoModifier, character)
                QCoreApplication.sendEvent(target, event)
        finally:
            self._replaying = False

    def _remember(self) -> None:
        """Keep what the input holds that typing goes to, in case a scan begins."""
        edit = self._window.view.typing_edit()
        self._before = (edit, edit.text(), edit.cursorPosition()) if edit is not None else None

    def _put_back(self) -> None:
        """Undo what the first characters of a scan did to that input, wherever the focus is by now."""
        before, self._before = self._before, None
        if before is None:
            return
        edit, text, cursor = before
        if isValid(edit) and edit.text() != text:
            edit.setText(text)
            edit.setCursorPosition(cursor)
