"""What a new card comes with, chosen by one key in a real window: nothing more, a pass, stored value (X-06)."""

from __future__ import annotations

from PySide6.QtCore import Qt

from posapp.application import passes
from posapp.ui.checkout.session import CompleteMode, NewCardMode
from posapp.ui.checkout.stored_modes import TopUpMode
from posapp.ui.widgets.button import Button
from tests.integration.demo_shop import publish
from tests.ui.counters import Counter, until
from tests.ui.fitting import misfits

CTRL = Qt.KeyboardModifier.ControlModifier


def open_dialog(counter: Counter, number: str = "13957166099") -> Button:
    """F3 and a number; the button that tells the kind."""
    counter.press(Qt.Key.Key_F3)
    until(lambda: isinstance(counter.session.mode, NewCardMode), "the card form")
    counter.type(number)
    button = counter.window.view.findChild(Button, "card_kind")
    assert button is not None
    return button


def test_a_card_with_a_pass_takes_one_key_more_and_its_member_holds_both(counter: Counter) -> None:
    kind = open_dialog(counter)
    assert (kind.text(), kind.accessibleDescription()) == ("卡种：普通卡", "只开会员卡")
    counter.press(Qt.Key.Key_Down)
    until(lambda: kind.text() == "卡种：咖啡 10 次卡", "the first pass")
    assert kind.accessibleDescription() == "开卡后加入本单 199.00"
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.quote.due.fen == 199_00, "the pass is a line of the sale")
    assert counter.keys == 14
    toast = counter.session.toast
    assert toast is not None
    assert toast.title.key == "toast.joined"
    member = counter.session.basket.member
    assert member is not None
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    held = passes.held_passes(counter.presenter.till, member.id)
    assert [(one.name.zh, one.left) for one in held] == [("咖啡 10 次卡", 10)]


def test_up_goes_back_to_the_last_and_stored_value_is_paid_in_next(counter: Counter) -> None:
    counter.press(Qt.Key.Key_0, CTRL)
    until(lambda: counter.presenter.language == "en", "English")
    kind = open_dialog(counter)
    counter.press(Qt.Key.Key_Up)
    until(lambda: kind.text() == "Kind: Qinghe balance card", "the last")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Down)
    until(lambda: kind.text() == "Kind: Standard", "round again")
    counter.press(Qt.Key.Key_Up)
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, TopUpMode), "how much is paid in")
    mode = counter.session.mode
    assert isinstance(mode, TopUpMode)
    assert mode.member is not None
    assert mode.member.profile.phone_e164 == "+8613957166099"


def test_whoever_has_a_card_gets_the_pass_too(counter: Counter) -> None:
    open_dialog(counter, "13857166021")
    counter.press(Qt.Key.Key_Down)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.quote.due.fen == 199_00, "the pass")
    assert counter.session.basket.member is not None
    assert counter.session.basket.member.profile.name == "林晓梅"


def test_where_there_is_one_kind_nothing_is_asked(counter: Counter) -> None:
    publish(counter.presenter.till, passes=[], stored_value=None)
    kind = open_dialog(counter)
    assert not kind.isVisible()
    counter.press(Qt.Key.Key_Down)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the card")
    assert counter.session.basket.cart.lines == ()
    assert counter.session.mode is None


def test_while_a_sale_is_paid_nothing_is_added_to_it(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    kind = open_dialog(counter)
    assert not kind.isVisible()
    counter.press(Qt.Key.Key_Down)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the card")
    assert len(counter.session.basket.cart.lines) == 1
