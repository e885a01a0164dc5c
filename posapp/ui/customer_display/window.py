"""The customer's window: one state, painted as a whole on a grid of 1280×800 and scaled to the screen it stands on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posapp.ui.context import UiContext
from posapp.ui.customer_display.basket_page import paint_basket, spoken_basket
from posapp.ui.customer_display.idle_page import paint_idle, spoken_idle
from posapp.ui.customer_display.state import Basket, DisplayState, Idle, Thanks
from posapp.ui.customer_display.thanks_page import paint_thanks, spoken_thanks

WIDTH, HEIGHT = 1280, 800


class CustomerDisplay(QWidget):
    """Render states with `render_state`.  It never takes the focus, and the till does not stay open for it."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._state: DisplayState | None = None
        self.setObjectName("customer_display")
        self.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(WIDTH, HEIGHT)

    @property
    def ctx(self) -> UiContext:
        """Theme and words; its language is the customers', whatever the cashier's is."""
        return self._ctx

    @property
    def state(self) -> DisplayState | None:
        """What is shown."""
        return self._state

    def sizeHint(self) -> QSize:
        """The size of the design."""
        return QSize(WIDTH, HEIGHT)

    def render_state(self, state: DisplayState) -> None:
        """Show a state."""
        if state == self._state:
            return
        self._state = state
        self.setWindowTitle(state.shop if isinstance(state, Idle | Thanks) else self.windowTitle())
        self.setAccessibleName(self._spoken(state))
        self.update()

    def _spoken(self, state: DisplayState) -> str:
        match state:
            case Idle():
                return spoken_idle(self._ctx, state)
            case Basket():
                return spoken_basket(self._ctx, state)
            case Thanks():
                return spoken_thanks(self._ctx, state)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the state in the middle of the screen, as large as it goes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ctx.colour("bg"))
        scale = min(self.width() / WIDTH, self.height() / HEIGHT)
        painter.translate((self.width() - WIDTH * scale) / 2, (self.height() - HEIGHT * scale) / 2)
        painter.scale(scale, scale)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        page = QRectF(0, 0, WIDTH, HEIGHT)
        match self._state:
            case Idle() as idle:
                paint_idle(painter, self._ctx, page, idle)
            case Basket() as basket:
                paint_basket(painter, self._ctx, page, basket)
            case Thanks() as thanks:
                paint_thanks(painter, self._ctx, page, thanks)
            case None:
                pass
