"""An inline toast, banner or offer: what happened, what still works, one action with its key (ux.md §7)."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy

from posapp.ui import fonts
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.theme import RADIUS_PANEL
from posapp.ui.widgets.box import Box, Icon
from posapp.ui.widgets.button import Button, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Paragraph

_UNBOUNDED = 16_777_215

_LOOK = {
    Tone.SUCCESS: ("accent_soft", "accent_line", "accent"),
    Tone.INFO: ("sunken", "border", "t1"),
    Tone.WARN: ("warn_soft", "warn_line", "warn"),
    Tone.DANGER: ("danger_soft", "danger_line", "danger"),
}


class NoticeLook(StrEnum):
    """Where a notice stands: under the omnibox, across the window, or as a quiet line of guidance."""

    TOAST = "toast"
    BANNER = "banner"
    QUIET = "quiet"


class NoticeBar(Box):
    """Renders a `Notice`; hidden while there is none. A banner keeps to one line where the width allows."""

    def __init__(
        self, ctx: UiContext, emit: Emit, *, look: NoticeLook = NoticeLook.TOAST, name: str = "notice"
    ) -> None:
        super().__init__(ctx, "sunken", "border", RADIUS_PANEL)
        self.setObjectName(name)
        self._emit = emit
        self._notice: Notice | None = None
        banner, quiet = look is NoticeLook.BANNER, look is NoticeLook.QUIET
        self._banner = banner
        self._icon = Icon(ctx, "info-circle", 20 if quiet else 24, "t1")
        title_px, title_weight = (15, fonts.MEDIUM) if quiet else (17 if banner else 16, fonts.BOLD)
        self._title = Paragraph(ctx, title_px, title_weight, "t1")
        self._detail = Paragraph(ctx, 15 if banner else 14, fonts.MEDIUM, "t1")
        self._style = ButtonStyle(height=44, px=15)
        self._button: Button | None = None
        self._button_key: str | None = None
        px = ctx.px
        self._words = column(self._title, self._detail, spacing=px(2))
        pad = px(3 if banner else 8)
        gap = px(8 if quiet else 14)
        self._row = row(
            self._icon, (self._words, 1), spacing=gap, margins=(px(14), pad, px(8 if banner else 12), pad), into=self
        )
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide anew whether a banner fits on one line."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Title and detail side by side in a banner with room for both, else one below the other."""
        if not self._banner:
            return
        taken = self._icon.width() + (self._button.sizeHint().width() if self._button else 0) + self._ctx.px(80)
        title = self._title.natural_width()
        one_line = title + self._detail.natural_width() <= self.width() - taken
        self._title.setFixedWidth(title) if one_line else self._title.setMaximumWidth(_UNBOUNDED)
        if not one_line:
            self._title.setMinimumWidth(0)
        direction = QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        if self._words.direction() != direction:
            self._words.setDirection(direction)
        self._words.setSpacing(self._ctx.px(14 if one_line else 2))

    def render_state(self, notice: Notice | None) -> None:
        """Show another notice, or none."""
        ctx = self._ctx
        self.setVisible(notice is not None)
        if notice is None:
            self._notice = None
            return
        fill, line, ink = _LOOK[notice.tone]
        self.set_style(fill, line)
        self._icon.set(notice.icon, ink)
        self._title.set(ctx.text(notice.title), ink)
        self._detail.set(ctx.text(notice.detail))
        self._detail.setVisible(notice.detail is not None)
        self.setAccessibleName(" ".join((ctx.text(notice.title), ctx.text(notice.detail))).strip())
        self._show_action(notice)
        self._notice = notice
        self._arrange()

    def _show_action(self, notice: Notice) -> None:
        wanted = notice.action.key_hint if notice.action else None
        if self._button is not None and wanted != self._button_key:
            self._row.removeWidget(self._button)
            self._button.hide()
            self._button.deleteLater()
            self._button = None
        self._button_key = wanted
        if notice.action is None:
            return
        if self._button is None:
            self._button = Button(self._ctx, self._style, key=notice.action.key_hint, name="notice_action")
            self._button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self._button.setMinimumWidth(self._ctx.px(116))
            self._button.clicked.connect(self._act)
            self._row.addWidget(self._button)
        self._button.set(self._ctx.text(notice.action.label))

    def _act(self) -> None:
        if self._notice is not None and self._notice.action is not None:
            self._emit(self._notice.action.intent)
