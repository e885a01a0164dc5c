"""The devices of one window: opens them behind it, tries them, and takes others while the till runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from posapp.application.devices import Device, Gear, Health
from posapp.application.ports import CameraPicture, PrinterFailed, Scanner
from posapp.application.till import Till
from posapp.domain.text import capital
from posapp.ui.paper import Paper
from posapp.ui.pole import TRIAL, PoleWriter, Shown
from posapp.ui.program import Program
from posapp.ui.tasks import Lane, TaskRunner

_OTHERWISE = {Gear.DRAWER: Gear.PRINTER}
"""What hangs on another device is opened with that."""


class Equipment(QObject):
    """`scanned` tells each code of a camera or a serial line, `news` how a device is, `seen` what a camera sees."""

    scanned = Signal(str)
    news = Signal(object)
    seen = Signal(object)
    display_wanted = Signal()
    """The customer's window, if one is open, is to show something."""
    display_changed = Signal()
    """What the customer's window follows was set up anew."""

    def __init__(self, tasks: TaskRunner, program: Program, paper: Paper) -> None:
        super().__init__()
        self._tasks, self._program, self._paper = tasks, program, paper
        self._till: Till | None = None
        self._scanner: Scanner | None = None
        self._pole: PoleWriter | None = None
        self._figure: Shown = None
        self._watching = False
        self.has_display = False

    def listen(
        self,
        scanned: Callable[[str], None],
        news: Callable[[Device], None],
        seen: Callable[[CameraPicture], None],
    ) -> None:
        """Tell somebody, in the window's thread."""
        for signal, heard in ((self.scanned, scanned), (self.news, news), (self.seen, seen)):
            signal.connect(heard, Qt.ConnectionType.QueuedConnection)

    def begin(self, till: Till) -> None:
        """Open what this till has; whatever has to be imported for that comes now, behind the window."""
        self._till = till
        self._open_scanner(till)
        self._open_pole(till)

    def stop(self) -> None:
        """Let go of all of them."""
        self._till = None
        if self._scanner is not None:
            self._scanner.stop()

    # -- what they show ---------------------------------------------------------------

    def show_figure(self, figure: Shown) -> None:
        """Show an amount on the pole display, where there is one."""
        if figure != self._figure:
            self._figure = figure
            if self._pole is not None:
                self._pole.show(figure)

    def watch(self, *, on: bool) -> None:
        """Tell what the camera sees, or stop telling it."""
        self._watching = on
        if self._scanner is not None:
            self._scanner.show_to(self.seen.emit if on else None)

    # -- trying them ---------------------------------------------------------------

    def try_out(self, gear: Gear) -> None:
        """Let a device do what can be seen or heard; how it went comes as news.  A camera is looked through instead."""
        till = self._till
        if till is None:
            return
        if gear is Gear.DISPLAY:
            self.display_wanted.emit()
            return
        trials: dict[Gear, Callable[[], Device]] = {
            Gear.PRINTER: lambda: _tried(Gear.PRINTER, self._paper.try_out),
            Gear.DRAWER: lambda: _tried(Gear.DRAWER, self._paper.kick),
            Gear.POLE: self._try_pole,
            Gear.SERVER: lambda: self._program.ask_server(till),
        }
        if gear in trials:
            self._tasks.submit(trials[gear], self.news.emit, lambda error: self._failed(gear, error), lane=Lane.OUTSIDE)

    def _try_pole(self) -> Device:
        return self._pole.put(TRIAL) if self._pole is not None else Device(Gear.POLE, Health.ABSENT)

    def _failed(self, gear: Gear, error: BaseException) -> None:
        why = str(error) or type(error).__name__
        self.news.emit(Device(gear, Health.FAULT, en=why, zh=why))

    # -- other ones ---------------------------------------------------------------

    def renew(self, gear: Gear) -> None:
        """The settings of a device changed: let go of it, and open the one that is meant now."""
        till = self._till
        if till is None:
            return
        match _OTHERWISE.get(gear, gear):
            case Gear.PRINTER:
                self._paper.renew(till)
                # The code for new members is on the slips and on the display.
                self.display_changed.emit()
            case Gear.DISPLAY:
                self.display_changed.emit()
            case Gear.CAMERA | Gear.SCANNER:
                before, self._scanner = self._scanner, None
                stopping = before.stop if before is not None else lambda: None
                self._tasks.submit(stopping, lambda _none: self._open_scanner(till), lane=Lane.OUTSIDE)
            case Gear.POLE:
                self._pole = None
                self._open_pole(till)
            case _:
                pass

    def _open_scanner(self, till: Till) -> None:
        def made(scanner: Scanner | None) -> None:
            if self._till is None:
                return
            self._scanner = scanner
            if scanner is not None:
                self.watch(on=self._watching)
                scanner.start()

        make = self._program.scan_with
        self._tasks.submit(
            lambda: make(till, self.scanned.emit, self.news.emit),
            made,
            lambda error: self._failed(Gear.CAMERA, error),
            lane=Lane.OUTSIDE,
        )

    def _open_pole(self, till: Till) -> None:
        def outside(job: Callable[[], None]) -> None:
            self._tasks.submit(job, lane=Lane.OUTSIDE)

        def made(writer: PoleWriter | None) -> None:
            self._pole = writer
            if writer is not None:
                writer.show(self._figure)

        def make() -> PoleWriter | None:
            pole = self._program.open_pole(till)
            return PoleWriter(pole, outside, self.news.emit) if pole is not None else None

        self._tasks.submit(make, made, lambda error: self._failed(Gear.POLE, error), lane=Lane.OUTSIDE)


def _tried(gear: Gear, trial: Callable[[], None]) -> Device:
    try:
        trial()
    except PrinterFailed as failure:
        return Device(gear, Health.FAULT, en=f"{capital(failure.en)}.", zh=f"{failure.zh}。")
    return Device(gear, Health.WORKS)
