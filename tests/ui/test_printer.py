"""The printer in the real window: a receipt behind its sale, a copy by Ctrl+P, and what is said when paper is out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.looks import Looks
from posapp.application.ports import PrinterFault
from posapp.application.printing import worker
from posapp.application.printing.setup import PrinterSetup, Way, set_printer
from posapp.hardware import escpos
from posapp.ui.checkout.session import CompleteMode
from posapp.ui.i18n import Language
from tests.integration.tills import SteppingClock
from tests.printers import TcpPrinter
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits

CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Station:
    """A counter with a printer beside it."""

    counter: Counter
    there: TcpPrinter

    def sell(self) -> None:
        if isinstance(self.counter.session.mode, CompleteMode):
            self.counter.press(Qt.Key.Key_Return)
            until(lambda: self.counter.session.mode is None, "the next sale")
        self.counter.scan_goods("明前龙井")
        self.counter.type("200+")
        until(lambda: isinstance(self.counter.session.mode, CompleteMode), "a completed sale")

    def printed(self, slips: int) -> None:
        until(lambda: len(self.there.head.slips) == slips, f"{slips} slips on paper")

    @property
    def said(self) -> str:
        toast = self.counter.session.toast
        if toast is None:
            return ""
        ctx = self.counter.window.ctx
        return f"{ctx.text(toast.title)}。{ctx.text(toast.detail)}"

    @property
    def chip(self) -> str:
        state = self.counter.window._state
        return self.counter.window.ctx.text(state.top.device_fault) if state is not None else ""


@pytest.fixture
def open_station(
    tmp_path: Path, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Language], Station]]:
    monkeypatch.setattr(worker, "_RETRY_SECONDS", 0.05)
    opened: list[Counter] = []
    with TcpPrinter() as there:

        def make(language: Language) -> Station:
            first = open_counter(tmp_path, make_window())
            set_printer(first.presenter.till, PrinterSetup(Way.TCP, there.address))
            first.shops.remember(first.presenter.till, Looks(language.value, "light"))
            first.close()
            opened.append(open_counter(tmp_path, make_window(), founded=True))
            return Station(opened[0], there)

        yield make
        for each in opened:
            each.close()


def test_a_sale_prints_its_receipt_and_opens_the_drawer_and_a_copy_says_so(
    open_station: Callable[[Language], Station],
) -> None:
    station = open_station(Language.ZH_CN)
    station.sell()
    station.printed(1)
    until(lambda: bytes(station.there.head.printed).count(escpos.KICK) == 1, "the drawer opened")
    station.counter.press(Qt.Key.Key_P, CTRL)
    station.printed(2)
    first, copy = (slip.replace(escpos.KICK, b"") for slip in station.there.head.slips)
    assert "补打".encode("gb18030") in copy
    assert "补打".encode("gb18030") not in first
    assert bytes(station.there.head.printed).count(escpos.KICK) == 1, "a copy opens no drawer"
    station.counter.press(Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    station.printed(3)
    gift = station.there.head.slips[2]
    assert "礼品小票".encode("gb18030") in gift
    assert b"128.00" in first
    assert b"128.00" not in gift
    assert bytes(station.there.head.printed).count(escpos.KICK) == 1, "nor does a gift receipt"
    assert station.chip == ""


@pytest.mark.parametrize(
    ("language", "sentence", "chip"),
    [
        (Language.ZH_CN, "打印机缺纸，收款已完成。换纸后自动重打", "打印机缺纸 · 1"),
        (Language.EN, "Printer out of paper; sale complete。Load paper, it prints by itself", "No paper · 1"),
    ],
)
def test_a_sale_without_paper_is_complete_and_prints_when_there_is_some(
    open_station: Callable[[Language], Station], language: Language, sentence: str, chip: str
) -> None:
    station = open_station(language)
    station.there.head.paper = False
    station.sell()
    until(lambda: station.chip == chip, "the state of the printer in the top bar")
    assert station.said == sentence
    assert misfits(station.counter.window) == []
    station.sell()
    until(lambda: station.chip == chip.replace("1", "2"), "two slips waiting")
    assert station.there.head.slips == []
    station.there.head.paper = True
    station.printed(2)
    until(lambda: station.chip == "", "all well again")
    assert station.said == ""


def test_a_printer_that_is_gone_leaves_the_sale_complete_and_is_said(
    open_station: Callable[[Language], Station],
) -> None:
    station = open_station(Language.ZH_CN)
    station.there.close()
    station.sell()
    until(lambda: station.chip == "打印机没连上 · 1", "the state of the printer in the top bar")
    until(lambda: station.said.startswith(("打印机没连上，收款已完成", "钱箱没弹开，收款已完成")), "what happened")
    assert misfits(station.counter.window) == []


def test_what_is_too_old_is_offered_at_the_next_start_and_printed_by_a_key(
    open_station: Callable[[Language], Station], tmp_path: Path, make_window: MakeWindow
) -> None:
    station = open_station(Language.ZH_CN)
    station.there.head.paper = False
    station.sell()
    until(lambda: station.counter.session.printer.fault is PrinterFault.PAPER_OUT, "no paper")
    station.counter.close()
    station.there.head.paper = True
    later = SteppingClock(station.counter.clock.instant + worker.FRESH * 2)
    station.counter = open_counter(tmp_path, make_window(), founded=True, clock=later)
    until(lambda: station.said.startswith("有 1 张小票没打出来"), "the offer")
    assert station.chip == "旧小票没打 · 1"
    assert misfits(station.counter.window) == []
    assert station.there.head.slips == []
    station.counter.press(Qt.Key.Key_R, CTRL | Qt.KeyboardModifier.ShiftModifier)
    station.printed(1)
    until(lambda: (station.chip, station.said) == ("", ""), "all well again")
    station.counter.close()


def test_slips_that_no_process_printed_come_out_at_the_next_start(
    open_station: Callable[[Language], Station], tmp_path: Path, make_window: MakeWindow
) -> None:
    station = open_station(Language.ZH_CN)
    station.there.head.paper = False
    station.sell()
    until(lambda: station.counter.session.printer.fault is PrinterFault.PAPER_OUT, "no paper")
    station.counter.close()
    station.there.head.paper = True
    again = open_counter(tmp_path, make_window(), founded=True)
    station.printed(1)
    again.close()
