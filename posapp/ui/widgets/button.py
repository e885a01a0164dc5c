"""The button of the till: word, icon, key cap, perhaps a second line; painted from tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.painting import (
    CENTER,
    CapStyle,
    key_cap_width,
    paint_box,
    paint_icon,
    paint_key_cap,
    paint_text,
    text_width,
)


class ButtonKind(StrEnum):
    """How a button looks: the one way on, an option, a bare word, a destructive option, a key of the keypad."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GHOST = "ghost"
    DANGER = "danger"
    SOFT = "soft"


_LEAST_TARGET = 44

_LOOK: dict[ButtonKind, tuple[str | None, str, str | None]] = {
    ButtonKind.PRIMARY: ("accent", "on_accent", None),
    ButtonKind.SECONDARY: ("surface", "t1", "strong"),
    ButtonKind.GHOST: (None, "t1", None),
    ButtonKind.DANGER: ("surface", "danger", "danger_line"),
    ButtonKind.SOFT: ("sunken", "t1", None),
}


@dataclass(frozen=True, slots=True)
class ButtonStyle:
    """Sizes at 100 %: height, type size, whether the icon stands above the word, whether words start at the left."""

    kind: ButtonKind = ButtonKind.SECONDARY
    height: int = 48
    px: int = 16
    weight: int = fonts.SEMIBOLD
    upright: bool = False
    leading: bool = False


class Button(QAbstractButton):
    """A painted button. The mouse does not move the focus to it, so that the omnibox keeps it; Tab does."""

    def __init__(
        self, ctx: UiContext, style: ButtonStyle = ButtonStyle(), *, icon: str = "", key: str = "", name: str = ""
    ) -> None:
        super().__init__()
        self._ctx, self._style, self._icon, self._key = ctx, style, icon, key
        self._sub = ""
        self._chosen = False
        self.setObjectName(name)
        self.setFixedHeight(ctx.px(style.height))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set(
        self, text: str, sub: str = "", *, enabled: bool = True, chosen: bool = False, icon: str | None = None
    ) -> None:
        """Show another word, second line or state; nothing happens when all are as before."""
        icon = self._icon if icon is None else icon
        before = (self.text(), self._sub, self.isEnabled(), self._chosen, self._icon)
        if before == (text, sub, enabled, chosen, icon):
            return
        self._sub, self._chosen, self._icon = sub, chosen, icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(sub)
        self.setEnabled(enabled)
        self.updateGeometry()
        self.update()

    def set_key(self, key: str) -> None:
        """Show another key cap, or none."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def _font_px(self) -> int:
        return self._style.px

    def _icon_px(self) -> int:
        return 24 if self._style.upright else (22 if self._style.px >= 16 else 18)

    def sizeHint(self) -> QSize:
        """Wide enough for all it shows."""
        ctx = self._ctx
        word = text_width(self.text(), ctx.font(self._font_px(), self._style.weight))
        sub = text_width(self._sub, ctx.font(14, fonts.MEDIUM)) if self._sub else 0.0
        width = max(word, sub)
        if not self._style.upright:
            width += ctx.px(self._icon_px() + (8 if self.text() else 0)) if self._icon else 0
            width += key_cap_width(ctx, ctx.cap(self._key)) + ctx.px(10) if self._key else 0
        width = max(width + ctx.px(36 if self._style.leading else 16), ctx.px(_LEAST_TARGET))
        return QSize(ceil(width), self.height())

    def minimumSizeHint(self) -> QSize:
        """Words of buttons are never cut."""
        return self.sizeHint()

    def _look(self) -> tuple[str | None, str, str | None]:
        if not self.isEnabled():
            return (None if self._style.kind is ButtonKind.GHOST else "sunken"), "strong", None
        if self._chosen:
            return "accent_soft", "accent", "accent"
        fill, ink, line = _LOOK[self._style.kind]
        if self._style.kind is ButtonKind.PRIMARY and (self.underMouse() or self.isDown()):
            fill = "accent_hover"
        elif self.isDown():
            fill = "accent_soft"
        return fill, ink, line

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, focus ring and content."""
        painter = QPainter(self)
        fill, ink, line = self._look()
        radius = 8 if self._style.height < 60 else 10
        rect = QRectF(self.rect())
        width = 2.0 if self._chosen and self.isEnabled() else 1.0
        paint_box(painter, self._ctx, rect, fill=fill, line=line, radius=radius, width=width)
        if self.hasFocus():
            self._paint_focus(painter, rect, radius)
        if self._style.upright:
            self._paint_upright(painter, ink)
        elif self._style.leading:
            self._paint_leading(painter, ink)
        else:
            self._paint_centred(painter, ink)

    def _paint_focus(self, painter: QPainter, rect: QRectF, radius: int) -> None:
        """Two pixels of ink and a gap of ground, visible on any fill (ux.md §8)."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._ctx.colour("t1"), 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        painter.setPen(QPen(self._ctx.colour("surface"), 2))
        painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), radius - 3, radius - 3)

    def _cap(self, ink: str) -> CapStyle:
        soft = self._style.kind is ButtonKind.PRIMARY or self._chosen or not self.isEnabled()
        return CapStyle(ink, ink if soft else "strong", None)

    def _paint_upright(self, painter: QPainter, ink: str) -> None:
        ctx = self._ctx
        font = ctx.font(self._style.px, self._style.weight)
        line = QFontMetricsF(font).height()
        side = ctx.px(24)
        top = (self.height() - side - ctx.px(2) - line) / 2
        if self._icon:
            paint_icon(painter, ctx, (self.width() - side) / 2, top, self._icon, 24, ink)
        rect = QRectF(2, top + side + ctx.px(2), self.width() - 4, line)
        paint_text(painter, rect, self.text(), font, ctx.hex(ink), CENTER)

    def _paint_leading(self, painter: QPainter, ink: str) -> None:
        ctx = self._ctx
        left = float(ctx.px(18))
        right = self.width() - left
        middle = self.height() / 2
        if self._key:
            right -= key_cap_width(ctx, ctx.cap(self._key))
            paint_key_cap(painter, ctx, right, middle, ctx.cap(self._key), self._cap(ink))
            right -= ctx.px(8)
        word = ctx.font(self._style.px, fonts.BOLD)
        line = QFontMetricsF(word).height()
        shift = ctx.px(11) if self._sub else 0
        rect = QRectF(left, middle - line / 2 - shift, right - left, line)
        paint_text(painter, rect, self.text(), word, ctx.hex(ink))
        if self._sub:
            rect = QRectF(left, middle + ctx.px(4), right - left, ctx.px(22))
            paint_text(painter, rect, self._sub, ctx.font(14, fonts.SEMIBOLD), ctx.hex(ink))

    def _paint_centred(self, painter: QPainter, ink: str) -> None:
        ctx = self._ctx
        font = ctx.font(self._style.px, self._style.weight)
        side = ctx.px(self._icon_px())
        gap = ctx.px(8) if self.text() else 0
        icon_width = side + gap if self._icon else 0
        cap_width = key_cap_width(ctx, ctx.cap(self._key)) + ctx.px(10) if self._key else 0.0
        word = ceil(text_width(self.text(), font))
        x = max(ctx.px(4), (self.width() - icon_width - word - cap_width) / 2)
        if self._icon:
            paint_icon(painter, ctx, x, (self.height() - side) / 2, self._icon, self._icon_px(), ink)
            x += icon_width
        available = self.width() - x - cap_width - 2
        paint_text(painter, QRectF(x, 0, min(word + 1, available), self.height()), self.text(), font, ctx.hex(ink))
        if self._key:
            paint_key_cap(painter, ctx, x + word + ctx.px(10), self.height() / 2, ctx.cap(self._key), self._cap(ink))
