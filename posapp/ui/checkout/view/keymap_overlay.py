"""The overlay of keys: what each does, four common sales, and the numpad for one hand (ux.md §6, F1)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import EscPressed, Intent, KeysFor, PresetChosen
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.sheets import KeymapSheet
from posapp.ui.checkout.view.key_rows import KeyRows
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.keymap import COMMANDS, ROWS, Group, KeyRow, Preset
from posapp.ui.painting import (
    CENTER,
    LEFT,
    RIGHT,
    paint_box,
    paint_icon,
    paint_key_cap,
    paint_text,
)
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


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

_OF_MEMBER = "keys.pad_hint_member"
_ROW, _SMALL_ROW = 25, 22
_CASE_ROW = 34
_LONGEST_NAME = 8
_INK = {Tone.SUCCESS: "accent", Tone.INFO: "t2", Tone.WARN: "warn", Tone.DANGER: "danger"}
_PAD = (
    ("Num", 0, 0, 1, 1),
    ("/", 0, 1, 1, 1),
    ("*", 0, 2, 1, 1),
    ("−", 0, 3, 1, 1),
    ("7", 1, 0, 1, 1),
    ("8", 1, 1, 1, 1),
    ("9", 1, 2, 1, 1),
    ("+", 1, 3, 2, 1),
    ("4", 2, 0, 1, 1),
    ("5", 2, 1, 1, 1),
    ("6", 2, 2, 1, 1),
    ("1", 3, 0, 1, 1),
    ("2", 3, 1, 1, 1),
    ("3", 3, 2, 1, 1),
    ("Enter", 3, 3, 2, 1),
    ("0", 4, 0, 1, 2),
    (".", 4, 2, 1, 1),
)
"""The numpad: each cap and its place: top, left, rows, columns."""
_PAD_WORDS = {
    "/": "keys.pad_member",
    "*": "keys.pad_quantity",
    "-": "keys.pad_less",
    "+": "keys.pad_pay",
    "Enter": "keys.pad_confirm",
}


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
                x += paint_key_cap(painter, ctx, x, rect.center().y(), ctx.cap(step)) + px(8)


class _PadKey(QWidget):
    """One key of the numpad; not a button, only a picture."""

    def __init__(self, ctx: UiContext, cap: str) -> None:
        super().__init__()
        self._ctx, self._cap, self._primary = ctx, cap, cap in {"+", "Enter"}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _does(self) -> str:
        """The catalogue key of what it does on this till; empty for a digit."""
        chord = "-" if self._cap == "−" else self._cap
        meant = self._ctx.keymap.means(chord)
        return _PAD_WORDS.get(meant, COMMANDS.get(meant, "")) if meant is not None else ""

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.px(76), self._ctx.px(46))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill, line, ink = ("accent", None, "on_accent") if self._primary else ("key_bg", "strong", "t1")
        paint_box(painter, ctx, rect, fill=fill, line=line)
        font = ctx.font(20, fonts.SEMIBOLD)
        does = self._does()
        if not does:
            paint_text(painter, rect, self._cap, font, ctx.hex(ink), CENTER)
            return
        middle = rect.center().y()
        paint_text(painter, QRectF(0, middle - px(24), rect.width(), px(26)), self._cap, font, ctx.hex(ink), CENTER)
        below = QRectF(2, middle + px(2), rect.width() - 4, px(22))
        token = ink if self._primary else "accent"
        paint_text(painter, below, ctx.tr(does), ctx.font(14, fonts.SEMIBOLD), ctx.hex(token), CENTER)


class KeymapView(Box):
    """The overlay; its words follow the language, its keys whoever they hold for."""

    def __init__(self, ctx: UiContext, emit: Emit, *, small: bool = False) -> None:
        super().__init__(ctx, "raised", None, RADIUS_DIALOG)
        self._emit, self._small = emit, small
        self.setObjectName("keymap")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        px = ctx.px
        self._words: list[tuple[Text, str]] = []
        self._columns: list[KeyRows] = []
        self._presets = [self._choice(preset.value, PresetChosen(place)) for place, preset in enumerate(Preset)]
        self._shared = self._choice("shared", KeysFor(alone=False))
        self._alone = self._choice("alone", KeysFor(alone=True))
        self._said = Text(ctx, 15, fonts.MEDIUM, "t2", LEFT, elastic=True)
        self._close = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 15), icon="x", key="Esc", name="keymap_close")
        self._close.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._close.clicked.connect(lambda: emit(EscPressed()))
        columns = row(
            (self._titled(Group.MEMBER), 1),
            Rule(ctx, vertical=True),
            (self._titled(Group.GOODS), 1),
            Rule(ctx, vertical=True),
            (self._titled(Group.MONEY), 1),
            spacing=px(14),
        )
        whose = (px(8), Rule(ctx, vertical=True), px(8), self._shared, self._alone)
        left = column(columns, None, self._till() if small else self._common())
        column(
            row(self._text("keys.title", 24), px(6), *self._presets, *whose, None, self._close, spacing=px(8)),
            px(8),
            Rule(ctx),
            px(4 if small else 8),
            self._said,
            px(4 if small else 8),
            (row((left, 1), *(() if small else (self._right(),)), spacing=px(18)), 1),
            margins=(px(24), px(6 if small else 12), px(24), px(8 if small else 18)),
            into=self,
        )

    def _choice(self, name: str, intent: Intent) -> Button:
        button = Button(self._ctx, ButtonStyle(height=44, px=15), name=f"keys_{name}")
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._emit(intent))
        return button

    def _text(self, key: str, px: int, weight: int = fonts.BOLD, token: str = "t1") -> Text:
        text = Text(self._ctx, px, weight, token)
        self._words.append((text, key))
        return text

    def _rows_of(self, rows: tuple[KeyRow, ...]) -> KeyRows:
        made = KeyRows(self._ctx, self._emit, rows, _SMALL_ROW if self._small else _ROW)
        self._columns.append(made)
        return made

    def _titled(self, group: Group) -> QWidget:
        host = QWidget()
        rows = tuple(each for each in ROWS if each.group is group)
        column(self._text(f"keys.{group.value}", 17), self._ctx.px(4), self._rows_of(rows), None, into=host)
        return host

    def _till(self) -> QWidget:
        """The keys of the till itself, in two columns."""
        px = self._ctx.px
        rows = tuple(each for each in ROWS if each.group is Group.TILL)
        half = (len(rows) + 1) // 2
        box = Box(self._ctx, "sunken", None)
        column(
            self._text("keys.till", 17),
            px(2),
            row(*((column(self._rows_of(part), None), 1) for part in (rows[:half], rows[half:])), spacing=px(10)),
            margins=(px(14), px(8), px(14), px(8)),
            into=box,
        )
        return box

    def _common(self) -> QWidget:
        px = self._ctx.px
        cases = Box(self._ctx, "sunken", None)
        column(
            row(self._text("keys.four", 17), None, self._text("keys.scans_free", 14, fonts.MEDIUM, "t2")),
            px(4),
            _Cases(self._ctx),
            margins=(px(18), px(10), px(18), px(6)),
            into=cases,
        )
        return cases

    def _right(self) -> QWidget:
        host = QWidget()
        host.setFixedWidth(self._ctx.px(408))
        column((self._numpad(), 1), self._till(), spacing=self._ctx.px(12), into=host)
        return host

    def _numpad(self) -> QWidget:
        ctx, px = self._ctx, self._ctx.px
        pad = Box(ctx, "sunken", None)
        grid = QGridLayout()
        grid.setSpacing(px(6))
        for cap, top, left, rows, columns in _PAD:
            grid.addWidget(_PadKey(ctx, cap), top, left, rows, columns)
        column(
            row(self._text("keys.numpad", 17), None, self._text("keys.count_first", 15, fonts.BOLD, "accent")),
            px(6),
            (grid, 1),
            px(6),
            row(
                None,
                self._text(_OF_MEMBER, 15, fonts.MEDIUM, "t2"),
                px(20),
                self._text("keys.pad_hint_cash", 15, fonts.MEDIUM, "t2"),
                None,
            ),
            margins=(px(16), px(10), px(16), px(10)),
            into=pad,
        )
        return pad

    def sizeHint(self) -> QSize:
        """The size of the design; the overlay gives less where the window is smaller."""
        return QSize(self._ctx.px(860 if self._small else 1240), self._ctx.px(664))

    def render_state(self, sheet: KeymapSheet) -> None:
        """Put the words into the language, and show the keys that hold, and for whom."""
        ctx = self._ctx
        for text, key in self._words:
            text.set(ctx.tr(key, chord=ctx.cap("/")) if key == _OF_MEMBER else ctx.tr(key))
        for button, preset in zip(self._presets, Preset, strict=True):
            button.set(ctx.tr(f"keys.preset_{preset.value}"), chosen=preset is sheet.keymap.preset)
        self._shared.set(ctx.tr("keys.shared"), chosen=not sheet.alone)
        self._alone.set(ctx.tr("keys.alone", name=_short(sheet.cashier)), chosen=sheet.alone)
        for rows in self._columns:
            rows.render_state(sheet)
        if sheet.notice is not None:
            self._said.set(ctx.text(sheet.notice.title), _INK[sheet.notice.tone])
        elif sheet.waiting:
            self._said.set(ctx.tr("keys.strike", what=ctx.tr(COMMANDS[sheet.chord])), "accent")
        else:
            self._said.set(ctx.tr("keys.how"), "t2")
        self._close.set("")
        self._close.setAccessibleName(ctx.tr("sheet.close"))
        self.setAccessibleName(ctx.tr("keys.title"))
        self.update()


def _short(name: str) -> str:
    """A name that leaves room for the rest of its row."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
