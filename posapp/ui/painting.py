"""The few things that are painted everywhere: text, rounded boxes, key caps, icons.

All text of the till goes through `paint_text`, which knows when it had to cut, and what it painted where; audits record
that with `record_cuts` and `record_inks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.icons import icon_pixmap

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter

KEY_CAP_PX = 13
KEY_CAP_HEIGHT = 22
_SLACK = 0.75


@dataclass(frozen=True, slots=True)
class Cut:
    """A text that did not fit: what, and by how many pixels each way."""

    text: str
    over_width: float
    over_height: float


@dataclass(frozen=True, slots=True)
class Ink:
    """A text that was painted: what, in which ``#RRGGBB``, where in the picture's pixels, and on which widget."""

    text: str
    colour: str
    area: QRectF
    device: object


class _Recorder:
    """Where cuts and inks go while an audit listens; nowhere otherwise."""

    cuts: list[Cut] | None = None
    inks: list[Ink] | None = None


@contextmanager
def record_inks() -> Iterator[list[Ink]]:
    """Collect every text that is painted while the block runs, with its place in the picture."""
    previous, _Recorder.inks = _Recorder.inks, []
    try:
        yield _Recorder.inks
    finally:
        _Recorder.inks = previous


def note_ink(painter: QPainter, area: QRectF, text: str, colour: str) -> None:
    """Tell a listening audit of a text that is painted in some other way than by `paint_text`."""
    if _Recorder.inks is not None:
        _Recorder.inks.append(Ink(text, colour, painter.deviceTransform().mapRect(area), painter.device()))


@contextmanager
def record_cuts() -> Iterator[list[Cut]]:
    """Collect every text that is painted cut while the block runs."""
    previous, _Recorder.cuts = _Recorder.cuts, []
    try:
        yield _Recorder.cuts
    finally:
        _Recorder.cuts = previous


@cache
def _line_flags(align: Qt.AlignmentFlag) -> int:
    return int(align | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine)


def text_width(text: str, font: QFont) -> float:
    """The advance of a text in a font."""
    return QFontMetricsF(font).horizontalAdvance(text)


def paint_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: str,
    align: Qt.AlignmentFlag = LEFT,
) -> float:
    """Paint one line of text in `rect`, cut with an ellipsis if it must be; returns the painted width.

    The colour is ``#RRGGBB``. A rect lower than the letters counts as a cut too.
    """
    if not text:
        return 0.0
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text)
    over_width = width - rect.width()
    over_height = metrics.capHeight() + metrics.descent() - rect.height()
    if over_width > _SLACK or over_height > _SLACK:
        if _Recorder.cuts is not None:
            _Recorder.cuts.append(Cut(text, over_width, over_height))
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        width = metrics.horizontalAdvance(text)
    if _Recorder.inks is not None:
        note_ink(painter, _line_area(rect, width, metrics, align), text, colour)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, _line_flags(align), text)
    return width


def _line_area(rect: QRectF, width: float, metrics: QFontMetricsF, align: Qt.AlignmentFlag) -> QRectF:
    """Where the letters of one line stand in its room."""
    height = min(rect.height(), metrics.capHeight() * 1.3)
    area = QRectF(rect.left(), rect.center().y() - height / 2, width, height)
    if align & Qt.AlignmentFlag.AlignRight:
        area.moveRight(rect.right())
    elif align & Qt.AlignmentFlag.AlignHCenter:
        area.moveLeft(rect.center().x() - width / 2)
    return area


def paint_wrapped(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignTop,
) -> None:
    """Paint a text over several lines in `rect`, from the left."""
    flags = int(Qt.AlignmentFlag.AlignLeft | align | Qt.TextFlag.TextWordWrap)
    if _Recorder.cuts is not None:
        needed = QFontMetricsF(font).boundingRect(rect, flags, text)
        if needed.height() > rect.height() + 1.5 or needed.width() > rect.width() + 1.5:
            cut = Cut(text, needed.width() - rect.width(), needed.height() - rect.height())
            _Recorder.cuts.append(cut)
    if _Recorder.inks is not None:
        note_ink(painter, QFontMetricsF(font).boundingRect(rect, flags, text), text, colour)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, flags, text)


def paint_box(
    painter: QPainter,
    ctx: UiContext,
    rect: QRectF,
    *,
    fill: str | None = None,
    line: str | None = None,
    radius: float = 8,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """A rounded rectangle whose outline lies inside `rect`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = width / 2 if line else 0.0
    path = QPainterPath()
    path.addRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
    if fill:
        painter.fillPath(path, ctx.colour(fill))
    if line:
        pen = QPen(ctx.colour(line), width)
        if dashed:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


def paint_icon(painter: QPainter, ctx: UiContext, x: float, y: float, name: str, px: int, token: str) -> None:
    """An icon with its top left corner at x, y; `px` is a design size."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(round(x), round(y)), icon_pixmap(name, ctx.px(px), ctx.hex(token), ratio))


def key_cap_width(ctx: UiContext, text: str, px: int = KEY_CAP_PX) -> float:
    """How wide the cap of a key is."""
    return max(float(ctx.px(KEY_CAP_HEIGHT)), text_width(text, ctx.font(px, fonts.SEMIBOLD)) + ctx.px(10))


@dataclass(frozen=True, slots=True)
class CapStyle:
    """Colours of a key cap; without `fill` it is an outline on whatever lies below."""

    ink: str = "t1"
    line: str = "strong"
    fill: str | None = "key_bg"


def paint_key_cap(
    painter: QPainter, ctx: UiContext, x: float, center_y: float, text: str, style: CapStyle = CapStyle()
) -> float:
    """A key cap with its left edge at x; returns its width."""
    width = key_cap_width(ctx, text)
    height = ctx.px(KEY_CAP_HEIGHT)
    rect = QRectF(round(x) + 0.5, round(center_y - height / 2) + 0.5, round(width) - 1, height - 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ctx.colour(style.line), 1))
    painter.setBrush(ctx.colour(style.fill) if style.fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 4, 4)
    if style.fill == "key_bg":
        painter.drawLine(QPointF(rect.left() + 3, rect.bottom() - 1), QPointF(rect.right() - 3, rect.bottom() - 1))
    paint_text(painter, rect, text, ctx.font(KEY_CAP_PX, fonts.SEMIBOLD), ctx.hex(style.ink), CENTER)
    return round(width)
