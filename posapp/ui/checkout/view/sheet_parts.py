"""What sheets share: the way back, a tab for each page, and what may be done beside a list, each by its digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QSizePolicy

from posapp.ui.checkout.file_sheet import FileButton
from posapp.ui.checkout.intents import EscPressed
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.messages import Words
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle

_PLAIN = ButtonStyle(height=48, px=16)


class BackButton(Button):
    """Esc, to be tapped; the sheet says the word."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx, ButtonStyle(ButtonKind.GHOST, 44, 16), icon="arrow-left", key="Esc", name="back")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: emit(EscPressed()))


class Tabs:
    """A button for each page, named ``NAME_page_N``; `turn` is told the page that was tapped, from 0."""

    def __init__(self, ctx: UiContext, name: str, count: int, turn: Callable[[int], None]) -> None:
        self._ctx = ctx
        self.buttons = [Button(ctx, _PLAIN, name=f"{name}_page_{place + 1}") for place in range(count)]
        _connect(self.buttons, turn)

    def show(self, pages: Sequence[Words], chosen: int) -> None:
        """Put the words into the language, and mark the page in sight."""
        for place, (button, words) in enumerate(zip(self.buttons, pages, strict=True)):
            button.set(self._ctx.text(words), chosen=place == chosen)


class DigitButtons:
    """What may be done, named ``NAME_do_N`` and struck by its digit; `act` is told the place, from 0."""

    def __init__(self, ctx: UiContext, name: str, most: int, act: Callable[[int], None]) -> None:
        self._ctx = ctx
        self.buttons = [Button(ctx, _PLAIN, key=str(place + 1), name=f"{name}_do_{place + 1}") for place in range(most)]
        _connect(self.buttons, act)

    def show(self, actions: Sequence[FileButton]) -> None:
        """Show these and no others."""
        for place, button in enumerate(self.buttons):
            action = actions[place] if place < len(actions) else None
            button.setVisible(action is not None)
            if action is not None:
                button.set(self._ctx.text(action.label), enabled=action.enabled)


def _connect(buttons: Sequence[Button], tell: Callable[[int], None]) -> None:
    for place, button in enumerate(buttons):
        button.clicked.connect(lambda _checked=False, place=place: tell(place))
