"""The first start: try a demo shop, begin with an empty one, or join a server with a one-time code."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStackedLayout, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import JoinServer, ServerTyped, StartDemoShop, StartEmptyShop
from posapp.ui.checkout.sheets import FirstStartSheet
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.painting import CapStyle, paint_box, paint_icon, paint_key_cap, paint_text, paint_wrapped
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import Item, column, row
from posapp.ui.widgets.text import Text


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


class _Form(QWidget):
    """A few labelled fields under the title, with a way back and a button that sends them."""

    def __init__(self, ctx: UiContext, name: str, icon: str, fields: tuple[tuple[str, Field], ...]) -> None:
        super().__init__()
        px = ctx.px
        self.setObjectName(f"start_{name}")
        self._ctx = ctx
        self._labels = tuple((key, Text(ctx, 15, fonts.SEMIBOLD)) for key, _field in fields)
        self.fields = tuple(field for _key, field in fields)
        self._told = ("",) * len(fields)
        self.back = Button(ctx, ButtonStyle(height=56, px=17), key="Esc", name=f"{name}_back")
        self.back.setFixedWidth(px(160))
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self.submit = Button(ctx, style, icon=icon, key="Enter", name=f"{name}_submit")
        parts: list[Item] = []
        for (_key, label), field in zip(self._labels, self.fields, strict=True):
            parts += [label, px(6), field, px(12)]
        column(*parts, px(6), row(self.back, px(12), (self.submit, 1)), None, into=self)

    def set(self, submit: str, *, busy: bool) -> None:
        """Show the words in the language in use."""
        tr = self._ctx.tr
        for (key, label), field in zip(self._labels, self.fields, strict=True):
            label.set(tr(key))
            field.set_hint(tr(f"{key}_hint"))
        self.back.set(tr("start.back"))
        self.submit.set(tr(submit), enabled=not busy)

    def fill(self, *texts: str) -> bool:
        """Put in what was scanned since, and what stood here before the form was made anew; whether any was."""
        fresh = [
            (field, text)
            for field, text, before in zip(self.fields, texts, self._told, strict=True)
            if text not in (before, field.edit.text().strip())
        ]
        for field, text in fresh:
            field.restore(text)
        self._told = texts
        return bool(fresh)

    def texts(self) -> tuple[str, ...]:
        """What stands in the fields, without the spaces around it."""
        return tuple(field.edit.text().strip() for field in self.fields)

    def target(self) -> Field:
        """Where typing goes: the first empty field, else the last."""
        return next((field for field in self.fields if not field.edit.text()), self.fields[-1])


class FirstStartView(Box):
    """Renders `FirstStartSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx, "raised", None, RADIUS_DIALOG)
        self.setObjectName("first_start")
        self._emit = emit
        self._form: _Form | None = None
        px = ctx.px
        self._title = Text(ctx, 28, fonts.BOLD)
        self._detail = Text(ctx, 16, fonts.MEDIUM, "t2")
        self._demo = _Choice(ctx, "sparkles", 1)
        self._empty = _Choice(ctx, "building-store", 2)
        self._join = _Choice(ctx, "link", 3)
        shop = Field(ctx, icon="building-store", px=22, ime=True, name="shop_name")
        self._naming = _Form(ctx, "naming", "building-store", (("start.shop_name", shop),))
        address = Field(ctx, icon="server", name="join_address")
        address.edited.connect(lambda text: emit(ServerTyped(text)))
        code = Field(ctx, icon="key", px=22, name="join_code")
        self._joining = _Form(ctx, "join", "link", (("start.address", address), ("start.code", code)))
        self._demo.clicked.connect(lambda: emit(StartDemoShop()))
        self._empty.clicked.connect(lambda: self._open(self._naming))
        self._join.clicked.connect(lambda: self._open(self._joining))
        for form in (self._naming, self._joining):
            form.back.clicked.connect(self.close_form)
            form.submit.clicked.connect(self.submit)
        choices = QWidget()
        row((self._demo, 1), (self._empty, 1), (self._join, 1), spacing=px(12), into=choices)
        self._error = NoticeBar(ctx, emit, name="start_error")
        host = QWidget()
        self._stack = QStackedLayout(host)
        for page in (choices, self._naming, self._joining):
            self._stack.addWidget(page)
        head = (self._title, px(4), self._detail, px(14), Rule(ctx), px(18))
        column(*head, host, None, self._error, margins=(px(32), px(26), px(32), px(26)), into=self)

    @property
    def first_field(self) -> Field | None:
        """Where typing goes: nowhere until a form is open."""
        return self._form.target() if self._form is not None else None

    def focus_first(self) -> None:
        """Put the keyboard on the first way, or on the form."""
        field = self.first_field
        target: QWidget = self._demo if field is None else field.edit
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, form: _Form) -> None:
        self._form = form
        self._stack.setCurrentWidget(form)
        self.updateGeometry()
        self.focus_first()

    def close_form(self) -> bool:
        """Back to the three ways; False when they are already shown."""
        if self._form is None:
            return False
        self._form = None
        self._error.render_state(None)
        self._stack.setCurrentIndex(0)
        self.updateGeometry()
        self.focus_first()
        return True

    def choose(self, number: int) -> bool:
        """The number key of a tile; False while a form is open, where digits are typed."""
        if self._form is not None:
            return False
        (self._demo, self._empty, self._join)[number - 1].click()
        return True

    def submit(self) -> None:
        """Enter: send the form, or press the tile that has the focus."""
        focus = self.focusWidget()
        if self._form is self._joining:
            self._emit(JoinServer(*self._joining.texts()))
        elif self._form is self._naming:
            self._emit(StartEmptyShop(*self._naming.texts()))
        elif isinstance(focus, _Choice):
            focus.click()

    def sizeHint(self) -> QSize:
        """The size of the design; the overlay gives less where the window is smaller."""
        height = 430 + 40 * (self._form is self._joining) + 90 * (not self._error.isHidden())
        return QSize(self._ctx.px(900), self._ctx.px(height))

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
        self._naming.set("start.opening" if sheet.busy else "start.open", busy=sheet.busy)
        self._joining.set("start.joining" if sheet.busy else "start.join_do", busy=sheet.busy)
        self._naming.fill(sheet.shop)
        scanned = self._joining.fill(sheet.address, sheet.code)
        wanted = self._joining if sheet.joining else self._naming if sheet.naming else None
        if wanted is not None and (wanted is not self._form or scanned):
            self._open(wanted)
        self._error.render_state(sheet.error)
        self.updateGeometry()
