"""The window's way to paper: slips go to the disk behind their sale, and from there to the printer in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from posapp.application.ports import PrinterFailed
from posapp.application.printing.worker import PrinterNews
from posapp.application.receipt import Receipt, RefundReceipt, Slip
from posapp.application.slip_rows import Rows
from posapp.application.till import Till
from posapp.domain.sale import TenderMethod
from posapp.ui.tasks import Lane, TaskRunner


class Drawer(Protocol):
    """A cash drawer."""

    def kick(self) -> None:
        """Open it."""
        ...


class SlipQueue(Protocol):
    """Keeps slips until they are on paper."""

    def start(self) -> None:
        """Begin, with what an earlier process left."""
        ...

    def enqueue(self, number: str, rows: Rows) -> None:
        """Keep a slip; when this returns it is on the disk."""
        ...

    def print_left(self) -> None:
        """Print what is too old to come out by itself, too."""
        ...

    def stop(self) -> None:
        """End; loses nothing."""
        ...


class Printing(Protocol):
    """What a till prints through."""

    @property
    def drawer(self) -> Drawer:
        """The drawer."""
        ...

    @property
    def worker(self) -> SlipQueue:
        """The queue."""
        ...

    def lay_out(self, slip: Slip, labels: dict[str, str]) -> Rows:
        """A slip as rows."""
        ...

    def lay_out_lines(self, lines: list[str]) -> Rows:
        """Plain lines as rows."""
        ...

    def try_out(self, labels: dict[str, str]) -> None:
        """Print a slip that shows what the printer can.  Raises `PrinterFailed`."""
        ...


OpenPrinting = Callable[[Till, Callable[[PrinterNews], None], Callable[[], str]], Printing]
Failed = Callable[[BaseException], None]


class Paper(QObject):
    """Prints for one window.

    `news` tells how the printer does; `failed` hears what could not even be kept, `stuck` why the drawer stays shut.
    """

    news = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        opening: OpenPrinting,
        labels: Callable[[], dict[str, str]],
        failed: Failed,
        stuck: Failed,
    ) -> None:
        super().__init__()
        self._tasks, self._opening, self._labels, self._failed, self._stuck = tasks, opening, labels, failed, stuck
        self._printing: Printing | None = None

    def listen(self, heard: Callable[[PrinterNews], None]) -> None:
        """Tell somebody, in the window's thread, how the printer does."""
        self.news.connect(heard, Qt.ConnectionType.QueuedConnection)

    def begin(self, till: Till) -> None:
        """Open the printer of a till; slips that come meanwhile wait behind it in the same lane."""

        def made() -> None:
            self._printing = self._opening(till, self.news.emit, lambda: self._labels()["again"])
            self._printing.worker.start()

        self._tasks.submit(made, None, self._failed)

    def print_slip(self, slip: Slip) -> None:
        """Keep a slip for printing; cash opens the drawer at once, paper or not."""
        labels = self._labels()
        self._keep(slip.number, lambda printing: printing.lay_out(slip, labels))
        if moves_cash(slip):
            self.open_drawer()

    def open_drawer(self) -> None:
        """Open the drawer, in the devices' lane."""
        self._tasks.submit(self._kick, None, self._stuck, lane=Lane.OUTSIDE)

    def print_lines(self, number: str, lines: list[str]) -> None:
        """Keep plain lines for printing."""
        self._keep(number, lambda printing: printing.lay_out_lines(lines))

    def print_left(self) -> None:
        """Print what was left, too."""
        if self._printing is not None:
            self._tasks.submit(self._printing.worker.print_left, None, self._failed)

    def try_out(self) -> None:
        """Print a test, in the caller's thread, which waits for it.  Raises `PrinterFailed`."""
        self._open.try_out(self._labels())

    def kick(self) -> None:
        """Open the drawer, in the caller's thread.  Raises `PrinterFailed`."""
        self._open.drawer.kick()

    def renew(self, till: Till) -> None:
        """The printer's settings changed: end what prints, and go on with them."""
        before = self._printing
        # A printer that does not answer is waited for; no sale waits behind it.
        stopping = before.worker.stop if before is not None else lambda: None
        self._tasks.submit(stopping, lambda _none: self.begin(till), self._failed, lane=Lane.OUTSIDE)

    @property
    def _open(self) -> Printing:
        if self._printing is None:
            raise PrinterFailed("the printer's settings cannot be read", "打印机设置读不出")
        return self._printing

    def stop(self) -> None:
        """End; what is not on paper is printed at the next start."""
        if self._printing is not None:
            self._printing.worker.stop()

    def _keep(self, number: str, rows: Callable[[Printing], Rows]) -> None:
        def keep() -> None:
            printing = self._open
            printing.worker.enqueue(number, rows(printing))

        # The lane in which the sale was written: whatever stands in it is on the disk by now.
        self._tasks.submit(keep, None, self._failed)

    def _kick(self) -> None:
        if self._printing is not None:
            self._printing.drawer.kick()


def moves_cash(slip: Slip) -> bool:
    """Whether the drawer is needed: cash came or went, and not before."""
    if slip.copy or not isinstance(slip, Receipt | RefundReceipt) or (isinstance(slip, Receipt) and slip.is_gift):
        return False
    return any(method is TenderMethod.CASH for method, _amount, _handed in slip.tenders)
