"""Grounds and separators: the panel, the rule, the spacer, the progress bar, the icon."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui.context import UiContext
from posapp.ui.painting import paint_box, paint_icon
from posapp.ui.theme import RADIUS_CONTROL, RADIUS_PANEL


class Box(QWidget):
    """A rounded ground with an outline; children are laid out by whoever makes it."""

    def __init__(
        self,
        ctx: UiContext,
        fill: str | None = "surface",
        line: str | None = "border",
        radius: int = RADIUS_PANEL,
        *,
        dashed: bool = False,
    ) -> None:
        super().__init__()
        self._ctx, self._fill, self._line, self._radius, self._dashed = ctx, fill, line, radius, dashed

    def set_style(self, fill: str | None, line: str | None) -> None:
        """Change ground and outline tokens."""
        if (fill, line) != (self._fill, self._line):
            self._fill, self._line = fill, line
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        paint_box(
            painter,
            self._ctx,
            QRectF(self.rect()),
            fill=self._fill,
            line=self._line,
            radius=self._radius,
            width=2 if self._line == "accent" else 1,
            dashed=self._dashed,
        )


class Ground(QWidget):
    """A plain rectangle of one token, to the edges of a window or bar."""

    def __init__(
        self, ctx: UiContext, token: str = "bg", *, line_above: bool = False, line_below: bool = False
    ) -> None:
        super().__init__()
        self._ctx, self._token, self._above, self._below = ctx, token, line_above, line_below

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and edges."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ctx.colour(self._token))
        line = self._ctx.colour("border")
        if self._above:
            painter.fillRect(0, 0, self.width(), 1, line)
        if self._below:
            painter.fillRect(0, self.height() - 1, self.width(), 1, line)


class Rule(QWidget):
    """A separator of one pixel."""

    def __init__(self, ctx: UiContext, *, vertical: bool = False, token: str = "border") -> None:
        super().__init__()
        self._ctx, self._token = ctx, token
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line."""
        QPainter(self).fillRect(self.rect(), self._ctx.colour(self._token))


class ProgressBar(QWidget):
    """How far something is, as a thin bar; the words stand beside it."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx, self._have, self._need = ctx, 0, 1
        self.setFixedHeight(ctx.px(6))

    def set(self, have: int, need: int) -> None:
        """Show `have` of `need`."""
        if (have, need) != (self._have, self._need):
            self._have, self._need = have, need
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track and bar."""
        painter = QPainter(self)
        radius = self.height() / 2
        paint_box(painter, self._ctx, QRectF(self.rect()), fill="sunken", radius=radius)
        share = min(1.0, max(0.0, self._have / self._need)) if self._need > 0 else 1.0
        if share > 0:
            bar = QRectF(0, 0, max(self.height(), self.width() * share), self.height())
            paint_box(painter, self._ctx, bar, fill="accent", radius=radius)


class Icon(QWidget):
    """One icon beside a word."""

    def __init__(self, ctx: UiContext, name: str, px: int = 20, token: str = "t2") -> None:
        super().__init__()
        self._ctx, self._name, self._px, self._token = ctx, name, px, token
        self.setFixedSize(ctx.px(px), ctx.px(px))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set(self, name: str, token: str | None = None) -> None:
        """Show another icon or colour."""
        if name != self._name or (token is not None and token != self._token):
            self._name, self._token = name, token or self._token
            self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        if self._name:
            paint_icon(QPainter(self), self._ctx, 0, 0, self._name, self._px, self._token)


class Skeleton(Box):
    """A quiet placeholder while a read takes longer than 150 ms."""

    def __init__(self, ctx: UiContext, width: int, height: int) -> None:
        super().__init__(ctx, "sunken", None, RADIUS_CONTROL)
        self.setFixedSize(ctx.px(width), ctx.px(height))
