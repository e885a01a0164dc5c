"""A receipt printer, and the drawer that hangs on it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from posapp.application.ports import PrinterFailed, PrinterFault
from posapp.application.printing.setup import PrinterSetup
from posapp.application.slip_rows import Rows
from posapp.hardware import escpos
from posapp.hardware.receipt_picture import Typeface
from posapp.hardware.wires import Line, opened


@dataclass(frozen=True, slots=True)
class EscPosPrinter:
    """Prints slips and gives pulses, one after the other: most printers take one connection at a time."""

    setup: PrinterSetup
    typeface: Typeface
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Whether it answers and has paper; a printer that answers no questions is taken at its word."""
        with self._turn, opened(self.setup) as line:
            self._ask(line)

    def print_rows(self, _number: str, rows: Rows) -> None:
        """Print one slip.  Raises `PrinterFailed`, also where the paper ends under it."""
        data = escpos.Encoder(self.setup, self.typeface).slip(rows)
        with self._turn, opened(self.setup) as line:
            line.send(data)
            self._ask(line)

    def pulse(self) -> None:
        """Open the drawer that hangs on this printer, with or without paper.  Raises `PrinterFailed`."""
        with self._turn, opened(self.setup) as line:
            line.send(escpos.KICK)

    def _ask(self, line: Line) -> None:
        if not self.setup.asks_status:
            return
        paper = line.ask(escpos.ASK_PAPER)
        if paper is None or not escpos.is_status(paper):
            return
        if escpos.is_paper_out(paper):
            raise PrinterFailed("the printer is out of paper", "打印机缺纸", PrinterFault.PAPER_OUT)
        cause = line.ask(escpos.ASK_CAUSE)
        if cause is not None and escpos.is_cover_open(cause):
            raise PrinterFailed("the printer's cover is open", "打印机盖子没关", PrinterFault.COVER_OPEN)
