"""Colour and measure tokens, light and dark (ux.md §3); the only place where a colour is written down.

Pure Python: the contrast audit in the tests reads `TEXT_PAIRS` and `OUTLINE_PAIRS` without a QApplication.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

RADIUS_CHIP: Final = 6
RADIUS_CONTROL: Final = 8
RADIUS_PANEL: Final = 12
RADIUS_DIALOG: Final = 16


class ThemeName(StrEnum):
    """The two colour schemes."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class CardArt:
    """The face of a member card, the one decorated surface: a gradient, its foil colour and its ink."""

    start: str
    end: str
    foil: str
    ink: str = "#FFFFFF"
    ink_soft: str = "#CFE3DB"


@dataclass(frozen=True, slots=True)
class Theme:
    """One colour scheme. Names are roles, not hues; values are ``#RRGGBB``."""

    name: ThemeName
    bg: str
    surface: str
    sunken: str
    raised: str
    key_bg: str
    border: str
    strong: str
    t1: str
    t2: str
    t3: str
    accent: str
    accent_hover: str
    accent_soft: str
    accent_line: str
    on_accent: str
    warn: str
    warn_soft: str
    warn_line: str
    danger: str
    danger_soft: str
    danger_line: str
    ink_soft: str
    scrim: str
    scrim_alpha: int

    def hex(self, token: str) -> str:
        """The colour of a token. Raises AttributeError for a name that is no token."""
        value = getattr(self, token)
        if not isinstance(value, str) or not value.startswith("#"):
            raise AttributeError(f"{token!r} is not a colour token")
        return value


LIGHT: Final = Theme(
    name=ThemeName.LIGHT,
    bg="#F2F4F3",
    surface="#FFFFFF",
    sunken="#EBEFED",
    raised="#FFFFFF",
    key_bg="#FFFFFF",
    border="#D8DEDB",
    strong="#7D8983",
    t1="#0E1713",
    t2="#36413C",
    t3="#404B45",
    accent="#00573F",
    accent_hover="#00432F",
    accent_soft="#E1F1EA",
    accent_line="#9CCDB9",
    on_accent="#FFFFFF",
    warn="#6E4300",
    warn_soft="#FFF1D3",
    warn_line="#E8B85A",
    danger="#9C1515",
    danger_soft="#FDE9E7",
    danger_line="#E79A94",
    ink_soft="#D8DEDB",
    scrim="#0E1713",
    scrim_alpha=130,
)

DARK: Final = Theme(
    name=ThemeName.DARK,
    bg="#0A0E0C",
    surface="#141A17",
    sunken="#0E1311",
    raised="#1C2420",
    key_bg="#1C2420",
    border="#2A342F",
    strong="#74827B",
    t1="#F2F6F4",
    t2="#C6D0CB",
    t3="#B7C2BC",
    accent="#4ADBA8",
    accent_hover="#74E6BF",
    accent_soft="#12332A",
    accent_line="#1F6B53",
    on_accent="#03150F",
    warn="#FFC766",
    warn_soft="#33270E",
    warn_line="#7A5A17",
    danger="#FFA39B",
    danger_soft="#3B1917",
    danger_line="#8A3A34",
    ink_soft="#36413C",
    scrim="#000000",
    scrim_alpha=150,
)

THEMES: Final = MappingProxyType({ThemeName.LIGHT: LIGHT, ThemeName.DARK: DARK})

CARD_ART: Final = MappingProxyType(
    {
        "basic": CardArt("#16543F", "#0F4A38", "#D7F2E7", ink_soft="#E4F5EE"),
        "silver": CardArt("#38443F", "#1D2623", "#DDE5E1"),
        "gold": CardArt("#0C3A2F", "#06211A", "#EBCB86"),
        "diamond": CardArt("#1B2430", "#0B1017", "#BFD7FF"),
    }
)
"""Card faces by the style name that the merchant's programme gives a tier; an unknown style is shown as ``basic``."""

TEXT_PAIRS: Final = (
    *((fg, bg) for fg in ("t1", "t2", "t3") for bg in ("bg", "surface", "sunken", "raised", "key_bg", "accent_soft")),
    *((fg, bg) for fg in ("accent", "danger", "warn") for bg in ("bg", "surface", "sunken", "raised")),
    ("accent", "accent_soft"),
    ("warn", "warn_soft"),
    ("t1", "warn_soft"),
    ("danger", "danger_soft"),
    ("t1", "danger_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("surface", "t1"),
    ("ink_soft", "t1"),
)
"""(text, ground) tokens painted together: each must reach 7:1 (ux.md §3, §8)."""

OUTLINE_PAIRS: Final = (
    ("strong", "surface"),
    ("strong", "sunken"),
    ("strong", "raised"),
    ("strong", "bg"),
    ("accent", "surface"),
    ("accent", "accent_soft"),
    ("danger", "surface"),
    ("t1", "surface"),
    ("t1", "bg"),
)
"""(outline or sign, ground) tokens: each must reach 3:1."""


def contrast_ratio(first: str, second: str) -> float:
    """WCAG 2.2 contrast of two ``#RRGGBB`` colours, from 1 to 21."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    linear = []
    for start in (1, 3, 5):
        channel = int(colour[start : start + 2], 16) / 255
        linear.append(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
