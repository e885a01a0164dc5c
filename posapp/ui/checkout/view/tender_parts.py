"""Pieces of the paying step: lines of money taken, ways to pay, quick cash, keypad, change (ux.md §5)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import FunctionKey, QuickCashChosen, TenderMethodChosen, TenderRemoved
from posapp.ui.checkout.state import MoneyPanel, TenderButton, TenderLine, TenderMethod, TenderState
from posapp.ui.checkout.view.money_panel import METHOD_ICON, METHOD_KEY, method_words
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text, short_money_text
from posapp.ui.painting import LEFT, RIGHT, paint_box, paint_text, text_width
from posapp.ui.theme import RADIUS_PANEL
from posapp.ui.widgets.box import Box, Icon
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text

_MOST_LINES = 4
_QUICK = 4


class TenderLineView(Box):
    """Money taken, or being entered."""

    def __init__(self, ctx: UiContext, emit: Emit, *, height: int = 64) -> None:
        super().__init__(ctx, "accent_soft", "accent_line", 10)
        self._emit = emit
        self._shown: TenderLine | None = None
        px = ctx.px
        self.setFixedHeight(px(height))
        self._icon = Icon(ctx, "cash", 22, "accent")
        self._label = Text(ctx, 17, fonts.SEMIBOLD)
        self._detail = Text(ctx, 14, token="t2", elastic=True)
        self._amount = Text(ctx, 22, fonts.BOLD, align=RIGHT)
        self._remove = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 14), icon="x", name="tender_remove")
        self._remove.setFixedWidth(px(44))
        self._remove.clicked.connect(self._take_back)
        words = column(None, self._label, self._detail, None)
        self._layout = row(
            self._icon, (words, 1), self._amount, self._remove, spacing=px(8), margins=(px(14), 0, px(8), 0), into=self
        )

    def _take_back(self) -> None:
        if self._shown is not None and self._shown.tender_id is not None:
            self._emit(TenderRemoved(self._shown.tender_id))

    def set(self, line: TenderLine) -> None:
        """Show another line."""
        self._shown = line
        ctx = self._ctx
        entering = line.entering
        self.set_style("surface" if entering else "accent_soft", "accent" if entering else "accent_line")
        self._icon.set(line.icon, "accent")
        self._label.set(ctx.text(line.label))
        self._detail.set(ctx.text(line.detail))
        self._detail.setVisible(line.detail is not None)
        self._amount.set(money_text(line.amount_fen))
        self._remove.set("")
        self._remove.setAccessibleName(ctx.tr("tender.remove"))
        self._remove.setVisible(line.tender_id is not None)
        right = ctx.px(2 if line.tender_id is not None else 14)
        self._layout.setContentsMargins(ctx.px(14), 0, right, 0)


class TenderLines(QWidget):
    """All lines of the payment, one below the other."""

    def __init__(self, ctx: UiContext, emit: Emit, *, most: int = _MOST_LINES, height: int = 64) -> None:
        super().__init__()
        self._rows = [TenderLineView(ctx, emit, height=height) for _ in range(most)]
        column(*self._rows, spacing=ctx.px(10), into=self)

    def render_state(self, lines: tuple[TenderLine, ...]) -> None:
        """Show the newest lines; earlier ones are summed up in what remains to be paid."""
        shown = lines[-len(self._rows) :]
        for position, view in enumerate(self._rows):
            view.setVisible(position < len(shown))
            if position < len(shown):
                view.set(shown[position])
        self.setVisible(bool(shown))


class MethodTabs(QWidget):
    """The ways to pay, one of them chosen."""

    def __init__(self, ctx: UiContext, emit: Emit, *, upright: bool) -> None:
        super().__init__()
        self._ctx, self._emit = ctx, emit
        self._tabs: dict[TenderMethod, Button] = {}
        style = ButtonStyle(height=68 if upright else 56, px=15, upright=upright)
        for method in TenderMethod:
            key = "" if upright else METHOD_KEY[method]
            tab = Button(ctx, style, icon=METHOD_ICON[method], key=key, name=f"tab_{method.value}")
            tab.clicked.connect(lambda _checked=False, m=method: self._choose(m))
            self._tabs[method] = tab
        row(*((tab, 1) for tab in self._tabs.values()), spacing=ctx.px(8), into=self)

    def _choose(self, method: TenderMethod) -> None:
        keys = {TenderMethod.STORED_VALUE: 11, TenderMethod.SCAN_PAY: 12}
        number = keys.get(method)
        self._emit(FunctionKey(number) if number else TenderMethodChosen(method.value))

    def render_state(self, money: MoneyPanel, tender: TenderState) -> None:
        """Show which are possible and which is chosen."""
        by_method = {button.method: button for button in money.tenders}
        for method, tab in self._tabs.items():
            button = by_method.get(method, TenderButton(method, enabled=False))
            words = method_words(self._ctx, button)
            tab.set(words, enabled=button.enabled, chosen=method is tender.method and button.enabled)


class QuickCash(QWidget):
    """Sums that customers hand over most often for this amount."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__()
        self._emit = emit
        self._sums: list[int] = [0] * _QUICK
        self._buttons: list[Button] = []
        for position in range(_QUICK):
            button = Button(ctx, ButtonStyle(height=52, px=20), name=f"quick_cash_{position + 1}")
            button.clicked.connect(lambda _checked=False, p=position: self._choose(p))
            self._buttons.append(button)
        row(*((button, 1) for button in self._buttons), spacing=ctx.px(8), into=self)

    def _choose(self, position: int) -> None:
        self._emit(QuickCashChosen(self._sums[position]))

    def render_state(self, sums: tuple[int, ...], entry: str) -> None:
        """Show other sums; the one that equals the entry is marked."""
        for position, button in enumerate(self._buttons):
            shown = position < len(sums)
            button.setVisible(shown)
            if shown:
                self._sums[position] = sums[position]
                words = short_money_text(sums[position])
                button.set(words, chosen=entry in {words, money_text(sums[position])})
        self.setVisible(bool(sums))


class Keypad(QWidget):
    """Digits, backspace and clear; it only says what was tapped."""

    pressed = Signal(str)
    backspace = Signal()
    cleared = Signal()

    def __init__(self, ctx: UiContext, *, key_height: int = 56) -> None:
        super().__init__()
        self._ctx = ctx
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(ctx.px(8))
        style = ButtonStyle(ButtonKind.SOFT, key_height, 24)
        for position, digit in enumerate(("7", "8", "9", "4", "5", "6", "1", "2", "3", "00", "0", ".")):
            key = Button(ctx, style, name=f"key_{digit}")
            key.set(digit)
            key.clicked.connect(lambda _checked=False, d=digit: self.pressed.emit(d))
            grid.addWidget(key, position // 3, position % 3)
        tall = ButtonStyle(ButtonKind.SOFT, key_height * 2 + 8, 16)
        self._back = Button(ctx, tall, icon="backspace", name="key_back")
        self._back.clicked.connect(self.backspace.emit)
        self._clear = Button(ctx, tall, name="key_clear")
        self._clear.clicked.connect(self.cleared.emit)
        grid.addWidget(self._back, 0, 3, 2, 1)
        grid.addWidget(self._clear, 2, 3, 2, 1)
        for position in range(4):
            grid.setColumnStretch(position, 1)

    def render_words(self) -> None:
        """Put the two words into the language."""
        self._clear.set(self._ctx.tr("tender.clear"))
        self._back.setAccessibleName(self._ctx.tr("tender.backspace"))


class ChangeBox(QWidget):
    """What to hand back, on ink; the largest thing on the screen while it matters."""

    def __init__(self, ctx: UiContext, *, height: int = 128, digits: int = 60, flat: bool = False) -> None:
        super().__init__()
        self._ctx, self._digits, self._flat = ctx, digits, flat
        self._label, self._detail, self._amount = "", "", ""
        self.setFixedHeight(ctx.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, label: str, amount: str, detail: str = "") -> None:
        """Show another sum, already formatted; an empty one shows a dash."""
        if (label, detail, amount) != (self._label, self._detail, self._amount):
            self._label, self._detail, self._amount = label, detail, amount
            self.setAccessibleName(f"{label} {amount}".strip())
            self.update()

    def sizeHint(self) -> QSize:
        """Half of the sheet."""
        return QSize(self._ctx.px(220), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint label, sum and how it comes about."""
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_box(painter, ctx, rect, fill="t1", radius=8 if self._flat else RADIUS_PANEL)
        pad = px(16 if self._flat else 20)
        ink, soft = ctx.hex("surface"), ctx.hex("ink_soft")
        digits = ctx.font(self._digits, fonts.BOLD)
        sign = ctx.font(max(18, self._digits // 2 - 2), fonts.SEMIBOLD)
        amount = self._amount or "–"
        width, sign_width = text_width(amount, digits) + 1, text_width("¥", sign) + 1
        cap = fonts.metrics(px(self._digits), fonts.BOLD).capHeight()
        baseline = rect.center().y() + cap / 2 if self._flat else rect.bottom() - px(22)
        painter.setPen(ink)
        painter.setFont(digits)
        painter.drawText(round(rect.right() - pad - width), round(baseline), amount)
        if self._amount:
            painter.setFont(sign)
            painter.drawText(round(rect.right() - pad - width - px(6) - sign_width), round(baseline), "¥")
        if self._flat:
            area = QRectF(pad, 0, rect.width() - 2 * pad - width - sign_width - px(8), rect.height())
            paint_text(painter, area, self._label, ctx.font(17, fonts.SEMIBOLD), ink, LEFT)
            return
        head = QRectF(pad, px(12), rect.width() - 2 * pad, px(28))
        used = paint_text(painter, head, self._label, ctx.font(20, fonts.SEMIBOLD), ink, LEFT)
        rest = QRectF(pad + used + px(12), px(12), head.width() - used - px(12), px(28))
        paint_text(painter, rest, self._detail, ctx.font(15, fonts.MEDIUM), soft, RIGHT)
