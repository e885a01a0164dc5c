"""A small labelled sign: tier, occasion, sync pill, savings."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.painting import paint_box, paint_icon, paint_text, text_width
from posapp.ui.theme import RADIUS_CHIP

TONES: dict[str, tuple[str | None, str, str | None]] = {
    "neutral": ("sunken", "t2", None),
    "accent": ("accent_soft", "accent", None),
    "warn": ("warn_soft", "warn", None),
    "danger": ("danger_soft", "danger", None),
    "outline": (None, "t2", "strong"),
    "solid": ("accent", "on_accent", None),
}
"""Ground, ink and outline tokens by tone."""


class Chip(QWidget):
    """Icon and word in a rounded box; hidden while it has no word."""

    def __init__(
        self, ctx: UiContext, tone: str = "neutral", icon: str = "", *, px: int = 14, height: int = 26, radius: int = 0
    ) -> None:
        super().__init__()
        self._ctx, self._tone, self._icon, self._px, self._text = ctx, tone, icon, px, ""
        self._radius = radius or RADIUS_CHIP
        self._font = ctx.font(px, fonts.SEMIBOLD)
        self.setFixedHeight(ctx.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, text: str, tone: str | None = None, icon: str | None = None) -> None:
        """Show another word, tone or icon."""
        tone = tone or self._tone
        icon = self._icon if icon is None else icon
        if (text, tone, icon) == (self._text, self._tone, self._icon):
            return
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word shown."""
        return self._text

    def _icon_width(self) -> int:
        return self._ctx.px(self._px + 2) + self._ctx.px(5) if self._icon else 0

    def sizeHint(self) -> QSize:
        """Padding, icon and word."""
        return QSize(ceil(text_width(self._text, self._font)) + self._icon_width() + self._ctx.px(16), self.height())

    def minimumSizeHint(self) -> QSize:
        """Chips are never squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, icon and word."""
        painter = QPainter(self)
        fill, ink, line = TONES[self._tone]
        paint_box(painter, self._ctx, QRectF(self.rect()), fill=fill, line=line, radius=self._radius)
        x = float(self._ctx.px(8))
        if self._icon:
            top = (self.height() - self._ctx.px(self._px + 2)) / 2
            paint_icon(painter, self._ctx, x, top, self._icon, self._px + 2, ink)
            x += self._icon_width()
        rect = QRectF(x, 0, self.width() - x - self._ctx.px(7), self.height())
        paint_text(painter, rect, self._text, self._font, self._ctx.hex(ink))
