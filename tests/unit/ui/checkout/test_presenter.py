"""What the cashier does and what the screen then shows, over a real till and without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posapp.application.till import Till
from posapp.storage import sales
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import (
    ChoiceSheet,
    CompleteSheet,
    KeymapSheet,
    TenderSheet,
)
from tests.integration.tills import SteppingClock
from tests.unit.ui.checkout.counter import LIN, barcode, completed, names, scan, sheet_of, words
from tests.unit.ui.checkout.shells import PlainShell


def test_scan_and_cash_is_a_whole_sale(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    scan(desk, "明前龙井", "明前龙井")
    assert [(line.quantity, line.net_fen) for line in shell.state.cart.lines] == [("2", 25600)]
    desk.handle(do.CashKey("300"))
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert (done.paid_fen, done.change_fen) == (25600, 4400)
    assert len(shell.state.cart.lines) == 0
    assert [receipt.copy for receipt in shell.printed] == [0]
    with till.database.read() as connection:
        assert [sale.due.fen for sale in sales.recent(connection)] == [25600]


def test_the_next_scan_opens_the_next_sale(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    assert completed(shell)
    scan(desk, "手工黄油曲奇")
    assert sheet_of(shell) is None
    assert [line.name for line in shell.state.cart.lines] == ["手工黄油曲奇 180g"]


def test_keys_typed_while_a_scan_is_looked_up_wait_for_it(desk: CheckoutPresenter, shell: PlainShell) -> None:
    """Cash must never be taken for a basket that lacks the goods just scanned."""
    code = barcode(desk.till, "明前龙井")
    shell.held = True
    desk.handle(do.ScanReceived(code))
    desk.handle(do.ScanReceived(code))
    desk.handle(do.CashKey("300"))
    assert len(shell.state.cart.lines) == 0
    shell.release()
    shell.release()
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert done.paid_fen == 25600


def test_quantity_steps_removal_and_undo(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井", "手工黄油曲奇")
    desk.handle(do.QuantityKey("3"))
    assert [line.quantity for line in shell.state.cart.lines] == ["1", "3"]
    desk.handle(do.LineMoved(-1))
    desk.handle(do.LineStep(1))
    assert [line.quantity for line in shell.state.cart.lines] == ["2", "3"]
    desk.handle(do.RemoveLine())
    assert [line.number for line in shell.state.cart.lines] == [1]
    assert shell.state.omnibox.toast is not None
    for expected in (["2", "3"], ["1", "3"], ["1", "1"], ["1"], []):
        desk.handle(do.Undo())
        assert [line.quantity for line in shell.state.cart.lines] == expected


@pytest.mark.parametrize("typed", ["", "x", "1.5"])
def test_a_bad_quantity_is_refused_in_a_sentence(desk: CheckoutPresenter, shell: PlainShell, typed: str) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.QuantityKey(typed))
    assert shell.state.cart.lines[0].quantity == "1"
    assert shell.state.omnibox.toast is not None


def test_cash_that_does_not_reach_is_refused(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.CashKey("100"))
    assert shell.state.omnibox.toast is not None
    assert words(shell.state.omnibox.toast.title) == "还差 ¥28.00"
    desk.handle(do.CashKey("1x"))
    assert "1x" in words(shell.state.omnibox.toast.title)
    assert not completed(shell)


def test_enter_goes_to_paying_and_finishes_with_the_exact_amount(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.EnterPressed())
    assert isinstance(shell.state.sheet, TenderSheet)
    assert shell.state.tender.quick_cash_fen == (12800, 13000, 14000, 15000)
    desk.handle(do.TenderEdited("150"))
    assert shell.state.tender.change_fen == 2200
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None
    assert len(shell.state.cart.lines) == 1
    desk.handle(do.EnterPressed())
    desk.handle(do.EnterPressed())
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert done.change_fen == 0
    desk.handle(do.EnterPressed())
    assert sheet_of(shell) is None


def test_an_empty_basket_cannot_be_paid(desk: CheckoutPresenter, shell: PlainShell) -> None:
    for intent in (do.EnterPressed(), do.PayKey(), do.CashKey("10"), do.FunctionKey(10)):
        desk.handle(intent)
        assert sheet_of(shell) is None
        assert shell.state.omnibox.toast is not None


def test_parking_and_taking_up_again_swaps_sales(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey(LIN))
    desk.handle(do.FunctionKey(6))
    assert len(shell.state.cart.lines) == 0
    assert shell.state.top.parked == 1
    scan(desk, "手工黄油曲奇")
    desk.handle(do.FunctionKey(6, shift=True))
    sheet = shell.state.sheet
    assert isinstance(sheet, ChoiceSheet)
    desk.handle(do.EnterPressed())
    assert shell.state.member is not None
    assert names(shell) == ["明前龙井 特级 50g 罐装"]
    assert shell.state.top.parked == 1, "what was on the counter is parked in its place"


def test_an_unknown_code_is_said_and_never_opened(desk: CheckoutPresenter, shell: PlainShell) -> None:
    for text in ("6999999999995", "https://example.com/steal?x=1", "98" + "1" * 29, "97" + "1" * 39):
        desk.handle(do.ScanReceived(text))
        assert len(shell.state.cart.lines) == 0
        assert shell.state.omnibox.toast is not None
        desk.handle(do.EscPressed())
        assert shell.state.omnibox.toast is None


def test_a_name_with_several_matches_is_listed(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.EnterPressed("燕麦拿铁"))
    sheet = shell.state.sheet
    assert isinstance(sheet, ChoiceSheet)
    desk.handle(do.RowMoved(1))
    wanted = sheet.rows[1].title
    desk.handle(do.EnterPressed())
    assert [line.name for line in shell.state.cart.lines] == [wanted]


def test_a_plu_and_a_quick_item(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.EnterPressed("102"))
    desk.handle(do.QuickItemChosen(8))
    assert [line.name for line in shell.state.cart.lines] == ["美式 大杯", "购物袋 中"]
    assert len(shell.state.cart.quick_items) == 10


def test_reprinting_prints_the_same_receipt_as_a_copy(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.ReprintReceipt())
    assert shell.printed == []
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    desk.handle(do.ReprintReceipt())
    desk.handle(do.ReprintReceipt())
    number = shell.printed[0].number
    assert [(receipt.number, receipt.copy) for receipt in shell.printed] == [(number, 0), (number, 1), (number, 2)]


def test_help_opens_and_closes(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(1))
    assert isinstance(shell.state.sheet, KeymapSheet)
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None


def test_a_failing_commit_keeps_the_sale_on_the_screen(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    """A full disk: nothing is written, nothing is lost, and the cashier is told."""
    scan(desk, "明前龙井")
    with till.database.write() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
    for _attempt in range(40):
        desk.handle(do.CashKey(""))
        if not completed(shell):
            break
        scan(desk, "明前龙井")
    assert not completed(shell), "a disk without room cannot take sales for ever"
    assert len(shell.state.cart.lines) == 1
    toast = shell.state.omnibox.toast
    assert toast is not None
    with till.database.read() as connection:
        before = len(sales.recent(connection, 100))
    with till.database.write() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA max_page_count = 1000000")
    desk.handle(do.CashKey(""))
    assert completed(shell)
    with till.database.read() as connection:
        assert len(sales.recent(connection, 100)) == before + 1


def test_state_of_an_offline_till(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    since = clock.now()
    clock.step(minutes=37)
    status = replace(desk.session.sync, kind=type(desk.session.sync.kind).OFFLINE, pending=12, offline_since=since)
    desk.sync_changed(status)
    assert shell.state.top.sync.pending == 12
    assert shell.state.banner is not None
    assert words(shell.state.banner.title) == "断网 37 分钟，照常收银"
