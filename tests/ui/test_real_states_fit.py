"""Nothing is cut in what the real till shows: a real shop in a real window, driven by keys and scans (ux.md §9)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from posapp.application.card_keyring import CardKeyring
from posapp.application.phone_code import shown_now
from posapp.domain.card import dynamic_code
from posapp.domain.card_keys import WEEK_SECONDS, keys_from
from posapp.domain.sale import Identification
from posapp.storage.contact import machine_steady_ns
from posapp.ui.checkout.session import (
    CompleteMode,
    GoodsMode,
    HeldMode,
    LookupMode,
    NewCardMode,
    ReturnedMode,
    ReturnFindMode,
    ReturnMode,
    SyncStatus,
    TenderMode,
)
from posapp.ui.checkout.sheets import NewCardSheet
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.wallet_modes import CouponsMode, GiftsMode, PassesMode
from posapp.ui.i18n import Language
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits

BASKET = ("明前龙井", "燕麦拿铁 大杯", "手工黄油曲奇", "有机全脂牛奶", "海盐苏打饼干")


class Walk:
    """A counter that looks at its window after each step."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.problems: dict[str, list[str]] = {}
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        QApplication.processEvents()
        self.seen.append(name)
        found = misfits(self.counter.window)
        if found:
            self.problems[name] = found

    def mode(self, kind: type) -> None:
        until(lambda: isinstance(self.counter.session.mode, kind), kind.__name__)

    def back(self) -> None:
        self.counter.press(Qt.Key.Key_Escape)
        until(lambda: self.counter.session.mode is None, "the basket again")


def _attach(walk: Walk, name: str) -> None:
    counter = walk.counter
    counter.type("6021/")
    walk.mode(LookupMode)
    walk.look(f"lookup with {len(_lookup(counter).members)} matches")
    place = next(index for index, one in enumerate(_lookup(counter).members) if one.profile.name == name)
    counter.type(str(place + 1))
    until(lambda: counter.session.basket.member is not None, "the member")


def _lookup(counter: Counter) -> LookupMode:
    mode = counter.session.mode
    assert isinstance(mode, LookupMode)
    return mode


def can_submit(counter: Counter) -> bool:
    sheet = counter.window.view.sheet
    return isinstance(sheet, NewCardSheet) and sheet.can_submit


def _walk_in(walk: Walk) -> None:
    counter = walk.counter
    walk.look("empty basket")
    counter.scan_goods(*BASKET)
    counter.type("2*")
    until(lambda: str(counter.session.basket.cart.lines[-1].quantity) == "2", "two of the last")
    walk.look("walk-in basket")
    counter.press(Qt.Key.Key_F3)
    walk.mode(NewCardMode)
    walk.look("new card, nothing typed")
    counter.type("13957166099")
    until(lambda: "".join(filter(str.isdigit, counter.window.view.typed())) == "13957166099", "the number")
    until(lambda: can_submit(counter), "the number checked")
    walk.look("new card with a full number")
    walk.back()
    counter.scan("6900000000001")
    until(lambda: counter.session.toast is not None, "the unknown code")
    walk.look("unknown code")
    counter.press(Qt.Key.Key_Delete)
    until(lambda: counter.session.quote.lines[-1:] != () and len(counter.session.quote.lines) == 4, "one line less")
    walk.look("line removed")
    counter.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: len(counter.session.quote.lines) == 5, "the line back")
    counter.type("ymnt")
    counter.press(Qt.Key.Key_Return)
    walk.mode(GoodsMode)
    walk.look("goods to choose from")
    walk.back()


def _member_day(walk: Walk) -> None:
    counter = walk.counter
    _attach(walk, "林晓梅")
    walk.look("member basket on member day")
    till = counter.presenter.till
    with till.database.read() as connection:
        number = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = '13857166021'").scalar_one()
    counter.scan(shown_now(till, int(number)))
    until(lambda: counter.session.basket.cart.identified_by is Identification.DYNAMIC_CODE, "the member's code")
    walk.look("member by code")
    counter.type("800")
    counter.press(Qt.Key.Key_F5)
    until(lambda: counter.session.quote.points_spent.count == 800, "points spent")
    walk.look("member basket with points")
    counter.press(Qt.Key.Key_F4)
    walk.mode(CouponsMode)
    walk.look("coupons of the sale")
    walk.back()
    counter.press(Qt.Key.Key_F8)
    walk.mode(PassesMode)
    walk.look("passes on sale")
    walk.back()
    counter.press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    walk.mode(GiftsMode)
    walk.look("gifts for points")
    walk.back()
    presenter = counter.presenter
    since = counter.clock.now() - timedelta(minutes=37)
    presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=12, offline_since=since))
    walk.look("offline")
    counter.scan("6900000000001")
    until(lambda: counter.session.toast is not None, "the unknown code")
    walk.look("offline with a toast")
    presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=12, offline_since=since - timedelta(hours=80)))
    walk.look("offline: cash only")
    presenter.sync_changed(SyncStatus(SyncKind.SYNCED, drift=timedelta(minutes=75)))
    walk.look("a wrong clock")
    for kind in (SyncKind.SYNCING, SyncKind.CONFLICT, SyncKind.SYNCED):
        presenter.sync_changed(SyncStatus(kind, pending=12, done=8, conflicts=2))
        walk.look(f"sync pill: {kind}")
    presenter.sync_changed(SyncStatus())


def _pay(walk: Walk) -> None:
    counter = walk.counter
    counter.press(Qt.Key.Key_F6)
    until(lambda: counter.session.parked == 1, "the sale parked")
    walk.look("one sale parked")
    counter.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    walk.mode(HeldMode)
    walk.look("parked sales")
    counter.type("1")
    until(lambda: len(counter.session.quote.lines) == 5, "the sale taken up")
    counter.type("+")
    walk.mode(TenderMode)
    walk.look("paying")
    counter.type("400")
    until(lambda: counter.window.view.typed() == "400", "the amount")
    walk.look("paying with an amount")
    counter.press(Qt.Key.Key_Return)
    walk.mode(CompleteMode)
    walk.look("sale complete")
    counter.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    until(lambda: counter.session.toast is not None, "the receipt again")
    walk.look("receipt printed again")


def _return(walk: Walk) -> None:
    counter = walk.counter
    counter.press(Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    walk.mode(ReturnFindMode)
    walk.look("sales to return something of")
    counter.type("99")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.toast is not None, "no such receipt")
    walk.look("a receipt that is not here")
    counter.press(Qt.Key.Key_Backspace)
    counter.press(Qt.Key.Key_Backspace)
    counter.press(Qt.Key.Key_Return)
    walk.mode(ReturnMode)
    walk.look("the lines of a sale")
    counter.type("9")
    until(lambda: counter.session.toast is not None, "too many")
    walk.look("more than is left")
    counter.press(Qt.Key.Key_Backspace)
    counter.type("*")
    until(lambda: _chosen(counter) == 5, "all of it")
    walk.look("everything")
    counter.press(Qt.Key.Key_Return)
    walk.mode(ReturnedMode)
    walk.look("given back")
    walk.back()


def _chosen(counter: Counter) -> int:
    mode = counter.session.mode
    return sum(1 for milli in mode.coming if milli) if isinstance(mode, ReturnMode) else 0


def _code_without_a_key(walk: Walk) -> None:
    """The till has a server that it has not heard from for two weeks."""
    counter, till = walk.counter, walk.counter.presenter.till
    with till.database.write() as connection:
        till.contact.heard(connection, till.clock.now())
    till.has_server, till.card_keys = True, CardKeyring()
    till.steady_ns = lambda: machine_steady_ns() + 2 * WEEK_SECONDS * 1_000_000_000
    before, now = counter.session.toast, int(till.clock.now().timestamp())
    counter.scan(dynamic_code(keys_from(bytes(32), now), 7, now))
    until(lambda: counter.session.toast not in (None, before), "why it cannot be checked")
    walk.look("a phone code that cannot be checked")


@pytest.mark.parametrize("language", list(Language))
def test_what_the_real_till_shows_fits(tmp_path: Path, make_window: MakeWindow, language: Language) -> None:
    counter = open_counter(tmp_path, make_window())
    try:
        counter.clock.step(days=1)
        counter.presenter.tick()
        if language is Language.EN:
            counter.press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
            until(lambda: counter.presenter.language == "en", "English")
        walk = Walk(counter)
        _walk_in(walk)
        _member_day(walk)
        _pay(walk)
        _return(walk)
        _code_without_a_key(walk)
        assert walk.problems == {}, "\n".join(f"{name}: {found}" for name, found in walk.problems.items())
        assert len(walk.seen) == 34
    finally:
        counter.close()
