"""Finding a member: what was typed, who matches, and what this way of identifying allows (ux.md §6)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import FunctionKey, LookupEdited, PickRow
from posapp.ui.checkout.sheets import LookupRow, LookupSheet
from posapp.ui.checkout.view.lookup_list import CardList, MemberRowDelegate
from posapp.ui.checkout.view.notice_bar import NoticeBar, NoticeLook
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.context import UiContext
from posapp.ui.painting import CENTER, RIGHT
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.chip import Chip
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class LookupSheetView(Box):
    """Renders `LookupSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("lookup_sheet")
        self._sheet: LookupSheet | None = None
        self._emit = emit
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._found = Text(ctx, 15, fonts.SEMIBOLD, align=RIGHT)
        self._searched = Text(ctx, 14, token="t2", align=RIGHT, elastic=True)
        self.first_field = Field(ctx, px=26, height=60, icon="user-search", name="lookup_entry")
        self._kind = Chip(ctx, "neutral", height=28)
        self.first_field.add_aside(self._kind)
        self.first_field.edited.connect(lambda text: emit(LookupEdited(text)))
        self.list: CardList[LookupRow] = CardList(MemberRowDelegate(ctx, emit), self._describe, "lookup_list")
        self._none = Text(ctx, 20, fonts.BOLD, align=CENTER)
        self._none_detail = Text(ctx, 16, fonts.MEDIUM, "t2", CENTER)
        self._nobody = QWidget()
        column(None, self._none, px(6), self._none_detail, None, into=self._nobody)
        self._notice = NoticeBar(ctx, emit, look=NoticeLook.QUIET, name="lookup_notice")
        self._new = Button(ctx, ButtonStyle(height=56, px=17), icon="user-plus", key="F3", name="lookup_new_card")
        self._new.clicked.connect(lambda: emit(FunctionKey(3, self.first_field.edit.text())))
        self._pick = Button(
            ctx, ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD), icon="check", key="Enter", name="lookup_pick"
        )
        self._pick.clicked.connect(self._pick_selected)
        column(
            row(self._back, None, self._found, px(8), self._searched),
            self.first_field,
            (self.list, 1),
            (self._nobody, 1),
            self._notice,
            row((self._new, 1), (self._pick, 1), spacing=px(8)),
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _describe(self, member: LookupRow) -> str:
        return " ".join((member.name, self._ctx.text(member.tier_name), member.phone_masked)).strip()

    def _pick_selected(self) -> None:
        if self._sheet is not None and self._sheet.rows:
            self._emit(PickRow(self._sheet.selected))

    def render_state(self, sheet: LookupSheet) -> None:
        """Show other matches."""
        ctx = self._ctx
        self._sheet = sheet
        self._back.set(ctx.tr("sheet.close"))
        self._found.set(ctx.text(sheet.found))
        self._searched.set(ctx.text(sheet.searched))
        self.first_field.set_hint(ctx.tr("lookup.hint"))
        self.first_field.take(sheet.query, sheet.revision)
        self._kind.set(ctx.text(sheet.kind))
        self._kind.setVisible(sheet.kind is not None)
        self.list.show_rows(sheet.rows, sheet.selected)
        nobody = not sheet.rows
        self.list.setVisible(not nobody)
        searched = nobody and bool(sheet.query)
        self._none.set(ctx.tr("lookup.none") if searched else "")
        self._none_detail.set(ctx.tr("lookup.none_detail") if searched else "")
        self._nobody.setVisible(nobody)
        self._notice.render_state(sheet.notice)
        self._new.set(ctx.tr("lookup.new_card"), enabled=sheet.may_open_card)
        chosen = sheet.rows[sheet.selected] if 0 <= sheet.selected < len(sheet.rows) else None
        name = (chosen.name or chosen.phone_masked) if chosen is not None else ""
        fits = len(name) <= 8 or len(name.encode()) <= 16
        words = ctx.tr("lookup.pick", name=name) if name and fits else ctx.tr("lookup.pick_none")
        self._pick.set(words, enabled=chosen is not None)
