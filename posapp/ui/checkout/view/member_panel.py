"""The person column: the member's card, balances, way to the next tier, benefits of this sale (ux.md §5)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import OpenGifts, OpenMemberFile, ToggleBenefit, TopUp
from posapp.ui.checkout.state import MemberPanel
from posapp.ui.checkout.view.member_parts import BenefitButton, TileView
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.price_ladder import FITTING_EVENTS
from posapp.ui.context import UiContext
from posapp.ui.figures import count_text, money_text
from posapp.ui.painting import RIGHT
from posapp.ui.widgets.box import Box, Icon, ProgressBar, Rule
from posapp.ui.widgets.button import Button, ButtonStyle
from posapp.ui.widgets.card_face import CardFace, CardWords
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text

_TILES = 4
_BENEFITS = 6
_PAST = 3
_GAP = 6


def card_words(ctx: UiContext, member: MemberPanel) -> CardWords:
    """The words on the member's card."""
    return CardWords(
        title=member.name or member.phone_masked,
        phone=member.phone_masked if member.name else "",
        tier=ctx.text(member.tier_name),
        benefit=ctx.text(member.tier_benefit),
        left=ctx.text(member.verification),
        left_icon=member.verification_icon,
        right=ctx.text(member.visits),
    )


class _Benefits(QWidget):
    """Heading and one button a benefit; as many as fit, applied ones first in the order of the state."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__()
        self._ctx, self._emit = ctx, emit
        self._title = Text(ctx, 16, fonts.BOLD)
        self._best_icon = Icon(ctx, "sparkles", 16, "accent")
        self._best = Text(ctx, 14, fonts.SEMIBOLD, "accent")
        self._buttons = [BenefitButton(ctx) for _ in range(_BENEFITS)]
        self._count, self._most = 0, _BENEFITS
        self._more = Text(ctx, 14, fonts.MEDIUM, "t2")
        for button in self._buttons:
            button.clicked.connect(lambda _checked=False, b=button: self._toggle(b))
        px = ctx.px
        head = row(self._title, None, self._best_icon, px(4), self._best)
        column(head, px(2), *self._buttons, self._more, spacing=px(_GAP), into=self)

    def _toggle(self, button: BenefitButton) -> None:
        if button.row is not None:
            self._emit(ToggleBenefit(button.row.benefit_id))

    def render_state(self, member: MemberPanel) -> None:
        self._title.set(self._ctx.tr("member.benefits"))
        self._best.set(self._ctx.tr("member.best") if member.best_combination else "")
        self._best_icon.setVisible(member.best_combination)
        self._count = len(member.benefits)
        for button, benefit in zip(self._buttons, member.benefits, strict=False):
            button.set(benefit)
        self._show_rows()

    def _show_rows(self) -> None:
        shown = min(self._count, self._most)
        for position, button in enumerate(self._buttons):
            button.setVisible(position < shown)
        hidden = self._count - shown
        self._more.set(self._ctx.tr("member.more_benefits", count=hidden) if hidden else "")
        self._more.setVisible(hidden > 0)

    def fit(self, room: int) -> None:
        """Show as many rows as go into a height, and say how many more there are."""
        step = self._buttons[0].height() + self._ctx.px(_GAP)
        head = self._title.sizeHint().height() + self._ctx.px(2 + _GAP)
        more = self._more.sizeHint().height() + self._ctx.px(_GAP)
        most = min(_BENEFITS, max(1, (room - head + self._ctx.px(_GAP)) // step))
        if self._count > most:
            most = max(1, (room - head - more + self._ctx.px(_GAP)) // step)
        if most != self._most:
            self._most = most
            self._show_rows()


class _Recent(QWidget):
    """Earlier receipts, on a wide screen."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._title = Text(ctx, 16, fonts.BOLD)
        self._rows = [
            (Text(ctx, 15, fonts.MEDIUM, "t2", elastic=True), Text(ctx, 15, fonts.SEMIBOLD, "t2", RIGHT))
            for _ in range(_PAST)
        ]
        lines = (row((words, 1), amount, spacing=ctx.px(8)) for words, amount in self._rows)
        column(self._title, *lines, spacing=ctx.px(8), into=self)

    def render_state(self, member: MemberPanel) -> None:
        self.setVisible(bool(member.recent))
        self._title.set(self._ctx.tr("member.recent"))
        for position, (words, amount) in enumerate(self._rows):
            shown = position < len(member.recent)
            words.setVisible(shown)
            amount.setVisible(shown)
            if shown:
                past = member.recent[position]
                words.set(past.text)
                amount.set(money_text(past.amount_fen))


class MemberPanelView(Box):
    """Renders `MemberPanel`."""

    def __init__(self, ctx: UiContext, emit: Emit, *, wide: bool) -> None:
        super().__init__(ctx)
        self._wide = wide
        px = ctx.px
        self._card = CardFace(ctx, 132 if wide else 112)
        self._card.setCursor(Qt.CursorShape.PointingHandCursor)
        self._card.tapped.connect(lambda: emit(OpenMemberFile()))
        self._tiles = [TileView(ctx, height=92 if wide else 86) for _ in range(_TILES)]
        grid = QGridLayout()
        grid.setSpacing(px(8))
        for position, tile in enumerate(self._tiles):
            grid.addWidget(tile, position // 2, position % 2)
        self._progress_words = Text(ctx, 14, fonts.MEDIUM, "t2", elastic=True)
        self._progress_figures = Text(ctx, 14, fonts.MEDIUM, "t2", RIGHT)
        self._bar = ProgressBar(ctx)
        self._progress = QWidget()
        column(
            row((self._progress_words, 1), self._progress_figures, spacing=px(8)),
            self._bar,
            spacing=px(6),
            into=self._progress,
        )
        self._remark = Text(ctx, 15, fonts.MEDIUM, "t2", elastic=True)
        self._remark_row = QWidget()
        row(Icon(ctx, "cake", 18), (self._remark, 1), spacing=px(6), into=self._remark_row)
        self._benefits = _Benefits(ctx, emit)
        self._recent = _Recent(ctx)
        self._rules = [Rule(ctx), Rule(ctx)]
        gap = px(14 if wide else 10)
        outer: QVBoxLayout = column(
            self._card,
            grid,
            self._progress,
            self._remark_row,
            self._rules[0],
            self._benefits,
            self._rules[1],
            self._recent,
            None,
            spacing=gap,
            margins=(px(12), px(12), px(12), px(12)),
            into=self,
        )
        if wide:
            outer.addLayout(self._actions(emit))

    def event(self, event: QEvent) -> bool:
        """The benefits take what the other parts leave over, whenever the panel or a part of it changes size."""
        handled = super().event(event)
        layout = self.layout()
        if event.type() in FITTING_EVENTS and layout is not None and self.isVisible() and self._benefits.isVisible():
            others = layout.totalMinimumSize().height() - self._benefits.minimumSizeHint().height()
            self._benefits.fit(self.height() - others)
        return handled

    def _actions(self, emit: Emit) -> QVBoxLayout:
        style = ButtonStyle(height=52, px=16)
        self._top_up = Button(self._ctx, style, icon="wallet", name="top_up")
        self._gifts = Button(self._ctx, style, icon="gift", name="gifts")
        self._file = Button(self._ctx, style, icon="user", name="member_file")
        self._top_up.clicked.connect(lambda: emit(TopUp()))
        self._gifts.clicked.connect(lambda: emit(OpenGifts()))
        self._file.clicked.connect(lambda: emit(OpenMemberFile()))
        return column(row(self._top_up, self._gifts, self._file, spacing=self._ctx.px(8)))

    def render_state(self, member: MemberPanel, *, short: bool) -> None:
        """Show another member; `short` leaves out the way to the next tier, to make room for a banner."""
        ctx = self._ctx
        self._card.set(member.face, card_words(ctx, member))
        for position, tile in enumerate(self._tiles):
            tile.setVisible(position < len(member.balances))
            if position < len(member.balances):
                first = position - position % 2
                noted = any(balance.note is not None for balance in member.balances[first : first + 2])
                tile.set(member.balances[position], noted=noted)
        progress = member.progress
        self._progress.setVisible(progress is not None and not short)
        if progress is not None:
            self._progress_words.set(ctx.text(progress.label))
            self._progress_figures.set(f"{count_text(progress.have)} / {count_text(progress.need)}")
            self._bar.set(progress.have, progress.need)
        self._remark.set(ctx.text(member.remark))
        self._remark_row.setVisible(self._wide and member.remark is not None)
        self._benefits.setVisible(bool(member.benefits))
        self._benefits.render_state(member)
        self._recent.render_state(member)
        self._recent.setVisible(self._wide and bool(member.recent))
        self._rules[1].setVisible(self._wide and bool(member.recent))
        if self._wide:
            self._top_up.set(ctx.tr("member.top_up"))
            self._gifts.set(ctx.tr("member.gifts"))
            self._file.set(ctx.tr("member.file"))
