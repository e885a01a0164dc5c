"""Tabler outline icons, tinted and rasterised once a size and colour (ux.md §3)."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from posapp.resources import resource_path

_SMALL_PX = 18
_LARGE_PX = 26


@cache
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def icon_pixmap(name: str, px: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """An icon of `px` logical pixels in a ``#RRGGBB`` colour for a screen of that pixel ratio.

    The stroke is a little heavier when small and lighter when large, to keep one optical weight.
    """
    svg = _source(name).replace("currentColor", colour)
    if px <= _SMALL_PX:
        svg = svg.replace('stroke-width="2"', 'stroke-width="2.1"')
    elif px >= _LARGE_PX:
        svg = svg.replace('stroke-width="2"', 'stroke-width="1.75"')
    side = max(1, round(px * ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
