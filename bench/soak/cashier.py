"""A cashier at the window: real key events, and a stop-watch from each key to the paint that shows what it did."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from bench.soak.shop import barcode
from bench.soak.watching import WatchedWindow
from bench.waiting import undisturbed, waited
from posapp.ui.app import TillApp
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import CompleteMode, LookupMode, Session, TenderMode

_PATIENCE_SECONDS = 30.0
_SCAN_GAP_MS = 4
_ENTER_AFTER_SCAN_MS = 320
"""An empty Enter sooner after a scan is the scanner's own."""
_KEYPAD = frozenset("0123456789+-*/")
_KEYS = {"Enter": Qt.Key.Key_Return, "Esc": Qt.Key.Key_Escape, "Down": Qt.Key.Key_Down, "Up": Qt.Key.Key_Up}


@cache
def _nap() -> tuple[QEventLoop, QTimer]:
    """One loop and one timer: those of thousands of rests would look like a till that grows."""
    loop, timer = QEventLoop(), QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(loop.quit)
    return loop, timer


def rest(milliseconds: int) -> None:
    """Let the window live for a while, as it does when nobody touches it."""
    loop, timer = _nap()
    timer.start(milliseconds)
    loop.exec()


@dataclass(frozen=True, slots=True)
class Struck:
    """A key, and the milliseconds to the end of the paint that showed what it did.

    By the `clock`; `own` is that without the time in which the till was ready to run and others had the processor;
    `work` is what the window's thread itself needed of one.
    """

    what: str
    clock: float
    own: float
    work: float


@dataclass(slots=True)
class Cashier:
    """Sells.  `struck` are the keys that were timed; `sales` counts.

    `partial` is how long the paints took of keys that change a part of the window, in milliseconds, and `partial_work`
    how much of that was work.
    """

    window: WatchedWindow
    app: TillApp
    products: int
    endings: list[str]
    dice: random.Random = field(default_factory=lambda: random.Random(23))
    struck: list[Struck] = field(default_factory=list)
    partial: list[float] = field(default_factory=list)
    partial_work: list[float] = field(default_factory=list)
    sales: int = 0
    down: tuple[Qt.Key, str, Qt.KeyboardModifier] | None = None

    @property
    def session(self) -> Session:
        """What the till is in the middle of."""
        if not isinstance(self.app.presenter, CheckoutPresenter):
            raise TypeError("no shop is open")
        return self.app.presenter.session

    def forget(self) -> None:
        """What was timed so far warmed the till up."""
        for timed in (self.struck, self.partial, self.partial_work):
            timed.clear()
        self.sales = 0

    # -- keys ---------------------------------------------------------------

    def strike(self, key: str) -> None:
        """One key of a hand, which lies on it until the next one; digits and signs are those of the numeric keypad."""
        self.let_go()
        code = _KEYS[key] if key in _KEYS else Qt.Key(ord(key.upper()))
        text = "\r" if key == "Enter" else "" if key in _KEYS else key
        held = Qt.KeyboardModifier.KeypadModifier if text in _KEYPAD else Qt.KeyboardModifier.NoModifier
        _send(QEvent.Type.KeyPress, self._target(), code, text, _now_ms(), held)
        self.down = (code, text, held)

    def let_go(self) -> None:
        """Lift the finger from the key that was struck last."""
        if self.down is not None:
            code, text, held = self.down
            self.down = None
            _send(QEvent.Type.KeyRelease, self._target(), code, text, _now_ms(), held)

    def scan(self, code: str) -> None:
        """A scanner's burst with its Enter."""
        self.let_go()
        struck = _now_ms()
        for place, character in enumerate((*code, "\r")):
            key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                _send(kind, self._target(), key, character, struck + place * _SCAN_GAP_MS)

    def _target(self) -> QWidget:
        """Where the focus of this window is; a screenless platform may forget which window is in front."""
        if QApplication.activeWindow() is not self.window:
            self.window.activateWindow()
        focus: QWidget | None = QApplication.focusWidget()
        inside: QWidget | None = self.window.focusWidget()
        return next((one for one in (focus, inside) if one is not None), self.window)

    def timed(self, what: str, act: Callable[[], None], shown: Callable[[], bool], *, partial: bool = False) -> None:
        """Do something and wait until what it did has been painted.  Raises `TimeoutError`.

        What is on the screen counts from the moment at which the window was told of it: the paint after that shows it.
        """
        self.window.forget()
        told: list[float] = []

        def look() -> None:
            if not told and shown():
                told.append(time.perf_counter())

        self.app.shown.connect(look)
        waited_before = waited()
        began, busy, alone = time.perf_counter(), time.process_time(), time.thread_time()
        try:
            act()
            # Typing into an input tells nobody; its paint is still to come.
            look()
            while not (told and self.window.painted_at >= told[0]):
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
                if time.perf_counter() - began > _PATIENCE_SECONDS:
                    raise TimeoutError(f"{what}: nothing was painted")
        finally:
            self.app.shown.disconnect(look)
        busy = time.process_time() - busy
        work = time.thread_time() - alone
        clock = self.window.painted_at - began
        own = undisturbed(clock, waited() - waited_before, min(clock, busy))
        self.struck.append(Struck(what, clock * 1000, own * 1000, work * 1000))
        if partial:
            self.partial += self.window.paint_ms
            self.partial_work += self.window.paint_work

    # -- what a sale is made of ---------------------------------------------------------------

    def scan_one(self, what: str = "scan") -> None:
        """Scan some product and wait for its line."""
        code = barcode(self.dice.randrange(self.products))
        before = self._pieces()
        self.timed(what, lambda: self.scan(code), lambda: self._pieces() > before)

    def _pieces(self) -> int:
        return sum(line.quantity.milli for line in self.session.basket.cart.lines)

    def fill(self, lines: int) -> None:
        """A long cart, not timed."""
        while len(self.session.basket.cart.lines) < lines:
            code = barcode(self.dice.randrange(self.products))
            before = self._pieces()
            self.scan(code)
            while self._pieces() == before:
                rest(5)
            rest(20)

    def work_on_long_cart(self, rounds: int) -> None:
        """Keys on a cart of many lines, each timed to its paint."""
        for _ in range(rounds):
            self.scan_one("scan, long cart")
            rest(_ENTER_AFTER_SCAN_MS)
            self.timed("line up", lambda: self.strike("Up"), self._selects_other(), partial=True)
            self.strike("3")
            rest(60)
            self.timed("quantity, long cart", lambda: self.strike("*"), self._counts_other())
            rest(30)
            self.timed("digit", lambda: self.strike("7"), lambda: self.window.view.omnibox_text() == "7", partial=True)
            rest(60)
            self.window.view.restore_omnibox("")
            self.timed("pay, long cart", lambda: self.strike("+"), lambda: isinstance(self.session.mode, TenderMode))
            rest(30)
            self.timed("back, long cart", lambda: self.strike("Esc"), lambda: self.session.mode is None)
            rest(30)
            self.timed("less, long cart", lambda: self.strike("-"), self._counts_other())
            rest(30)

    def _selects_other(self) -> Callable[[], bool]:
        before = self.session.basket.selected
        return lambda: self.session.basket.selected != before

    def _counts_other(self) -> Callable[[], bool]:
        before = self._pieces()
        return lambda: self._pieces() != before

    def look_up(self) -> None:
        """The last four digits of a member, and the first of those who match."""
        four = self.dice.choice(self.endings)
        for digit in four:
            self.strike(digit)
            rest(40)
        self.timed("look-up", lambda: self.strike("/"), lambda: isinstance(self.session.mode, LookupMode))
        rest(60)
        self.timed("pick", lambda: self.strike("1"), lambda: self.session.basket.member is not None)

    def pay(self) -> None:
        """More than enough cash, then the next sale."""
        for digit in "9999":
            self.strike(digit)
            rest(40)
        self.timed("cash", lambda: self.strike("+"), lambda: isinstance(self.session.mode, CompleteMode))
        self.sales += 1
        rest(_ENTER_AFTER_SCAN_MS)
        self.timed("next sale", lambda: self.strike("Enter"), lambda: self.session.mode is None)

    def sell(self, lines: int, *, member: bool) -> None:
        """One sale."""
        for _ in range(lines):
            self.scan_one()
            rest(40)
        if member:
            rest(_ENTER_AFTER_SCAN_MS)
            self.look_up()
        rest(_ENTER_AFTER_SCAN_MS)
        self.pay()


def _now_ms() -> int:
    return round(time.monotonic() * 1000)


def _send(
    kind: QEvent.Type,
    target: QWidget,
    key: Qt.Key,
    text: str,
    struck: int,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    event = QKeyEvent(kind, key, held, text)
    event.setTimestamp(struck)
    QCoreApplication.sendEvent(target, event)
