"""A line or a paragraph of text in a token colour."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.painting import LEFT, note_ink, paint_text, paint_wrapped


class Text(QWidget):
    """One line. Fixed words ask for their full width; `elastic` text (data) may be squeezed and elided."""

    def __init__(
        self,
        ctx: UiContext,
        px: int = 16,
        weight: int = fonts.REGULAR,
        token: str = "t1",
        align: Qt.AlignmentFlag = LEFT,
        *,
        elastic: bool = False,
        strike: bool = False,
    ) -> None:
        super().__init__()
        self._ctx, self._token, self._align, self._elastic = ctx, token, align, elastic
        self._font = ctx.font(px, weight, strike=strike)
        self._text = ""
        metrics = QFontMetricsF(self._font)
        # A line box of 1.3 em keeps hanzi and Latin on one grid, whatever the fallback font claims.
        self._line = max(ceil(metrics.capHeight() + 2 * metrics.descent()), ceil(ctx.px(px) * 1.3))
        horizontal = QSizePolicy.Policy.Preferred if elastic else QSizePolicy.Policy.Minimum
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What is shown."""
        return self._text

    def set(self, text: str, token: str | None = None) -> None:
        """Show another text or colour; nothing happens when both are as before."""
        if token is not None and token != self._token:
            self._token = token
            self.update()
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The width of the text and one line."""
        return QSize(ceil(QFontMetricsF(self._font).horizontalAdvance(self._text)), self._line)

    def minimumSizeHint(self) -> QSize:
        """Fixed words cannot be squeezed."""
        return QSize(0, self._line) if self._elastic else self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        paint_text(painter, QRectF(self.rect()), self._text, self._font, self._ctx.hex(self._token), self._align)


class Paragraph(QWidget):
    """Text that wraps to the width it is given."""

    def __init__(self, ctx: UiContext, px: int = 15, weight: int = fonts.REGULAR, token: str = "t2") -> None:
        super().__init__()
        self._ctx, self._token, self._text = ctx, token, ""
        self._font = ctx.font(px, weight)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set(self, text: str, token: str | None = None) -> None:
        """Show another text or colour."""
        if token is not None and token != self._token:
            self._token = token
            self.update()
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def natural_width(self) -> int:
        """How wide the text is on one line."""
        return ceil(QFontMetricsF(self._font).horizontalAdvance(self._text)) + 1

    def hasHeightForWidth(self) -> bool:
        """The height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped text."""
        if not self._text:
            return 0
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        return ceil(QFontMetricsF(self._font).boundingRect(QRectF(0, 0, width, 10_000), flags, self._text).height()) + 1

    def sizeHint(self) -> QSize:
        """A comfortable measure; layouts use `heightForWidth`."""
        width = min(ceil(QFontMetricsF(self._font).horizontalAdvance(self._text)), self._ctx.px(400))
        return QSize(width, self.heightForWidth(max(1, width)))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the layout likes."""
        return QSize(self._ctx.px(40), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the wrapped text."""
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignVCenter
        paint_wrapped(painter, QRectF(self.rect()), self._text, self._font, self._ctx.hex(self._token), middle)


class Amount(QWidget):
    """A large sum, right-aligned, with a smaller ¥ on its baseline."""

    def __init__(self, ctx: UiContext, px: int, token: str = "t1") -> None:
        super().__init__()
        self._ctx, self._token, self._text = ctx, token, ""
        self._digits = ctx.font(px, fonts.BOLD)
        self._sign = ctx.font(max(16, round(px * 0.5)), fonts.SEMIBOLD)
        self._gap = ctx.px(6)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set(self, text: str) -> None:
        """Show another sum, already formatted, without its ¥."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(f"¥{text}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Sign, gap and digits; the height is that of the digits alone, which have no descenders."""
        digits = QFontMetricsF(self._digits)
        width = digits.horizontalAdvance(self._text) + QFontMetricsF(self._sign).horizontalAdvance("¥") + self._gap
        return QSize(ceil(width) + 1, ceil(digits.capHeight() * 1.3))

    def minimumSizeHint(self) -> QSize:
        """Totals are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint digits from the right, the sign before them."""
        if not self._text:
            return
        painter = QPainter(self)
        digits = QFontMetricsF(self._digits)
        baseline = (self.height() + digits.capHeight()) / 2
        x = self.width() - digits.horizontalAdvance(self._text)
        painter.setPen(self._ctx.colour(self._token))
        painter.setFont(self._digits)
        painter.drawText(round(x), round(baseline), self._text)
        note_ink(
            painter,
            QRectF(x, baseline - digits.capHeight(), self.width() - x, digits.capHeight()),
            self._text,
            self._ctx.hex(self._token),
        )
        painter.setFont(self._sign)
        sign_width = QFontMetricsF(self._sign).horizontalAdvance("¥")
        painter.drawText(round(x - self._gap - sign_width), round(baseline), "¥")
