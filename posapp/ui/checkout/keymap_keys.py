"""F1: the overlay of keys, the presets, and giving a key something else to do; kept for this till."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application.till_keys import keep_keys
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import KeymapMode
from posapp.ui.keymap import COMMANDS, KeyFixed, Keymap, KeyTaken, Preset
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from posapp.ui.checkout.desk import Desk

_CHORDS = tuple(COMMANDS)


class KeymapKeys:
    """The overlay: rows are chosen, a key is struck for one, and what does not go is said in a sentence."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def use(self, preset: str, own: dict[str, str]) -> None:
        """What was kept for this till; keys that a later version knows are left out."""
        known = {key: chord for key, chord in own.items() if key in COMMANDS}
        named = Preset(preset) if preset in list(Preset) else Preset.STANDARD
        self._take(Keymap(named, known))

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about keys; then it is done."""
        mode = self._owner.session.mode
        if not isinstance(mode, KeymapMode):
            if not isinstance(intent, do.FunctionKey) or intent.number != 1:
                return False
            self._owner.change(mode=KeymapMode(), toast=None)
            return True
        match intent:
            case do.FunctionKey(number=1):
                self._owner.change(mode=None)
            case do.PresetChosen(place=place):
                self._prefer(mode, list(Preset)[place])
            case do.RowMoved(by=by):
                self._select(mode, max(0, min(len(_CHORDS) - 1, _place(mode) + by)))
            case do.KeyRowChosen(chord=chord):
                self._owner.change(mode=KeymapMode(chord, waiting=True))
            case do.EnterPressed() if mode.chord:
                self._owner.change(mode=KeymapMode(mode.chord, waiting=True))
            case do.EnterPressed():
                self._owner.change(mode=None)
            case do.EscPressed() if mode.waiting:
                self._owner.change(mode=KeymapMode(mode.chord))
            case do.RemoveLine() if mode.chord:
                self._try(mode, lambda keys: keys.without(mode.chord))
            case do.KeyGiven(chord=chord):
                self._try(mode, lambda keys: keys.giving(mode.chord, chord))
            case _:
                return False
        return True

    def _select(self, mode: KeymapMode, place: int) -> None:
        self._owner.change(mode=replace(mode, chord=_CHORDS[place], waiting=False, notice=None))

    def _prefer(self, mode: KeymapMode, preset: Preset) -> None:
        """A preset is whole: keys that were given before are forgotten."""
        self._keep(Keymap(preset))
        self._owner.change(mode=KeymapMode(mode.chord, notice=_said(Tone.SUCCESS, f"keys.now_{preset.value}")))

    def _try(self, mode: KeymapMode, change: Callable[[Keymap], Keymap]) -> None:
        try:
            keymap = change(self._owner.session.keymap)
        except KeyFixed:
            self._refuse(mode, Notice(Tone.WARN, "keyboard", msg("keys.is_fixed")))
        except KeyTaken as taken:
            does = msg("keys.is_taken", what=msg(COMMANDS[taken.command]))
            self._refuse(mode, Notice(Tone.WARN, "keyboard", does))
        else:
            self._keep(keymap)
            given = msg("keys.given", what=msg(COMMANDS[mode.chord]), chord=keymap.shown(mode.chord))
            self._owner.change(mode=KeymapMode(mode.chord, notice=Notice(Tone.SUCCESS, "keyboard", given)))

    def _refuse(self, mode: KeymapMode, notice: Notice) -> None:
        self._owner.change(mode=replace(mode, notice=notice))

    def _keep(self, keymap: Keymap) -> None:
        self._take(keymap)
        owner = self._owner
        owner.work(lambda: keep_keys(owner.till, keymap.preset.value, keymap.own), lambda _none: None)

    def _take(self, keymap: Keymap) -> None:
        owner = self._owner
        owner.session = replace(owner.session, keymap=keymap)
        owner.shell.use_keymap(keymap)


def _place(mode: KeymapMode) -> int:
    return _CHORDS.index(mode.chord) if mode.chord else -1


def _said(tone: Tone, key: str) -> Notice:
    return Notice(tone, "keyboard", msg(key))
