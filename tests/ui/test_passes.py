"""F8 in the real window: buy a pass with the goods, use it by two keys or let it settle a line by one, take it back."""

from __future__ import annotations

from PySide6.QtCore import Qt

from posapp.application.passes import held_passes
from posapp.domain.amounts import Money
from posapp.ui.checkout.screen_passes import pass_changes
from posapp.ui.checkout.session import CompleteMode, SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.view.cart_list import LINE_ROLE, CartList
from posapp.ui.checkout.view.price_ladder import PriceLadder
from posapp.ui.checkout.wallet_modes import PassesMode
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


def with_coffee(counter: Counter) -> None:
    """林晓梅 holds a ten-coffee pass, and two large oat lattes and a tin of tea are on the counter."""
    buy(counter)
    counter.press(Qt.Key.Key_Escape)
    counter.scan_goods("燕麦拿铁 大杯")
    counter.type("2*")
    until(lambda: counter.session.basket.cart.lines[0].quantity.milli == 2000, "two lattes")
    counter.scan_goods("明前龙井")
    scan_member(counter)
    counter.keys = 0


def completed(counter: Counter) -> CompleteMode:
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    return mode


def ladder(counter: Counter) -> str:
    """What a screen reader says of the price ladder."""
    found: PriceLadder | None = counter.window.findChild(PriceLadder)
    assert found is not None
    return found.accessibleName()


def settled(counter: Counter) -> int:
    return sum(each.units for each in counter.session.quote.passes)


def test_one_key_lets_the_pass_settle_a_line_and_again_takes_it_off(counter: Counter) -> None:
    with_coffee(counter)
    before = counter.session.quote.due
    counter.press(Qt.Key.Key_F8)
    until(lambda: settled(counter) == 1, "one coffee by the pass")
    assert counter.keys == 1
    assert counter.session.mode is None
    assert before - counter.session.quote.due == Money(2210), "a latte at 85 折"
    until(lambda: "次卡 −26.00" in ladder(counter), "the row of the pass")
    assert ladder(counter).startswith("商品原价 180.00, 次卡 −26.00, 会员折扣 −23.10")
    line = counter.window.findChild(CartList).model().index(0, 0).data(LINE_ROLE)  # type: ignore[union-attr]
    assert [(each.icon, each.amount_fen) for each in line.adjustments] == [("coffee", -2600), ("percentage", -390)]
    counter.press(Qt.Key.Key_F8)
    until(lambda: settled(counter) == 0, "taken off")
    counter.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: settled(counter) == 1, "undone")
    counter.press(Qt.Key.Key_F10)
    mode = completed(counter)
    assert left(counter) == [9]
    (change,) = pass_changes(mode, counter.presenter.till.programme, "zh_CN")
    assert change.change == "−1"
    counter.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: left(counter) == [10], "the sale undone, the use back")


def test_n_f8_settles_n_and_no_more_than_there_is(counter: Counter) -> None:
    with_coffee(counter)
    counter.type("3")
    counter.press(Qt.Key.Key_F8)
    until(lambda: settled(counter) == 2, "both coffees")
    assert counter.session.toast is not None
    assert counter.session.toast.title.key == "passes.only_so_many"
    counter.type("-")
    until(lambda: len(counter.session.quote.lines) == 1, "the tea taken out")
    counter.type("1")
    counter.press(Qt.Key.Key_F8)
    until(lambda: settled(counter) == 1, "one of them")


def test_a_member_known_by_the_phone_alone_is_asked_for_the_code(counter: Counter) -> None:
    buy(counter)
    counter.press(Qt.Key.Key_Escape)
    counter.scan_goods("燕麦拿铁 大杯")
    counter.type("13857166021/")
    until(lambda: counter.session.basket.member is not None, "the member by phone")
    counter.press(Qt.Key.Key_F8)
    until(lambda: counter.session.toast is not None, "why not")
    assert settled(counter) == 0
    scan_member(counter)
    until(lambda: settled(counter) == 1, "the code was all that lacked")


def test_without_a_member_the_till_says_what_to_do(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F8)
    until(lambda: counter.session.toast is not None, "what to do")
    assert counter.session.mode is None
