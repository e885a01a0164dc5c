"""A member's file: pages of plain lines at the left, what may be done at the right, each by its digit."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QStyleOptionViewItem, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.file_sheet import FileRow, MemberFileSheet
from posapp.ui.checkout.view.lookup_list import ROW_ROLE, CardList, CardRowDelegate, Index
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton, DigitButtons, Tabs
from posapp.ui.context import UiContext
from posapp.ui.painting import RIGHT, paint_box, paint_text
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.chip import Chip
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text

_ROW, _SIDE, _LEAST = 54, 232, 44
_PAGES, _MOST_ACTIONS = 5, 9
_CROWNED = frozenset({"gold", "diamond"})


class _LineDelegate(CardRowDelegate):
    """One line of the file; a tap selects it."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All lines are equally high."""
        return QSize(self._ctx.px(300), self._ctx.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground of the selected line, and a rule below every line."""
        painter.save()
        px = self._ctx.px
        rect = QRectF(option.rect)
        line = index.data(ROW_ROLE)
        if isinstance(line, FileRow) and line.picks and index.row() == self.selected_row:
            paint_box(painter, self._ctx, rect.adjusted(0, 0, 0, -2), fill="accent_soft", line="accent")
        else:
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), self._ctx.colour("border"))
        self.paint_row(painter, rect.adjusted(px(10), 0, -px(10), 0), line)
        painter.restore()

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """Words at the left, the figure at the right, the rest below."""
        if not isinstance(data, FileRow):
            return
        ctx, px = self._ctx, self._ctx.px
        if data.heading:
            area = QRectF(rect.left(), rect.top() + px(20), rect.width(), px(26))
            paint_text(painter, area, ctx.text(data.title), ctx.font(16, fonts.BOLD), ctx.hex("accent"))
            return
        top, height = (px(4), px(26)) if data.detail else (0, px(_ROW))
        upper = QRectF(rect.left(), rect.top() + top, rect.width(), height)
        value = ctx.text(data.value)
        width = paint_text(painter, upper, value, ctx.font(16, fonts.BOLD), ctx.hex("t1"), RIGHT)
        upper.setRight(upper.right() - width - (px(10) if value else 0))
        paint_text(painter, upper, ctx.text(data.title), ctx.font(16, fonts.MEDIUM), ctx.hex("t1"))
        below = QRectF(rect.left(), rect.top() + px(29), rect.width(), px(20))
        detail = " · ".join(ctx.text(part) for part in data.detail)
        paint_text(painter, below, detail, ctx.font(14), ctx.hex("t2"))


class MemberFileView(Box):
    """Renders `MemberFileSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit, *, low: bool) -> None:
        super().__init__(ctx)
        self.setObjectName("member_file_sheet")
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._turn = Text(ctx, 14, fonts.MEDIUM, "t2")
        self._tier = Chip(ctx, height=28)
        self._phone = Text(ctx, 16, fonts.MEDIUM, "t2", RIGHT)
        self._name = Text(ctx, 22, fonts.BOLD, align=RIGHT, elastic=True)
        self._tabs = Tabs(ctx, "file", _PAGES, lambda page: emit(FilePage(page=page)))
        self._notice = NoticeBar(ctx, emit, name="file_notice")
        self.list: CardList[FileRow] = CardList(_LineDelegate(ctx, emit, numbered=False), self._describe, "file_lines")
        self._actions = DigitButtons(ctx, "file", _MOST_ACTIONS, lambda place: emit(FileAct(place)))
        side = self._side(low=low)
        column(
            row(self._back, self._turn, (self._name, 1), px(8), self._tier, px(10), self._phone, px(8)),
            row(*((tab, 1) for tab in self._tabs.buttons), spacing=px(8)),
            (
                row(
                    (column(self._notice, (self.list, 1), spacing=px(8)), 1),
                    Rule(ctx, vertical=True),
                    side,
                    spacing=px(12),
                ),
                1,
            ),
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _side(self, *, low: bool) -> QWidget:
        """The actions, one below the other; side by side where the window is low, because there it is wide."""
        px = self._ctx.px
        side = QWidget()
        columns = 2 if low else 1
        side.setFixedWidth(px(_SIDE * columns))
        grid = QGridLayout()
        # Nine of them fit beside the line that says that there is no network.
        grid.setSpacing(px(3))
        for place, button in enumerate(self._actions.buttons):
            # Nine of them stand below a banner too, at the least height of a target (ux.md §3).
            button.setMinimumHeight(px(_LEAST))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            grid.addWidget(button, place // columns, place % columns)
        column(grid, None, into=side)
        return side

    def _describe(self, line: FileRow) -> str:
        text = self._ctx.text
        return " ".join(filter(None, (text(line.title), text(line.value), *(text(part) for part in line.detail))))

    def render_state(self, sheet: MemberFileSheet) -> None:
        """Show another page, or the same after something was done."""
        ctx = self._ctx
        self._back.set(ctx.tr("sheet.close"))
        self._turn.set(ctx.tr("file.turn"))
        self._name.set(sheet.name)
        self._phone.set(sheet.phone)
        crowned = sheet.tier_style in _CROWNED
        self._tier.set(ctx.text(sheet.tier_name), "accent" if crowned else "neutral", "crown" if crowned else "")
        self._tabs.show(sheet.pages, sheet.page)
        self._notice.render_state(sheet.notice)
        self.list.show_rows(sheet.rows, sheet.selected)
        self._actions.show(sheet.buttons)
