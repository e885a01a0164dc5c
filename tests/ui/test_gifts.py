"""Ctrl+G in the real window: a gift for points by two keys, taken back by one; a check-in; a draw."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from posapp.application.draws import DrawOffer
from posapp.application.gifts import GiftOffer
from posapp.application.phone_code import shown_now
from posapp.application.points import CheckInOffer
from posapp.ui.checkout.intents import DetachMember
from posapp.ui.checkout.screen_member import member_panel
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.sheets import ChoiceSheet
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.wallet_modes import GiftsMode
from tests.cases.points_shop import buy, member_of, new_member, take_back
from tests.ui.counters import Counter, scan_member, until
from tests.ui.fitting import misfits

CTRL = Qt.KeyboardModifier.ControlModifier


def open_gifts(counter: Counter) -> GiftsMode:
    counter.press(Qt.Key.Key_G, CTRL)
    until(lambda: isinstance(counter.session.mode, GiftsMode), "the list of gifts")
    mode = counter.session.mode
    assert isinstance(mode, GiftsMode)
    return mode


def place_of(mode: GiftsMode, name: str) -> str:
    """The key that picks a row."""
    names = [
        row.gift.id if isinstance(row, GiftOffer) else row.draw.id if isinstance(row, DrawOffer) else "check_in"
        for row in mode.rows
    ]
    return str(names.index(name) + 1)


def spendable(counter: Counter) -> int:
    member = counter.session.basket.member
    assert member is not None
    return member.points_on(counter.presenter.till.business_day()).available


def test_a_gift_is_handed_over_by_two_keys_and_taken_back_by_one(counter: Counter) -> None:
    scan_member(counter)
    counter.keys = 0
    mode = open_gifts(counter)
    tote = next(row for row in mode.rows if isinstance(row, GiftOffer))
    assert (tote.gift.id, tote.left, tote.can_have) == ("tote", 20, True)
    counter.type(place_of(mode, "tote"))
    until(lambda: counter.session.toast is not None, "the gift said")
    assert counter.keys == 2
    assert spendable(counter) == 3482 - 800
    counter.press(Qt.Key.Key_Z, CTRL)
    until(lambda: spendable(counter) == 3482, "the gift taken back")


def test_what_is_missing_is_said_and_the_list_stays(counter: Counter) -> None:
    scan_member(counter)
    mode = open_gifts(counter)
    sheet = counter.window.view.sheet
    assert isinstance(sheet, ChoiceSheet)
    shown = [counter.window.ctx.text(row.detail) for row in sheet.rows]
    assert "还差 1,518 分" in shown
    counter.type(place_of(mode, "blanket"))
    until(lambda: counter.session.toast is not None, "why not")
    assert isinstance(counter.session.mode, GiftsMode)
    assert spendable(counter) == 3482


def test_checking_in_is_the_first_row_and_gone_when_done(counter: Counter) -> None:
    scan_member(counter)
    assert isinstance(open_gifts(counter).rows[0], CheckInOffer)
    counter.press(Qt.Key.Key_Return)
    until(lambda: spendable(counter) == 3487, "five points")
    assert not isinstance(open_gifts(counter).rows[0], CheckInOffer)


def test_a_draw_takes_its_points_once_and_not_offline(counter: Counter) -> None:
    scan_member(counter)
    counter.presenter.till.has_server = True
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    counter.type(place_of(open_gifts(counter), "lucky"))
    until(lambda: counter.session.toast is not None, "why not")
    assert spendable(counter) == 3482
    counter.presenter.sync_changed(SyncStatus(SyncKind.SYNCED))
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the basket")
    counter.type(place_of(open_gifts(counter), "lucky"))
    until(lambda: counter.session.mode is None, "the draw done")
    assert spendable(counter) in (3382, 3432), "nothing, a coupon or a kettle; or 50 points back"


def test_without_a_member_the_till_says_what_to_do(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_G, CTRL)
    until(lambda: counter.session.toast is not None, "what to do")
    assert counter.session.mode is None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_is_said_of_points_fits(counter: Counter, language: str) -> None:
    till = counter.presenter.till
    if language == "en":
        counter.press(Qt.Key.Key_0, CTRL)
        until(lambda: counter.presenter.language == "en", "English")
    who = new_member(till)
    card = int(member_of(till, who).card_number)
    first = buy(till, who, "8888.00")
    buy(till, who, "20.00", points=500)
    notes = []
    for days, returned in ((365, False), (1, True)):
        counter.clock.step(days=days)
        if returned:
            take_back(till, first)
        # After a year the number alone says nothing: the code on the phone does.
        counter.scan(shown_now(till, card))
        until(lambda: counter.session.basket.member is not None, "the member")
        panel = member_panel(counter.session, till.programme, counter.clock.now(), language)
        assert panel is not None
        notes.append(counter.window.ctx.text(panel.balances[0].note))
        assert misfits(counter.window) == [], language
        counter.presenter.handle(DetachMember())
    lapsing, owed = notes
    assert "10-31" in lapsing
    assert owed != lapsing
