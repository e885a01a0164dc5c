"""The drawer in the real window, by real keys: float, cash in and out, the count and its difference, the Z report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posapp.application import shifts
from posapp.domain.amounts import Money
from posapp.domain.events import ShiftClosed
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.checkout.shift_modes import DrawerMode, ShiftMode, ShiftStep
from posapp.ui.i18n import Language
from tests.ui.counters import until
from tests.ui.fitting import misfits

if TYPE_CHECKING:
    from posapp.application.shifts import Shift
    from tests.ui.counters import Counter

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def sheet(counter: Counter) -> ShiftMode:
    assert isinstance(counter.session.over, ShiftMode)
    return counter.session.over


def open_sheet(counter: Counter) -> None:
    counter.press(Qt.Key.Key_B, CTRL)
    until(lambda: isinstance(counter.session.over, ShiftMode), "the sheet of the shift")


def step(counter: Counter, number: int) -> None:
    """Pick a step by Alt and its place."""
    open_sheet(counter)
    counter.press(Qt.Key(ord(str(number))), ALT)
    wanted = list(ShiftStep)[number - 1]
    until(lambda: sheet(counter).step is wanted, f"the step {wanted.value}")


def enter(counter: Counter, amount: str, reason: str = "") -> None:
    counter.type(amount)
    if reason:
        counter.press(Qt.Key.Key_Tab)
        counter.type(reason)
    counter.press(Qt.Key.Key_Return)


def done(counter: Counter) -> None:
    until(lambda: counter.session.over is None, "done")


def shift(counter: Counter) -> Shift:
    return shifts.current(counter.presenter.till)


def sell(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "the next sale")


def test_from_the_float_to_the_z_report_by_keys(counter: Counter) -> None:
    open_sheet(counter)
    assert sheet(counter).step is ShiftStep.OPEN, "nothing was sold: the float is the next thing"
    assert misfits(counter.window) == []
    enter(counter, "500")
    done(counter)
    sell(counter)
    step(counter, 3)
    enter(counter, "50", "change")
    done(counter)
    step(counter, 4)
    enter(counter, "30", "ice")
    done(counter)
    step(counter, 5)
    enter(counter, "100", "safe")
    done(counter)
    assert shift(counter).expected == Money(54_800)
    open_sheet(counter)
    assert sheet(counter).step is ShiftStep.COUNT
    facts = str(counter.window.view.sheet)
    assert "548.00" not in facts, "what should be there is not told before the count"
    keys = counter.keys
    enter(counter, "546.50")
    until(lambda: sheet(counter).counted is not None, "the difference")
    assert counter.keys - keys == 7
    told = str(counter.window.view.sheet)
    assert "548.00" in told
    assert "−1.50" in told
    assert misfits(counter.window) == []
    counter.type("coins")
    counter.press(Qt.Key.Key_Return)
    done(counter)
    (recorded,) = shifts.z_reports(counter.presenter.till)
    z = recorded.event
    assert isinstance(z, ShiftClosed)
    assert (z.number, z.difference, z.sales) == (1, Money(-150), 1)
    assert z.note.lower() == "coins"
    paper = counter.shops.folder.receipts / "02-Z0001.txt"
    until(paper.exists, "the Z report on paper")
    text = paper.read_text("utf-8")
    for line in ("Z 报表 · 第 1 班", "应有现金", "548.00", "546.50", "-1.50"):
        assert line in text
    sell(counter)
    assert shift(counter).number == 2
    assert shift(counter).cash_in == Money(12_800), "a sale after the Z is the next shift's"


def test_without_a_float_it_is_asked_at_the_count(counter: Counter) -> None:
    sell(counter)
    open_sheet(counter)
    counter.type("428")
    counter.press(Qt.Key.Key_Return)
    until(lambda: sheet(counter).error is not None, "the float is asked for")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Tab)
    counter.type("300")
    counter.press(Qt.Key.Key_Return)
    until(lambda: sheet(counter).counted is not None, "the count")
    assert shift(counter).opening == Money(30_000)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: sheet(counter).counted is None, "count again")
    counter.press(Qt.Key.Key_Escape)
    done(counter)
    assert shifts.z_reports(counter.presenter.till) == [], "nothing is closed by going back"
    assert len(shift(counter).counts) == 1, "but the count is kept"


def test_an_x_report_does_not_tell_what_should_be_there(counter: Counter) -> None:
    sell(counter)
    step(counter, 6)
    counter.press(Qt.Key.Key_Return)
    done(counter)
    folder = counter.shops.folder.receipts
    until(lambda: any(folder.glob("02-X*.txt")), "the X report on paper")
    text = next(folder.glob("02-X*.txt")).read_text("utf-8")
    assert "X 报表" in text
    assert "128.00" not in text
    assert shift(counter).counts == ()


def test_the_drawer_opens_with_a_reason_and_is_counted(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    QTest.qWait(350)  # so soon after a scan an Enter would still be the scanner's
    counter.press(Qt.Key.Key_D, CTRL)
    until(lambda: isinstance(counter.session.over, DrawerMode), "why")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    until(lambda: bool(getattr(counter.session.over, "error", None)), "a reason is needed")
    counter.press(Qt.Key.Key_1, ALT)
    until(lambda: bool(getattr(counter.session.over, "reason", "")), "a reason by one key")
    counter.press(Qt.Key.Key_Return)
    done(counter)
    assert shift(counter).no_sales == 1
    assert len(counter.session.basket.cart.lines) == 1, "the sale on the counter is as it was"


def test_a_sale_that_is_being_paid_is_finished_first(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    for key in (Qt.Key.Key_B, Qt.Key.Key_D):
        counter.press(key, CTRL)
        until(lambda: counter.session.toast is not None, "why not")
        assert counter.session.over is None


@pytest.mark.parametrize("language", list(Language))
def test_every_step_fits(counter: Counter, language: Language) -> None:
    counter.window.set_language(language)
    sell(counter)
    for number in range(1, 7):
        step(counter, number)
        assert misfits(counter.window) == []
        counter.press(Qt.Key.Key_Escape)
        done(counter)
    step(counter, 1)
    counter.type("1234567.89")
    counter.press(Qt.Key.Key_Tab)
    counter.type("300")
    counter.press(Qt.Key.Key_Return)
    until(lambda: sheet(counter).counted is not None, "the count")
    assert misfits(counter.window) == []
