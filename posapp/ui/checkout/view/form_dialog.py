"""A dialog with choices and fields at the left and what follows from them at the right (`FormSheet`)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.form import FormCard, FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.intents import EscPressed, FormEdited, FormPicked, FormSubmitted
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.painting import RIGHT
from posapp.ui.theme import RADIUS_DIALOG
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.card_face import CardFace, CardWords
from posapp.ui.widgets.check_box import CheckBox
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Paragraph, Text

_WIDTH, _HEIGHT, _SIDE = 980, 620, 340
_SMALL_WIDTH, _SMALL_HEIGHT = 620, 400
_MOST_WAYS, _MOST_METHODS, _MOST_FACTS = 6, 4, 9
_MOST_TYPED, _MOST_WIDE = 60, 240
_INK = {Tone.SUCCESS: "accent", Tone.INFO: "t2", Tone.WARN: "warn", Tone.DANGER: "danger"}


@dataclass(slots=True)
class _Slot:
    """One field with its label, in a box of its own."""

    name: str
    box: QWidget
    label: Text
    field: Field


class _Facts(Box):
    """What follows from what is typed, one line each."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__(ctx, "sunken", None)
        px = ctx.px
        self._title = Text(ctx, 17, fonts.SEMIBOLD)
        self._card = CardFace(ctx, 140)
        self._rows = [
            (
                Text(ctx, 15, fonts.MEDIUM, "t2", elastic=True),
                Text(ctx, 16, fonts.SEMIBOLD, "t1", RIGHT),
                Text(ctx, 22, fonts.BOLD, "accent", RIGHT),
            )
            for _ in range(_MOST_FACTS)
        ]
        lines = [row((label, 1), plain, strong, spacing=px(6)) for label, plain, strong in self._rows]
        margins = (px(16), px(12), px(16), px(12))
        column(self._title, Rule(ctx), self._card, *lines, None, spacing=px(8), margins=margins, into=self)

    def show_facts(self, title: str, facts: tuple[FormFact, ...], card: FormCard | None) -> None:
        self._title.set(title)
        self._card.setVisible(card is not None)
        if card is not None:
            self._card.set(card.face, CardWords(card.title, card.phone, self._ctx.text(card.tier)))
        for place, (label, plain, strong) in enumerate(self._rows):
            fact = facts[place] if place < len(facts) else None
            label.setVisible(fact is not None)
            plain.setVisible(fact is not None and not fact.strong)
            strong.setVisible(fact is not None and fact.strong)
            if fact is not None:
                label.set(self._ctx.text(fact.label))
                (strong if fact.strong else plain).set(self._ctx.text(fact.value))


class FormView(Box):
    """Renders `FormSheet`; holds what is typed until it is submitted."""

    def __init__(self, ctx: UiContext, emit: Emit, sheet: FormSheet) -> None:
        super().__init__(ctx, "raised", None, RADIUS_DIALOG)
        self.setObjectName(f"form_{sheet.form}")
        self.form, self._revision = sheet.form, sheet.revision
        self._ticks: int | None = None
        self._emit, self._small = emit, not sheet.facts_title
        self._codes: dict[str, list[str]] = {"ways": [], "methods": []}
        px = ctx.px
        self._title = Text(ctx, 24, fonts.BOLD)
        self._detail = Text(ctx, 15, fonts.MEDIUM, "t2", RIGHT, elastic=True)
        self._close = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 15), icon="x", key="Esc", name="form_close")
        self._close.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._close.clicked.connect(lambda: emit(EscPressed()))
        self._ways = self._buttons("ways", _MOST_WAYS)
        self._methods = self._buttons("methods", _MOST_METHODS)
        self._slots = [self._slot(field) for field in sheet.fields]
        self.first_field = self._slots[0].field if self._slots else None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tick = CheckBox(ctx, "form_tick")
        self._tick.toggled.connect(lambda _on: self._edited(""))
        self._notice = Paragraph(ctx, 15, fonts.SEMIBOLD, "warn")
        self._facts = _Facts(ctx)
        self._cancel = Button(ctx, ButtonStyle(height=60, px=18), key="Esc", name="form_cancel")
        self._cancel.setFixedWidth(px(150))
        self._cancel.clicked.connect(lambda: emit(EscPressed()))
        style = ButtonStyle(ButtonKind.PRIMARY, 60, 20, fonts.BOLD)
        self._submit = Button(ctx, style, icon=sheet.icon, key="Enter", name="form_submit")
        self._submit.clicked.connect(self.submit)
        self._lay_out(sheet)

    def _buttons(self, group: str, most: int) -> list[Button]:
        buttons = []
        for place in range(most):
            button = Button(self._ctx, ButtonStyle(height=48, px=16), name=f"form_{group}_{place + 1}")
            button.clicked.connect(lambda _checked=False, g=group, p=place: self._pick(g, p))
            buttons.append(button)
        return buttons

    def _slot(self, field: FormField) -> _Slot:
        ctx = self._ctx
        label = Text(ctx, 15, fonts.SEMIBOLD)
        big = field.wide
        made = Field(
            ctx, px=28 if big else 18, height=64 if big else 52, ime=field.words, name=f"form_{field.name}"
        )  # fmt: skip
        made.edit.setMaxLength(_MOST_WIDE if big else _MOST_TYPED)
        if field.secret:
            made.edit.setEchoMode(QLineEdit.EchoMode.Password)
        made.edited.connect(self._edited)
        box = QWidget()
        column(label, made, spacing=ctx.px(4), into=box)
        return _Slot(field.name, box, label, made)

    def _lay_out(self, sheet: FormSheet) -> None:
        ctx, px = self._ctx, self._ctx.px
        ways = QGridLayout()
        ways.setSpacing(px(8))
        for place, button in enumerate(self._ways):
            ways.addWidget(button, place // sheet.ways_a_row, place % sheet.ways_a_row)
            ways.setColumnStretch(place % sheet.ways_a_row, 1)
        fields = QGridLayout()
        fields.setHorizontalSpacing(px(12))
        fields.setVerticalSpacing(px(8))
        for side in range(2):
            fields.setColumnStretch(side, 1)
        place = 0
        for slot, field in zip(self._slots, sheet.fields, strict=True):
            if field.wide:
                place += place % 2
                fields.addWidget(slot.box, place // 2, 0, 1, 2)
                place += 2
            else:
                fields.addWidget(slot.box, place // 2, place % 2)
                place += 1
        methods = row(*((button, 1) for button in self._methods), spacing=px(8))
        left = column(ways, fields, methods, self._tick, self._notice, None, spacing=px(10))
        self._facts.setFixedWidth(px(_SIDE))
        self._facts.setVisible(not self._small)
        column(
            row(self._title, px(14), (self._detail, 1), px(8), self._close),
            Rule(ctx),
            (row((left, 1), self._facts, spacing=0 if self._small else px(24)), 1),
            row(self._cancel, px(12), (self._submit, 1)),
            spacing=px(12),
            margins=(px(28), px(14), px(28), px(14)),
            into=self,
        )

    def sizeHint(self) -> QSize:
        """The size of the design; the overlay gives less where the window is smaller."""
        width, height = (_SMALL_WIDTH, _SMALL_HEIGHT) if self._small else (_WIDTH, _HEIGHT)
        return QSize(self._ctx.px(width), self._ctx.px(height))

    def _values(self) -> tuple[tuple[str, str], ...]:
        return tuple((slot.name, slot.field.edit.text().strip()) for slot in self._slots)

    def _edited(self, _text: str) -> None:
        self._emit(FormEdited(self._values(), self._tick.isChecked()))

    def _pick(self, group: str, place: int) -> None:
        codes = self._codes[group]
        if place < len(codes):
            self._emit(FormPicked(codes[place]))

    def submit(self) -> None:
        """Send what was typed; the presenter says what is wrong with it."""
        self._emit(FormSubmitted(self._values(), self._tick.isChecked()))

    def render_state(self, sheet: FormSheet) -> None:
        """Show what follows from what was typed."""
        ctx = self._ctx
        self._title.set(ctx.text(sheet.title))
        self.setAccessibleName(ctx.text(sheet.title))
        self._detail.set(ctx.text(sheet.detail))
        self._close.set("")
        self._close.setAccessibleName(ctx.tr("sheet.close"))
        self._choices("ways", self._ways, sheet.ways)
        self._choices("methods", self._methods, sheet.methods)
        for slot, field in zip(self._slots, sheet.fields, strict=True):
            slot.box.setVisible(field.shown)
            slot.label.set(ctx.text(field.label))
            slot.field.set_hint(ctx.text(field.hint))
            slot.field.edit.setAccessibleName(ctx.text(field.label))
            slot.field.take(field.text, sheet.revision)
        self._tick.setVisible(sheet.tick is not None)
        self._tick.set(ctx.text(sheet.tick))
        if sheet.ticked is not None and sheet.revision != self._ticks:
            self._ticks = sheet.revision
            with QSignalBlocker(self._tick):
                self._tick.setChecked(sheet.ticked)
        self._notice.set(ctx.text(sheet.notice), _INK[sheet.tone])
        self._notice.setVisible(sheet.notice is not None)
        if sheet.revision != self._revision:
            # What stands in the fields was put there: typing begins with the first again.
            self._revision = sheet.revision
            if self.first_field is not None:
                self.first_field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._facts.show_facts(ctx.text(sheet.facts_title), sheet.facts, sheet.card)
        self._cancel.set(ctx.text(sheet.cancel))
        for way_back in (self._cancel, self._close):
            way_back.setVisible(sheet.cancel is not None)
        self._submit.set(ctx.text(sheet.submit), enabled=sheet.can_submit)

    def _choices(self, group: str, buttons: list[Button], choices: tuple[FormChoice, ...]) -> None:
        self._codes[group] = [choice.code for choice in choices]
        for place, button in enumerate(buttons):
            choice = choices[place] if place < len(choices) else None
            button.setVisible(choice is not None)
            if choice is not None:
                button.set_key(choice.key)
                button.set(self._ctx.text(choice.label), enabled=choice.enabled, chosen=choice.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks what has the focus; everything else belongs to the screen."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)
