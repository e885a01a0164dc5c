"""The whole checkout: three columns, one sheet, overlays; renders a `CheckoutState` and emits intents (ux.md §4)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.intents import EscPressed, Intent
from posapp.ui.checkout.sheets import (
    FirstStartSheet,
    KeymapSheet,
    NewCardSheet,
    Sheet,
    TenderSheet,
)
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.checkout.view.cart_panel import CartPanel
from posapp.ui.checkout.view.first_start import FirstStartView
from posapp.ui.checkout.view.form_dialog import FormView
from posapp.ui.checkout.view.function_bar import FunctionBar
from posapp.ui.checkout.view.grid import Grid, grid_for
from posapp.ui.checkout.view.join_panel import JoinPanel
from posapp.ui.checkout.view.keymap_overlay import KeymapView
from posapp.ui.checkout.view.member_band import MemberBand
from posapp.ui.checkout.view.member_panel import MemberPanelView
from posapp.ui.checkout.view.money_panel import MoneyPanelView
from posapp.ui.checkout.view.new_card_dialog import NewCardView
from posapp.ui.checkout.view.notice_bar import NoticeBar, NoticeLook
from posapp.ui.checkout.view.overlay import Overlay
from posapp.ui.checkout.view.side_sheets import SideView, make_view, render_sheet
from posapp.ui.checkout.view.tender_panel import TenderPanelView
from posapp.ui.checkout.view.top_bar import TopBarView
from posapp.ui.context import UiContext
from posapp.ui.widgets.box import Ground
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row

_SHEET, _MONEY, _PERSON = 708, 364, 336
_LEAST_CART = 600
_LAYOUT_ROUNDS = 4


class CheckoutView(QWidget):
    """Give it states with `render_state`; it sends every wish of the cashier through `intent`."""

    intent = Signal(object)

    def __init__(self, ctx: UiContext, *, grid: Grid = Grid.STANDARD, low: bool = False) -> None:
        super().__init__()
        self._ctx, self.grid, self.low = ctx, grid, low
        self._state: CheckoutState | None = None
        self._forced = False
        self._sheet: Sheet | None = None
        self._shown_once = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._build()

    def fits(self, width: int, *, low: bool) -> bool:
        """Whether this arrangement is the one for a window of that width and height class."""
        return grid_for(width, self._ctx.scale_percent) is self.grid and low == self.low

    # -- construction ---------------------------------------------------------------------------------------------

    def _emit(self, intent: Intent) -> None:
        self.intent.emit(intent)

    def _build(self) -> None:
        ctx, px, emit = self._ctx, self._ctx.px, self._emit
        wide, narrow = self.grid is Grid.WIDE, self.grid is Grid.NARROW
        gutter = px(12 if wide else 8)
        self._top = TopBarView(ctx, emit, narrow=narrow)
        self._banner = NoticeBar(ctx, emit, look=NoticeLook.BANNER, name="banner")
        self._cart = CartPanel(ctx, emit, wide=wide)
        self._member = MemberPanelView(ctx, emit, wide=wide)
        self._join = JoinPanel(ctx, emit)
        self._band = MemberBand(ctx, emit)
        self._money = TenderPanelView(ctx, emit) if wide else MoneyPanelView(ctx, emit, low=self.low)
        self._bar = FunctionBar(ctx, emit)
        self._columns = QWidget()
        column(self._columns_widget(gutter), into=self._columns)
        self._sheet_host = QWidget()
        self._sheet_box: QVBoxLayout = column(into=self._sheet_host)
        self._sheets: dict[type[object], SideView] = {}
        side = QWidget()
        self._side = QStackedLayout(side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.addWidget(self._columns)
        self._side.addWidget(self._sheet_host)
        side_width = px(1060 + 12 if wide else _MONEY if narrow else _SHEET)
        side.setFixedWidth(side_width)
        self._side_widget = side
        body = Ground(ctx, "bg")
        banner = column(self._banner, margins=(0, 0, 0, 0))
        column(
            banner,
            (row((self._cart, 1), side, spacing=gutter), 1),
            spacing=gutter,
            margins=(gutter, gutter, gutter, gutter),
            into=body,
        )
        column(self._top, (body, 1), self._bar, into=self)
        self._overlay = Overlay(ctx, self)
        self._overlay.hide()

    def _columns_widget(self, gutter: int) -> QWidget:
        px = self._ctx.px
        host = QWidget()
        person = QWidget()
        self._person = QStackedLayout(person)
        if self.grid is Grid.NARROW:
            self._person.addWidget(self._band)
            person.setFixedHeight(px(96))
            column(person, (self._money, 1), spacing=gutter, into=host)
            self._member.hide()
            self._join.hide()
            return host
        self._person.addWidget(self._member)
        self._person.addWidget(self._join)
        wide = self.grid is Grid.WIDE
        person.setFixedWidth(px(440 if wide else _PERSON))
        self._money.setFixedWidth(px(620 if wide else _MONEY))
        row(person, self._money, spacing=gutter, into=host)
        self._band.hide()
        return host

    # -- rendering ------------------------------------------------------------------------------------------------

    def render_state(self, state: CheckoutState) -> None:
        """Show a state; parts whose data is as before are not touched."""
        before, self._state = self._state, state
        if self._forced:
            before = None

        def differs(*parts: str) -> bool:
            return before is None or any(getattr(before, part) != getattr(state, part) for part in parts)

        if differs("top"):
            self._top.render_state(state.top)
        if differs("banner"):
            self._banner.render_state(state.banner)
        if differs("cart", "omnibox"):
            self._cart.render_state(state.cart, state.omnibox)
        if differs("member", "join", "banner"):
            self._render_person(state)
        if differs("money", "tender"):
            self._render_money(state)
        if differs("function_keys"):
            self._bar.render_state(state.function_keys)
        if differs("sheet", "tender", "money"):
            self._render_sheet(state)
        self._settle()

    def _settle(self) -> None:
        """Lay out now, not after the next paint: an adapting banner or ladder would show its old shape for a frame."""
        if self.isVisible():
            for _ in range(_LAYOUT_ROUNDS):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def _render_person(self, state: CheckoutState) -> None:
        if self.grid is Grid.NARROW:
            self._band.render_state(state.member, state.join)
            return
        if state.member is None:
            self._join.render_state(state.join)
            self._person.setCurrentWidget(self._join)
        else:
            self._member.render_state(state.member, short=state.banner is not None or self.low)
            self._person.setCurrentWidget(self._member)

    def _render_money(self, state: CheckoutState) -> None:
        if isinstance(self._money, TenderPanelView):
            self._money.render_state(state.money, state.tender)
        else:
            self._money.render_state(state.money)

    def _render_sheet(self, state: CheckoutState) -> None:
        sheet = state.sheet
        kind_before = type(self._sheet)
        self._sheet = sheet
        if isinstance(sheet, NewCardSheet | FormSheet | KeymapSheet | FirstStartSheet):
            self._side.setCurrentWidget(self._columns)
            self._widen(sheet_open=False)
            self._render_overlay(sheet, fresh=type(sheet) is not kind_before or self._is_other_form(sheet))
            return
        self._overlay.close_content()
        if sheet is None or (isinstance(sheet, TenderSheet) and self.grid is Grid.WIDE):
            self._side.setCurrentWidget(self._columns)
            self._cart.setVisible(True)
            self._widen(sheet_open=False)
        else:
            self._widen(sheet_open=True)
            self._render_side_sheet(sheet, state)
        if type(sheet) is not kind_before or not self._shown_once:
            self._shown_once = True
            self._place_focus()

    def _widen(self, *, sheet_open: bool) -> None:
        """On a narrow window the sheet takes the room of the columns, and of the goods where it must."""
        if self.grid is Grid.WIDE or not (self.low or self.grid is Grid.NARROW):
            return
        px = self._ctx.px
        room = self.width() - 2 * px(8)
        paying_low = self.low and isinstance(self._sheet, TenderSheet)
        beside = not paying_low and room - px(_SHEET) - px(8) >= px(_LEAST_CART)
        self._cart.setVisible(not sheet_open or beside)
        if sheet_open:
            self._side_widget.setFixedWidth(px(_SHEET) if beside else room)
        else:
            self._side_widget.setFixedWidth(px(_MONEY if self.grid is Grid.NARROW else _SHEET))

    def _render_side_sheet(self, sheet: Sheet, state: CheckoutState) -> None:
        view = self._sheets.get(type(sheet))
        if view is None:
            view = make_view(sheet, self._ctx, self._emit, low=self.low)
            self._sheets[type(sheet)] = view
            self._sheet_box.addWidget(view)
        for kind, other in self._sheets.items():
            other.setVisible(kind is type(sheet))
        render_sheet(view, sheet, state)
        self._side.setCurrentWidget(self._sheet_host)

    def _is_other_form(self, sheet: Sheet) -> bool:
        view = self._overlay.content()
        return isinstance(sheet, FormSheet) and isinstance(view, FormView) and view.form != sheet.form

    def _render_overlay(self, sheet: NewCardSheet | FormSheet | KeymapSheet | FirstStartSheet, *, fresh: bool) -> None:
        view = self._overlay.content()
        if isinstance(sheet, NewCardSheet):
            if not isinstance(view, NewCardView) or fresh:
                view = NewCardView(self._ctx, self._emit)
                self._overlay.open_content(view)
            view.render_state(sheet)
        elif isinstance(sheet, FormSheet):
            if not isinstance(view, FormView) or fresh:
                view = FormView(self._ctx, self._emit, sheet)
                self._overlay.open_content(view)
            view.render_state(sheet)
        elif isinstance(sheet, KeymapSheet):
            if not isinstance(view, KeymapView):
                view = KeymapView(self._ctx, self._emit, small=self.low or self.grid is Grid.NARROW)
                self._overlay.open_content(view)
            view.render_state(sheet)
        else:
            if not isinstance(view, FirstStartView):
                view = FirstStartView(self._ctx, self._emit)
                self._overlay.open_content(view)
            view.render_state(sheet)
        self._overlay.fit()
        if fresh:
            self._place_focus()

    def _open_view(self) -> QWidget | None:
        """The dialog or sheet that is open; on a wide screen the paying step is the money column itself."""
        view: QWidget | None = self._overlay.content()
        if view is None and self._side.currentWidget() is self._sheet_host:
            view = self._sheets.get(type(self._sheet))
        if view is None and isinstance(self._sheet, TenderSheet):
            view = self._money
        return view

    def _place_focus(self) -> None:
        view = self._open_view()
        target = getattr(view, "first_field", None)
        if isinstance(target, Field):
            target.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(view, FirstStartView):
            view.focus_first()
        elif isinstance(view, KeymapView | FormView):
            view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._cart.isVisible() or not self.isVisible() or view is None:
            self._cart.focus_omnibox()
        else:
            # Never a button: Enter would press it instead of moving the sale on.
            view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what the keyboard needs to know ---------------------------------------------------------------------------

    @property
    def sheet(self) -> Sheet | None:
        """The sheet that is open."""
        return self._sheet

    def typed(self) -> str:
        """What stands in the input that the next key refers to."""
        field = self._active_field()
        return field.edit.text() if field is not None else ""

    def typed_is_handed_over(self) -> bool:
        """Whether the input of the open sheet still holds what the state put there, unedited."""
        field = self._active_field()
        return field is not None and field.untouched

    def take_typed(self) -> str:
        """The same, handed over: the omnibox is empty afterwards; fields of a sheet keep their text."""
        if self._active_field() is self._cart.omnibox:
            return self._cart.take_typed()
        return self.typed()

    def _active_field(self) -> Field | None:
        view = self._open_view()
        target = getattr(view, "first_field", None)
        return target if isinstance(target, Field) else self._cart.omnibox

    def omnibox_text(self) -> str:
        """What stands in the omnibox."""
        return self._cart.omnibox.edit.text()

    def insert_out_of_sight(self, text: str) -> bool:
        """Typing while a sheet covers the omnibox still goes there; False when the focused input can take it itself."""
        if not self._types_out_of_sight():
            return False
        self._cart.omnibox.edit.insert(text)
        return True

    def typing_edit(self) -> QLineEdit | None:
        """The input that the next character goes to."""
        focus = QApplication.focusWidget()
        if self._types_out_of_sight():
            return self._cart.omnibox.edit
        return focus if isinstance(focus, QLineEdit) else None

    def _types_out_of_sight(self) -> bool:
        return not self._cart.isVisible() and self._active_field() is self._cart.omnibox

    def restore_omnibox(self, text: str) -> None:
        """Put back what was being typed, after the view was built anew."""
        self._cart.omnibox.restore(text)

    def submit_sheet(self) -> bool:
        """Enter inside a sheet that gathers fields: let it send them; False when the sheet has none."""
        view = self._overlay.content()
        if isinstance(view, NewCardView | FormView | FirstStartView):
            view.submit()
            return True
        return False

    def choose_tile(self, number: int) -> bool:
        """A number key on the first start; False while a form is being filled in."""
        view = self._overlay.content()
        return isinstance(view, FirstStartView) and view.choose(number)

    def step_back(self, intent: Intent) -> bool:
        """Whether Esc only closed a form that the view itself had opened."""
        view = self._overlay.content()
        return isinstance(intent, EscPressed) and isinstance(view, FirstStartView) and view.close_form()

    def focus_input(self) -> None:
        """Put the keyboard where typing belongs now."""
        self._place_focus()

    # -- theme, language, size --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Theme or language of the context changed: render every part again, keep focus and typed text."""
        for field in self.findChildren(Field):
            field.refresh_theme()
        if self._state is not None:
            self._forced = True
            try:
                self.render_state(self._state)
            finally:
                self._forced = False
        for child in self.findChildren(QWidget):
            child.updateGeometry()
            child.update()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overlay covers everything."""
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())
        self._overlay.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Coming back to the window puts the keyboard where typing belongs."""
        arrived = event.type() is QEvent.Type.ActivationChange and self.isActiveWindow() and self._state is not None
        if arrived and not self.isAncestorOf(QApplication.focusWidget() or self):
            self._place_focus()
        super().changeEvent(event)
