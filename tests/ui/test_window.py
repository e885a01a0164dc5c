"""What the window does with states: paints only what changed, follows theme, language, size and scale live."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QRawFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListView, QWidget

from bench.checkout_samples import empty, member_sale, removed, tendering, unknown_code, walk_in_sale
from bench.samples import SAMPLES
from posapp.resources import resource_path
from posapp.ui import fonts
from posapp.ui.checkout import intents
from posapp.ui.checkout.intents import Intent
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.state import OmniboxState
from posapp.ui.checkout.view.cart_list import CartList
from posapp.ui.checkout.view.grid import Grid, grid_for
from posapp.ui.checkout.view.member_parts import BenefitButton
from posapp.ui.context import UiContext
from posapp.ui.i18n import Language
from posapp.ui.main_window import MainWindow
from posapp.ui.messages import msg
from posapp.ui.theme import ThemeName
from posapp.ui.widgets.text import Text
from tests.ui.conftest import MakeWindow


class Paints(QObject):
    """Counts which widgets were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.names.add(type(watched).__name__)
        return False


def _settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def _button(window: MainWindow, name: str) -> QAbstractButton:
    found = window.view.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def test_an_equal_state_paints_nothing(make_window: MakeWindow, qapp: QApplication) -> None:
    window = make_window()
    window.render_state(member_sale())
    _settle()
    paints = Paints()
    qapp.installEventFilter(paints)
    window.render_state(member_sale())
    _settle()
    qapp.removeEventFilter(paints)
    # The caret of the omnibox may blink meanwhile.
    assert paints.names <= {
        "CodeEdit",
        "Field",
        "QWidgetWindow",
        "MainWindow",
        "CheckoutView",
        "Box",
        "CartPanel",
        "Ground",
    }


def test_the_clock_repaints_no_money(make_window: MakeWindow, qapp: QApplication) -> None:
    window = make_window()
    before = member_sale()
    window.render_state(before)
    _settle()
    paints = Paints()
    qapp.installEventFilter(paints)
    window.render_state(replace(before, top=replace(before.top, clock="18:43")))
    _settle()
    qapp.removeEventFilter(paints)
    assert "Text" in paints.names
    assert not paints.names & {"PriceLadder", "Amount", "CardFace", "TileView", "BenefitButton"}


def test_language_is_switched_live_and_typing_survives(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(member_sale())
    omnibox = window.view.findChild(QLineEdit, "omnibox")
    assert omnibox is not None
    QTest.keyClicks(omnibox, "60")
    assert _button(window, "pay").text() == "收款"
    window.set_language(Language.EN)
    assert _button(window, "pay").text() == "Pay"
    assert _button(window, "benefit_points").text() == "Redeem 800 points"
    assert omnibox.text() == "60"
    window.set_language(Language.ZH_CN)
    assert _button(window, "benefit_points").text() == "积分抵现 800 分"


def test_theme_is_switched_live(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(member_sale())
    _settle()
    corner = QPoint(3, 300)
    assert window.grab().toImage().pixelColor(corner).name() == "#f2f4f3"
    window.set_theme(ThemeName.DARK)
    _settle()
    assert window.grab().toImage().pixelColor(corner).name() == "#0a0e0c"
    omnibox = window.view.findChild(QLineEdit, "omnibox")
    assert omnibox is not None
    assert omnibox.palette().text().color().name() == "#f2f6f4"


def test_grids_by_width_and_scale() -> None:
    assert grid_for(1366, 100) is Grid.STANDARD
    assert grid_for(1280, 100) is Grid.NARROW
    assert grid_for(1920, 100) is Grid.WIDE
    assert grid_for(1920, 115) is Grid.STANDARD
    assert grid_for(1366, 130) is Grid.NARROW


def test_resizing_keeps_state_and_typed_text(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(walk_in_sale())
    omnibox = window.view.findChild(QLineEdit, "omnibox")
    assert omnibox is not None
    QTest.keyClicks(omnibox, "200")
    window.resize(1920, 1080)
    _settle()
    assert str(window.view.grid) == "wide"
    assert window.view.omnibox_text() == "200"
    assert window.view.findChild(QWidget, "tender_entry") is not None
    window.set_scale(130)
    assert str(window.view.grid) == "standard"
    assert window.view.omnibox_text() == "200"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_control_has_a_name_and_is_big_enough(make_window: MakeWindow, name: str) -> None:
    window = make_window()
    window.render_state(SAMPLES[name]())
    _settle()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName(), button.objectName()
            assert button.height() >= 44, button.objectName()
            assert button.width() >= 44, button.objectName()
    for edit in window.findChildren(QLineEdit):
        if edit.isVisible():
            assert edit.accessibleName(), edit.objectName()


def test_tab_walks_every_enabled_control_once_and_comes_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(member_sale())
    _settle()
    window.view.focus_input()
    seen: list[str] = []
    for _ in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus.objectName() in seen:
            break
        seen.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen[0] == "omnibox"
    assert {"benefit_birthday", "pay_cash", "pay"} <= set(seen)
    assert seen.index("benefit_birthday") < seen.index("pay_cash") < seen.index("pay")


def test_taps_say_what_they_mean_and_leave_the_focus(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(member_sale())
    _settle()
    said: list[Intent] = []
    window.intent.connect(said.append)
    window.view.focus_input()
    for name in ("pay_cash", "pay_bank_card", "benefit_points", "parked", "pay"):
        QTest.mouseClick(_button(window, name), Qt.MouseButton.LeftButton)
    assert said == [
        intents.FunctionKey(10),
        intents.TenderMethodChosen("bank_card"),
        intents.ToggleBenefit("points"),
        intents.FunctionKey(6, shift=True),
        intents.PayKey(),
    ]
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "omnibox"


def test_the_stepper_and_the_lines_take_taps(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(member_sale())
    _settle()
    said: list[Intent] = []
    window.intent.connect(said.append)
    cart = window.view.findChild(CartList, "cart_list")
    assert cart is not None
    row = cart.visualRect(cart.model().index(1, 0))
    delegate = cart.itemDelegate()
    stepper = delegate.stepper_rect(row)  # type: ignore[attr-defined]
    for point in (
        QPoint(stepper.left() + 20, row.center().y()),
        QPoint(stepper.right() - 20, row.center().y()),
        QPoint(80, cart.visualRect(cart.model().index(3, 0)).center().y()),
    ):
        QTest.mouseClick(cart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    assert said == [intents.LineStep(-1, "2"), intents.LineStep(1, "2"), intents.LineSelected("4")]


def test_the_keypad_types_into_the_amount(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(tendering())
    _settle()
    said: list[Intent] = []
    window.intent.connect(said.append)
    for name in ("key_clear", "key_1", "key_5", "key_00", "key_back", "finish"):
        QTest.mouseClick(_button(window, name), Qt.MouseButton.LeftButton)
    assert said[-2:] == [intents.TenderEdited("150"), intents.TenderFinished("150")]


def test_a_toast_offers_its_action(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(unknown_code())
    _settle()
    said: list[Intent] = []
    window.intent.connect(said.append)
    QTest.mouseClick(_button(window, "notice_action"), Qt.MouseButton.LeftButton)
    assert said == [intents.NewItem()]


def test_a_toast_without_action_shows_none_of_an_earlier_one(make_window: MakeWindow) -> None:
    window = make_window()
    base = removed()
    window.render_state(base)
    window.render_state(replace(base, omnibox=OmniboxState()))
    plain = Notice(Tone.WARN, "alert-triangle", msg("toast.need_number"))
    window.render_state(replace(base, omnibox=OmniboxState(toast=plain)))
    _settle()
    shown = [one for one in window.view.findChildren(QAbstractButton, "notice_action") if one.isVisible()]
    assert shown == []


def test_benefits_beyond_the_room_are_counted_and_come_back(make_window: MakeWindow) -> None:
    window = make_window()
    base = member_sale()
    assert base.member is not None
    rows = tuple(replace(base.member.benefits[0], benefit_id=f"b{number}") for number in range(6))
    window.render_state(replace(base, member=replace(base.member, benefits=rows)))
    _settle()
    shown = [one for one in window.view.findChildren(BenefitButton) if one.isVisible()]
    words = [one.accessibleName() for one in window.view.findChildren(Text) if one.isVisible()]
    assert 3 <= len(shown) < 6
    assert f"另有 {6 - len(shown)} 项" in words
    window.render_state(base)
    _settle()
    assert len([one for one in window.view.findChildren(BenefitButton) if one.isVisible()]) == 4


def test_a_long_cart_scrolls_to_the_selected_line_quickly(make_window: MakeWindow) -> None:
    window = make_window()
    base = walk_in_sale()
    lines = tuple(replace(base.cart.lines[0], line_id=str(number), number=number) for number in range(1, 501))
    window.render_state(replace(base, cart=replace(base.cart, lines=lines, selected_line_id="500")))
    _settle()
    cart = window.view.findChild(QListView, "cart_list")
    assert cart is not None
    last = cart.visualRect(cart.model().index(499, 0))
    assert cart.viewport().rect().contains(last.center())


def test_the_empty_till_offers_quick_items(make_window: MakeWindow) -> None:
    window = make_window()
    window.render_state(empty())
    _settle()
    said: list[Intent] = []
    window.intent.connect(said.append)
    QTest.mouseClick(_button(window, "quick_3"), Qt.MouseButton.LeftButton)
    assert said == [intents.QuickItemChosen(3)]


@pytest.mark.usefixtures("qapp")
def test_every_character_of_gbk_has_a_glyph() -> None:
    """Names of people and products never show an empty box."""
    raw = QRawFont(str(resource_path("fonts", "NotoSansSCTill.otf")), 16.0)
    missing = []
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                character = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                continue
            if unicodedata.category(character) == "Lo" and not raw.supportsCharacter(ord(character)):
                missing.append(character)
    assert missing == []


@pytest.mark.usefixtures("qapp")
def test_digits_are_equally_wide_and_weights_differ() -> None:
    for weight in (fonts.REGULAR, fonts.MEDIUM, fonts.SEMIBOLD, fonts.BOLD):
        widths = {round(fonts.metrics(20, weight).horizontalAdvance(digit * 8), 2) for digit in "0123456789"}
        assert len(widths) == 1
    by_weight = [fonts.metrics(20, weight).horizontalAdvance("Pay 收款 now") for weight in (400, 500, 600, 700)]
    assert by_weight == sorted(set(by_weight))


def test_a_scale_that_changes_nothing_keeps_the_view(make_window: MakeWindow) -> None:
    window = make_window()
    view = window.view
    window.set_scale(100)
    assert window.view is view
    assert isinstance(window.ctx, UiContext)
