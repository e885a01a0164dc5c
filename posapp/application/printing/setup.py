"""Which printer and which drawer a till has: kept with the till's own settings, for it differs from till to till."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from posapp.domain.errors import InvalidField
from posapp.storage import settings

if TYPE_CHECKING:
    from posapp.application.till import Till


class Way(StrEnum):
    """How bytes get to the printer; `FOLDER` is a till without one, whose slips become text files."""

    FOLDER = "folder"
    TCP = "tcp"
    DEVICE = "device"
    SPOOLER = "spooler"


class Paper(StrEnum):
    """The widths that receipt printers have (domain.md §4)."""

    MM58 = "58"
    MM80 = "80"
    MM80_42 = "80-42"

    @property
    def columns(self) -> int:
        """Characters of one column each in a row."""
        return {Paper.MM58: 32, Paper.MM80: 48, Paper.MM80_42: 42}[self]

    @property
    def dots(self) -> int:
        """Dots in a row of the print head."""
        return {Paper.MM58: 384, Paper.MM80: 576, Paper.MM80_42: 512}[self]


@dataclass(frozen=True, slots=True)
class PrinterSetup:
    """One till's printer.

    `address` is ``host[:port]``, a device's path, or a queue of the spooler.  `baud` is 0 where it is no serial line.
    `asks_status` is false for a printer that answers nothing, `prints_codes` for one that draws no QR code itself.
    `drawer` says that the drawer hangs on the printer.  `join` is what the code for new members says; empty is none.
    """

    way: Way = Way.FOLDER
    address: str = ""
    paper: Paper = Paper.MM58
    baud: int = 0
    asks_status: bool = True
    prints_codes: bool = True
    drawer: bool = True
    join: str = ""


PRINTER = settings.Setting("printer", PrinterSetup, PrinterSetup())


def printer_setup(till: Till) -> PrinterSetup:
    """The printer of this till."""
    with till.database.read() as connection:
        return settings.get(connection, PRINTER)


def set_printer(till: Till, setup: PrinterSetup) -> None:
    """Keep another printer for this till.  Raises `InvalidField` where it could not be reached at all."""
    if setup.way is not Way.FOLDER and not setup.address.strip():
        raise InvalidField("address", "say where the printer is", "请写明打印机在哪里")
    with till.database.write() as connection:
        settings.put(connection, PRINTER, setup)
