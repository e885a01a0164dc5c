"""A line of input: a plain line edit in a painted frame, without an input method for codes and numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.painting import LEFT, paint_box, paint_icon, paint_text
from posapp.ui.widgets.layout import row
from posapp.ui.widgets.text import Text


class CodeEdit(QLineEdit):
    """A line edit that refuses input methods: a scanner's letters must not reach one (scanner.md)."""

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:  # type: ignore[override]
        """Say that no input method is wanted."""
        if query is Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(query)


class Field(QWidget):
    """A framed input with an icon, a hint while empty, and room at the right for a word or a chip."""

    edited = Signal(str)
    """The text changed by the cashier's hand (keyboard or keypad), never by `take`."""

    def __init__(
        self, ctx: UiContext, *, px: int = 18, height: int = 52, icon: str = "", ime: bool = False, name: str = ""
    ) -> None:
        super().__init__()
        self._ctx, self._icon, self._px = ctx, icon, px
        self._hint, self._error, self._active_look = "", False, False
        self._revision: int | None = None
        self._taking = False
        self.untouched = True
        self.edit = QLineEdit() if ime else CodeEdit()
        if not ime:
            self.edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.edit.setObjectName(name)
        self.edit.setFrame(False)
        self.edit.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.edit.setFont(ctx.font(px, fonts.BOLD if px >= 24 else fonts.SEMIBOLD))
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._text_changed)
        self.aside = Text(ctx, 15, fonts.MEDIUM, "t2")
        self.setFixedHeight(ctx.px(height))
        self.setFocusProxy(self.edit)
        left = ctx.px(14) + (ctx.px(22) + ctx.px(8) if icon else 0)
        self._row: QHBoxLayout = row(
            (self.edit, 1), self.aside, spacing=ctx.px(8), margins=(left, 0, ctx.px(14), 0), into=self
        )
        self.aside.hide()
        self._tint()

    def add_aside(self, widget: QWidget) -> None:
        """Put another widget at the right end."""
        self._row.addWidget(widget)

    def set_hint(self, hint: str) -> None:
        """What stands there while nothing is typed."""
        if hint != self._hint:
            self._hint = hint
            self.edit.setAccessibleName(hint)
            self.update()

    def set_aside(self, text: str, token: str = "t2") -> None:
        """A word at the right end."""
        self.aside.set(text, token)
        self.aside.setVisible(bool(text))

    def set_error(self, error: bool) -> None:
        """Red outline; the words say what is wrong."""
        if error != self._error:
            self._error = error
            self.update()

    def take(self, text: str, revision: int) -> None:
        """Adopt the text of the state if it is newer than what was adopted last; typing is never overwritten."""
        if revision != self._revision:
            self._revision = revision
            self.untouched = True
            if self.edit.text() != text:
                self._taking = True
                self.edit.setText(text)
                self._taking = False

    def _text_changed(self, text: str) -> None:
        self.update()
        if not self._taking:
            self.untouched = False
            self.edited.emit(text)

    def clear_silently(self) -> None:
        """Empty the input without saying so: its text has been handed over."""
        self._taking = True
        self.edit.clear()
        self._taking = False

    def restore(self, text: str) -> None:
        """Put back typed text without saying so."""
        self._taking = True
        self.edit.setText(text)
        self._taking = False

    def refresh_theme(self) -> None:
        """Follow a change of theme: a line edit paints its own text from the palette."""
        self._tint()

    def _tint(self) -> None:
        palette = self.edit.palette()
        clear = QColor(0, 0, 0, 0)
        palette.setColor(QPalette.ColorRole.Base, clear)
        palette.setColor(QPalette.ColorRole.Text, self._ctx.colour("t1"))
        palette.setColor(QPalette.ColorRole.Highlight, self._ctx.colour("accent"))
        palette.setColor(QPalette.ColorRole.HighlightedText, self._ctx.colour("on_accent"))
        self.edit.setPalette(palette)

    def eventFilter(self, watched: object, event: object) -> bool:
        """The frame follows the focus of the edit."""
        if watched is self.edit and isinstance(event, QFocusEvent):
            self.update()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, icon and hint."""
        painter = QPainter(self)
        ctx = self._ctx
        focus = self.edit.hasFocus()
        line = "danger" if self._error else ("accent" if focus else "strong")
        paint_box(
            painter,
            ctx,
            QRectF(self.rect()),
            fill="surface",
            line=line,
            radius=8,
            width=2 if focus or self._error else 1,
        )
        if self._icon:
            top = (self.height() - ctx.px(22)) / 2
            paint_icon(painter, ctx, ctx.px(14), top, self._icon, 22, "accent" if focus else "t2")
        if self._hint and not self.edit.text():
            left = self.edit.x() + ctx.px(6)
            rect = QRectF(left, 0, self.edit.geometry().right() - left, self.height())
            paint_text(painter, rect, self._hint, ctx.font(min(self._px, 16)), ctx.hex("t3"), LEFT)
