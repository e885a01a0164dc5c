"""F8 in the real window: buy a pass with the goods, use it by two keys, take the use back."""

from __future__ import annotations

from PySide6.QtCore import Qt

from posapp.application.passes import held_passes
from posapp.ui.checkout.session import CompleteMode, PassesMode, SyncStatus
from posapp.ui.checkout.state import SyncKind
from tests.ui.counters import Counter, scan_member, until


def open_passes(counter: Counter) -> PassesMode:
    counter.press(Qt.Key.Key_F8)
    until(lambda: isinstance(counter.session.mode, PassesMode), "the list of passes")
    mode = counter.session.mode
    assert isinstance(mode, PassesMode)
    return mode


def buy(counter: Counter) -> None:
    """The first pass on sale and a bag of tea, in cash."""
    counter.scan_goods("明前龙井")
    scan_member(counter)
    open_passes(counter)
    counter.press(Qt.Key.Key_Return)
    until(lambda: len(counter.session.quote.lines) == 2, "the pass in the basket")
    counter.type("400+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")


def left(counter: Counter) -> list[int]:
    till = counter.presenter.till
    with till.database.read() as connection:
        member = connection.exec_driver_sql("SELECT member_id FROM member WHERE phone = '13857166021'").scalar_one()
    return [held.left for held in held_passes(till, member)]


def test_a_pass_is_bought_with_goods_and_used_by_two_keys(counter: Counter) -> None:
    buy(counter)
    assert left(counter) == [10]
    scan_member(counter)
    counter.keys = 0
    assert [held.left for held in open_passes(counter).held] == [10]
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.toast is not None, "the use said")
    assert counter.keys == 2
    assert left(counter) == [9]
    counter.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: left(counter) == [10], "the use taken back")


def test_several_uses_are_taken_at_once_and_offline_only_one_a_day(counter: Counter) -> None:
    buy(counter)
    scan_member(counter)
    counter.type("3")
    open_passes(counter)
    counter.press(Qt.Key.Key_Return)
    until(lambda: left(counter) == [7], "three uses")
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    open_passes(counter)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.toast is not None, "why not")
    assert left(counter) == [7]
    assert isinstance(counter.session.mode, PassesMode), "the list stays, nothing is lost"


def test_without_a_member_the_till_says_what_to_do(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F8)
    until(lambda: counter.session.toast is not None, "what to do")
    assert counter.session.mode is None
