"""F1: the overlay of keys, the presets, and giving a key something else to do; kept for the till or for a cashier."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application.till_keys import ChosenKeys, choose_keys, keep_keys, read_keys
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import KeymapMode
from posapp.ui.keymap import COMMANDS, KeyFixed, Keymap, KeyTaken, Preset
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from posapp.application.till import Cashier
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.messages import Message

_CHORDS = tuple(COMMANDS)


class KeymapKeys:
    """The overlay: rows are chosen, a key is struck for one, and what does not go is said in a sentence."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def use(self, keys: ChosenKeys) -> None:
        """What was kept; keys that a later version knows are left out."""
        known = {key: chord for key, chord in keys.given.items() if key in COMMANDS}
        named = Preset(keys.preset) if keys.preset in list(Preset) else Preset.STANDARD
        self._take(Keymap(named, known), alone=keys.alone)

    def read(self, cashier: Cashier, then: Callable[[], None]) -> None:
        """Use the keys that hold for a cashier, then go on."""
        owner = self._owner

        def found(keys: ChosenKeys) -> None:
            self.use(keys)
            then()

        owner.work(lambda: read_keys(owner.till, cashier), found)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about keys; then it is done."""
        mode = self._owner.session.mode
        if not isinstance(mode, KeymapMode):
            if not isinstance(intent, do.FunctionKey) or intent.number != 1:
                return False
            self._owner.change(mode=KeymapMode(self._owner.cashier.name), toast=None)
            return True
        match intent:
            case do.FunctionKey(number=1):
                self._owner.change(mode=None)
            case do.PresetChosen(place=place):
                self._prefer(mode, list(Preset)[place])
            case do.KeysFor(alone=alone):
                self._share(mode, alone=alone)
            case do.RowMoved(by=by):
                self._select(mode, max(0, min(len(_CHORDS) - 1, _place(mode) + by)))
            case do.KeyRowChosen(chord=chord):
                self._wait(mode, chord)
            case do.EnterPressed() if mode.chord:
                self._wait(mode, mode.chord)
            case do.EnterPressed():
                self._owner.change(mode=None)
            case do.EscPressed() if mode.waiting:
                self._say(mode, None)
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
        self._say(mode, _done(msg(f"keys.now_{preset.value}")))

    def _share(self, mode: KeymapMode, *, alone: bool) -> None:
        owner, cashier = self._owner, self._owner.cashier

        def chosen(keys: ChosenKeys) -> None:
            self.use(keys)
            self._say(mode, _done(msg("keys.now_alone" if alone else "keys.now_shared", name=cashier.name)))

        owner.work(lambda: choose_keys(owner.till, cashier, alone=alone), chosen)

    def _wait(self, mode: KeymapMode, chord: str) -> None:
        self._owner.change(mode=KeymapMode(mode.cashier, chord, waiting=True))

    def _say(self, mode: KeymapMode, notice: Notice | None) -> None:
        """No key is waited for any more."""
        self._owner.change(mode=replace(mode, waiting=False, notice=notice))

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
            self._say(mode, _done(given))

    def _refuse(self, mode: KeymapMode, notice: Notice) -> None:
        self._owner.change(mode=replace(mode, notice=notice))

    def _keep(self, keymap: Keymap) -> None:
        owner, cashier = self._owner, self._owner.cashier
        keys = ChosenKeys(keymap.preset.value, keymap.own, owner.session.own_keys)
        self._take(keymap, alone=keys.alone)
        owner.work(lambda: keep_keys(owner.till, cashier, keys), lambda _none: None)

    def _take(self, keymap: Keymap, *, alone: bool) -> None:
        owner = self._owner
        owner.session = replace(owner.session, keymap=keymap, own_keys=alone)
        owner.shell.use_keymap(keymap)


def _place(mode: KeymapMode) -> int:
    return _CHORDS.index(mode.chord) if mode.chord else -1


def _done(words: Message) -> Notice:
    return Notice(Tone.SUCCESS, "keyboard", words)
