"""Nobody is being served: what is on today, and the code by which a customer gets a card."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.customer_display.parts import paint_code, paint_fitting
from posapp.ui.customer_display.state import Idle
from posapp.ui.painting import CENTER, paint_box, paint_icon, paint_text, paint_wrapped
from posapp.ui.theme import CARD_ART, RADIUS_DIALOG
from posapp.ui.widgets.card_face import paint_art

_RING = 18
_CODE = 300
_STEPS = ("display.step_scan", "display.step_phone", "display.step_show")


def spoken_idle(ctx: UiContext, state: Idle) -> str:
    """The page in a sentence."""
    return f"{state.shop}, {ctx.text(state.headline)}"


def paint_idle(painter: QPainter, ctx: UiContext, page: QRectF, state: Idle) -> None:
    """Paint the page."""
    painter.fillRect(page, ctx.colour("surface"))
    _paint_today(painter, ctx, QRectF(28, 28, 776, 744), state)
    right = QRectF(832, 28, 420, 744)
    if state.join:
        _paint_join(painter, ctx, right, state.join)
    else:
        _paint_ask(painter, ctx, right)


def _paint_today(painter: QPainter, ctx: UiContext, area: QRectF, state: Idle) -> None:
    art = CARD_ART["gold"]
    paint_art(painter, area, art, RADIUS_DIALOG + 8, _RING)
    inner = area.adjusted(48, 40, -48, -40)
    shop = QRectF(inner.left(), inner.top(), inner.width(), 44)
    paint_text(painter, shop, state.shop, ctx.font(24, fonts.BOLD), art.ink)
    headline = QRectF(inner.left(), inner.top() + 250, inner.width(), 110)
    paint_fitting(painter, ctx, headline, ctx.text(state.headline), (76, 60, 46, 36, 28), fonts.BOLD, art.foil)
    detail = QRectF(inner.left(), headline.bottom() + 12, inner.width(), 76)
    paint_wrapped(painter, detail, ctx.text(state.detail), ctx.font(26), art.ink_soft)
    place = QRectF(inner.left(), inner.bottom() - 32, inner.width(), 32)
    paint_text(painter, place, ctx.text(state.place), ctx.font(20), art.ink_soft)


def _paint_join(painter: QPainter, ctx: UiContext, area: QRectF, join: str) -> None:
    title = QRectF(area.left(), area.top() + 60, area.width(), 56)
    paint_fitting(painter, ctx, title, ctx.tr("display.join"), (40, 32, 26), fonts.BOLD, "t1", CENTER)
    detail = QRectF(area.left(), title.bottom() + 6, area.width(), 34)
    paint_fitting(painter, ctx, detail, ctx.tr("display.join_detail"), (22, 19, 17), fonts.REGULAR, "t2", CENTER)
    code = QRectF(area.center().x() - _CODE / 2, detail.bottom() + 14, _CODE, _CODE)
    paint_code(painter, code, join)
    top = code.bottom() + 26
    for place, key in enumerate(_STEPS, start=1):
        square = QRectF(area.left() + 84, top, 30, 30)
        paint_box(painter, ctx, square, fill="accent", radius=4)
        paint_text(painter, square, str(place), ctx.font(16, fonts.BOLD), ctx.hex("on_accent"), CENTER)
        words = QRectF(square.right() + 12, top, area.right() - square.right() - 12, 30)
        paint_fitting(painter, ctx, words, ctx.tr(key), (20, 18, 16), fonts.REGULAR, "t1")
        top += 40
    _paint_promise(painter, ctx, QRectF(area.left(), area.bottom() - 52, area.width(), 30))


def _paint_ask(painter: QPainter, ctx: UiContext, area: QRectF) -> None:
    """There is no page for joining: the cashier opens the card."""
    paint_icon(painter, ctx, area.center().x() - 36, area.top() + 190, "user-plus", 72, "accent")
    title = QRectF(area.left(), area.top() + 290, area.width(), 56)
    paint_fitting(painter, ctx, title, ctx.tr("display.ask"), (40, 32, 26), fonts.BOLD, "t1", CENTER)
    detail = QRectF(area.left(), title.bottom() + 6, area.width(), 34)
    paint_fitting(painter, ctx, detail, ctx.tr("display.ask_detail"), (22, 19, 17), fonts.REGULAR, "t2", CENTER)
    _paint_promise(painter, ctx, QRectF(area.left(), area.bottom() - 52, area.width(), 30))


def _paint_promise(painter: QPainter, ctx: UiContext, area: QRectF) -> None:
    paint_fitting(painter, ctx, area, ctx.tr("display.promise"), (17, 15), fonts.REGULAR, "t2", CENTER)
