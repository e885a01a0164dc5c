"""The first start: try a demo shop, begin with an empty one, or join a server with a one-time code."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStackedLayout, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import EscPressed, JoinServer, StartDemoShop, StartEmptyShop
from posapp.ui.checkout.sheets import FirstStartSheet
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.painting import CapStyle, paint_box, paint_icon, paint_key_cap, paint_text, paint_wrapped
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Paragraph, Text


class _Choice(QAbstractButton):
    """One way to begin, as a large tile with its number key."""

    def __init__(self, ctx: UiContext, icon: str, number: int) -> None:
        super().__init__()
        self._ctx, self._icon, self._number, self._detail = ctx, icon, number, ""
        self.setObjectName(f"start_{number}")
        self.setFixedHeight(ctx.px(230))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, title: str, detail: str) -> None:
        self._detail = detail
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.px(240), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        lit = self.hasFocus() or self.underMouse()
        ink = "accent" if self.isEnabled() else "strong"
        line, width = ("accent", 2) if lit else ("strong", 1)
        fill = "accent_soft" if lit else "surface"
        paint_box(painter, ctx, QRectF(self.rect()), fill=fill, line=line, radius=12, width=width)
        paint_icon(painter, ctx, px(20), px(24), self._icon, 36, ink)
        paint_key_cap(painter, ctx, self.width() - px(44), px(34), str(self._number), CapStyle())
        left, room = px(20), self.width() - px(40)
        title = QRectF(left, px(82), room, px(34))
        paint_text(painter, title, self.text(), ctx.font(22, fonts.BOLD), ctx.hex("t1"))
        detail = QRectF(left, px(122), room, self.height() - px(132))
        paint_wrapped(painter, detail, self._detail, ctx.font(16, fonts.MEDIUM), ctx.hex("t2"))


class FirstStartView(Box):
    """Renders `FirstStartSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx, "raised", None, RADIUS_DIALOG)
        self.setObjectName("first_start")
        self._emit = emit
        self._joining = False
        px = ctx.px
        self._title = Text(ctx, 28, fonts.BOLD)
        self._detail = Text(ctx, 16, fonts.MEDIUM, "t2")
        self._demo = _Choice(ctx, "sparkles", 1)
        self._empty = _Choice(ctx, "building-store", 2)
        self._join = _Choice(ctx, "link", 3)
        self._demo.clicked.connect(lambda: emit(StartDemoShop()))
        self._empty.clicked.connect(lambda: emit(StartEmptyShop()))
        self._join.clicked.connect(self.open_join)
        choices = QWidget()
        row((self._demo, 1), (self._empty, 1), (self._join, 1), spacing=px(12), into=choices)
        self._error = NoticeBar(ctx, emit, name="start_error")
        self._stack_host = QWidget()
        self._stack = QStackedLayout(self._stack_host)
        self._stack.addWidget(choices)
        self._stack.addWidget(self._join_form())
        column(
            self._title,
            px(4),
            self._detail,
            px(14),
            Rule(ctx),
            px(18),
            self._stack_host,
            None,
            self._error,
            margins=(px(32), px(26), px(32), px(26)),
            into=self,
        )

    def _join_form(self) -> QWidget:
        ctx, px = self._ctx, self._ctx.px
        form = QWidget()
        self._address_label = Text(ctx, 15, fonts.SEMIBOLD)
        self._address = Field(ctx, icon="server", name="join_address")
        self._code_label = Text(ctx, 15, fonts.SEMIBOLD)
        self._code = Field(ctx, icon="key", px=22, name="join_code")
        self._code_hint = Paragraph(ctx, 14, fonts.MEDIUM, "t2")
        self._back = Button(ctx, ButtonStyle(height=56, px=17), key="Esc", name="join_back")
        self._back.setFixedWidth(px(160))
        self._back.clicked.connect(self._go_back)
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self._submit = Button(ctx, style, icon="link", key="Enter", name="join_submit")
        self._submit.clicked.connect(self.submit)
        column(
            self._address_label,
            px(6),
            self._address,
            px(12),
            self._code_label,
            px(6),
            self._code,
            px(18),
            row(self._back, px(12), (self._submit, 1)),
            None,
            into=form,
        )
        return form

    @property
    def first_field(self) -> Field | None:
        """Where typing goes: nowhere until joining was chosen."""
        if not self._joining:
            return None
        return self._code if self._address.edit.text() else self._address

    def focus_first(self) -> None:
        """Put the keyboard on the first way, or on the form."""
        field = self.first_field
        target: QWidget = self._demo if field is None else field.edit
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_join(self) -> None:
        """Show the form for joining."""
        self._joining = True
        self._stack.setCurrentIndex(1)
        self.updateGeometry()
        self._address.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_back(self) -> None:
        if not self.close_join():
            self._emit(EscPressed())

    def close_join(self) -> bool:
        """Back to the three ways; False when they are already shown."""
        if not self._joining:
            return False
        self._joining = False
        self._stack.setCurrentIndex(0)
        self.updateGeometry()
        return True

    def choose(self, number: int) -> bool:
        """The number key of a tile; False while the form is open, where digits are typed."""
        if self._joining:
            return False
        (self._demo, self._empty, self._join)[number - 1].click()
        return True

    def submit(self) -> None:
        """Enter: send the form, or press the tile that has the focus."""
        if self._joining:
            self._emit(JoinServer(self._address.edit.text().strip(), self._code.edit.text().strip()))
            return
        focus = self.focusWidget()
        if isinstance(focus, _Choice):
            focus.click()

    def sizeHint(self) -> QSize:
        """The size of the design; the overlay gives less where the window is smaller."""
        return QSize(self._ctx.px(900), self._ctx.px(530 if self._joining or not self._error.isHidden() else 430))

    def render_state(self, sheet: FirstStartSheet) -> None:
        """Show another step."""
        ctx = self._ctx
        self._title.set(ctx.tr("start.title"))
        self._detail.set(ctx.tr("start.detail"))
        self._demo.set(ctx.tr("start.demo"), ctx.tr("start.demo_detail"))
        self._empty.set(ctx.tr("start.empty"), ctx.tr("start.empty_detail"))
        self._join.set(ctx.tr("start.join"), ctx.tr("start.join_detail"))
        for choice in (self._demo, self._empty, self._join):
            choice.setEnabled(not sheet.busy)
        self._address_label.set(ctx.tr("start.address"))
        self._address.set_hint(ctx.tr("start.address_hint"))
        self._code_label.set(ctx.tr("start.code"))
        self._code.set_hint(ctx.tr("start.code_hint"))
        if sheet.address and not self._address.edit.text():
            self._address.edit.setText(sheet.address)
        if sheet.code and not self._code.edit.text():
            self._code.edit.setText(sheet.code)
        if sheet.joining and not self._joining:
            self.open_join()
        self._back.set(ctx.tr("start.back"))
        self._submit.set(ctx.tr("start.joining" if sheet.busy else "start.join_do"), enabled=not sheet.busy)
        self._error.render_state(sheet.error)
