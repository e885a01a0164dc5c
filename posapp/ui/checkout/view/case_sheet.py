"""One exception: what happened, the events concerned, the ways to close it: each by its digit, the first by Enter."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from posapp.ui import fonts
from posapp.ui.checkout.inbox_sheet import CaseLine, CaseSheet
from posapp.ui.checkout.intents import PickRow
from posapp.ui.checkout.view.lookup_list import ROW_ROLE, CardList, CardRowDelegate, Index
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.context import UiContext
from posapp.ui.painting import RIGHT, paint_box, paint_text
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Paragraph, Text

_ROW, _MOST_OPTIONS = 58, 3


class _LineDelegate(CardRowDelegate):
    """One event; a tap does nothing, because digits and taps choose what is done."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(self._ctx.px(300), self._ctx.px(_ROW))

    def editorEvent(
        self, _event: QEvent, _model: QAbstractItemModel, _option: QStyleOptionViewItem, _index: Index
    ) -> bool:
        """There is nothing to pick."""
        return False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground of the event in sight, and a rule below every event."""
        painter.save()
        px = self._ctx.px
        rect = QRectF(option.rect)
        if index.row() == self.selected_row:
            paint_box(painter, self._ctx, rect.adjusted(0, 0, 0, -2), fill="sunken")
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), self._ctx.colour("border"))
        self.paint_row(painter, rect.adjusted(px(10), 0, -px(10), 0), index.data(ROW_ROLE))
        painter.restore()

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """What it was and what it moved; below, when and where, and what was there then."""
        if not isinstance(data, CaseLine):
            return
        ctx, px = self._ctx, self._ctx.px
        upper = QRectF(rect.left(), rect.top() + px(5), rect.width(), px(26))
        width = paint_text(painter, upper, data.moved, ctx.font(18, fonts.BOLD), ctx.hex("t1"), RIGHT)
        upper.setRight(upper.right() - width - px(10))
        paint_text(painter, upper, ctx.text(data.title), ctx.font(16, fonts.BOLD), ctx.hex("t1"))
        below = QRectF(rect.left(), rect.top() + px(31), rect.width(), px(21))
        balance = ctx.text(data.balance)
        font, ink = (fonts.BOLD, "danger") if data.is_short else (fonts.MEDIUM, "t2")
        width = paint_text(painter, below, balance, ctx.font(14, font), ctx.hex(ink), RIGHT)
        below.setRight(below.right() - width - px(10))
        detail = " · ".join(ctx.text(part) for part in data.detail)
        paint_text(painter, below, detail, ctx.font(14), ctx.hex("t2"))


class CaseView(Box):
    """Renders `CaseSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("case_sheet")
        self._emit = emit
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._title = Text(ctx, 22, fonts.BOLD, align=RIGHT, elastic=True)
        self._detail = Paragraph(ctx, 16, fonts.MEDIUM, "t2")
        self._earlier = Text(ctx, 14, fonts.MEDIUM, "t2", elastic=True)
        self.list: CardList[CaseLine] = CardList(_LineDelegate(ctx, emit, numbered=False), self._describe, "case_lines")
        self._how = Text(ctx, 17, fonts.BOLD)
        self._how_detail = Text(ctx, 14, fonts.MEDIUM, "t2", RIGHT, elastic=True)
        self._options = [self._option(place) for place in range(_MOST_OPTIONS)]
        column(
            row(self._back, px(12), (self._title, 1), px(8)),
            self._detail,
            self._earlier,
            (self.list, 1),
            row(self._how, px(12), (self._how_detail, 1)),
            *self._options,
            spacing=px(8),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _option(self, place: int) -> Button:
        kind = ButtonKind.PRIMARY if place == 0 else ButtonKind.SECONDARY
        style = ButtonStyle(kind, 64, 18, fonts.BOLD if place == 0 else fonts.SEMIBOLD, leading=True)
        button = Button(
            self._ctx, style, key="Enter" if place == 0 else str(place + 1), name=f"case_option_{place + 1}"
        )
        button.clicked.connect(lambda: self._emit(PickRow(place)))
        return button

    def _describe(self, line: CaseLine) -> str:
        text = self._ctx.text
        return " ".join(filter(None, (text(line.title), line.moved, text(line.balance))))

    def render_state(self, sheet: CaseSheet) -> None:
        """Show another exception, or another of its events."""
        ctx = self._ctx
        self._back.set(ctx.tr("sheet.close"))
        self._title.set(ctx.text(sheet.title))
        self._detail.set(" · ".join(ctx.text(part) for part in sheet.detail))
        self._detail.setVisible(bool(sheet.detail))
        self._earlier.set(ctx.text(sheet.earlier))
        self._earlier.setVisible(sheet.earlier is not None)
        self.list.show_rows(sheet.lines, sheet.line)
        self._how.set(ctx.tr("inbox.how"))
        self._how_detail.set(ctx.tr("inbox.how_detail"))
        for place, button in enumerate(self._options):
            option = sheet.options[place] if place < len(sheet.options) else None
            button.setVisible(option is not None)
            if option is not None:
                button.set(ctx.text(option.label), ctx.text(option.cost))
