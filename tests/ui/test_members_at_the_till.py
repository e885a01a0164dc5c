"""The member on a sale by real keys: taken off and back, and their PIN in place of the code for points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from posapp.application.members import find_members
from posapp.application.stored_value.pin import set_pin
from posapp.domain.sale import Identification
from posapp.ui.checkout.stored_modes import ProofMode
from tests.ui.counters import until
from tests.ui.fitting import misfits
from tests.ui.test_staff import CTRL, SHIFT

if TYPE_CHECKING:
    from tests.ui.counters import Counter

PHONE = "13857166021"


def toast(counter: Counter) -> str:
    return counter.session.toast.title.key if counter.session.toast is not None else ""


def with_member(counter: Counter) -> None:
    """Goods, and the member by her whole number: she may be anybody who knows it."""
    counter.scan_goods("明前龙井")
    counter.type(f"{PHONE}/")
    until(lambda: counter.session.basket.member is not None, "attached")


def test_the_member_is_taken_off_and_one_key_brings_them_back(counter: Counter) -> None:
    with_member(counter)
    due = counter.session.quote.due
    counter.press(Qt.Key.Key_F2, SHIFT)
    until(lambda: toast(counter) == "member.taken_off", "off the sale")
    assert (counter.session.basket.member, counter.session.quote.due.fen) == (None, 12_800)
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Z, CTRL)
    until(lambda: counter.session.basket.member is not None, "back")
    assert counter.session.quote.due == due
    counter.press(Qt.Key.Key_F2, SHIFT)
    until(lambda: counter.session.basket.member is None, "off again")
    counter.press(Qt.Key.Key_F2, SHIFT)
    until(lambda: toast(counter) == "member.none_here", "said")


def test_points_ask_for_the_pin_of_who_came_by_number(counter: Counter) -> None:
    till = counter.presenter.till
    set_pin(till, find_members(till, PHONE).members[0].id, "582936")
    with_member(counter)
    counter.type("800")
    counter.press(Qt.Key.Key_F5)
    until(lambda: isinstance(counter.session.mode, ProofMode), "the PIN")
    assert misfits(counter.window) == []
    counter.type("582937")
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "wrong")
    assert counter.session.quote.points_spent.count == 0
    for _ in range(6):
        counter.press(Qt.Key.Key_Backspace)
    counter.type("582936")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "right")
    assert counter.session.basket.cart.identified_by is Identification.PIN
    assert counter.session.quote.points_spent.count == 800


def test_without_a_pin_it_says_what_else_there_is(counter: Counter) -> None:
    with_member(counter)
    counter.type("800")
    counter.press(Qt.Key.Key_F5)
    until(lambda: counter.session.toast is not None, "said")
    assert counter.session.mode is None
    assert counter.session.quote.points_spent.count == 0
