"""The thread that prints: what waits on the disk, oldest first, until it is on paper.

The sale never waits for it.  A slip is on the disk before it is printed and leaves the disk when it is on paper, so
that a new process goes on where this one ended.  A slip that was being sent when something broke may be on paper
already: it is printed again, and says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from posapp.application.ports import PrinterFailed, PrinterFault, SlipPrinter
from posapp.application.slip_rows import Row, Rows, Style, pack, unpack
from posapp.application.till import Till
from posapp.storage import print_jobs

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=15)
"""A customer does not wait longer for a receipt: what is older is offered, and not printed by itself."""
KEPT = timedelta(days=1)
"""So long it is offered."""
_RETRY_SECONDS = 3.0
_JOIN_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class PrinterNews:
    """How the printer does.

    `waiting` slips come out by themselves once the failure is over, `left` ones are too old for that.  `failure` is
    None where all is well, and then nothing waits.
    """

    waiting: int = 0
    left: int = 0
    failure: PrinterFailed | None = None

    @property
    def fault(self) -> PrinterFault | None:
        """What is wrong, if anything is."""
        return self.failure.fault if self.failure is not None else None


class PrintWorker:
    """Prints for one till.

    `report` hears, in this thread, whenever something changed; `again` heads what may be on paper already.
    """

    def __init__(
        self, till: Till, printer: SlipPrinter, report: Callable[[PrinterNews], None], again: Callable[[], str]
    ) -> None:
        self._till, self._printer, self._report, self._again = till, printer, report, again
        self._failure: PrinterFailed | None = None
        self._told = PrinterNews()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printing", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process left."""
        self._thread.start()

    def enqueue(self, number: str, rows: Rows) -> None:
        """Keep a slip for printing; when this returns it is on the disk.  Call it when its sale is.

        Raises the storage's errors.
        """
        with self._till.database.write() as connection:
            print_jobs.add(connection, number, pack(rows), self._till.clock.now())
        self._woken.set()

    def print_left(self) -> None:
        """Print what is too old to come out by itself, too."""
        with self._till.database.write() as connection:
            print_jobs.renew(connection, self._till.clock.now())
        self._woken.set()

    def stop(self) -> None:
        """End; what is not on paper by then is printed at the next start."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            pause: float | None
            try:
                self._forget()
                pause = self._print_all()
                self._tell()
            except Exception:
                # The disk may be full for a while; what is to be printed stands in the database.
                log.exception("printing was interrupted")
                pause = _RETRY_SECONDS
            self._woken.wait(pause)

    def _forget(self) -> None:
        """Nobody asks for yesterday's slips any more; a sale of any day prints again from the list of sales."""
        before = self._till.clock.now() - KEPT
        with self._till.database.read() as connection:
            none = print_jobs.count(connection, before)[1] == 0
        if not none:
            with self._till.database.write() as connection:
                print_jobs.clear(connection, before)

    def _print_all(self) -> float | None:
        """Print what waits; returns after how many seconds to try again, or None where all is on paper."""
        while not self._stopping.is_set():
            with self._till.database.read() as connection:
                job = print_jobs.first(connection, self._since())
            if job is None:
                self._failure = None
                return None
            try:
                self._print(job)
            except PrinterFailed as failure:
                self._failure = failure
                return _RETRY_SECONDS
            self._failure = None
        return None

    def _print(self, job: print_jobs.PrintJob) -> None:
        rows = unpack(job.body)
        if job.begun:
            rows = (Row(self._again(), Style.STRONG), *rows)
        self._printer.check()
        with self._till.database.write() as connection:
            print_jobs.begin(connection, job.id)
        self._printer.print_rows(job.number, rows)
        # Lost in a power cut, this prints once more, marked: cheaper than a wait for the disk.
        with self._till.database.write(durable=False) as connection:
            print_jobs.remove(connection, job.id)

    def _tell(self) -> None:
        with self._till.database.read() as connection:
            waiting, left = print_jobs.count(connection, self._since())
        # A slip that came since the last was printed is on its way: it waits only where something is wrong.
        news = PrinterNews(waiting if self._failure is not None else 0, left, self._failure)
        if (news.waiting, news.left, news.fault) != (self._told.waiting, self._told.left, self._told.fault):
            self._told = news
            self._report(news)

    def _since(self) -> datetime:
        return self._till.clock.now() - FRESH
