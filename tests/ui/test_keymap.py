"""The overlay of keys by real keys: presets, keys of one's own, refusals, and the same after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from posapp.ui.checkout.price_modes import PriceMode
from posapp.ui.checkout.session import KeymapMode, LookupMode, TenderMode
from posapp.ui.checkout.sheets import KeymapSheet
from posapp.ui.checkout.staff_modes import SignInMode
from posapp.ui.i18n import Language
from posapp.ui.keymap import COMMANDS, Preset
from tests.ui.counters import open_counter, until
from tests.ui.fitting import misfits
from tests.ui.test_staff import ALT, CTRL, SHIFT, asked, lock, pin

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import MakeWindow
    from tests.ui.counters import Counter


def overlay(counter: Counter) -> KeymapMode:
    mode = counter.session.mode
    assert isinstance(mode, KeymapMode)
    return mode


def said(counter: Counter) -> str:
    notice = overlay(counter).notice
    return notice.title.key if notice is not None else ""


def choose(counter: Counter, chord: str) -> None:
    """Down to a row, and Enter."""
    here = list(COMMANDS).index(overlay(counter).chord) if overlay(counter).chord else -1
    by = list(COMMANDS).index(chord) - here
    for _ in range(abs(by)):
        counter.press(Qt.Key.Key_Down if by > 0 else Qt.Key.Key_Up)
    assert overlay(counter).chord == chord
    counter.press(Qt.Key.Key_Return)
    assert overlay(counter).waiting


def test_pospal_habits_find_the_member_on_f9_and_are_there_after_a_restart(
    counter: Counter, tmp_path: Path, make_window: MakeWindow
) -> None:
    counter.press(Qt.Key.Key_F1)
    counter.press(Qt.Key.Key_2)
    until(lambda: counter.session.keymap.preset is Preset.POSPAL, "chosen")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    counter.scan_goods("明前龙井")
    counter.type("6021")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, LookupMode), "the members")
    counter.press(Qt.Key.Key_Escape)
    counter.press(Qt.Key.Key_F2)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    assert misfits(counter.window) == []
    counter.close()
    again = open_counter(tmp_path, make_window(), founded=True)
    try:
        assert again.session.keymap.preset is Preset.POSPAL
        again.press(Qt.Key.Key_F9)
        until(lambda: isinstance(again.session.mode, LookupMode), "the members")
    finally:
        again.close()


def test_supermarket_habits_set_a_price_on_the_keypads_slash_and_find_the_member_with_f7(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F1)
    counter.press(Qt.Key.Key_3)
    until(lambda: counter.session.keymap.preset is Preset.SUPERMARKET, "chosen")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    counter.scan_goods("明前龙井")
    assert misfits(counter.window) == []
    counter.type("85")
    counter.press(Qt.Key.Key_Slash, Qt.KeyboardModifier.KeypadModifier)
    until(lambda: isinstance(counter.session.mode, PriceMode), "a price by hand")
    assert isinstance(counter.session.mode, PriceMode)
    assert counter.session.mode.text == "85"
    counter.press(Qt.Key.Key_Escape)
    counter.type("6021")
    counter.press(Qt.Key.Key_F7)
    until(lambda: isinstance(counter.session.mode, LookupMode), "the members")


def test_a_key_of_ones_own_does_it_and_the_old_one_no_longer(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F1)
    choose(counter, "Ctrl L")
    counter.press(Qt.Key.Key_F5, CTRL)
    until(lambda: said(counter) == "keys.given", "given")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    counter.press(Qt.Key.Key_L, CTRL)
    QTest.qWait(50)
    assert counter.session.over is None
    counter.press(Qt.Key.Key_F5, CTRL)
    until(lambda: isinstance(counter.session.over, SignInMode), "locked")


def sign_in(counter: Counter, place: Qt.Key, number: str, digits: str) -> None:
    """Lock the till by whichever key does that, and let somebody else in."""
    lock(counter)
    counter.press(place, ALT)
    until(lambda: asked(counter).number == number, "chosen")
    pin(counter, digits)
    until(lambda: counter.session.over is None, "signed in")


def have_alone(counter: Counter, preset: Qt.Key, habit: Preset) -> None:
    """F1, for oneself alone, and whose habits; what the overlay shows is what holds."""
    counter.press(Qt.Key.Key_F1)
    counter.press(Qt.Key.Key_5)
    until(lambda: said(counter) == "keys.now_alone", "keys of one's own")
    assert misfits(counter.window) == []
    counter.press(preset)
    until(lambda: counter.session.keymap.preset is habit, "chosen")
    sheet = counter.window.view.sheet
    assert isinstance(sheet, KeymapSheet)
    assert (sheet.keymap.preset, sheet.alone, sheet.cashier) == (habit, True, counter.presenter.cashier.name)
    counter.press(Qt.Key.Key_Escape)


def finds_member(counter: Counter, key: Qt.Key) -> None:
    counter.type("6021")
    counter.press(key)
    until(lambda: isinstance(counter.session.mode, LookupMode), "the members")
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "closed")


def test_each_cashier_has_their_own_keys_and_all_others_the_tills(
    counter: Counter, tmp_path: Path, make_window: MakeWindow
) -> None:
    have_alone(counter, Qt.Key.Key_2, Preset.POSPAL)
    sign_in(counter, Qt.Key.Key_2, "1002", "2468")
    assert counter.session.keymap.preset is Preset.STANDARD, "what the first one chose is nothing to the second"
    have_alone(counter, Qt.Key.Key_3, Preset.SUPERMARKET)
    finds_member(counter, Qt.Key.Key_F7)
    sign_in(counter, Qt.Key.Key_1, "1001", "1379")
    finds_member(counter, Qt.Key.Key_F9)
    sign_in(counter, Qt.Key.Key_4, "2001", "8024")
    finds_member(counter, Qt.Key.Key_F2)
    counter.close()
    again = open_counter(tmp_path, make_window(), founded=True)
    try:
        finds_member(again, Qt.Key.Key_F2)
        sign_in(again, Qt.Key.Key_2, "1002", "2468")
        finds_member(again, Qt.Key.Key_F7)
        sign_in(again, Qt.Key.Key_1, "1001", "1379")
        finds_member(again, Qt.Key.Key_F9)
    finally:
        again.close()


def test_back_to_everybodys_keys_and_a_tap_chooses_the_own_ones_again(counter: Counter) -> None:
    have_alone(counter, Qt.Key.Key_2, Preset.POSPAL)
    counter.press(Qt.Key.Key_F1)
    counter.press(Qt.Key.Key_4)
    until(lambda: said(counter) == "keys.now_shared", "everybody's")
    assert (counter.session.keymap.preset, counter.session.own_keys) == (Preset.STANDARD, False)
    counter.press(Qt.Key.Key_3)
    until(lambda: counter.session.keymap.preset is Preset.SUPERMARKET, "chosen for all")
    alone = counter.window.findChild(QAbstractButton, "keys_alone")
    assert alone is not None
    assert alone.text() == "只给陈思雨"
    QTest.mouseClick(alone, Qt.MouseButton.LeftButton)
    until(lambda: counter.session.own_keys, "own keys again")
    counter.press(Qt.Key.Key_Escape)
    finds_member(counter, Qt.Key.Key_F9)
    sign_in(counter, Qt.Key.Key_2, "1002", "2468")
    finds_member(counter, Qt.Key.Key_F7)


def test_what_is_taken_or_fixed_is_refused_in_a_sentence_and_changes_nothing(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F1)
    choose(counter, "Ctrl L")
    for key, modifier, words in (
        (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier, "keys.is_taken"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "keys.is_fixed"),
        (Qt.Key.Key_3, ALT, "keys.is_fixed"),
        (Qt.Key.Key_F6, SHIFT, "keys.is_taken"),
        (Qt.Key.Key_7, Qt.KeyboardModifier.NoModifier, "keys.is_fixed"),
    ):
        counter.press(key, modifier)
        until(lambda words=words: said(counter) == words, words)  # type: ignore[misc]
        assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    assert not overlay(counter).waiting
    assert counter.session.keymap.own == {}


def test_del_gives_a_key_back_and_f1_leaves(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F1)
    choose(counter, "F7")
    counter.press(Qt.Key.Key_Insert)
    until(lambda: counter.session.keymap.shown("F7") == "Insert", "given")
    counter.press(Qt.Key.Key_Delete)
    until(lambda: counter.session.keymap.own == {}, "given back")
    counter.press(Qt.Key.Key_F1)
    until(lambda: counter.session.mode is None, "left")


def test_the_bar_follows_and_a_tap_on_it_does_the_same(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F1)
    counter.press(Qt.Key.Key_2)
    choose(counter, "F12")
    counter.press(Qt.Key.Key_F12, CTRL)
    choose(counter, "Ctrl L")
    counter.press(Qt.Key.Key_F12)
    until(lambda: counter.session.keymap.means("F12") == "Ctrl L", "given")
    counter.press(Qt.Key.Key_Escape)
    bar = {name: counter.window.findChild(QAbstractButton, name) for name in ("f9", "f12")}
    assert {name: cell.text() for name, cell in bar.items() if cell is not None} == {"f9": "会员", "f12": "锁台、换人"}
    for name, kind in (("f9", LookupMode), ("f12", SignInMode)):
        cell = bar[name]
        assert cell is not None
        QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
        until(lambda kind=kind: isinstance(counter.session.over or counter.session.mode, kind), name)  # type: ignore[misc]
        counter.press(Qt.Key.Key_Escape)


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1920, 1080)])
def test_the_overlay_fits(make_window: MakeWindow, tmp_path: Path, size: tuple[int, int]) -> None:
    window = make_window(size=size, language=Language.EN)
    counter = open_counter(tmp_path, window)
    try:
        counter.window.set_language(Language.EN)
        counter.press(Qt.Key.Key_F1)
        assert misfits(window) == []
        choose(counter, "F9")
        assert misfits(window) == []
        counter.press(Qt.Key.Key_F3)
        until(lambda: said(counter) == "keys.is_taken", "refused")
        assert misfits(window) == []
    finally:
        counter.close()
