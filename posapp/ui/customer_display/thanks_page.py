"""A sale or a return is done: thanks, the change, and what became of the balances."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.customer_display.parts import paint_code, paint_fitting, paint_sum
from posapp.ui.customer_display.state import Balance, Thanks
from posapp.ui.figures import money_text
from posapp.ui.painting import RIGHT, paint_icon, paint_text, text_width
from posapp.ui.theme import CARD_ART, RADIUS_DIALOG
from posapp.ui.widgets.card_face import paint_art

_RING = 18
_ROW = 88
_CODE = 240


def spoken_thanks(ctx: UiContext, state: Thanks) -> str:
    """The page in a sentence."""
    said = [ctx.tr("display.thanks"), ctx.text(state.title)]
    if state.change_fen:
        said.append(f"{ctx.text(state.change_label)} ¥{money_text(state.change_fen)}")
    if state.card:
        said.append(ctx.tr("display.your_card"))
    return ", ".join(said)


def paint_thanks(painter: QPainter, ctx: UiContext, page: QRectF, state: Thanks) -> None:
    """Paint the page."""
    painter.fillRect(page, ctx.colour("surface"))
    card = QRectF(28, 28, 560, page.height() - 56)
    art = CARD_ART["gold"]
    paint_art(painter, card, art, RADIUS_DIALOG + 8, _RING)
    inner = card.adjusted(44, 40, -44, -40)
    paint_text(
        painter, QRectF(inner.left(), inner.top(), inner.width(), 44), state.shop, ctx.font(24, fonts.BOLD), art.ink
    )
    thanks = QRectF(inner.left(), inner.top() + (110 if state.card else 250), inner.width(), 100)
    paint_fitting(painter, ctx, thanks, ctx.tr("display.thanks"), (72, 56, 44), fonts.BOLD, art.foil)
    title = QRectF(inner.left(), thanks.bottom() + 8, inner.width(), 44)
    paint_fitting(painter, ctx, title, ctx.text(state.title), (28, 24, 20), fonts.MEDIUM, art.ink_soft)
    if state.card:
        _paint_card(painter, ctx, QRectF(inner.left(), title.bottom() + 44, inner.width(), 300), state.card)
    right = QRectF(636, 60, page.width() - 636 - 48, page.height() - 120)
    if state.change_fen:
        label = QRectF(right.left(), right.top(), right.width(), 40)
        paint_text(painter, label, ctx.text(state.change_label), ctx.font(28, fonts.SEMIBOLD), ctx.hex("t2"))
        amount = QRectF(right.left(), label.bottom(), right.width(), 116)
        paint_sum(painter, ctx, amount, money_text(state.change_fen), 112, "t1")
    top = right.top() + (210 if state.change_fen else 60)
    for balance in state.balances:
        _paint_balance(painter, ctx, QRectF(right.left(), top, right.width(), _ROW), balance)
        top += _ROW


def _paint_card(painter: QPainter, ctx: UiContext, area: QRectF, card: str) -> None:
    """The code of the new card, and what to do with it."""
    code = QRectF(area.left(), area.top(), _CODE, _CODE)
    paint_code(painter, code, card)
    words = QRectF(area.left(), code.bottom() + 14, area.width(), 34)
    art = CARD_ART["gold"]
    paint_fitting(painter, ctx, words, ctx.tr("display.your_card"), (24, 21, 18), fonts.SEMIBOLD, art.ink)


def _paint_balance(painter: QPainter, ctx: UiContext, area: QRectF, balance: Balance) -> None:
    """Label, before → after, and the difference with its sign."""
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), ctx.colour("border"))
    change_font, after_font, before_font = ctx.font(22, fonts.SEMIBOLD), ctx.font(32, fonts.BOLD), ctx.font(24)
    paint_text(painter, area, balance.change, change_font, ctx.hex("accent" if balance.gained else "t2"), RIGHT)
    after = ctx.text(balance.after)
    rest = area.adjusted(0, 0, -max(110, text_width(balance.change, change_font) + 20), 0)
    paint_text(painter, rest, after, after_font, ctx.hex("t1"), RIGHT)
    rest.setRight(rest.right() - text_width(after, after_font) - 40)
    paint_icon(painter, ctx, rest.right() + 10, area.center().y() - 11, "arrow-right", 22, "t2")
    before = ctx.text(balance.before)
    paint_text(painter, rest, before, before_font, ctx.hex("t2"), RIGHT)
    rest.setRight(rest.right() - text_width(before, before_font) - 16)
    paint_fitting(painter, ctx, rest, ctx.text(balance.label), (24, 20, 17), fonts.MEDIUM, "t1")
