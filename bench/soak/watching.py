"""What a bystander sees of a window: when each paint ended, how long it took, and when the loop stood still."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from posapp.ui.context import UiContext
from posapp.ui.main_window import MainWindow

BEAT_MS = 5
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_STATM = Path("/proc/self/statm")
_SCHEDSTAT = Path("/proc/thread-self/schedstat")


class WatchedWindow(MainWindow):
    """The till's own window, with a clock at its paints."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__(ctx)
        self.painted_at = 0.0
        self.paint_ms: list[float] = []
        self.paint_work: list[float] = []

    def forget(self) -> None:
        """Begin to note paints anew."""
        self.paint_ms.clear()
        self.paint_work.clear()

    def event(self, event: QEvent) -> bool:
        """What the window has to repaint is painted in this event, children included."""
        if event.type() is not QEvent.Type.UpdateRequest:
            return super().event(event)
        began, work = time.perf_counter(), time.thread_time()
        done = super().event(event)
        self.painted_at = time.perf_counter()
        self.paint_work.append((time.thread_time() - work) * 1000)
        self.paint_ms.append((self.painted_at - began) * 1000)
        return done


@dataclass(slots=True)
class Gap:
    """The loop stood still: when (seconds since the start), and for how many ms.

    Of these the thread was ready to run `waited_ms` while others had the processor, and worked `worked_ms`; the rest it
    waited for other threads of the till.
    """

    at: float
    ms: float
    waited_ms: float
    worked_ms: float


@dataclass(slots=True)
class Memory:
    """Megabytes in use at a moment."""

    at: float
    megabytes: float


@dataclass
class Heart(QObject):
    """Beats in the window's thread; a beat that comes late is a gap."""

    least_ms: float = 10.0
    gaps: list[Gap] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._began = self._last = time.perf_counter()
        self._waited, self._worked = run_delay_ms(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._next_look = 0.0

    def start(self) -> None:
        """Begin."""
        self._began = self._last = time.perf_counter()
        self._waited, self._worked = run_delay_ms(), time.thread_time()
        self._timer.start(BEAT_MS)

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def _beat(self) -> None:
        now, waited, worked = time.perf_counter(), run_delay_ms(), time.thread_time()
        late = (now - self._last) * 1000 - BEAT_MS
        if late >= self.least_ms:
            work = (worked - self._worked) * 1000
            self.gaps.append(Gap(now - self._began, late, waited - self._waited, work))
        self._last, self._waited, self._worked = now, waited, worked
        if now - self._began >= self._next_look:
            self._next_look += 5.0
            self.memory.append(Memory(now - self._began, resident_megabytes()))


def resident_megabytes() -> float:
    """What this process holds of the machine's memory; 0 where the system does not say."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0


def run_delay_ms() -> float:
    """How long this thread was ready to run while others had the processor, since its start; 0 where nobody counts."""
    try:
        return int(_SCHEDSTAT.read_text(encoding="ascii").split()[1]) / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0
