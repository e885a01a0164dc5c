"""The overlay of keys: what each does, four common sales, and the numpad for one hand (ux.md §6, F1)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import EscPressed
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.painting import (
    CENTER,
    RIGHT,
    paint_box,
    paint_icon,
    paint_key_cap,
    paint_text,
)
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.chip import Chip
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


@dataclass(frozen=True, slots=True)
class _KeyRow:
    """Key caps and the catalogue key of what they do."""

    caps: tuple[str, ...]
    words: str


_MEMBER = (
    _KeyRow(("F2",), "keys.find_member"),
    _KeyRow(("6021", "F2"), "keys.last4"),
    _KeyRow(("F3",), "keys.new_card"),
    _KeyRow(("F4",), "keys.coupons"),
    _KeyRow(("800", "F5"), "keys.use_points"),
    _KeyRow(("F8",), "keys.count_card"),
    _KeyRow(("Shift", "F8"), "keys.passes"),
    _KeyRow(("Ctrl", "T"), "keys.top_up"),
    _KeyRow(("Ctrl", "G"), "keys.gifts"),
    _KeyRow(("Ctrl", "M"), "keys.member_file"),
)
_GOODS = (
    _KeyRow(("3", "*"), "keys.set_quantity"),
    _KeyRow(("↑", "↓"), "keys.choose_line"),
    _KeyRow(("Del",), "keys.remove"),
    _KeyRow(("Alt", "1–0"), "keys.quick"),
    _KeyRow(("F6",), "keys.park"),
    _KeyRow(("Shift", "F6"), "keys.recall"),
    _KeyRow(("Ctrl", "Z"), "keys.undo"),
    _KeyRow(("Ctrl", "L"), "keys.lock"),
    _KeyRow(("Ctrl", "B"), "keys.shift"),
    _KeyRow(("Ctrl", "D"), "keys.drawer"),
    _KeyRow(("Ctrl", "E"), "keys.exceptions"),
)
_MONEY = (
    _KeyRow(("Enter",), "keys.next"),
    _KeyRow(("200", "F10"), "keys.cash_200"),
    _KeyRow(("F10",), "keys.cash_exact"),
    _KeyRow(("F11",), "keys.stored_value"),
    _KeyRow(("F12",), "keys.scan"),
    _KeyRow(("Alt", "K"), "keys.card"),
    _KeyRow(("Shift", "F9"), "keys.returns"),
    _KeyRow(("Ctrl", "P"), "keys.reprint"),
    _KeyRow(("Ctrl", "Shift", "P"), "keys.gift_receipt"),
    _KeyRow(("Ctrl", "U"), "keys.unsynced"),
    _KeyRow(("Ctrl", "R"), "keys.report"),
)


@dataclass(frozen=True, slots=True)
class _Case:
    """A whole sale: steps are key caps (literal) or catalogue keys, and how many keys it takes."""

    words: str
    steps: tuple[str, ...]
    keys: int


_CASES = (
    _Case("keys.case_code", ("keys.scan_goods", "keys.scan_member", "keys.scan_pay"), 0),
    _Case("keys.case_last4", ("keys.scan_goods", "6021", "/", "keys.scan_pay"), 5),
    _Case("keys.case_cash", ("keys.scan_goods", "200", "+"), 4),
    _Case("keys.case_card", ("keys.scan_goods", "F3", "keys.eleven", "Enter", "keys.scan_pay"), 13),
)

_ROW, _SMALL_ROW = 29, 24
_CASE_ROW = 36


class _KeyColumn(QWidget):
    """One column of keys and words."""

    def __init__(self, ctx: UiContext, rows: tuple[_KeyRow, ...], row_height: int) -> None:
        super().__init__()
        self._ctx, self._rows, self._height = ctx, rows, ctx.px(row_height)
        self.setFixedHeight(self._height * len(rows))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        for position, entry in enumerate(self._rows):
            top = position * self._height
            x = 0.0
            for cap in entry.caps:
                x += paint_key_cap(painter, ctx, x, top + self._height / 2, cap) + px(4)
            rect = QRectF(x + px(4), top, self.width() - x - px(4), self._height)
            words = ctx.tr(entry.words)
            paint_text(painter, rect, words, ctx.font(15, fonts.MEDIUM), ctx.hex("t2"), RIGHT)


class _Cases(QWidget):
    """Four common sales, step by step."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self.setFixedHeight(ctx.px(_CASE_ROW) * len(_CASES))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        height = px(_CASE_ROW)
        for position, case in enumerate(_CASES):
            top = position * height
            name = QRectF(0, top, px(166), height)
            paint_text(painter, name, ctx.tr(case.words), ctx.font(15, fonts.BOLD), ctx.hex("t1"))
            end = QRectF(self.width() - px(76), top, px(76), height)
            paint_text(
                painter, end, ctx.tr("keys.count", keys=case.keys), ctx.font(15, fonts.BOLD), ctx.hex("accent"), RIGHT
            )
            self._paint_steps(painter, QRectF(px(174), top, end.left() - px(178), height), case)

    def _paint_steps(self, painter: QPainter, rect: QRectF, case: _Case) -> None:
        ctx, px = self._ctx, self._ctx.px
        font = ctx.font(15, fonts.MEDIUM)
        x = rect.left()
        for position, step in enumerate(case.steps):
            if position:
                paint_icon(painter, ctx, x, rect.center().y() - px(7), "chevron-right", 14, "t2")
                x += px(20)
            if step.startswith("keys."):
                words = ctx.tr(step)
                area = QRectF(x, rect.top(), rect.right() - x, rect.height())
                x += paint_text(painter, area, words, font, ctx.hex("t2")) + px(8)
            else:
                x += paint_key_cap(painter, ctx, x, rect.center().y(), step) + px(8)


class _PadKey(QWidget):
    """One key of the numpad; not a button, only a picture."""

    def __init__(self, ctx: UiContext, cap: str, words: str = "", *, primary: bool = False) -> None:
        super().__init__()
        self._ctx, self._cap, self._words, self._primary = ctx, cap, words, primary
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.px(76), self._ctx.px(62))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill, line, ink = ("accent", None, "on_accent") if self._primary else ("key_bg", "strong", "t1")
        paint_box(painter, ctx, rect, fill=fill, line=line)
        font = ctx.font(20, fonts.SEMIBOLD)
        if not self._words:
            paint_text(painter, rect, self._cap, font, ctx.hex(ink), CENTER)
            return
        middle = rect.center().y()
        paint_text(painter, QRectF(0, middle - px(24), rect.width(), px(26)), self._cap, font, ctx.hex(ink), CENTER)
        below = QRectF(2, middle + px(2), rect.width() - 4, px(22))
        token = ink if self._primary else "accent"
        paint_text(painter, below, ctx.tr(self._words), ctx.font(14, fonts.SEMIBOLD), ctx.hex(token), CENTER)


class KeymapView(Box):
    """The overlay; its words follow the language."""

    def __init__(self, ctx: UiContext, emit: Emit, *, small: bool = False) -> None:
        super().__init__(ctx, "raised", None, RADIUS_DIALOG)
        self._small = small
        self.setObjectName("keymap")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        px = ctx.px
        self._words: list[tuple[Text, str]] = []
        self._preset = Chip(ctx, "accent", px=15, height=30)
        self._close = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 15), icon="x", key="Esc", name="keymap_close")
        self._close.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._close.clicked.connect(lambda: emit(EscPressed()))
        columns = row(
            (self._titled("keys.member", _MEMBER), 1),
            Rule(ctx, vertical=True),
            (self._titled("keys.goods", _GOODS), 1),
            Rule(ctx, vertical=True),
            (self._titled("keys.money", _MONEY), 1),
            spacing=px(18),
        )
        cases = Box(ctx, "sunken", None)
        column(
            row(self._text("keys.four", 17), None, self._text("keys.scans_free", 14, fonts.MEDIUM, "t2")),
            px(6),
            _Cases(ctx),
            margins=(px(18), px(12), px(18), px(8)),
            into=cases,
        )
        left = column(columns, None, cases)
        column(
            row(self._text("keys.title", 24), px(14), self._preset, None, self._close),
            px(10),
            Rule(ctx),
            px(14),
            (row((left, 1), *(() if small else (self._numpad(),)), spacing=px(20)), 1),
            margins=(px(28), px(14), px(28), px(22)),
            into=self,
        )

    def _text(self, key: str, px: int, weight: int = fonts.BOLD, token: str = "t1") -> Text:
        text = Text(self._ctx, px, weight, token)
        self._words.append((text, key))
        return text

    def _titled(self, key: str, rows: tuple[_KeyRow, ...]) -> QWidget:
        host = QWidget()
        height = _SMALL_ROW if self._small else _ROW
        column(self._text(key, 17), self._ctx.px(6), _KeyColumn(self._ctx, rows, height), None, into=host)
        return host

    def _numpad(self) -> QWidget:
        ctx, px = self._ctx, self._ctx.px
        pad = Box(ctx, "sunken", None)
        pad.setFixedWidth(px(368))
        grid = QGridLayout()
        grid.setSpacing(px(8))
        for cap, words, top, left, rows, columns in (
            ("Num", "", 0, 0, 1, 1),
            ("/", "keys.pad_member", 0, 1, 1, 1),
            ("*", "keys.pad_quantity", 0, 2, 1, 1),
            ("−", "keys.pad_less", 0, 3, 1, 1),
            ("7", "", 1, 0, 1, 1),
            ("8", "", 1, 1, 1, 1),
            ("9", "", 1, 2, 1, 1),
            ("+", "keys.pad_pay", 1, 3, 2, 1),
            ("4", "", 2, 0, 1, 1),
            ("5", "", 2, 1, 1, 1),
            ("6", "", 2, 2, 1, 1),
            ("1", "", 3, 0, 1, 1),
            ("2", "", 3, 1, 1, 1),
            ("3", "", 3, 2, 1, 1),
            ("Enter", "keys.pad_confirm", 3, 3, 2, 1),
            ("0", "", 4, 0, 1, 2),
            (".", "", 4, 2, 1, 1),
        ):
            key = _PadKey(ctx, cap, words, primary=cap in {"+", "Enter"})
            grid.addWidget(key, top, left, rows, columns)
        column(
            row(self._text("keys.numpad", 17), None, self._text("keys.count_first", 15, fonts.BOLD, "accent")),
            px(10),
            (grid, 1),
            px(10),
            row(
                None,
                self._text("keys.pad_hint_member", 15, fonts.MEDIUM, "t2"),
                px(20),
                self._text("keys.pad_hint_cash", 15, fonts.MEDIUM, "t2"),
                None,
            ),
            margins=(px(18), px(14), px(18), px(16)),
            into=pad,
        )
        return pad

    def sizeHint(self) -> QSize:
        """The size of the design; the overlay gives less where the window is smaller."""
        return QSize(self._ctx.px(830 if self._small else 1180), self._ctx.px(606 if self._small else 656))

    def render_words(self) -> None:
        """Put the words into the language."""
        for text, key in self._words:
            text.set(self._ctx.tr(key))
        self._preset.set(self._ctx.tr("keys.preset_standard"))
        self._close.set("")
        self._close.setAccessibleName(self._ctx.tr("sheet.close"))
        self.setAccessibleName(self._ctx.tr("keys.title"))
        self.update()
