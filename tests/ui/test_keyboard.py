"""The real window under real key events: scans, the keyboard map, number-then-key (ux.md §6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from bench.checkout_samples import (
    complete,
    first_start,
    lookup,
    member_sale,
    new_card,
    tendering,
    walk_in_sale,
)
from bench.samples import SAMPLES
from posapp.ui.checkout import intents
from posapp.ui.checkout.sheets import NewCardSheet
from posapp.ui.checkout.state import OmniboxState
from tests.ui.conftest import MakeWindow
from tests.ui.hands import HandClock, Till, at_the_keys


@pytest.fixture
def till(make_window: MakeWindow) -> Iterator[Till]:
    yield from at_the_keys(make_window())


def test_last_four_and_slash_ask_for_a_member_in_five_keys(till: Till) -> None:
    till.by_hand("6021/")
    assert till.asked() == [intents.MemberKey("6021")]
    assert till.window.view.omnibox_text() == ""


def test_amount_and_plus_take_cash_in_four_keys(till: Till, qtbot: QtBot) -> None:
    till.by_hand("200+")
    till.settle(qtbot)
    assert till.asked() == [intents.CashKey("200")]


def test_a_bare_plus_goes_to_paying(till: Till, qtbot: QtBot) -> None:
    till.by_hand("+")
    till.settle(qtbot)
    assert till.asked() == [intents.PayKey()]


def test_number_and_star_set_the_quantity(till: Till, qtbot: QtBot) -> None:
    till.by_hand("3*")
    till.settle(qtbot)
    assert till.asked() == [intents.QuantityKey("3")]


def test_minus_takes_one_off_but_only_when_nothing_is_typed(till: Till, qtbot: QtBot) -> None:
    till.by_hand("-")
    till.settle(qtbot)
    assert till.asked() == [intents.LineStep(-1)]
    till.by_hand("12-")
    assert till.window.view.omnibox_text() == "12-"


def test_function_keys_carry_what_was_typed(till: Till) -> None:
    till.by_hand("800")
    till.press(Qt.Key.Key_F5)
    till.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    till.by_hand("100")
    till.press(Qt.Key.Key_F10)
    assert till.asked() == [
        intents.FunctionKey(5, "800"),
        intents.FunctionKey(6, shift=True),
        intents.CashKey("100"),
    ]


def test_typing_is_told_character_by_character(till: Till) -> None:
    till.by_hand("mq")
    assert till.said == [intents.TextEntered("m"), intents.TextEntered("mq")]


def test_a_scan_into_the_omnibox_is_one_scan_and_leaves_nothing_behind(till: Till) -> None:
    till.scan("6901234567892")
    assert till.asked() == [intents.ScanReceived("6901234567892")]
    assert till.window.view.omnibox_text() == ""


def test_a_scan_keeps_what_was_typed_before_it(till: Till) -> None:
    till.by_hand("3")
    till.scan("6901234567892")
    assert till.asked() == [intents.ScanReceived("6901234567892")]
    assert till.window.view.omnibox_text() == "3"


def test_a_scan_with_operators_fires_no_shortcut(till: Till) -> None:
    till.scan("https://m.example/c?x=1+2*3")
    assert till.asked() == [intents.ScanReceived("https://m.example/c?x=1+2*3")]


@pytest.mark.parametrize("sign", ["+", "-", "*", "3*", "2+", "2/"])
def test_a_scan_that_begins_with_an_operator_pays_and_changes_nothing(till: Till, sign: str) -> None:
    till.scan(sign + "A99912345")
    assert till.asked() == [intents.ScanReceived(sign + "A99912345")]


def test_a_scan_is_caught_where_a_button_has_the_focus(till: Till) -> None:
    button = till.window.view.findChild(QWidget, "pay")
    assert button is not None
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.hasFocus()
    till.scan("9812345678901234567890123456789")
    assert till.asked() == [intents.ScanReceived("9812345678901234567890123456789")]


@pytest.mark.parametrize(
    "sample", ["tender", "lookup", "new_card", "complete", "keymap", "held", "return_find", "return_part"]
)
def test_a_scan_routes_from_every_sheet_and_leaves_its_fields_alone(till: Till, sample: str) -> None:
    till.window.render_state(SAMPLES[sample]())
    QApplication.processEvents()
    before = till.window.view.typed()
    till.scan("134567890123456789")
    assert till.asked() == [intents.ScanReceived("134567890123456789")]
    assert till.window.view.typed() == before


def test_the_enter_of_an_eager_scanner_does_not_move_the_sale(till: Till) -> None:
    till.scan("6901234567892")
    till.clock.step = 0.1
    till.press(Qt.Key.Key_Return)
    assert till.asked() == [intents.ScanReceived("6901234567892")]
    till.clock.now += 1
    till.press(Qt.Key.Key_Return)
    assert till.asked()[-1] == intents.EnterPressed("")


def test_fast_keys_that_are_no_scan_arrive_after_all(till: Till, qtbot: QtBot) -> None:
    till.clock.step = 0.005
    for character in "6021":
        QTest.keyClicks(till.target(), character)
    till.clock.now += 1
    qtbot.waitUntil(lambda: till.window.view.omnibox_text() == "6021", timeout=20_000)
    till.by_hand("/")
    assert till.asked() == [intents.MemberKey("6021")]


def test_enter_hands_over_what_was_typed(till: Till) -> None:
    till.by_hand("1024")
    till.press(Qt.Key.Key_Return)
    assert till.asked() == [intents.EnterPressed("1024")]
    assert till.window.view.omnibox_text() == ""


def test_escape_deletes_nothing_by_itself(till: Till) -> None:
    till.by_hand("12")
    till.press(Qt.Key.Key_Escape)
    assert till.asked() == [intents.EscPressed()]
    assert till.window.view.omnibox_text() == "12"


def test_lines_move_with_the_arrows(till: Till) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        till.press(key)
    assert till.asked() == [intents.LineMoved(1), intents.LineMoved(-1), intents.LineMoved(5)]


def test_alt_and_f10_reach_no_menu(till: Till) -> None:
    button = QPushButton()
    button.setParent(till.window)
    till.press(Qt.Key.Key_Alt)
    till.press(Qt.Key.Key_F10)
    till.press(Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
    till.press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert till.asked() == [
        intents.CashKey(""),
        intents.TenderMethodChosen("bank_card"),
        intents.QuickItemChosen(3),
    ]


def test_new_card_takes_thirteen_keys(till: Till) -> None:
    till.window.render_state(walk_in_sale())
    till.press(Qt.Key.Key_F3)
    assert till.asked() == [intents.FunctionKey(3)]
    till.window.render_state(replace(walk_in_sale(), sheet=NewCardSheet(revision=1, can_submit=True)))
    QApplication.processEvents()
    till.by_hand("13957166021")
    till.press(Qt.Key.Key_Return)
    assert till.asked()[-1] == intents.NewCardSubmitted("13957166021", "", "", marketing=False)
    edit = till.window.view.findChild(QWidget, "card_phone")
    assert isinstance(edit, QLineEdit)
    assert edit.text() == "139 5716 6021"


def test_marketing_is_never_ticked_beforehand(till: Till) -> None:
    till.window.render_state(new_card())
    QApplication.processEvents()
    till.press(Qt.Key.Key_Return)
    submitted = till.asked()[-1]
    assert isinstance(submitted, intents.NewCardSubmitted)
    assert not submitted.marketing
    box = till.window.view.findChild(QWidget, "card_marketing")
    assert box is not None
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    till.press(Qt.Key.Key_Return)
    assert till.asked()[-1] == replace(submitted, marketing=True)


def test_digits_pick_in_the_lookup(till: Till, qtbot: QtBot) -> None:
    till.window.render_state(lookup())
    QApplication.processEvents()
    till.press(Qt.Key.Key_Down)
    till.by_hand("3")
    # A key that acts waits for a moment, because it could be the first of a scan.
    till.settle(qtbot)
    assert till.asked() == [intents.RowMoved(1), intents.PickRow(2)]


def test_the_tender_takes_digits_and_enter(till: Till) -> None:
    till.window.render_state(tendering())
    QApplication.processEvents()
    till.window.view.findChild(QWidget, "tender_entry").clear()  # type: ignore[union-attr]
    till.by_hand("150")
    till.press(Qt.Key.Key_Return)
    assert till.asked() == [intents.TenderFinished("150")]
    assert intents.TenderEdited("150") in till.said


def test_the_finished_sale_goes_on_with_enter(till: Till) -> None:
    till.window.render_state(complete())
    QApplication.processEvents()
    till.press(Qt.Key.Key_Return)
    assert till.asked() == [intents.NextSale()]


def test_first_start_by_number_and_back(till: Till, qtbot: QtBot) -> None:
    till.window.render_state(first_start())
    QApplication.processEvents()
    till.by_hand("3")
    till.settle(qtbot)
    assert till.asked() == []
    till.by_hand("http://10.0.0.1:8443")
    till.press(Qt.Key.Key_Tab)
    till.by_hand("QH7K-2M9P")
    till.press(Qt.Key.Key_Return)
    assert till.asked() == [intents.JoinServer("http://10.0.0.1:8443", "QH7K-2M9P")]
    till.press(Qt.Key.Key_Escape)
    QApplication.processEvents()
    till.by_hand("1")
    till.settle(qtbot)
    assert till.asked()[-1] == intents.StartDemoShop()


def test_typing_survives_a_state_that_arrives_late(till: Till) -> None:
    """The presenter answers to "6" when "60" already stands there: only a new revision may replace text."""
    till.by_hand("60")
    till.window.render_state(replace(member_sale(), omnibox=OmniboxState(text="6")))
    assert till.window.view.omnibox_text() == "60"
    till.window.render_state(replace(member_sale(), omnibox=OmniboxState(text="77", revision=1)))
    assert till.window.view.omnibox_text() == "77"


def test_the_omnibox_wants_no_input_method(till: Till) -> None:
    edit = till.window.view.findChild(QWidget, "omnibox")
    assert edit is not None
    assert edit.inputMethodQuery(Qt.InputMethodQuery.ImEnabled) is False


@pytest.mark.parametrize("sample", sorted(set(SAMPLES) - {"first_start_name"}))
def test_no_input_method_stands_where_the_keyboard_is_when_a_sheet_opens(till: Till, sample: str) -> None:
    """It would swallow a scanner's letters; only a field for a name has one: of a member once chosen, of the shop."""
    till.window.render_state(SAMPLES[sample]())
    QApplication.processEvents()
    assert not till.target().inputMethodQuery(Qt.InputMethodQuery.ImEnabled)


def test_typing_under_a_covering_sheet_reaches_the_omnibox_and_enter_presses_no_button(make_window: MakeWindow) -> None:
    """On a small window the finished sale covers the omnibox; its buttons must not take the Enter."""
    window = make_window(size=(1024, 768))
    window.render_state(complete())
    QApplication.processEvents()
    till = Till(window, HandClock())
    try:
        omnibox = window.view.findChild(QWidget, "omnibox")
        assert omnibox is not None
        assert not omnibox.isVisible()
        till.press(Qt.Key.Key_Return)
        till.by_hand("6021/")
    finally:
        till.keyboard.detach()
    assert till.asked() == [intents.NextSale(), intents.MemberKey("6021")]


def test_on_a_wide_screen_paying_takes_the_keyboard_to_the_open_keypad(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(size=(1920, 1080))
    window.render_state(member_sale())
    QApplication.processEvents()
    till = Till(window, HandClock())
    try:
        till.by_hand("+")
        till.settle(qtbot)
        window.render_state(tendering())
        QApplication.processEvents()
        entry = window.view.findChild(QLineEdit, "tender_entry")
        assert entry is not None
        assert entry.hasFocus()
        till.press(Qt.Key.Key_Return)
        window.render_state(member_sale())
        till.by_hand("3*")
        till.settle(qtbot)
    finally:
        till.keyboard.detach()
    assert till.asked() == [intents.PayKey(), intents.TenderFinished("100.00"), intents.QuantityKey("3")]
