"""Ctrl+R in a real window: what the shop owes its members on any day, and saving it (domain.md §7)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from posapp.application.liabilities import report
from posapp.application.passes import PassOrder, sell_pass
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod
from posapp.storage.verify import verify
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.report_modes import ReportMode, SaveReportMode, Span
from posapp.ui.checkout.report_sheet import ReportSheet
from posapp.ui.checkout.screen_report import report_sheet
from posapp.ui.checkout.session import CompleteMode
from posapp.ui.i18n import Language
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits
from tests.ui.member_files import ALT, CTRL, attach, fill, form, member_id, refused, toast
from tests.ui.test_stored_value import charge


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    opened = open_counter(tmp_path, make_window())
    yield opened
    report_of = verify(opened.presenter.till.database)
    assert report_of.ok, report_of.differences
    opened.close()


def trade(counter: Counter) -> None:
    """林晓梅 pays in 1,000 and gets 200, buys a pass, and pays for tea; a coupon goes and points come."""
    attach(counter)
    charge(counter)
    paid = (Tender(TenderMethod.CASH, Money(19_900), Money(19_900)),)
    order = PassOrder(b"r", member_id(counter), "latte10", paid, counter.presenter.cashier)
    sell_pass(counter.presenter.till, order)
    counter.scan_goods("明前龙井")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")


def open_report(counter: Counter) -> None:
    counter.press(Qt.Key.Key_R, CTRL)
    until(lambda: sheet(counter).ready, "the report")


def sheet(counter: Counter) -> ReportSheet:
    found = counter.window.view.sheet
    assert isinstance(found, ReportSheet)
    return found


def figures(counter: Counter) -> dict[str, tuple[str, str, str, str]]:
    text = counter.window.ctx.text
    return {text(row.name): (row.open, row.came, row.went, row.close) for row in sheet(counter).rows}


def test_open_and_what_came_and_went_make_close_for_every_liability(counter: Counter) -> None:
    trade(counter)
    open_report(counter)
    shown = figures(counter)
    assert counter.window.ctx.text(sheet(counter).listed).startswith("仅文三路店的账 · ")
    assert shown["储值本金"] == ("0.00", "1,000.00", "0.00", "1,000.00")
    assert shown["储值赠送"] == ("0.00", "200.00", "0.00", "200.00")
    assert shown["次卡次数与时卡天数"] == ("0", "10", "0", "10")
    opened, came, went, close = (int(figure.replace(",", "")) for figure in shown["优惠券"])
    assert opened + came - went == close
    assert went == 1, "the coupon of the sale"
    mode = counter.session.mode
    assert isinstance(mode, ReportMode)
    assert mode.overview is not None
    assert mode.overview.differences == ()
    text = counter.window.ctx.text
    told = [text(words) for words in sheet(counter).rows[0].moved]
    assert told == ["充值 +1,000.00", "存管应有 0.00", "达预收上限 2,720,000.00 的 0%"], (
        "last quarter ended with nothing"
    )
    assert sheet(counter).notice is None
    full = replace(mode.overview.custody, used=8_000) if mode.overview.custody is not None else None
    alert = report_sheet(replace(mode, overview=replace(mode.overview, custody=full)), None, "en").notice
    assert alert is not None
    assert (alert.tone, text(alert.title)) == (Tone.WARN, "达预收上限 2,720,000.00 的 80%")
    till = counter.presenter.till
    command = report(till, "points", Span.MONTH.first(mode.day), mode.day).movements[0]
    line = next(one for one in mode.overview.lines if one.code == "points")
    assert (line.open, dict(line.columns), line.close) == (command.open, command.columns, command.close)


def test_another_day_and_another_span_are_chosen_by_keys(counter: Counter) -> None:
    trade(counter)
    counter.clock.step(days=1)
    open_report(counter)
    today = counter.presenter.till.business_day()
    counter.press(Qt.Key.Key_1, ALT)
    until(lambda: sheet(counter).span == Span.DAY and sheet(counter).ready, "today alone")
    assert figures(counter)["储值本金"] == ("1,000.00", "0.00", "0.00", "1,000.00")
    counter.type("-")
    until(lambda: sheet(counter).day == str(today.plus(-1)) and sheet(counter).ready, "the day before")
    assert figures(counter)["储值本金"] == ("0.00", "1,000.00", "0.00", "1,000.00")
    counter.type("+")
    until(lambda: sheet(counter).day == str(today) and sheet(counter).ready, "today")
    counter.type("+")
    QTest.qWait(100)
    assert sheet(counter).day == str(today), "tomorrow has not been yet"
    counter.type(str(today.plus(-40)))
    until(lambda: sheet(counter).day == str(today.plus(-40)) and sheet(counter).ready, "a day that was typed")
    assert figures(counter)["储值本金"] == ("0.00", "0.00", "0.00", "0.00")
    counter.press(Qt.Key.Key_3, ALT)
    until(lambda: sheet(counter).span == Span.EVER and sheet(counter).ready, "from the start")
    counter.press(Qt.Key.Key_Escape)
    assert counter.session.mode is None


def test_it_is_saved_as_csv_where_somebody_says(counter: Counter, tmp_path: Path) -> None:
    trade(counter)
    open_report(counter)
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, SaveReportMode), "where to")
    fill(counter, folder=str(tmp_path / "nowhere"))
    assert refused(counter).startswith("不能写入")
    folder = tmp_path / "out"
    folder.mkdir()
    button = counter.window.view.findChild(QWidget, "form_methods_1")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until(lambda: counter.window.findChild(QFileDialog) is not None, "the choice of folders")
    dialog = counter.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.setDirectory(str(folder.parent))
    dialog.selectFile(str(folder))
    dialog.accept()
    until(lambda: getattr(counter.session.mode, "folder", "") == str(folder), "the folder")
    counter.window.activateWindow()
    counter.press(Qt.Key.Key_Return)
    until(lambda: toast(counter) == "已保存", "saved")
    (written,) = folder.iterdir()
    with written.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = {(row["liability"], row["entry"]): row["amount"] for row in rows}
    assert kept["principal", "close"] == "1000.00"
    assert kept["principal", "topped_up"] == "1000.00"
    assert kept["passes", "worth"] == "199.00", "what was paid for uses that nobody had yet"


def test_a_sale_goes_on_while_the_report_is_open(counter: Counter) -> None:
    open_report(counter)
    counter.scan_goods("明前龙井")
    assert isinstance(counter.session.mode, ReportMode)
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")


@pytest.mark.parametrize("language", list(Language))
def test_the_report_fits(tmp_path: Path, make_window: MakeWindow, language: Language) -> None:
    counter = open_counter(tmp_path, make_window())
    try:
        if language is Language.EN:
            counter.press(Qt.Key.Key_0, CTRL)
            until(lambda: counter.presenter.language == "en", "English")
        trade(counter)
        open_report(counter)
        found = {"month": misfits(counter.window)}
        counter.press(Qt.Key.Key_3, ALT)
        until(lambda: sheet(counter).span == Span.EVER and sheet(counter).ready, "from the start")
        found["ever"] = misfits(counter.window)
        counter.press(Qt.Key.Key_Return)
        until(lambda: isinstance(counter.session.mode, SaveReportMode), "where to")
        assert len(form(counter).facts) == 5
        found["saving"] = misfits(counter.window)
        counter.press(Qt.Key.Key_Escape)
        counter.press(Qt.Key.Key_Escape)
        counter.press(Qt.Key.Key_F1)
        found["keys"] = misfits(counter.window)
        assert {name: cuts for name, cuts in found.items() if cuts} == {}
    finally:
        counter.close()
