"""The bar at the top: shop, till, occasion, parked sales, sync pill, cashier, clock (ux.md §5, §7)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.device_intents import OpenDevices
from posapp.ui.checkout.intents import FunctionKey, OpenInbox, SetLanguage, SetTheme
from posapp.ui.checkout.state import SyncKind, SyncPill, TopBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.messages import Message, msg
from posapp.ui.painting import CENTER, paint_box, paint_text
from posapp.ui.theme import ThemeName
from posapp.ui.widgets.box import Ground, Icon
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.chip import Chip
from posapp.ui.widgets.layout import row
from posapp.ui.widgets.text import Text

_PILL = {
    SyncKind.SYNCED: ("accent", "circle-check"),
    SyncKind.SYNCING: ("neutral", "cloud-up"),
    SyncKind.OFFLINE: ("warn", "cloud-off"),
    SyncKind.CONFLICT: ("danger", "alert-triangle"),
    SyncKind.STANDALONE: ("neutral", "device-desktop"),
}


_WELL = frozenset({SyncKind.SYNCED, SyncKind.SYNCING})


def pill_words(pill: SyncPill) -> Message:
    """What the pill says; the number is what still waits."""
    match pill.kind:
        case SyncKind.SYNCED:
            return msg("sync.synced")
        case SyncKind.SYNCING:
            return msg("sync.syncing", done=pill.done, pending=pill.pending)
        case SyncKind.OFFLINE:
            return msg("sync.offline", pending=pill.pending) if pill.pending else msg("sync.offline_clear")
        case SyncKind.CONFLICT:
            return msg("sync.conflict", conflicts=pill.conflicts)
        case SyncKind.STANDALONE:
            return msg("sync.standalone")


class _Mark(QWidget):
    """The first letter of the shop on the accent."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx, self._letter = ctx, ""
        self.setFixedSize(ctx.px(30), ctx.px(30))

    def set(self, shop: str) -> None:
        if shop[:1] != self._letter:
            self._letter = shop[:1]
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_box(painter, self._ctx, rect, fill="accent", radius=7)
        paint_text(
            painter, rect, self._letter.upper(), self._ctx.font(17, fonts.BOLD), self._ctx.hex("on_accent"), CENTER
        )


def _exceptions_button(ctx: UiContext, emit: Emit) -> Button:
    button = Button(ctx, ButtonStyle(ButtonKind.DANGER, 44, 14), icon="alert-triangle", name="exceptions")
    button.clicked.connect(lambda: emit(OpenInbox()))
    return button


class TopBarView(Ground):
    """Renders `TopBar`."""

    def __init__(self, ctx: UiContext, emit: Emit, *, narrow: bool = False) -> None:
        super().__init__(ctx, "surface", line_below=True)
        self._narrow = narrow
        self.setFixedHeight(ctx.px(49))
        self._mark = _Mark(ctx)
        self._shop = Text(ctx, 16, fonts.BOLD, elastic=True)
        self._store = Text(ctx, 14, token="t2", elastic=True)
        self._occasion = Chip(ctx, "accent", "confetti", height=28)
        self._fault = Chip(ctx, "danger", "printer-off", height=28)
        self._fault.setObjectName("device_fault")
        self._parked = self._ghost(ctx, "clock-pause", "parked", lambda: emit(FunctionKey(6, shift=True)))
        self._pill = Chip(ctx, "accent", "circle-check", height=32, radius=8)
        self._exceptions = _exceptions_button(ctx, emit)
        self._person = Icon(ctx, "user-circle", 20)
        self._cashier = Text(ctx, 14, fonts.SEMIBOLD, elastic=True)
        self._shift = Text(ctx, 14, token="t2")
        self._clock = Text(ctx, 16, fonts.BOLD)
        self._devices = self._ghost(ctx, "settings", "devices", lambda: emit(OpenDevices()))
        self._language = self._ghost(ctx, "language", "language", lambda: emit(SetLanguage()))
        self._theme = self._ghost(ctx, "moon", "theme", lambda: emit(SetTheme()))
        self._ctx = ctx
        px = ctx.px
        row(
            self._mark,
            px(8),
            self._shop,
            px(8),
            self._store,
            px(16),
            self._occasion,
            px(8),
            self._fault,
            None,
            self._parked,
            px(8),
            self._exceptions,
            px(8),
            self._pill,
            px(16),
            self._person,
            px(6),
            self._cashier,
            px(6),
            self._shift,
            px(20),
            self._clock,
            px(8),
            self._devices,
            self._language,
            self._theme,
            margins=(px(12), 0, px(8), 1),
            into=self,
        )

    @staticmethod
    def _ghost(ctx: UiContext, icon: str, name: str, clicked: Callable[[], None]) -> Button:
        """A button that is no wider than what it says."""
        button = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 14), icon=icon, name=name)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(clicked)
        return button

    def render_state(self, top: TopBar) -> None:
        """Show another state of the bar."""
        ctx = self._ctx
        self._mark.set(top.shop)
        self._shop.set(top.shop)
        self._store.set("" if self._narrow else ctx.text(top.store))
        self._occasion.set("" if self._narrow else ctx.text(top.occasion))
        self._occasion.setVisible(bool(self._occasion.text()))
        self._fault.set(ctx.text(top.device_fault), icon=top.device_icon)
        self._fault.setVisible(top.device_fault is not None)
        self._parked.set(ctx.tr("top.parked", parked=top.parked))
        self._parked.setVisible(top.parked > 0)
        tone, icon = _PILL[top.sync.kind]
        self._pill.set(ctx.text(pill_words(top.sync)), tone, icon)
        # What must be decided takes the place of a pill that says nothing but that all is well.
        self._pill.setVisible(not top.exceptions or top.sync.kind not in _WELL)
        self._exceptions.set(ctx.tr("sync.exceptions", exceptions=top.exceptions))
        self._exceptions.setVisible(top.exceptions > 0)
        self._person.setVisible(bool(top.cashier))
        self._cashier.set(top.cashier)
        self._shift.set("" if self._narrow or not top.shift_since else ctx.tr("top.shift", since=top.shift_since))
        self._clock.set(top.clock)
        self._language.set(ctx.tr("top.other_language"))
        self._devices.set("")
        self._devices.setAccessibleName(ctx.tr("top.devices"))
        dark = ctx.theme.name is ThemeName.DARK
        self._theme.set("", icon="sun" if dark else "moon")
        self._theme.setAccessibleName(ctx.tr("top.to_light" if dark else "top.to_dark"))
