"""What the pages of the customer's display have in common: the code, a text that fits, a large sum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from posapp.application.code_matrix import code_matrix
from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.painting import LEFT, RIGHT, paint_text, text_width

_QUIET_MODULES = 4

matrix_of = lru_cache(maxsize=4)(code_matrix)


def paint_code(painter: QPainter, area: QRectF, content: str) -> None:
    """A QR code on white with its quiet zone, dark on light whatever the theme: scanners expect that."""
    matrix = matrix_of(content)
    modules = len(matrix) + 2 * _QUIET_MODULES
    size = area.width() / modules
    painter.fillRect(area, Qt.GlobalColor.white)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for y, line in enumerate(matrix, start=_QUIET_MODULES):
        for x, dark in enumerate(line, start=_QUIET_MODULES):
            if dark:
                module = QRectF(area.left() + x * size, area.top() + y * size, size, size)
                painter.fillRect(module.toAlignedRect(), QColor("#0E1713"))
    painter.restore()


def paint_fitting(
    painter: QPainter,
    ctx: UiContext,
    area: QRectF,
    text: str,
    sizes: Sequence[int],
    weight: int,
    token: str,
    align: Qt.AlignmentFlag = LEFT,
) -> float:
    """One line in the largest of `sizes` that fits, else in the smallest; returns the painted width."""
    fitting = (size for size in sizes if text_width(text, ctx.font(size, weight)) <= area.width())
    size = next(fitting, sizes[-1])
    return paint_text(painter, area, text, ctx.font(size, weight), ctx.hex(token), align)


def paint_sum(painter: QPainter, ctx: UiContext, area: QRectF, text: str, px: int, token: str) -> None:
    """A sum from the left with a smaller ¥ before it on the same baseline, smaller where it would not fit."""
    while px > 40 and text_width(text, ctx.font(px, fonts.BOLD)) + px * 0.4 > area.width():
        px -= 4
    sign, digits = ctx.font(round(px * 0.45), fonts.SEMIBOLD), ctx.font(px, fonts.BOLD)
    gap = px * 0.08
    baseline = area.bottom() - 4
    painter.setPen(ctx.colour(token))
    painter.setFont(sign)
    painter.drawText(QPointF(area.left(), baseline), "¥")
    painter.setFont(digits)
    painter.drawText(QPointF(area.left() + text_width("¥", sign) + gap, baseline), text)


def paint_struck(painter: QPainter, ctx: UiContext, area: QRectF, text: str, px: int) -> None:
    """A former price, struck through, from the right."""
    font = ctx.font(px, strike=True)
    paint_text(painter, area, text, font, ctx.hex("t3"), RIGHT)
