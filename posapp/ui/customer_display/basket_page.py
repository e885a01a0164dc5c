"""A sale in progress: the goods on the left; the card, the savings, the total and what to do on the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.customer_display.parts import paint_code, paint_fitting, paint_struck, paint_sum
from posapp.ui.customer_display.state import Basket, Holder, Item, Prompt
from posapp.ui.figures import money_text
from posapp.ui.painting import LEFT, RIGHT, paint_box, paint_icon, paint_text, paint_wrapped, text_width
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.card_face import paint_face

_RING = 18
_SPLIT = 780
_ROW = 81


def spoken_basket(ctx: UiContext, state: Basket) -> str:
    """The page in a sentence."""
    return f"{ctx.tr('display.goods')} {state.pieces}, {ctx.tr('display.due')} ¥{money_text(state.due_fen)}"


def paint_basket(painter: QPainter, ctx: UiContext, page: QRectF, state: Basket) -> None:
    """Paint the page."""
    painter.fillRect(QRectF(page.left(), page.top(), _SPLIT, page.height()), ctx.colour("surface"))
    painter.fillRect(QRectF(_SPLIT, page.top(), page.width() - _SPLIT, page.height()), ctx.colour("bg"))
    _paint_goods(painter, ctx, QRectF(36, 28, _SPLIT - 68, page.height() - 56), state)
    _paint_money(painter, ctx, QRectF(_SPLIT + 28, 28, page.width() - _SPLIT - 56, page.height() - 56), state)


def _paint_goods(painter: QPainter, ctx: UiContext, area: QRectF, state: Basket) -> None:
    head = QRectF(area.left(), area.top(), area.width(), 40)
    paint_text(painter, head, ctx.tr("display.goods"), ctx.font(25, fonts.BOLD), ctx.hex("t1"))
    paint_text(painter, head, ctx.tr("display.pieces", pieces=state.pieces), ctx.font(22), ctx.hex("t2"), RIGHT)
    if state.earlier:
        middle = QRectF(area.left() + 220, area.top(), area.width() - 360, 40)
        paint_text(painter, middle, ctx.tr("display.earlier", lines=state.earlier), ctx.font(18), ctx.hex("t2"))
    top = head.bottom() + 4
    for place, item in enumerate(state.items):
        if place:
            painter.fillRect(QRectF(area.left(), top, area.width(), 1), ctx.colour("border"))
        _paint_item(painter, ctx, QRectF(area.left(), top, area.width(), _ROW), item)
        top += _ROW
    if state.list_fen != state.due_fen:
        _paint_foot(painter, ctx, QRectF(area.left(), area.bottom() - 34, area.width(), 34), state)


def _paint_item(painter: QPainter, ctx: UiContext, area: QRectF, item: Item) -> None:
    cheaper = item.net_fen != item.list_fen
    net = money_text(item.net_fen)
    reserved = max(text_width(net, ctx.font(25, fonts.BOLD)), text_width(money_text(item.list_fen), ctx.font(18))) + 20
    words = area.adjusted(0, 10, -reserved, -10)
    name = QRectF(words.left(), words.top(), words.width(), 34) if item.why else words
    many = f" {item.figure}" if item.figure else ""
    beside = text_width(many, ctx.font(20)) + 12
    room = QRectF(name.left(), name.top(), name.width() - beside, name.height())
    used = paint_fitting(painter, ctx, room, item.name, (22, 19, 17), fonts.SEMIBOLD, "t1")
    paint_text(
        painter, QRectF(name.left() + used + 8, name.top(), beside, name.height()), many, ctx.font(20), ctx.hex("t2")
    )
    if item.why:
        reason = QRectF(words.left(), name.bottom(), words.width(), 28)
        paint_fitting(painter, ctx, reason, ctx.text(item.why), (18, 16, 14), fonts.REGULAR, "accent")
    figures = QRectF(area.right() - reserved, area.top() + 10, reserved, 26)
    if cheaper:
        paint_struck(painter, ctx, figures, money_text(item.list_fen), 18)
    below = figures.translated(0, 29).adjusted(0, 0, 0, 6) if cheaper else QRectF(area).adjusted(0, 10, 0, -10)
    paint_text(painter, below, net, ctx.font(25, fonts.BOLD), ctx.hex("t1"), RIGHT)


def _paint_foot(painter: QPainter, ctx: UiContext, area: QRectF, state: Basket) -> None:
    label = f"{ctx.tr('ladder.list')}  "
    used = paint_text(painter, area, label, ctx.font(20), ctx.hex("t2"))
    struck = QRectF(area.left() + used, area.top(), 160, area.height())
    paint_text(painter, struck, money_text(state.list_fen), ctx.font(22, strike=True), ctx.hex("t2"), LEFT)
    if not state.order_fen:
        return
    amount = money_text(state.order_fen)
    paint_text(painter, area, amount, ctx.font(22, fonts.BOLD), ctx.hex("accent"), RIGHT)
    before = area.adjusted(struck.right() - area.left(), 0, -text_width(amount, ctx.font(22, fonts.BOLD)) - 12, 0)
    paint_fitting(painter, ctx, before, ctx.tr("display.order_off"), (20, 17, 15), fonts.REGULAR, "t2", RIGHT)


def _paint_money(painter: QPainter, ctx: UiContext, area: QRectF, state: Basket) -> None:
    top = QRectF(area.left(), area.top(), area.width(), 190)
    if state.holder is not None:
        _paint_holder(painter, ctx, top, state.holder)
    else:
        _paint_stranger(painter, ctx, top, state)
    if state.saved_fen:
        _paint_saved(painter, ctx, QRectF(area.left(), top.bottom() + 14, area.width(), 76), state.saved_fen)
    due = QRectF(area.left(), area.top() + 356, area.width(), 36)
    paint_text(painter, due, ctx.tr("display.due"), ctx.font(25, fonts.SEMIBOLD), ctx.hex("t2"))
    paint_sum(painter, ctx, QRectF(area.left(), due.bottom(), area.width(), 110), money_text(state.due_fen), 112, "t1")
    earn = QRectF(area.left(), due.bottom() + 132, area.width(), 32)
    paint_fitting(painter, ctx, earn, ctx.text(state.earn), (20, 18, 16), fonts.REGULAR, "t2")
    if state.prompt is not None:
        _paint_prompt(painter, ctx, QRectF(area.left(), area.bottom() - 104, area.width(), 104), state.prompt)


def _paint_holder(painter: QPainter, ctx: UiContext, area: QRectF, holder: Holder) -> None:
    art = paint_face(painter, area, holder.face, RADIUS_DIALOG, _RING)
    inner = area.adjusted(24, 20, -24, -20)
    tier = ctx.text(holder.tier)
    tier_width = text_width(tier, ctx.font(20, fonts.BOLD))
    paint_text(
        painter, QRectF(inner.left(), inner.top(), inner.width(), 40), tier, ctx.font(20, fonts.BOLD), art.foil, RIGHT
    )
    paint_icon(painter, ctx, inner.right() - tier_width - 30, inner.top() + 9, "crown", 22, art.foil)
    name = QRectF(inner.left(), inner.top(), inner.width() - tier_width - 44, 40)
    paint_fitting(painter, ctx, name, ctx.text(holder.greeting), (26, 22, 19), fonts.BOLD, art.ink)
    if not holder.balances:
        return
    width = inner.width() / len(holder.balances)
    for place, (label, value) in enumerate(holder.balances):
        cell = QRectF(inner.left() + place * width, inner.bottom() - 66, width - 8, 26)
        paint_fitting(painter, ctx, cell, ctx.text(label), (17, 15), fonts.REGULAR, art.ink_soft)
        below = QRectF(cell.left(), cell.bottom() + 2, cell.width(), 38)
        paint_fitting(painter, ctx, below, ctx.text(value), (28, 23, 19), fonts.BOLD, art.ink)


def _paint_stranger(painter: QPainter, ctx: UiContext, area: QRectF, state: Basket) -> None:
    """Whoever has no card sees what one would save now, and how to get it."""
    paint_box(painter, ctx, area, fill="surface", line="border", radius=RADIUS_DIALOG)
    inner = area.adjusted(24, 15, -15, -15)
    if state.join:
        paint_code(painter, QRectF(inner.right() - 160, inner.top(), 160, 160), state.join)
        inner.setRight(inner.right() - 176)
    title = QRectF(inner.left(), inner.top() + 12, inner.width(), 40)
    paint_fitting(
        painter, ctx, title, ctx.tr("display.join" if state.join else "display.ask"), (26, 22, 19), fonts.BOLD, "t1"
    )
    below = QRectF(inner.left(), title.bottom() + 8, inner.width(), 90)
    if state.join_saves_fen:
        words = ctx.tr("display.join_saves", amount=state.join_saves_fen)
    else:
        words = ctx.tr("display.join_detail" if state.join else "display.ask_detail")
    paint_wrapped(painter, below, words, ctx.font(20, fonts.SEMIBOLD), ctx.hex("accent"))


def _paint_saved(painter: QPainter, ctx: UiContext, area: QRectF, saved_fen: int) -> None:
    paint_box(painter, ctx, area, fill="accent_soft", line="accent_line", radius=RADIUS_DIALOG)
    inner = area.adjusted(22, 0, -22, 0)
    amount = f"¥ {money_text(saved_fen)}"
    font = ctx.font(34, fonts.BOLD)
    paint_text(painter, inner, amount, font, ctx.hex("accent"), RIGHT)
    label = inner.adjusted(0, 0, -text_width(amount, font) - 12, 0)
    paint_fitting(painter, ctx, label, ctx.tr("display.saved"), (22, 19, 17), fonts.SEMIBOLD, "t1")


def _paint_prompt(painter: QPainter, ctx: UiContext, area: QRectF, prompt: Prompt) -> None:
    paint_box(painter, ctx, area, fill="t1", radius=RADIUS_DIALOG)
    paint_icon(painter, ctx, area.left() + 26, area.top() + 32, prompt.icon, 40, "surface")
    words = area.adjusted(84, 16, -16, -16)
    title = QRectF(words.left(), words.top(), words.width(), 40)
    paint_fitting(painter, ctx, title, ctx.text(prompt.title), (26, 22, 19), fonts.BOLD, "surface")
    detail = QRectF(words.left(), title.bottom(), words.width(), 30)
    paint_fitting(painter, ctx, detail, ctx.text(prompt.detail), (19, 17, 15), fonts.MEDIUM, "ink_soft")
