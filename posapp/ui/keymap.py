"""Which key does what: the standard map (ux.md §6), presets of other tills' habits, and every key given otherwise.

A key map only translates: a chord that was pressed means the chord that does the same in the standard map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from posapp.ui.strokes import Mods, read_chord


class Preset(StrEnum):
    """Whose habits the keys follow."""

    STANDARD = "standard"
    POSPAL = "pospal"
    SUPERMARKET = "supermarket"


PRESETS: Final[Mapping[Preset, Mapping[str, str]]] = {
    Preset.STANDARD: {},
    Preset.POSPAL: {"F2": "F9", "F9": "F2"},
    # On a supermarket's numeric keypad `*` is the quantity (before its goods: `line_keys`), `/` the price and `+` the
    # total; whoever asks for a member has F7.  F6 parks, Shift+F6 recalls and F9 pays, as in the standard map.
    Preset.SUPERMARKET: {"F7": "/", "/": "F7"},
}
"""The chord that does what a chord of the standard map does; what is left out is the same."""


class Group(StrEnum):
    """Where a key stands in the overlay."""

    MEMBER = "member"
    GOODS = "goods"
    MONEY = "money"
    TILL = "till"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A chord of the standard map and the catalogue key of what it does.

    `before` is a number that is typed first.  `fixed` keys are the same on every till: they move, confirm and type.
    """

    group: Group
    chord: str
    words: str
    before: str = ""
    fixed: bool = False


_M, _G, _P, _T = Group.MEMBER, Group.GOODS, Group.MONEY, Group.TILL
ROWS: Final = (
    KeyRow(_M, "F2", "keys.find_member"),
    KeyRow(_M, "F2", "keys.last4", before="6021", fixed=True),
    KeyRow(_M, "/", "keys.pad_member", before="6021"),
    KeyRow(_M, "Shift F2", "keys.take_off"),
    KeyRow(_M, "F3", "keys.new_card"),
    KeyRow(_M, "F4", "keys.coupons"),
    KeyRow(_M, "F5", "keys.use_points", before="800"),
    KeyRow(_M, "F8", "keys.count_card"),
    KeyRow(_M, "Shift F8", "keys.passes"),
    KeyRow(_M, "Ctrl T", "keys.top_up"),
    KeyRow(_M, "Ctrl G", "keys.gifts"),
    KeyRow(_M, "Ctrl M", "keys.member_file"),
    KeyRow(_G, "*", "keys.set_quantity", before="3"),
    KeyRow(_G, "-", "keys.pad_less"),
    KeyRow(_G, "↑ ↓", "keys.choose_line", fixed=True),
    KeyRow(_G, "Delete", "keys.remove"),
    KeyRow(_G, "F7", "keys.price", before="85"),
    KeyRow(_G, "Shift F7", "keys.order_price"),
    KeyRow(_G, "Alt 1–0", "keys.quick", fixed=True),
    KeyRow(_G, "Ctrl N", "keys.new_item"),
    KeyRow(_G, "F6", "keys.park"),
    KeyRow(_G, "Shift F6", "keys.recall"),
    KeyRow(_G, "Ctrl Z", "keys.undo"),
    KeyRow(_P, "Enter", "keys.next", fixed=True),
    KeyRow(_P, "F9", "keys.pay"),
    KeyRow(_P, "F10", "keys.cash_200", before="200"),
    KeyRow(_P, "+", "keys.pad_pay", before="200"),
    KeyRow(_P, "F11", "keys.stored_value"),
    KeyRow(_P, "F12", "keys.scan"),
    KeyRow(_P, "Alt K", "keys.card"),
    KeyRow(_P, "Shift F9", "keys.returns"),
    KeyRow(_P, "Ctrl P", "keys.reprint"),
    KeyRow(_P, "Ctrl Shift P", "keys.gift_receipt"),
    KeyRow(_P, "Ctrl Shift C", "keys.print_card"),
    KeyRow(_P, "Ctrl Shift R", "keys.print_left"),
    KeyRow(_T, "F1", "keys.title"),
    KeyRow(_T, "Esc", "keys.back", fixed=True),
    KeyRow(_T, "Ctrl L", "keys.lock"),
    KeyRow(_T, "Ctrl D", "keys.drawer"),
    KeyRow(_T, "Ctrl B", "keys.shift"),
    KeyRow(_T, "Ctrl U", "keys.unsynced"),
    KeyRow(_T, "Ctrl R", "keys.report"),
    KeyRow(_T, "Ctrl E", "keys.exceptions"),
    KeyRow(_T, "Ctrl I", "keys.devices"),
    KeyRow(_T, "Ctrl 0", "keys.language"),
    KeyRow(_T, "Ctrl 9", "keys.scale"),
)
"""Every key, in the order of the overlay."""
COMMANDS: Final[Mapping[str, str]] = {row.chord: row.words for row in ROWS if not row.fixed}
"""Every chord that may be given another key, and the catalogue key of what it does."""

_OPERATORS = frozenset("+-*/")
_EDITING = frozenset({"Ctrl A", "Ctrl C", "Ctrl V", "Ctrl X", "Alt F4"})
_FUNCTION = re.compile(r"F([1-9]|1[0-2])")
_IN_WORDS = re.compile(r"\b((?:(?:Ctrl|Alt|Shift)\+)*F(?:1[0-2]|[1-9])|(?:(?:Ctrl|Alt|Shift)\+)+[A-Z0-9])\b")


class KeyFixed(Exception):
    """A key that is the same on every till: it types, moves, confirms or edits."""


class KeyTaken(Exception):
    """A key that does something else already; `command` is its chord in the standard map."""

    def __init__(self, command: str) -> None:
        super().__init__(command)
        self.command = command


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of one till: a preset, and what was given otherwise on top, by the standard chord."""

    preset: Preset = Preset.STANDARD
    own: Mapping[str, str] = field(default_factory=dict)
    _given: dict[str, str] = field(init=False, compare=False, repr=False)
    _means: dict[str, str | None] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        given = {**PRESETS[self.preset], **self.own}
        object.__setattr__(self, "_given", {key: chord for key, chord in given.items() if key != chord})
        moved: dict[str, str | None] = dict.fromkeys(self._given)
        object.__setattr__(self, "_means", moved | {chord: key for key, chord in self._given.items()})

    def shown(self, standard: str) -> str:
        """The chord to press for what this chord does in the standard map."""
        return self._given.get(standard, standard)

    def means(self, pressed: str) -> str | None:
        """The chord of the standard map that a pressed one stands for; None for a key that was taken and not given."""
        return self._means.get(pressed, pressed)

    def is_own(self, standard: str) -> bool:
        """Whether this key was given here, on top of the preset."""
        return standard in self.own

    def giving(self, standard: str, pressed: str) -> Keymap:
        """The map in which another chord does this.  Raises `KeyFixed` or `KeyTaken`."""
        if not _may_be_given(pressed):
            raise KeyFixed(pressed)
        other = self.means(pressed)
        if other is not None and other in COMMANDS and other != standard:
            raise KeyTaken(other)
        return Keymap(self.preset, {**self.own, standard: pressed})

    def without(self, standard: str) -> Keymap:
        """The map in which this has the key of the preset again.  Raises `KeyTaken` where that does something else."""
        own = {key: chord for key, chord in self.own.items() if key != standard}
        back = Keymap(self.preset, own)
        chord = back.shown(standard)
        for key in COMMANDS:
            if key != standard and back.shown(key) == chord:
                raise KeyTaken(key)
        return back

    def in_words(self, sentence: str) -> str:
        """A sentence that names keys of the standard map, with the keys of this till."""
        if not self._given:
            return sentence
        return _IN_WORDS.sub(lambda found: self.shown(found[0].replace("+", " ")).replace(" ", "+"), sentence)


STANDARD: Final = Keymap()


def _may_be_given(chord: str) -> bool:
    stroke = read_chord(chord)
    if chord in _EDITING:
        return False
    if _FUNCTION.fullmatch(stroke.key) or stroke.key in ("Delete", "Insert"):
        return True
    if stroke.mods & Mods.ALT and stroke.key.isdigit():
        return False  # quick items, and the choices of every sheet
    if stroke.mods & (Mods.CTRL | Mods.ALT):
        return len(stroke.key) == 1 and stroke.key.isascii() and stroke.key.isalnum()
    return stroke.key in _OPERATORS and not stroke.mods & ~Mods.SHIFT
