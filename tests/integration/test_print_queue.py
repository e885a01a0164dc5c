"""What waits for the printer: in order, through faults and restarts, and never in the way of a sale."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from posapp.application.ports import PrinterFault
from posapp.application.printing import worker as worker_module
from posapp.application.printing.setup import PRINTER, Paper, PrinterSetup, Way, printer_setup, set_printer
from posapp.application.printing.worker import PrinterNews, PrintWorker
from posapp.application.slip_rows import plain
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.hardware import escpos
from posapp.hardware.escpos_printer import EscPosPrinter
from posapp.storage import print_jobs, settings
from posapp.ui.fonts import font
from tests.integration.tills import SteppingClock, demo_till, reopened
from tests.printers import Head, TcpPrinter

AGAIN = "*** 2 ***"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    del qapp
    monkeypatch.setattr(worker_module, "_RETRY_SECONDS", 0.05)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    made = demo_till(tmp_path, SteppingClock())
    yield made
    made.database.close()


class Printing:
    """A worker at a printer, and what it said."""

    def __init__(self, till: Till, there: TcpPrinter) -> None:
        self.till = till
        self.news: list[PrinterNews] = []
        self.setup = PrinterSetup(Way.TCP, there.address)
        self.worker = PrintWorker(till, EscPosPrinter(self.setup, font), self.news.append, lambda: AGAIN)
        self.worker.start()

    def slip(self, *lines: str) -> bytes:
        return escpos.Encoder(self.setup, font).slip(plain(lines))

    @property
    def last(self) -> PrinterNews:
        return self.news[-1] if self.news else PrinterNews()

    @property
    def waiting(self) -> int:
        with self.till.database.read() as connection:
            return sum(print_jobs.count(connection, self.till.clock.now()))


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_slips_come_out_once_in_the_order_in_which_they_came(till: Till) -> None:
    with TcpPrinter() as there:
        printing = Printing(till, there)
        for number in range(60):
            printing.worker.enqueue(str(number), plain([f"slip {number}"]))
        until(lambda: printing.waiting == 0)
        printing.worker.stop()
        assert there.head.slips == [printing.slip(f"slip {number}") for number in range(60)]
        assert printing.news == []


def test_without_paper_slips_wait_and_come_out_by_themselves_when_there_is_some(till: Till) -> None:
    with TcpPrinter(Head(paper=False)) as there:
        printing = Printing(till, there)
        printing.worker.enqueue("1", plain(["one"]))
        printing.worker.enqueue("2", plain(["two"]))
        until(lambda: printing.last.fault is PrinterFault.PAPER_OUT and printing.last.waiting == 2)
        assert there.head.slips == []
        there.head.paper = True
        until(lambda: printing.last == PrinterNews())
        printing.worker.stop()
        assert there.head.slips == [printing.slip("one"), printing.slip("two")]


def test_a_slip_under_which_the_paper_ended_comes_again_and_says_so(till: Till) -> None:
    with TcpPrinter(Head(paper_for=4)) as there:
        printing = Printing(till, there)
        printing.worker.enqueue("1", plain(["one"]))
        until(lambda: printing.last.fault is PrinterFault.PAPER_OUT)
        there.head.paper_for, there.head.paper = None, True
        until(lambda: printing.waiting == 0)
        printing.worker.stop()
        first, second = there.head.slips
        assert first == printing.slip("one")
        assert second == first.replace(b"\x1b@", b"\x1b@" + escpos.BOLD_ON + AGAIN.encode() + b"\n" + escpos.BOLD_OFF)


def test_what_an_earlier_process_left_is_printed_at_the_next_start(till: Till, tmp_path: Path) -> None:
    with TcpPrinter(Head(paper=False)) as there:
        printing = Printing(till, there)
        printing.worker.enqueue("1", plain(["one"]))
        until(lambda: printing.last.waiting == 1)
        printing.worker.stop()
        again = reopened(till, tmp_path)
        there.head.paper = True
        after = Printing(again, there)
        until(lambda: after.waiting == 0)
        after.worker.stop()
        again.database.close()
        assert there.head.slips == [printing.slip("one")]


def test_what_nobody_waits_for_any_more_is_offered_and_not_printed(till: Till) -> None:
    clock = till.clock
    assert isinstance(clock, SteppingClock)
    with TcpPrinter(Head(paper=False)) as there:
        printing = Printing(till, there)
        printing.worker.enqueue("1", plain(["one"]))
        until(lambda: printing.last.waiting == 1)
        clock.step(minutes=16)
        until(lambda: (printing.last.waiting, printing.last.left, printing.last.fault) == (0, 1, None))
        there.head.paper = True
        printing.worker.enqueue("2", plain(["two"]))
        until(lambda: there.head.slips == [printing.slip("two")])
        printing.worker.print_left()
        until(lambda: printing.waiting == 0)
        assert there.head.slips[1:] == [printing.slip("one")]
        there.head.paper = False
        printing.worker.enqueue("3", plain(["three"]))
        until(lambda: printing.last.waiting == 1)
        clock.step(minutes=16)
        until(lambda: printing.last.left == 1)
        clock.step(days=1)
        printing.worker.enqueue("4", plain(["four"]))
        until(lambda: (printing.last.waiting, printing.last.left) == (1, 0))
        there.head.paper = True
        until(lambda: printing.last == PrinterNews())
        printing.worker.stop()
        assert there.head.slips[2:] == [printing.slip("four")], "yesterday's is not offered any more"


def test_each_till_keeps_its_own_printer(till: Till) -> None:
    assert printer_setup(till) == PrinterSetup()
    wanted = PrinterSetup(Way.DEVICE, "/dev/usb/lp0", Paper.MM80_42, baud=9600, join="https://qinghe.example/join")
    set_printer(till, wanted)
    assert printer_setup(till) == wanted
    assert (wanted.paper.columns, wanted.paper.dots) == (42, 512)
    with pytest.raises(InvalidField):
        set_printer(till, PrinterSetup(Way.TCP))
    with till.database.write() as connection:
        settings.forget(connection, PRINTER)
    assert printer_setup(till).way is Way.FOLDER
