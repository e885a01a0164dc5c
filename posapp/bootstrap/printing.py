"""A till's way to paper: its printer, its drawer, and the queue before them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from posapp.application.ports import SlipPrinter
from posapp.application.printing.setup import PrinterSetup, Way, printer_setup
from posapp.application.printing.worker import PrinterNews, PrintWorker
from posapp.application.receipt import Slip
from posapp.application.slip_rows import Rows, plain
from posapp.application.till import Till
from posapp.hardware.columns import clean, wrap
from posapp.hardware.drawer import NoDrawer, PrinterDrawer
from posapp.hardware.escpos_printer import EscPosPrinter
from posapp.hardware.folder_printer import FolderPrinter
from posapp.hardware.receipt_layout import lay_out, lay_out_trial
from posapp.ui import fonts


@dataclass(frozen=True, slots=True)
class Printing:
    """What the window prints through."""

    setup: PrinterSetup
    drawer: PrinterDrawer | NoDrawer
    worker: PrintWorker
    printer: SlipPrinter
    till: Till

    def lay_out(self, slip: Slip, labels: dict[str, str]) -> Rows:
        """A slip for this till's paper."""
        return lay_out(slip, labels, self.setup.paper.columns, self.setup.join)

    def lay_out_lines(self, lines: list[str]) -> Rows:
        """Plain lines for this till's paper."""
        return plain(part for line in lines for part in wrap(clean(line), self.setup.paper.columns))

    def try_out(self, labels: dict[str, str]) -> None:
        """Print a slip that shows what the printer can.  Raises `PrinterFailed`."""
        print_trial(self.printer, self.setup, labels, self.till)


def print_trial(printer: SlipPrinter, setup: PrinterSetup, labels: dict[str, str], till: Till) -> None:
    """Ask the printer for paper and print a test.  Raises `PrinterFailed`."""
    printer.check()
    printer.print_rows("test", lay_out_trial(labels, setup.paper.columns, str(till.identity.number)))


def printer_of(setup: PrinterSetup, folder: Path) -> SlipPrinter:
    """The printer of a setup; `folder` is where slips go where there is none."""
    return FolderPrinter(folder) if setup.way is Way.FOLDER else EscPosPrinter(setup, fonts.font)


def drawer_of(setup: PrinterSetup, printer: SlipPrinter) -> PrinterDrawer | NoDrawer:
    """The drawer that hangs on a printer, if one does."""
    return PrinterDrawer(printer) if setup.drawer and isinstance(printer, EscPosPrinter) else NoDrawer()


def printing_of(till: Till, folder: Path, report: Callable[[PrinterNews], None], again: Callable[[], str]) -> Printing:
    """The printing of a till, not started yet."""
    setup = printer_setup(till)
    printer = printer_of(setup, folder)
    worker = PrintWorker(till, printer, report, again)
    return Printing(setup, drawer_of(setup, printer), worker, printer, till)
