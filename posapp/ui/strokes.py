"""A key with its modifiers, and how it is written: ``Ctrl Shift R``, as its caps stand on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto


class Mods(Flag):
    """Modifier keys."""

    NONE = 0
    SHIFT = auto()
    CTRL = auto()
    ALT = auto()


_WORDS = ((Mods.CTRL, "Ctrl"), (Mods.ALT, "Alt"), (Mods.SHIFT, "Shift"))


@dataclass(frozen=True, slots=True)
class KeyStroke:
    """A key by name, with its modifiers.

    Names are ``F1`` … ``F12``, ``Enter``, ``Esc``, ``Up``, ``Down``, ``Left``, ``Right``, ``PageUp``, ``PageDown``,
    ``Delete``, ``Insert``, or one character (letters in upper case).
    """

    key: str
    mods: Mods = Mods.NONE

    @property
    def chord(self) -> str:
        """As it is written: modifiers first.  Shift is left out of a character that needs it, such as ``*``."""
        shown = self.mods if len(self.key) > 1 or self.key.isalnum() else self.mods & ~Mods.SHIFT
        return " ".join((*(word for mod, word in _WORDS if mod in shown), self.key))


def read_chord(text: str) -> KeyStroke:
    """The inverse of `KeyStroke.chord`."""
    *words, key = text.split(" ")
    mods = Mods.NONE
    for mod, word in _WORDS:
        if word in words:
            mods |= mod
    return KeyStroke(key, mods)
