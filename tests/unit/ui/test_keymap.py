"""Presets and keys of one's own: what a chord means, and what may not be given."""

from __future__ import annotations

import pytest

from posapp.ui.keymap import COMMANDS, PRESETS, ROWS, STANDARD, KeyFixed, Keymap, KeyTaken, Preset
from posapp.ui.shortcuts import Ignored, Where, resolve
from posapp.ui.strokes import KeyStroke, Mods, read_chord


@pytest.mark.parametrize("chord", [*COMMANDS, "Ctrl Alt Shift F12", "Insert"])
def test_a_chord_is_read_as_it_is_written(chord: str) -> None:
    assert read_chord(chord).chord == chord


def test_shift_is_no_part_of_a_character_that_needs_it() -> None:
    assert KeyStroke("*", Mods.SHIFT).chord == "*"
    assert KeyStroke("F6", Mods.SHIFT).chord == "Shift F6"


@pytest.mark.parametrize("chord", COMMANDS)
def test_every_key_that_may_be_given_does_something_in_the_standard_map(chord: str) -> None:
    """The overlay promises nothing that the map does not do."""
    outcomes = [resolve(read_chord(chord), typed, Where.CART) for typed in ("", "3")]
    assert any(not isinstance(outcome, Ignored | None) for outcome in outcomes)


def test_pospal_has_the_member_on_f9_and_pays_with_f2() -> None:
    keys = Keymap(Preset.POSPAL)
    assert (keys.means("F9"), keys.means("F2"), keys.means("Shift F9")) == ("F2", "F9", "Shift F9")
    assert (keys.shown("F2"), keys.shown("F9"), keys.shown("F3")) == ("F9", "F2", "F3")


def test_supermarkets_park_on_f6_recall_on_shift_f6_and_pay_on_f9() -> None:
    keys = Keymap(Preset.SUPERMARKET)
    assert [keys.means(chord) for chord in ("F6", "Shift F6", "F9")] == ["F6", "Shift F6", "F9"]


def test_a_supermarkets_numeric_keypad_sets_quantity_and_price_and_totals() -> None:
    keys = Keymap(Preset.SUPERMARKET)
    assert [keys.means(sign) for sign in "*/+-"] == ["*", "F7", "+", "-"]
    assert (keys.means("F7"), keys.shown("/"), keys.shown("F2")) == ("/", "F7", "F2")


@pytest.mark.parametrize("preset", Preset)
def test_no_preset_gives_a_key_twice(preset: Preset) -> None:
    keys = Keymap(preset)
    shown = [keys.shown(chord) for chord in COMMANDS]
    assert len(set(shown)) == len(shown)
    assert all(keys.means(keys.shown(chord)) == chord for chord in COMMANDS)
    assert PRESETS[preset].keys() <= COMMANDS.keys()


def test_a_key_given_away_means_nothing_until_it_is_given_again() -> None:
    keys = STANDARD.giving("Ctrl L", "Ctrl F5")
    assert (keys.means("Ctrl F5"), keys.means("Ctrl L")) == ("Ctrl L", None)
    again = keys.giving("Ctrl D", "Ctrl L")
    assert again.means("Ctrl L") == "Ctrl D"
    with pytest.raises(KeyTaken) as taken:
        again.without("Ctrl L")
    assert taken.value.command == "Ctrl D"
    assert again.without("Ctrl D").without("Ctrl L") == STANDARD


def test_what_is_taken_is_refused_and_names_what_it_does() -> None:
    with pytest.raises(KeyTaken) as taken:
        Keymap(Preset.POSPAL).giving("Ctrl L", "F9")
    assert taken.value.command == "F2"
    assert STANDARD.giving("F9", "F9") == Keymap(own={"F9": "F9"})


@pytest.mark.parametrize(
    "chord", ["Enter", "Esc", "5", "A", "Shift A", "Up", "PageDown", "Alt 3", "Ctrl V", "Alt F4", ".", " "]
)
def test_keys_that_type_move_confirm_or_edit_are_fixed(chord: str) -> None:
    with pytest.raises(KeyFixed):
        STANDARD.giving("Ctrl L", chord)


def test_sentences_name_the_keys_of_this_till() -> None:
    keys = Keymap(Preset.POSPAL).giving("Ctrl L", "Alt L")
    assert keys.in_words("按 F2 输手机号；Ctrl+L 换人收银；F12 扫码") == "按 F9 输手机号；Alt+L 换人收银；F12 扫码"
    assert keys.in_words("F20 或 XF2") == "F20 或 XF2"


def test_each_row_of_the_overlay_is_there_once() -> None:
    places = [(row.chord, row.before, row.fixed) for row in ROWS]
    assert len(set(places)) == len(places)
