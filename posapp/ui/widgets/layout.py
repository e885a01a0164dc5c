"""Rows and columns of widgets in one call."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Item: TypeAlias = QWidget | QLayout | int | None
"""A widget, a layout, a fixed gap in pixels, or None for a stretch."""

Margins: TypeAlias = tuple[int, int, int, int]


def _fill(box: QBoxLayout, items: tuple[Item | tuple[Item, int], ...], spacing: int, margins: Margins) -> None:
    box.setSpacing(spacing)
    box.setContentsMargins(*margins)
    for entry in items:
        item, stretch = entry if isinstance(entry, tuple) else (entry, 0)
        if item is None:
            box.addStretch(max(1, stretch))
        elif isinstance(item, int):
            box.addSpacing(item)
        elif isinstance(item, QLayout):
            box.addLayout(item, stretch)
        else:
            box.addWidget(item, stretch)


def row(
    *items: Item | tuple[Item, int], spacing: int = 0, margins: Margins = (0, 0, 0, 0), into: QWidget | None = None
) -> QHBoxLayout:
    """Items side by side; a pair gives the stretch."""
    box = QHBoxLayout() if into is None else QHBoxLayout(into)
    _fill(box, items, spacing, margins)
    return box


def column(
    *items: Item | tuple[Item, int], spacing: int = 0, margins: Margins = (0, 0, 0, 0), into: QWidget | None = None
) -> QVBoxLayout:
    """Items one below the other; a pair gives the stretch."""
    box = QVBoxLayout() if into is None else QVBoxLayout(into)
    _fill(box, items, spacing, margins)
    return box
