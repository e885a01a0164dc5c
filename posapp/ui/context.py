"""What every widget is given: the theme, the words and the scale. There is no global of it."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont

from posapp.ui import fonts
from posapp.ui.i18n import Translator
from posapp.ui.keymap import STANDARD
from posapp.ui.messages import Value, Words
from posapp.ui.theme import LIGHT, Theme

SCALES_PERCENT = (100, 115, 130)
_OF_KEYS = "keys."
"""What is said of the keys themselves names each as it is."""


class UiContext:
    """Theme, translator, keys and scale of one window.

    Theme, language and keys may change while widgets live: they read them at every painting and rendering. A change of
    scale needs new widgets, because sizes are fixed when a widget is made.
    """

    def __init__(self, theme: Theme = LIGHT, translator: Translator | None = None, scale_percent: int = 100) -> None:
        self.theme = theme
        self.translator = translator or Translator()
        self.scale_percent = scale_percent
        self.keymap = STANDARD
        self._colours: dict[tuple[str, str], QColor] = {}

    def px(self, base: int) -> int:
        """A length of the design at 100 % in pixels of this window."""
        return round(base * self.scale_percent / 100)

    def font(self, px: int, weight: int = fonts.REGULAR, *, strike: bool = False) -> QFont:
        """The bundled font at a design size."""
        return fonts.font(self.px(px), weight, strike=strike)

    def hex(self, token: str) -> str:
        """A colour token, or a ``#RRGGBB`` literal of the card art, as text."""
        return token if token.startswith("#") else self.theme.hex(token)

    def colour(self, token: str) -> QColor:
        """A colour token as a QColor."""
        key = (self.theme.name.value, token)
        found = self._colours.get(key)
        if found is None:
            found = self._colours[key] = QColor(self.hex(token))
        return found

    def tr(self, key: str, **params: Value) -> str:
        """A text of the catalogue; keys that it names are those of this till."""
        said = self.translator.tr(key, **params)
        return said if key.startswith(_OF_KEYS) else self.keymap.in_words(said)

    def text(self, words: Words | None) -> str:
        """A message put into the language, or data as it is."""
        said = self.translator.text(words)
        by_name = words is None or isinstance(words, str) or words.key.startswith(_OF_KEYS)
        return said if by_name else self.keymap.in_words(said)

    def cap(self, chord: str) -> str:
        """The cap of the key that does what a chord of the standard map does."""
        return self.keymap.shown(chord)
