"""The sheets that take the place of person and money, and the view of each; built when first opened."""

from __future__ import annotations

from typing import TypeAlias

from posapp.ui.checkout.device_sheet import DeviceSheet
from posapp.ui.checkout.file_sheet import MemberFileSheet
from posapp.ui.checkout.inbox_sheet import CaseSheet
from posapp.ui.checkout.report_sheet import ReportSheet
from posapp.ui.checkout.sheets import (
    ChoiceSheet,
    CompleteSheet,
    LookupSheet,
    ReturnFindSheet,
    ReturnSheet,
    Sheet,
    TenderSheet,
)
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.checkout.view.case_sheet import CaseView
from posapp.ui.checkout.view.choice_sheet import ChoiceSheetView
from posapp.ui.checkout.view.complete_sheet import CompleteSheetView
from posapp.ui.checkout.view.device_sheet import DeviceView
from posapp.ui.checkout.view.lookup_sheet import LookupSheetView
from posapp.ui.checkout.view.member_file_sheet import MemberFileView
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.report_sheet import ReportView
from posapp.ui.checkout.view.return_find_sheet import ReturnFindView
from posapp.ui.checkout.view.return_sheet import ReturnView
from posapp.ui.checkout.view.tender_sheet import TenderSheetView
from posapp.ui.context import UiContext

SideView: TypeAlias = (
    TenderSheetView
    | LookupSheetView
    | ChoiceSheetView
    | CompleteSheetView
    | ReturnFindView
    | ReturnView
    | MemberFileView
    | ReportView
    | CaseView
    | DeviceView
)


def make_view(sheet: Sheet, ctx: UiContext, emit: Emit, *, low: bool) -> SideView:
    """The view of a sheet.  Raises `TypeError` for one that lies elsewhere."""
    match sheet:
        case TenderSheet():
            return TenderSheetView(ctx, emit, low=low)
        case LookupSheet():
            return LookupSheetView(ctx, emit)
        case ChoiceSheet():
            return ChoiceSheetView(ctx, emit)
        case CompleteSheet():
            return CompleteSheetView(ctx, emit, low=low)
        case ReturnFindSheet():
            return ReturnFindView(ctx, emit)
        case ReturnSheet():
            return ReturnView(ctx, emit, low=low)
        case MemberFileSheet():
            return MemberFileView(ctx, emit, low=low)
        case ReportSheet():
            return ReportView(ctx, emit)
        case CaseSheet():
            return CaseView(ctx, emit)
        case DeviceSheet():
            return DeviceView(ctx, emit)
        case _:
            raise TypeError(f"no view for {type(sheet).__name__}")


def render_sheet(view: SideView, sheet: Sheet, state: CheckoutState) -> None:
    """Show a sheet in its view."""
    match view, sheet:
        case TenderSheetView(), TenderSheet():
            view.render_state(state.money, state.tender)
        case LookupSheetView(), LookupSheet():
            view.render_state(sheet)
        case ChoiceSheetView(), ChoiceSheet():
            view.render_state(sheet)
        case CompleteSheetView(), CompleteSheet():
            view.render_state(sheet)
        case ReturnFindView(), ReturnFindSheet():
            view.render_state(sheet)
        case ReturnView(), ReturnSheet():
            view.render_state(sheet)
        case MemberFileView(), MemberFileSheet():
            view.render_state(sheet)
        case ReportView(), ReportSheet():
            view.render_state(sheet)
        case CaseView(), CaseSheet():
            view.render_state(sheet)
        case DeviceView(), DeviceSheet():
            view.render_state(sheet)
        case _:
            raise TypeError(f"no view for {type(sheet).__name__}")
