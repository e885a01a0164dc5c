"""The member on a sale by real keys: taken off and back, and their PIN in place of the code for points."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from posapp.application.members import find_members, open_card
from posapp.application.stored_value.pin import set_pin
from posapp.domain.sale import Identification
from posapp.domain.time import BusinessDay
from posapp.ui.checkout.stored_modes import ProofMode
from tests.integration.demo_shop import publish
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


def test_W15_that_a_card_ends_soon_or_has_ended_is_said_when_its_member_comes(counter: Counter) -> None:
    till = counter.presenter.till
    publish(till, card_valid={"type": "this_year"})
    open_card(till, "13957160005", counter.presenter.cashier.id)

    def said_after(days: int) -> str:
        counter.clock.step(days=days)
        counter.type("13957160005/")
        until(lambda: counter.session.basket.member is not None, "attached")
        notice = counter.session.toast
        text = counter.window.ctx.text
        assert misfits(counter.window) == []
        said = text(notice.title) if notice is not None else ""
        counter.press(Qt.Key.Key_F2, SHIFT)
        until(lambda: counter.session.basket.member is None, "off the sale")
        return said

    assert said_after(0) == "", "two months to go"
    left = BusinessDay.of(date(2026, 12, 15)).ordinal - till.business_day().ordinal
    assert said_after(left) == "会员卡 12-31 周四 到期，还剩 16 天"
    assert said_after(17) == "会员卡已于 12-31 周四 到期"
