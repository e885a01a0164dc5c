"""Which columns a window has room for (ux.md §4)."""

from __future__ import annotations

from enum import StrEnum

_WIDE_FROM = 1700
_NARROW_TO = 1280


class Grid(StrEnum):
    """Which columns there is room for, by the width at 100 % scale (ux.md §4)."""

    NARROW = "narrow"
    STANDARD = "standard"
    WIDE = "wide"


def grid_for(width: int, scale_percent: int) -> Grid:
    """The grid of a window of that many pixels at that scale."""
    design = width * 100 // scale_percent
    if design <= _NARROW_TO:
        return Grid.NARROW
    return Grid.WIDE if design >= _WIDE_FROM else Grid.STANDARD
