"""Work off the GUI thread: one thread for the database, a few for network and devices (architecture.md).

Results and errors come back through a queued signal, in the GUI thread, in the order in which the work ended; database
work runs in the order in which it was submitted. The GUI thread never waits, except in `close`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

_log = logging.getLogger(__name__)
Result = TypeVar("Result")

_DEVICE_THREADS = 3
_HAND_OVER_SECONDS = 0.001
"""A thread that computes lets the window's thread in after so long, instead of Python's five milliseconds."""


class Lane(StrEnum):
    """Where work runs: the single writer of the database, or the pool for everything outside."""

    DATABASE = "database"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A finished piece of work on its way to the GUI thread."""

    call: Callable[[], None]


class TaskRunner(QObject):
    """Runs functions elsewhere and hands back what they return."""

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_HAND_OVER_SECONDS)
        self._lanes = {
            Lane.DATABASE: ThreadPoolExecutor(1, thread_name_prefix="database"),
            Lane.OUTSIDE: ThreadPoolExecutor(_DEVICE_THREADS, thread_name_prefix="outside"),
        }
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Callable[[], Result],
        on_result: Callable[[Result], None] | None = None,
        on_error: Callable[[BaseException], None] | None = None,
        *,
        lane: Lane = Lane.DATABASE,
    ) -> Future[Result]:
        """Run `work` in a lane; then call `on_result` or `on_error` in the GUI thread.

        An error without `on_error` is logged with its trace. Raises RuntimeError after `close`.
        """
        if self._closed:
            raise RuntimeError("the till is closing; no new work is taken")
        future = self._lanes[lane].submit(work)

        def finished(done: Future[Result]) -> None:
            if done.cancelled():
                return
            error = done.exception()
            if error is None:
                result = done.result()
                if on_result is not None:
                    self._finished.emit(_Delivery(lambda: on_result(result)))
            elif on_error is not None:
                self._finished.emit(_Delivery(lambda: on_error(error)))
            else:
                _log.error("work in the background failed", exc_info=error)

        future.add_done_callback(finished)
        return future

    def close(self) -> None:
        """Finish what runs and what waits for the database, drop what waits outside; deliver nothing more."""
        self._closed = True
        self._lanes[Lane.OUTSIDE].shutdown(wait=True, cancel_futures=True)
        self._lanes[Lane.DATABASE].shutdown(wait=True)

    @Slot(object)
    def _deliver(self, delivery: _Delivery) -> None:
        if not self._closed:
            delivery.call()
