"""The goods column: omnibox, inline toast, lines, quick items, totals (ux.md §5, §6)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import TextEntered
from posapp.ui.checkout.state import Cart, CartTotals, OmniboxState
from posapp.ui.checkout.view import cart_list
from posapp.ui.checkout.view.cart_list import CartList
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.quick_items import QuickItems
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.painting import CENTER, LEFT, RIGHT, paint_text
from posapp.ui.widgets.box import Box, Icon, Rule
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class _Header(QWidget):
    """The names of the columns, on the edges that the lines use."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self.setFixedHeight(ctx.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        font, ink, height = ctx.font(14, fonts.MEDIUM), ctx.hex("t3"), self.height()
        left = px(cart_list.PAD_LEFT)
        paint_text(painter, QRectF(left, 0, px(cart_list.NUMBER_WIDTH), height), "#", font, ink, CENTER)
        left += px(cart_list.NUMBER_WIDTH) + px(cart_list.GAP)
        right = self.width() - px(cart_list.PAD_RIGHT)
        for key, width in (("cart.amount", cart_list.AMOUNT_WIDTH), ("cart.price", cart_list.PRICE_WIDTH)):
            right -= px(width)
            paint_text(painter, QRectF(right, 0, px(width), height), ctx.tr(key), font, ink, RIGHT)
            right -= px(cart_list.GAP)
        right -= px(cart_list.QUANTITY_WIDTH)
        area = QRectF(right, 0, px(cart_list.QUANTITY_WIDTH), height)
        paint_text(painter, area, ctx.tr("cart.quantity"), font, ink, CENTER)
        paint_text(painter, QRectF(left, 0, right - left, height), ctx.tr("cart.item"), font, ink, LEFT)


class _Empty(QWidget):
    """What an empty cart waits for."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._title = Text(ctx, 22, fonts.BOLD, align=CENTER)
        self._detail = Text(ctx, 16, fonts.MEDIUM, "t2", CENTER)
        self._icon = Icon(ctx, "scan", 56, "strong")
        self._ctx = ctx
        px = ctx.px
        column((None, 3), row(None, self._icon, None), px(14), self._title, px(6), self._detail, (None, 2), into=self)

    def render_words(self) -> None:
        self._title.set(self._ctx.tr("cart.empty"))
        self._detail.set(self._ctx.tr("cart.empty_detail"))


class _Foot(QWidget):
    """Lines, pieces and sums; sums keep their words as long as there is room."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._totals: CartTotals | None = None
        self._hidden = 0
        self.setFixedHeight(ctx.px(48))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, totals: CartTotals | None, hidden: int) -> None:
        if (totals, hidden) != (self._totals, self._hidden):
            self._totals, self._hidden = totals, hidden
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._ctx.px(200), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        totals = self._totals
        if totals is None:
            return
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        height = self.height()
        label = ctx.font(14)
        sums: list[tuple[str, str, int, int, str]] = [
            ("cart.subtotal", money_text(totals.subtotal_fen), 18, fonts.BOLD, "t1")
        ]
        if totals.line_savings_fen:
            sums.append(("cart.savings", money_text(-totals.line_savings_fen), 16, fonts.BOLD, "accent"))
            sums.append(("cart.list", money_text(totals.list_fen), 16, fonts.SEMIBOLD, "t2"))
        words = ctx.tr("cart.count", lines=totals.lines, pieces=totals.pieces)
        if self._hidden:
            words += ctx.tr("cart.below", lines=self._hidden)
        right = float(self.width() - px(16))
        space = right - px(12) - _width(words, ctx, 16, fonts.SEMIBOLD) - px(16)
        needed = 0.0
        for position, (key, amount, size, weight, ink) in enumerate(sums):
            wide = _width(amount, ctx, size, weight) + px(6) + _width(ctx.tr(key), ctx, 14, fonts.REGULAR) + px(22)
            needed += wide
            if position and needed > space:
                break
            amount_width = _width(amount, ctx, size, weight) + 1
            right -= amount_width
            font = ctx.font(size, weight)
            paint_text(painter, QRectF(right, 0, amount_width, height), amount, font, ctx.hex(ink))
            label_width = _width(ctx.tr(key), ctx, 14, fonts.REGULAR) + 1
            right -= label_width + px(6)
            paint_text(painter, QRectF(right, 0, label_width, height), ctx.tr(key), label, ctx.hex("t3"))
            right -= px(22)
        rect = QRectF(px(12), 0, right - px(12) + px(22), height)
        paint_text(painter, rect, words, ctx.font(16, fonts.SEMIBOLD), ctx.hex("t2"))


def _width(text: str, ctx: UiContext, px: int, weight: int) -> float:
    return fonts.metrics(ctx.px(px), weight).horizontalAdvance(text)


class CartPanel(Box):
    """Renders `Cart` and `OmniboxState`."""

    def __init__(self, ctx: UiContext, emit: Emit, *, wide: bool) -> None:
        super().__init__(ctx)
        self._wide = wide
        self.omnibox = Field(ctx, px=18, height=56, icon="scan", name="omnibox")
        self.omnibox.edit.setMaxLength(512)
        self.omnibox.edited.connect(lambda text: emit(TextEntered(text)))
        self._toast = NoticeBar(ctx, emit, name="toast")
        self._header = _Header(ctx)
        self._rule = Rule(ctx)
        self.list = CartList(ctx, emit)
        self._empty = _Empty(ctx)
        self._quick = QuickItems(ctx, emit, columns=5 if wide else 4, caps=wide)
        self._foot_rule = Rule(ctx)
        self._foot = _Foot(ctx)
        self._cart: Cart | None = None
        px = ctx.px
        inner = px(8)
        column(
            column(self.omnibox, self._toast, spacing=px(8), margins=(px(12), px(12), px(12), px(4))),
            column(self._header, self._rule, margins=(inner, 0, inner, 0)),
            (column((self.list, 1), (self._empty, 1), margins=(inner, px(4), inner, px(4))), 1),
            self._quick,
            column(self._foot_rule, self._foot, margins=(inner, 0, inner, 0)),
            into=self,
        )
        self.setTabOrder(self.omnibox.edit, self.list)
        self.list.verticalScrollBar().valueChanged.connect(self._show_foot)
        self.list.verticalScrollBar().rangeChanged.connect(self._show_foot)

    def render_state(self, cart: Cart, omnibox: OmniboxState) -> None:
        """Show another cart; the text of the omnibox is taken over only with a new revision."""
        ctx = self._ctx
        self.omnibox.set_hint(ctx.tr("omnibox.hint"))
        self.omnibox.take(omnibox.text, omnibox.revision)
        self._toast.render_state(omnibox.toast)
        filled = bool(cart.lines)
        for widget in (self._header, self._rule, self.list, self._foot_rule, self._foot):
            widget.setVisible(filled)
        self._empty.setVisible(not filled)
        self._empty.render_words()
        self._quick.render_state(cart.quick_items if self._wide or not filled else ())
        self.list.show_lines(cart.lines, cart.selected_line_id)
        self.list.viewport().update() if self._cart is None else None
        self._cart = cart
        self._header.update()
        self._show_foot()

    def _show_foot(self, *_ignored: int) -> None:
        if self._cart is not None:
            self._foot.set(self._cart.totals, self.list.hidden_below())

    def focus_omnibox(self) -> None:
        """Give the keyboard to the input."""
        self.omnibox.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_typed(self) -> str:
        """What was typed, handed over: the input is empty afterwards."""
        typed = self.omnibox.edit.text()
        self.omnibox.clear_silently()
        return typed
