"""The ways to a printer, each against something real that listens at the other end."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from posapp.application.ports import PrinterFailed, PrinterFault
from posapp.application.printing.setup import PrinterSetup, Way
from posapp.application.slip_rows import Row
from posapp.hardware import escpos
from posapp.hardware.drawer import NoDrawer, PrinterDrawer
from posapp.hardware.escpos_printer import EscPosPrinter
from posapp.ui.fonts import font
from tests.printers import ASK_CAUSE, ASK_PAPER, Head, TcpPrinter, TerminalPrinter, spooler

ROWS = (Row("青禾生活"), Row("Due  1.00"))


@pytest.fixture(autouse=True)
def fonts(qapp: QApplication) -> None:
    del qapp


def slip(setup: PrinterSetup) -> bytes:
    return escpos.Encoder(setup, font).slip(ROWS)


def test_a_network_printer_is_asked_then_given_the_slip_then_asked_again() -> None:
    with TcpPrinter() as there:
        printer = EscPosPrinter(PrinterSetup(Way.TCP, there.address), font)
        printer.check()
        assert bytes(there.head.printed) == b""
        printer.print_rows("1", ROWS)
        assert bytes(there.head.printed) == slip(printer.setup)
        assert there.head.questions == [ASK_PAPER, ASK_CAUSE] * 2


def test_a_serial_printer_gets_the_same_bytes_with_nothing_changed_on_the_way() -> None:
    """A terminal that is not raw would turn line feeds into two bytes, and echo what the printer answers."""
    with TerminalPrinter() as there:
        printer = EscPosPrinter(PrinterSetup(Way.DEVICE, there.address, baud=9600), font)
        printer.check()
        printer.print_rows("1", ROWS)
        assert bytes(there.head.printed) == slip(printer.setup)
        there.head.paper = False
        with pytest.raises(PrinterFailed):
            printer.check()


def test_a_plain_device_file_is_written_to(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    printer = EscPosPrinter(PrinterSetup(Way.DEVICE, str(device), asks_status=False), font)
    printer.print_rows("1", ROWS)
    assert device.read_bytes() == slip(printer.setup)


def test_the_spooler_gets_the_bytes_raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spooler(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    printer = EscPosPrinter(PrinterSetup(Way.SPOOLER, "receipts"), font)
    printer.check()
    printer.print_rows("1", ROWS)
    assert (tmp_path / "spooled").read_bytes() == slip(printer.setup)
    assert (tmp_path / "asked").read_text().split() == ["-d", "receipts", "-o", "raw", "-s", "-"]
    with pytest.raises(PrinterFailed, match="no such queue"):
        EscPosPrinter(PrinterSetup(Way.SPOOLER, "broken"), font).print_rows("1", ROWS)


def test_no_paper_is_said_before_anything_is_printed() -> None:
    with TcpPrinter(Head(paper=False)) as there:
        with pytest.raises(PrinterFailed) as caught:
            EscPosPrinter(PrinterSetup(Way.TCP, there.address), font).check()
        assert (caught.value.fault, caught.value.zh) == (PrinterFault.PAPER_OUT, "打印机缺纸")
        assert bytes(there.head.printed) == b""


def test_paper_that_ends_under_the_slip_is_noticed() -> None:
    with TcpPrinter(Head(paper_for=10)) as there:
        printer = EscPosPrinter(PrinterSetup(Way.TCP, there.address), font)
        printer.check()
        with pytest.raises(PrinterFailed) as caught:
            printer.print_rows("1", ROWS)
        assert caught.value.fault is PrinterFault.PAPER_OUT


def test_an_open_cover_is_told_apart() -> None:
    with TcpPrinter(Head(open_cover=True)) as there, pytest.raises(PrinterFailed) as caught:
        EscPosPrinter(PrinterSetup(Way.TCP, there.address), font).check()
    assert caught.value.fault is PrinterFault.COVER_OPEN


def test_a_printer_that_answers_nothing_prints_all_the_same() -> None:
    with TcpPrinter(Head(mute=True)) as there:
        printer = EscPosPrinter(PrinterSetup(Way.TCP, there.address), font)
        printer.print_rows("1", ROWS)
        assert bytes(there.head.printed) == slip(printer.setup)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:no"])
def test_a_printer_that_is_not_there_is_offline(address: str) -> None:
    with pytest.raises(PrinterFailed) as caught:
        EscPosPrinter(PrinterSetup(Way.TCP, address), font).check()
    assert caught.value.fault is PrinterFault.OFFLINE
    with pytest.raises(PrinterFailed):
        EscPosPrinter(PrinterSetup(Way.DEVICE, "/dev/none"), font).check()


def test_a_speed_that_no_line_has_is_said() -> None:
    with TerminalPrinter() as there, pytest.raises(PrinterFailed, match="baud"):
        EscPosPrinter(PrinterSetup(Way.DEVICE, there.address, baud=9601), font).check()


def test_the_drawer_opens_without_paper_by_five_bytes() -> None:
    with TcpPrinter(Head(paper=False)) as there:
        PrinterDrawer(EscPosPrinter(PrinterSetup(Way.TCP, there.address), font)).kick()
        until(lambda: bytes(there.head.printed) == bytes.fromhex("1B700019FA"))
    NoDrawer().kick()


def test_two_at_once_take_turns() -> None:
    with TcpPrinter() as there:
        printer = EscPosPrinter(PrinterSetup(Way.TCP, there.address), font)
        both = [threading.Thread(target=printer.print_rows, args=("1", ROWS)) for _ in range(4)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert there.head.slips == [slip(printer.setup)] * 4


def until(true: object, seconds: float = 5.0) -> None:
    assert callable(true)
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)
