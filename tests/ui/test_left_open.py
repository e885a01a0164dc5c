"""A program that is killed in the middle of a sale leaves what stands on the counter, once, to its next start."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application import holding
from posapp.ui.checkout.session import CompleteMode
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, scan_member, until

Killed = Callable[[], Counter]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def killed(counter: Counter, tmp_path: Path, make_window: MakeWindow) -> Iterator[Killed]:
    """The till as it starts again: on a copy of its folder while it runs, which is what a killed program leaves."""
    again: list[Counter] = []

    def start_again() -> Counter:
        folder = tmp_path.with_name(f"{tmp_path.name}-{len(again)}")
        # A receipt that is just being written loses its passing name while the folder is copied.
        shutil.copytree(tmp_path, folder, ignore=shutil.ignore_patterns("*.part"))
        again.append(open_counter(folder, make_window(), founded=True, clock=counter.clock))
        return again[-1]

    yield start_again
    for each in again:
        each.close()


def kept(counter: Counter) -> int:
    """How many lines a next start would find."""
    cart = holding.left_open(counter.presenter.till)
    return len(cart.lines) if cart is not None else 0


def test_goods_and_member_are_there_again_and_one_undo_clears_them(counter: Counter, killed: Killed) -> None:
    counter.scan_goods("明前龙井")
    counter.type("0.75")
    counter.press(Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    until(lambda: counter.figures == ["×1", "0.75 kg"], "tea, and jujubes by weight")
    scan_member(counter)
    due = counter.session.quote.due
    until(lambda: kept(counter) == 2, "the basket on the disk")
    after = killed()
    until(lambda: after.session.quote.due == due, "the same basket at the same price")
    assert after.session.basket.cart == counter.session.basket.cart
    assert after.figures == ["×1", "0.75 kg"]
    assert after.session.toast is not None
    assert after.session.toast.title.key == "toast.left_open"
    after.press(Qt.Key.Key_Z, CTRL)
    assert not after.session.basket.cart.lines
    until(lambda: kept(after) == 0, "nothing is left")


def test_what_was_sold_or_parked_since_does_not_come_again(counter: Counter, killed: Killed) -> None:
    counter.scan_goods("明前龙井")
    until(lambda: kept(counter) == 1, "the basket on the disk")
    basket = counter.session.basket.cart
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "paid")
    # As if the program had been killed before it could clear what it kept.
    holding.keep_open(counter.presenter.till, basket)
    assert killed().session.basket.cart.lines == ()
    counter.scan_goods("手冲 耶加")
    until(lambda: kept(counter) == 1, "the next basket on the disk")
    parked = counter.session.basket.cart
    counter.press(Qt.Key.Key_F6)
    until(lambda: counter.session.parked == 1, "parked")
    holding.keep_open(counter.presenter.till, parked)
    after = killed()
    assert (after.session.basket.cart.lines, after.session.parked) == ((), 1)


def test_a_basket_makes_room_for_one_that_is_being_paid(counter: Counter) -> None:
    till = counter.presenter.till
    counter.scan_goods("明前龙井")
    until(lambda: kept(counter) == 1, "the basket on the disk")
    counter.press(Qt.Key.Key_F6)
    until(lambda: counter.session.parked == 1, "parked")
    paying = counter.session.basket.cart.id
    counter.scan_goods("手冲 耶加")
    until(lambda: kept(counter) == 1, "the next one on the disk")
    assert holding.left_open(till, paying) is None, "the same basket stands there already"
    assert len(holding.held_sales(till)) == 1
    other = holding.held_sales(till)[0].cart.id
    assert holding.left_open(till, other) is None
    assert [len(each.cart.lines) for each in holding.held_sales(till)] == [1, 1], "parked beside the other"
