"""The keystroke counts of ux.md §6, with real key events in a real window on a real database."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posapp.application.goods import search
from posapp.application.phone_code import shown_now
from posapp.domain.sale import Identification
from posapp.storage import sales
from posapp.ui.checkout.session import CompleteMode, LookupMode, NewCardMode
from posapp.ui.scan_guard import QUIET_SECONDS
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until


def completed(counter: Counter) -> CompleteMode:
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    return mode


def test_cash_with_change_takes_four_keys(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("200+")
    done = completed(counter)
    assert counter.keys == 4
    assert done.done.sale.change.fen == 7200


def test_a_whole_walk_in_cash_sale_takes_four_keys_and_the_next_begins_with_a_scan(counter: Counter) -> None:
    counter.scan_goods("明前龙井", "手工黄油曲奇")
    counter.type("200+")
    completed(counter)
    counter.scan_goods("有机全脂牛奶")
    assert counter.keys == 4
    assert counter.session.mode is None
    assert len(counter.session.basket.cart.lines) == 1
    with counter.presenter.till.database.read() as connection:
        assert [sale.due.fen for sale in sales.recent(connection)] == [16000]


def test_a_member_by_the_last_four_takes_five_keys_where_one_matches(counter: Counter) -> None:
    with counter.presenter.till.database.read() as connection:
        endings = [phone for (phone,) in connection.exec_driver_sql("SELECT phone FROM member")]
    lonely = next(one[-4:] for one in endings if sum(1 for other in endings if other[-4:] == one[-4:]) == 1)
    counter.scan_goods("明前龙井")
    counter.type(f"{lonely}/")
    until(lambda: counter.session.basket.member is not None, "the member attached")
    assert counter.keys == 5
    assert counter.session.basket.cart.identified_by is Identification.LAST_FOUR


def test_several_matches_take_one_key_more_and_are_never_chosen_by_themselves(counter: Counter) -> None:
    counter.type("6021/")
    until(lambda: isinstance(counter.session.mode, LookupMode), "the list of matches")
    assert counter.session.basket.member is None
    counter.type("2")
    until(lambda: counter.session.basket.member is not None, "the member attached")
    assert counter.keys == 6


def test_a_new_card_takes_thirteen_keys(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F3)
    until(lambda: isinstance(counter.session.mode, NewCardMode), "the card form")
    counter.type("13957166099")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the card opened")
    assert counter.keys == 13
    assert counter.session.quote.due.fen == 9728, "95 折, and the first order's coupon that the card brought"


def test_a_member_by_code_and_exact_cash_by_hand(counter: Counter) -> None:
    """A scanned member takes no key at all, and lets points be spent with `n F5`."""
    counter.scan_goods("明前龙井")
    till = counter.presenter.till
    with till.database.read() as connection:
        number = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = '13857166021'").scalar_one()
    counter.scan(shown_now(till, int(number)))
    until(lambda: counter.session.basket.member is not None, "the member attached")
    assert counter.keys == 0
    counter.type("800")
    counter.press(Qt.Key.Key_F5)
    until(lambda: counter.session.quote.points_spent.count == 800, "800 points spent")
    counter.press(Qt.Key.Key_F10)
    assert completed(counter).done.sale.due.fen == 8080, "85 折, 20 off by her coupon, 800 points"


def test_numpad_one_hand(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("3*")
    until(lambda: str(counter.session.basket.cart.lines[0].quantity) == "3", "three of them")
    counter.type("-")
    until(lambda: str(counter.session.basket.cart.lines[0].quantity) == "2", "one less")
    counter.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: str(counter.session.basket.cart.lines[0].quantity) == "3", "undone")
    counter.type("+")
    until(lambda: counter.session.mode is not None, "paying")
    QTest.qWait(int(1000 * QUIET_SECONDS) + 20)  # an Enter sooner after a scan would count as the scanner's own
    counter.press(Qt.Key.Key_Return)
    assert completed(counter).done.sale.due.fen == 38400


def test_scanning_fast_and_paying_at_once_never_loses_goods(counter: Counter) -> None:
    """Five scans and cash without waiting for the till: what is paid is what was scanned."""
    code = search(counter.presenter.till, "明前龙井")[0].barcode
    for _ in range(5):
        counter.scan(code)
    counter.type("700+")
    assert completed(counter).done.sale.due.fen == 5 * 12800


def test_language_and_size_switch_live_and_are_remembered(counter: Counter, tmp_path: Path) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    until(lambda: counter.presenter.language == "en", "English")
    assert counter.shops.folder.root == tmp_path
    until(lambda: counter.shops.preferences().language == "en", "the language kept")
    counter.press(Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    until(lambda: counter.shops.preferences().scale == 115, "the size kept")
    assert counter.window.ctx.scale_percent == 115
    assert [line.sku for line in counter.session.basket.cart.lines] != []


def test_what_is_scanned_while_the_till_still_opens_is_not_lost(tmp_path: Path, make_window: MakeWindow) -> None:
    counter = open_counter(tmp_path, make_window(), early="6996083915055")
    try:
        until(lambda: bool(counter.session.basket.cart.lines), "the early scan in the basket")
    finally:
        counter.close()
