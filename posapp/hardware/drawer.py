"""Cash drawers: on the printer, or none that the till could open."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.hardware.escpos_printer import EscPosPrinter


@dataclass(frozen=True, slots=True)
class PrinterDrawer:
    """A drawer that hangs on the receipt printer."""

    printer: EscPosPrinter

    def kick(self) -> None:
        """Open it.  Raises `PrinterFailed`."""
        self.printer.pulse()


@dataclass(frozen=True, slots=True)
class NoDrawer:
    """A drawer with a key, or none."""

    def kick(self) -> None:
        """Nothing to open from here."""
