"""Language, theme and scale: switched wherever the till is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.ui.checkout.intents import SetLanguage, SetScale, SetTheme

if TYPE_CHECKING:
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.intents import Intent


class LookKeys:
    """How the window looks and speaks."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def handle(self, intent: Intent) -> bool:
        """Whether the intent was about that; then it is done."""
        match intent:
            case SetLanguage(tag=tag):
                self._owner.language = self._owner.shell.switch_language(tag)
                self._owner.show()
            case SetTheme(name=name):
                self._owner.shell.switch_theme(name)
            case SetScale(percent=percent):
                self._owner.shell.switch_scale(percent)
            case _:
                return False
        return True
