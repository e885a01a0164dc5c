"""The number comes before its goods where a supermarket's habits are kept, and before the first goods everywhere."""

from __future__ import annotations

import pytest

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.line_keys import number_before
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.keymap import Preset
from tests.unit.ui.checkout.counter import completed, names, scan
from tests.unit.ui.checkout.shells import PlainShell


@pytest.fixture
def supermarket(desk: CheckoutPresenter) -> CheckoutPresenter:
    desk.handle(do.FunctionKey(1))
    desk.handle(do.PresetChosen(list(Preset).index(Preset.SUPERMARKET)))
    desk.handle(do.EscPressed())
    return desk


def quantities(shell: PlainShell) -> list[str]:
    return [line.quantity for line in shell.state.cart.lines]


def test_the_number_is_for_the_goods_that_come(supermarket: CheckoutPresenter, shell: PlainShell) -> None:
    supermarket.handle(do.QuantityKey("3"))
    assert number_before(supermarket.session.toast) == "3"
    scan(supermarket, "明前龙井")
    supermarket.handle(do.QuantityKey("2"))
    scan(supermarket, "手工黄油曲奇", "有机全脂牛奶")
    assert quantities(shell) == ["3", "2", "1"], "it is for the next goods and no others"


def test_a_line_that_was_chosen_is_meant_itself(supermarket: CheckoutPresenter, shell: PlainShell) -> None:
    scan(supermarket, "明前龙井", "手工黄油曲奇")
    supermarket.handle(do.LineMoved(-1))
    supermarket.handle(do.QuantityKey("5"))
    assert quantities(shell) == ["5", "1"]


def test_what_is_said_no_more_holds_no_more(supermarket: CheckoutPresenter, shell: PlainShell) -> None:
    supermarket.handle(do.QuantityKey("3"))
    supermarket.handle(do.EscPressed())
    scan(supermarket, "明前龙井")
    supermarket.handle(do.QuantityKey("4"))
    supermarket.handle(do.ScanReceived("6900000000001"))
    scan(supermarket, "手工黄油曲奇")
    assert quantities(shell) == ["1", "1"], "another notice took its place"


def test_it_is_a_number_and_fits_the_goods(supermarket: CheckoutPresenter, shell: PlainShell) -> None:
    for typed in ("", "0", "x"):
        supermarket.handle(do.QuantityKey(typed))
        assert number_before(supermarket.session.toast) == ""
    supermarket.handle(do.QuantityKey("1.5"))
    scan(supermarket, "明前龙井")
    assert names(shell) == [], "half a tin is none"
    supermarket.handle(do.QuantityKey("0.5"))
    supermarket.handle(do.QuickItemChosen(4))
    assert quantities(shell) == ["1"], "half a kilogram of what is sold by 500 g"


def test_after_a_sale_it_is_for_the_next_one(supermarket: CheckoutPresenter, shell: PlainShell) -> None:
    scan(supermarket, "明前龙井")
    supermarket.handle(do.CashKey(""))
    assert completed(shell)
    supermarket.handle(do.QuantityKey("3"))
    scan(supermarket, "手工黄油曲奇")
    assert quantities(shell) == ["3"]


def test_with_the_other_habits_it_is_for_the_line_and_before_the_first_for_what_comes(
    desk: CheckoutPresenter, shell: PlainShell
) -> None:
    desk.handle(do.QuantityKey("2"))
    scan(desk, "明前龙井", "手工黄油曲奇")
    desk.handle(do.QuantityKey("3"))
    assert quantities(shell) == ["2", "3"]
