"""What the shop owes, as a table: open, what came, what went, close, and below each row what moved it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import EnterPressed
from posapp.ui.checkout.report_intents import ReportDayMoved, ReportEdited, ReportSpanChosen
from posapp.ui.checkout.report_sheet import OwedRow, ReportSheet
from posapp.ui.checkout.view.lookup_list import ROW_ROLE, CardList, CardRowDelegate, Index
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.context import UiContext
from posapp.ui.figures import MINUS
from posapp.ui.painting import RIGHT, paint_box, paint_text
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text

_ROW, _NAME, _SPANS = 68, 176, 3
_HEADS = ("report.open", "report.came", "report.went", "report.close")


def _columns(ctx: UiContext, rect: QRectF) -> list[QRectF]:
    """The areas of the four figures, beside the name."""
    left = rect.left() + ctx.px(_NAME)
    width = (rect.right() - left) / len(_HEADS)
    return [QRectF(left + place * width, rect.top(), width, rect.height()) for place in range(len(_HEADS))]


class _Head(QWidget):
    """The names of the columns, on the edges of their figures."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self.setFixedHeight(ctx.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(px(10), 0, -px(10), 0)
        for area, key in zip(_columns(ctx, rect), _HEADS, strict=True):
            paint_text(painter, area, ctx.tr(key), ctx.font(14, fonts.SEMIBOLD), ctx.hex("t2"), RIGHT)


class _OwedDelegate(CardRowDelegate):
    """One liability."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(self._ctx.px(300), self._ctx.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground of the selected row, and a rule below every row."""
        painter.save()
        px = self._ctx.px
        rect = QRectF(option.rect)
        if index.row() == self.selected_row:
            paint_box(painter, self._ctx, rect.adjusted(0, 0, 0, -2), fill="accent_soft", line="accent")
        else:
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), self._ctx.colour("border"))
        self.paint_row(painter, rect.adjusted(px(10), 0, -px(10), 0), index.data(ROW_ROLE))
        painter.restore()

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """Name and figures on one line, what moved it below."""
        if not isinstance(data, OwedRow):
            return
        ctx, px = self._ctx, self._ctx.px
        upper = QRectF(rect.left(), rect.top() + px(7), rect.width(), px(28))
        name = QRectF(upper.left(), upper.top(), px(_NAME), upper.height())
        paint_text(painter, name, ctx.text(data.name), ctx.font(16, fonts.BOLD), ctx.hex("t1"))
        figures = (data.open, data.came, data.went, data.close)
        for place, (area, figure) in enumerate(zip(_columns(ctx, upper), figures, strict=True)):
            last = place == len(_HEADS) - 1
            font = ctx.font(18 if last else 16, fonts.BOLD if last else fonts.MEDIUM)
            paint_text(painter, area, figure, font, ctx.hex("accent" if last else "t1"), RIGHT)
        below = QRectF(rect.left(), rect.top() + px(38), rect.width(), px(22))
        worth = ctx.text(data.worth)
        width = paint_text(painter, below, worth, ctx.font(14, fonts.SEMIBOLD), ctx.hex("t2"), RIGHT)
        below.setRight(below.right() - width - px(12))
        moved = " · ".join(ctx.text(part) for part in data.moved)
        paint_text(painter, below, moved, ctx.font(14), ctx.hex("t2"))


class ReportView(Box):
    """Renders `ReportSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("report_sheet")
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._title = Text(ctx, 22, fonts.BOLD)
        self.first_field = Field(ctx, px=20, height=52, icon="calendar-event", name="report_day")
        self.first_field.edited.connect(lambda text: emit(ReportEdited(text)))
        self._earlier = Button(ctx, ButtonStyle(height=52, px=16), key=MINUS, name="report_earlier")
        self._earlier.clicked.connect(lambda: emit(ReportDayMoved(-1)))
        self._later = Button(ctx, ButtonStyle(height=52, px=16), key="+", name="report_later")
        self._later.clicked.connect(lambda: emit(ReportDayMoved(1)))
        self._spans = [self._span(emit, place) for place in range(_SPANS)]
        self._listed = Text(ctx, 16, fonts.SEMIBOLD)
        self._notice = NoticeBar(ctx, emit, name="report_notice")
        self._head = _Head(ctx)
        self.list: CardList[OwedRow] = CardList(_OwedDelegate(ctx, emit, numbered=False), self._describe, "report_rows")
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self._save = Button(ctx, style, icon="check", key="Enter", name="report_save")
        self._save.clicked.connect(lambda: emit(EnterPressed()))
        column(
            row(self._back, None, self._title, px(8)),
            row((self.first_field, 2), (self._earlier, 1), (self._later, 1), spacing=px(8)),
            row(*((span, 1) for span in self._spans), spacing=px(8)),
            self._notice,
            row(px(4), self._listed, None),
            self._head,
            (self.list, 1),
            self._save,
            spacing=px(8),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _span(self, emit: Emit, place: int) -> Button:
        button = Button(
            self._ctx, ButtonStyle(height=48, px=16), key=f"Alt {place + 1}", name=f"report_span_{place + 1}"
        )
        button.clicked.connect(lambda: emit(ReportSpanChosen(place)))
        return button

    def _describe(self, owed: OwedRow) -> str:
        return f"{self._ctx.text(owed.name)} {owed.open} + {owed.came} {MINUS} {owed.went} = {owed.close}"

    def render_state(self, sheet: ReportSheet) -> None:
        """Show another day or span."""
        ctx = self._ctx
        self._back.set(ctx.tr("sheet.close"))
        self._title.set(ctx.tr("report.title"))
        self.first_field.set_hint(sheet.day)
        self.first_field.take("", sheet.revision)
        self._earlier.set(ctx.tr("return.earlier"))
        self._later.set(ctx.tr("return.later"))
        for place, (button, words) in enumerate(zip(self._spans, sheet.spans, strict=True)):
            button.set(ctx.text(words), chosen=place == sheet.span)
        self._notice.render_state(sheet.notice)
        self._listed.set(ctx.text(sheet.listed) if sheet.ready else ctx.tr("report.reckoning"))
        self.list.show_rows(sheet.rows, sheet.selected)
        self._save.set(ctx.tr("report.save"), enabled=sheet.ready)
