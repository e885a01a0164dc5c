"""The bundled typefaces: Inter for Latin and digits, Noto Sans SC for hanzi, both variable in weight (ux.md §3).

Qt registers only the default instance of a variable application font, so the weight is set on the axis, not by
`QFont.setWeight`, which would embolden artificially.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from posapp.resources import resource_path

REGULAR = 400
MEDIUM = 500
SEMIBOLD = 600
BOLD = 700

_TEXT_FACE = "Inter Till"
_DISPLAY_FACE = "Inter Display Till"
_HANZI_FACE = "Noto Sans SC Till"
_FILES = ("InterTill.ttf", "InterDisplayTill.ttf", "NotoSansSCTill.otf")
_DISPLAY_FROM_PX = 26


class FontLoadError(RuntimeError):
    """A bundled font file is damaged; the till would show empty boxes instead of hanzi."""


@cache
def load_fonts() -> None:
    """Register the bundled fonts with the running application, once; about a millisecond each."""
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(resource_path("fonts", name))) < 0:
            raise FontLoadError(f"bundled font cannot be loaded: {name}")


@cache
def font(px: int, weight: int = REGULAR, *, strike: bool = False) -> QFont:
    """The font of a pixel size and weight, with digits of equal width and the tracking of ux.md §3."""
    load_fonts()
    face = QFont()
    display = px >= _DISPLAY_FROM_PX
    face.setFamilies([_DISPLAY_FACE if display else _TEXT_FACE, _HANZI_FACE])
    face.setPixelSize(px)
    face.setVariableAxis(QFont.Tag("wght"), float(weight))
    face.setFeature(QFont.Tag("tnum"), 1)
    face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 97.5 if display else (99.2 if px < 18 else 98.5))
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    face.setStrikeOut(strike)
    return face


@cache
def metrics(px: int, weight: int = REGULAR) -> QFontMetricsF:
    """The measures of `font`."""
    return QFontMetricsF(font(px, weight))
