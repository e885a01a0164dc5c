"""A slip as a picture: the same rows, on the same columns, dot for dot as the print head sets them.

It is the preview on the screen, and what is sent to the printer where it has no character for something.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from posapp.application.code_matrix import code_matrix
from posapp.application.printing.setup import Paper
from posapp.application.slip_rows import Row, Rows, Style
from posapp.hardware.columns import width

Typeface = Callable[[int, int], QFont]
"""The font of a size in pixels and a weight; it comes from whoever has the fonts."""

LINE_DOTS = 24
SPACING_DOTS = 6
_WIDE_PX, _NARROW_PX = 24, 19
_REGULAR, _BOLD = 500, 700
_MARGIN_DOTS = 24
_IN_CELL = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
_MISSING = "〓"
"""What a Chinese printer sets for a character that it does not have."""


def line_picture(row: Row, paper: Paper, typeface: Typeface) -> QImage:
    """One row, black on white, as wide as the print head; a tall row is twice as high."""
    stretch = 2 if row.style is Style.TALL else 1
    image = QImage(paper.dots, LINE_DOTS * stretch, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(1, stretch)
    _set_line(painter, row, paper, typeface)
    painter.end()
    return image


def picture(rows: Rows, paper: Paper, typeface: Typeface) -> QImage:
    """The whole slip with a margin of paper around it."""
    parts = [_part(row, paper, typeface) for row in rows]
    height = sum(part.height() + SPACING_DOTS for part in parts)
    image = QImage(paper.dots + 2 * _MARGIN_DOTS, height + 2 * _MARGIN_DOTS, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    top = _MARGIN_DOTS
    for part in parts:
        painter.drawImage(_MARGIN_DOTS + (paper.dots - part.width()) // 2, top, part)
        top += part.height() + SPACING_DOTS
    painter.end()
    return image


def code_picture(content: str, module_dots: int) -> QImage:
    """A QR code, `module_dots` for each module."""
    matrix = code_matrix(content)
    image = QImage(len(matrix), len(matrix), QImage.Format.Format_Grayscale8)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            image.setPixelColor(x, y, QColor(Qt.GlobalColor.black if dark else Qt.GlobalColor.white))
    return image.scaled(image.width() * module_dots, image.height() * module_dots)


def module_dots(content: str, paper: Paper) -> int:
    """How large a module may be, so that the code takes about half of the paper and phones read it easily."""
    return max(3, min(8, paper.dots // 2 // len(code_matrix(content))))


def _part(row: Row, paper: Paper, typeface: Typeface) -> QImage:
    if row.style is Style.QR:
        return code_picture(row.text, module_dots(row.text, paper))
    return line_picture(row, paper, typeface)


def _set_line(painter: QPainter, row: Row, paper: Paper, typeface: Typeface) -> None:
    column_dots = paper.dots // paper.columns
    weight = _REGULAR if row.style is Style.PLAIN else _BOLD
    place = 0
    for character in row.text:
        taken = width(character)
        if character != " ":
            face = typeface(_NARROW_PX if taken == 1 else _WIDE_PX, weight)
            known = QFontMetrics(face).inFontUcs4(ord(character))
            painter.setFont(face)
            cell = QRectF(place * column_dots, 0, taken * column_dots, LINE_DOTS)
            painter.drawText(cell, _IN_CELL, character if known else _MISSING)
        place += taken
