"""The face of a member card: the one decorated surface of the till (ux.md §1.7, §3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.faces import Face
from posapp.ui.painting import RIGHT, paint_icon, paint_text, text_width
from posapp.ui.theme import CARD_ART, RADIUS_PANEL, CardArt

_FOIL_ALPHA = 26
_SCRIM_ALPHA = 172
"""Black over a picture: white words stand out 7:1 also where it is white (ux.md §8)."""
_ON_PICTURE = CardArt("#000000", "#000000", "#FFFFFF", ink="#FFFFFF", ink_soft="#FFFFFF")


@dataclass(frozen=True, slots=True)
class CardWords:
    """What stands on the card, already in the language."""

    title: str
    phone: str
    tier: str
    benefit: str = ""
    left: str = ""
    left_icon: str = ""
    right: str = ""


@lru_cache(maxsize=2)
def _picture(body: bytes) -> QPixmap:
    """A shop's picture, decoded once; nothing where it cannot be read."""
    pixmap = QPixmap()
    pixmap.loadFromData(body)
    return pixmap


def paint_face(painter: QPainter, area: QRectF, face: Face, radius: float, ring: float) -> CardArt:
    """The ground of a card by its face; returns the inks that stand out on it.  An unknown style is the basic one."""
    pixmap = _picture(face.picture) if face.picture else None
    if pixmap is None or pixmap.isNull():
        art = CARD_ART.get(face.style, CARD_ART["basic"])
        paint_art(painter, area, art, radius, ring)
        return art
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(path)
    painter.drawPixmap(area, pixmap, _middle(QSizeF(pixmap.size()), area.size()))
    painter.fillPath(path, QColor(0, 0, 0, _SCRIM_ALPHA))
    painter.restore()
    return _ON_PICTURE


def _middle(whole: QSizeF, shape: QSizeF) -> QRectF:
    """The largest part of a picture that has this shape, around its middle."""
    part = shape.scaled(whole, Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(QPointF((whole.width() - part.width()) / 2, (whole.height() - part.height()) / 2), part)


def paint_art(painter: QPainter, area: QRectF, art: CardArt, radius: float, ring: float) -> None:
    """The ground of a card: its gradient, and rings of foil, each `ring` wider than the one before."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    gradient = QLinearGradient(area.topLeft(), area.bottomRight())
    gradient.setColorAt(0, QColor(art.start))
    gradient.setColorAt(1, QColor(art.end))
    painter.fillPath(path, gradient)
    painter.save()
    painter.setClipPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    foil = QColor(art.foil)
    foil.setAlpha(_FOIL_ALPHA)
    painter.setPen(QPen(foil, 1.2))
    centre = QPointF(area.right(), area.top() + area.height() * 1.12)
    for count in range(3, 16):
        painter.drawEllipse(centre, ring * count, ring * count)
    painter.restore()


class CardFace(QWidget):
    """Name, phone, tier badge and two small words on the card's art; a tap opens what is behind it."""

    tapped = Signal()

    def __init__(self, ctx: UiContext, height: int = 112) -> None:
        super().__init__()
        self._ctx, self._face = ctx, Face("basic")
        self._words = CardWords("", "", "")
        self.setFixedHeight(ctx.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, face: Face, words: CardWords) -> None:
        """Show another card."""
        if (face, words) != (self._face, self._words):
            self._face, self._words = face, words
            shown = (words.title, words.tier, words.benefit, words.phone, words.left, words.right)
            self.setAccessibleName(" ".join(part for part in shown if part))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap, unless the finger slid off the card."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.tapped.emit()

    def sizeHint(self) -> QSize:
        """As wide as the column."""
        return QSize(self._ctx.px(300), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint art and words."""
        painter = QPainter(self)
        art = paint_face(painter, QRectF(self.rect()), self._face, RADIUS_PANEL, self._ctx.px(18))
        px = self._ctx.px
        pad = px(12) if self.height() >= px(104) else px(9)
        inner = QRectF(self.rect()).adjusted(px(16), pad, -px(16), -pad)
        badge = self._paint_badge(painter, inner, art)
        ctx, words = self._ctx, self._words
        title = QRectF(inner.left(), inner.top(), badge - inner.left() - px(8), px(32))
        size = 22 if text_width(words.title, ctx.font(22, fonts.BOLD)) <= title.width() else 18
        paint_text(painter, title, words.title, ctx.font(size, fonts.BOLD), art.ink)
        phone = QRectF(inner.left(), inner.top() + px(32), inner.width(), px(24))
        paint_text(painter, phone, words.phone, ctx.font(16, fonts.MEDIUM), art.ink_soft)
        foot = QRectF(inner.left(), inner.bottom() - px(20), inner.width(), px(20))
        right_width = text_width(words.right, ctx.font(14))
        paint_text(painter, foot, words.right, ctx.font(14), art.ink_soft, RIGHT)
        x = foot.left()
        if words.left_icon:
            paint_icon(painter, ctx, x, foot.top() + px(2), words.left_icon, 16, art.ink_soft)
            x += px(21)
        left = QRectF(x, foot.top(), foot.right() - right_width - px(8) - x, foot.height())
        paint_text(painter, left, words.left, ctx.font(14, fonts.MEDIUM), art.ink_soft)

    def _paint_badge(self, painter: QPainter, inner: QRectF, art: CardArt) -> float:
        """The tier in its foil colour; returns the left edge."""
        ctx, px = self._ctx, self._ctx.px
        tier_font, benefit_font = ctx.font(14, fonts.BOLD), ctx.font(14, fonts.SEMIBOLD)
        tier, benefit = self._words.tier, self._words.benefit
        gap = px(6) if benefit else 0
        tier_width, benefit_width = text_width(tier, tier_font), text_width(benefit, benefit_font)
        width = px(8) + px(16) + px(5) + tier_width + gap + benefit_width + px(9)
        box = QRectF(round(inner.right() - width) + 0.5, inner.top() + 0.5, round(width) - 1, px(28) - 1)
        painter.setPen(QPen(QColor(art.foil), 1))
        painter.drawRoundedRect(box, 6, 6)
        paint_icon(painter, ctx, box.left() + px(8), box.top() + px(6), "crown", 16, art.foil)
        x = box.left() + px(29)
        paint_text(painter, QRectF(x, box.top(), tier_width + 1, box.height()), tier, tier_font, art.foil)
        x += tier_width + gap
        paint_text(painter, QRectF(x, box.top(), benefit_width + 1, box.height()), benefit, benefit_font, art.foil)
        return box.left()
