"""Opening a card within the sale: the phone number suffices; everything else may wait (ux.md §6, §11)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import EscPressed, FunctionKey, NewCardEdited, NewCardSubmitted, RowMoved
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.sheets import GainRow, NewCardSheet
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.figures import grouped_phone_text, money_text
from posapp.ui.painting import RIGHT
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.box import Box, Icon, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.card_face import CardFace, CardWords
from posapp.ui.widgets.check_box import CheckBox
from posapp.ui.widgets.chip import Chip
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Amount, Paragraph, Text

_WIDTH, _HEIGHT = 940, 560
_GAINS = 4
_TONE_CHIP = {Tone.SUCCESS: "accent", Tone.INFO: "neutral", Tone.WARN: "warn", Tone.DANGER: "danger"}
_TONE_ICON = {Tone.SUCCESS: "circle-check", Tone.INFO: "", Tone.WARN: "user-check", Tone.DANGER: "alert-circle"}
_PHONE_DIGITS = 11


class _Gains(Box):
    """What the card saves on this sale, sum first."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__(ctx, "accent_soft", None)
        px = ctx.px
        self._title = Text(ctx, 17, fonts.SEMIBOLD)
        self._sum = Amount(ctx, 32, "accent")
        self._rows = [
            (Text(ctx, 15, fonts.MEDIUM, "t2", elastic=True), Text(ctx, 15, fonts.SEMIBOLD, "accent", RIGHT))
            for _ in range(_GAINS)
        ]
        lines = (row((label, 1), amount, spacing=px(8)) for label, amount in self._rows)
        column(
            row(self._title, None, self._sum),
            Rule(ctx, token="accent_line"),
            *lines,
            spacing=px(8),
            margins=(px(16), px(12), px(16), px(14)),
            into=self,
        )

    def set(self, saves_fen: int, gains: tuple[GainRow, ...]) -> None:
        self._title.set(self._ctx.tr("card.saves"))
        self._sum.set(money_text(saves_fen))
        for position, (label, amount) in enumerate(self._rows):
            shown = position < len(gains)
            label.setVisible(shown)
            amount.setVisible(shown)
            if shown:
                label.set(self._ctx.text(gains[position].label))
                amount.set(gains[position].amount)


class NewCardView(Box):
    """Renders `NewCardSheet`; holds what is typed until it is submitted."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx, "raised", None, RADIUS_DIALOG)
        self.setObjectName("new_card")
        self._emit = emit
        px = ctx.px
        self._title = Text(ctx, 24, fonts.BOLD)
        self._status = Chip(ctx, "accent", "circle-check", px=15, height=30)
        self._enter_hint = Text(ctx, 15, fonts.MEDIUM, "t2", elastic=True, align=RIGHT)
        self._close = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 15), icon="x", key="Esc", name="card_close")
        self._close.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._close.clicked.connect(lambda: emit(EscPressed()))
        self._phone_label = Text(ctx, 15, fonts.SEMIBOLD)
        self.first_field = Field(ctx, px=32, height=72, icon="device-mobile", name="card_phone")
        self.first_field.edit.setMaxLength(_PHONE_DIGITS + 2)
        self._kind = Button(ctx, ButtonStyle(height=64, px=16, leading=True), key="↓", name="card_kind")
        self._kind.clicked.connect(lambda: emit(RowMoved(1)))
        self._name_label, self._name_optional = Text(ctx, 15, fonts.SEMIBOLD), Text(ctx, 14, token="t2")
        self._name = Field(ctx, ime=True, name="card_name")
        self._name.edit.setMaxLength(40)
        self._birthday_label, self._birthday_optional = Text(ctx, 15, fonts.SEMIBOLD), Text(ctx, 14, token="t2")
        self._birthday = Field(ctx, name="card_birthday")
        self._birthday.edit.setMaxLength(10)
        self._marketing = CheckBox(ctx, "card_marketing")
        self._privacy = Paragraph(ctx, 14, fonts.MEDIUM, "t2")
        self._face = CardFace(ctx, 164)
        self._turn_face = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 15), key="F3", name="card_face")
        for tapped in (self._turn_face.clicked, self._face.tapped):
            tapped.connect(lambda: emit(FunctionKey(3)))
        self._gains = _Gains(ctx)
        self._cancel = Button(ctx, ButtonStyle(height=64, px=18), key="Esc", name="card_cancel")
        self._cancel.setFixedWidth(px(150))
        self._cancel.clicked.connect(lambda: emit(EscPressed()))
        style = ButtonStyle(ButtonKind.PRIMARY, 64, 22, fonts.BOLD)
        self._submit = Button(ctx, style, icon="user-plus", key="Enter", name="card_submit")
        self._submit.clicked.connect(self.submit)
        self._busy_grouping = False
        self.first_field.edited.connect(self._phone_edited)
        self._name.edited.connect(self._edited)
        self._birthday.edited.connect(self._edited)
        self._lay_out()

    def _lay_out(self) -> None:
        ctx, px = self._ctx, self._ctx.px
        optional = row(
            (column(row(self._name_label, px(6), self._name_optional, None), self._name, spacing=px(6)), 1),
            (
                column(row(self._birthday_label, px(6), self._birthday_optional, None), self._birthday, spacing=px(6)),
                1,
            ),
            spacing=px(12),
        )
        left = column(
            self._phone_label,
            px(6),
            self.first_field,
            px(12),
            self._kind,
            px(14),
            optional,
            px(12),
            self._marketing,
            px(4),
            row(Icon(ctx, "shield-lock", 18), px(8), (self._privacy, 1)),
            None,
        )
        right = QWidget()
        right.setFixedWidth(px(320))
        column(self._face, self._turn_face, px(6), self._gains, None, into=right)
        column(
            row(self._title, px(14), self._status, px(8), (self._enter_hint, 1), px(8), self._close),
            px(12),
            Rule(ctx),
            px(14),
            (row((left, 1), right, spacing=px(28)), 1),
            px(12),
            row(self._cancel, px(12), (self._submit, 1)),
            margins=(px(28), px(16), px(28), px(22)),
            into=self,
        )
        for before, after in (
            (self.first_field.edit, self._name.edit),
            (self._name.edit, self._birthday.edit),
            (self._birthday.edit, self._marketing),
            (self._marketing, self._submit),
            (self._submit, self._cancel),
        ):
            self.setTabOrder(before, after)

    def phone_digits(self) -> str:
        """The digits of the number, without the gaps shown."""
        return "".join(character for character in self.first_field.edit.text() if character.isdigit())

    def _phone_edited(self, _text: str) -> None:
        if self._busy_grouping:
            return
        edit = self.first_field.edit
        grouped = grouped_phone_text(self.phone_digits()[:_PHONE_DIGITS])
        if grouped != edit.text():
            at_end = edit.cursorPosition() >= len(edit.text())
            position = edit.cursorPosition()
            self._busy_grouping = True
            edit.setText(grouped)
            edit.setCursorPosition(len(grouped) if at_end else min(position, len(grouped)))
            self._busy_grouping = False
        self._edited("")

    def _edited(self, _text: str) -> None:
        name, birthday = self._name.edit.text().strip(), self._birthday.edit.text().strip()
        self._emit(NewCardEdited(self.phone_digits(), name, birthday))

    def submit(self) -> None:
        """Send what was typed; the presenter says what is wrong with it."""
        name, birthday = self._name.edit.text().strip(), self._birthday.edit.text().strip()
        self._emit(NewCardSubmitted(self.phone_digits(), name, birthday, self._marketing.isChecked()))

    def sizeHint(self) -> QSize:
        """The size of the design; the overlay gives less where the window is smaller."""
        return QSize(self._ctx.px(_WIDTH), self._ctx.px(_HEIGHT))

    def render_state(self, sheet: NewCardSheet) -> None:
        """Show another check of the number and what it would bring."""
        ctx = self._ctx
        self._title.set(ctx.tr("card.title"))
        self._status.set(ctx.text(sheet.phone_status), _TONE_CHIP[sheet.phone_tone], _TONE_ICON[sheet.phone_tone])
        self._status.setVisible(sheet.phone_status is not None)
        self._enter_hint.set(ctx.tr("card.enter_hint"))
        self._close.set("")
        self._close.setAccessibleName(ctx.tr("sheet.close"))
        self._phone_label.set(ctx.tr("card.phone"))
        self.first_field.edit.setAccessibleName(ctx.tr("card.phone"))
        self.first_field.take(grouped_phone_text(sheet.phone), sheet.revision)
        self.first_field.set_error(sheet.phone_tone is Tone.DANGER)
        self._kind.set(ctx.text(sheet.kind), ctx.text(sheet.kind_terms), chosen=not sheet.is_plain)
        self._kind.setVisible(sheet.kind is not None)
        self._name_label.set(ctx.tr("card.name"))
        self._birthday_label.set(ctx.tr("card.birthday"))
        for optional in (self._name_optional, self._birthday_optional):
            optional.set(ctx.tr("card.optional"))
        self._name.set_hint(ctx.tr("card.name_hint"))
        self._birthday.set_hint(ctx.tr("card.birthday_hint"))
        for field, error in ((self._name, sheet.name_error), (self._birthday, sheet.birthday_error)):
            field.set_error(error is not None)
            field.set_aside(ctx.text(error), "danger")
        self._marketing.set(ctx.tr("card.marketing"), ctx.tr("card.marketing_detail"))
        self._privacy.set(ctx.tr("card.privacy"))
        self._render_card(sheet)
        self._cancel.set(ctx.tr("sheet.cancel"))
        self._submit.set(ctx.tr("card.submit"), enabled=sheet.can_submit)

    def _render_card(self, sheet: NewCardSheet) -> None:
        ctx = self._ctx
        number = ctx.tr("card.number", number=sheet.card_number) if sheet.card_number else ""
        phone = self.phone_digits()
        masked = f"{phone[:3]} **** {phone[7:]}" if len(phone) == _PHONE_DIGITS else grouped_phone_text(phone)
        words = CardWords(
            title=sheet.shop,
            phone=masked,
            tier=ctx.text(sheet.tier_name),
            left=number,
            right=ctx.text(sheet.card_terms),
        )
        self._face.set(sheet.face, words)
        self._turn_face.set(ctx.tr("card.face", name=ctx.text(sheet.face_name)))
        self._gains.set(sheet.saves_fen, sheet.gains)
        self._gains.setVisible(bool(sheet.gains))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks what has the focus; everything else belongs to the screen."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)
