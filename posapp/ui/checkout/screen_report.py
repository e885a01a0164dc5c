"""The report of what is owed as a sheet, and the dialog that saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.ui.checkout.folders import browse
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.report_modes import ReportMode, SaveReportMode, Span
from posapp.ui.checkout.report_sheet import OwedRow, ReportSheet
from posapp.ui.checkout.words import named, said, sentence
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.application.liability_overview import LiabilityLine


def report_sheet(mode: ReportMode, notice: Notice | None, language: str) -> ReportSheet:
    """The open report."""
    found = mode.overview
    if found is not None and found.differences:
        count = len(found.differences)
        notice = notice or Notice(Tone.DANGER, "alert-triangle", msg("report.differs", count=count))
    return ReportSheet(
        day=str(mode.day),
        listed=_period(mode),
        spans=tuple(msg(f"report.span_{span.name.lower()}") for span in Span),
        span=mode.span,
        rows=tuple(_row(line, language) for line in found.lines) if found is not None else (),
        ready=found is not None,
        selected=mode.selected,
        revision=mode.revision,
        notice=notice,
    )


def _period(mode: ReportMode) -> Message:
    """Which days, and that it is one store's log: a shop of several owes more than this."""
    period = msg("report.of", first=str(mode.span.first(mode.day)), last=str(mode.day))
    if mode.span is Span.EVER:
        period = msg("report.until", day=str(mode.day))
    store = mode.overview.store if mode.overview is not None else ""
    return msg("report.of_store", store=store, period=period) if store else msg("report.of_this_store", period=period)


def _row(line: LiabilityLine, language: str) -> OwedRow:
    text = money_text if line.is_money else count_text
    moved = tuple(
        msg(f"report.by_{name}", change=f"{'+' if amount > 0 else ''}{text(amount)}")
        for name, amount in line.columns.items()
        if amount
    )
    worth = msg("report.worth", amount=line.worth.fen) if line.worth is not None and not line.is_money else None
    return OwedRow(
        named(line.name, language), text(line.open), text(line.came), text(line.went), text(line.close), moved, worth
    )


def save_sheet(mode: SaveReportMode, language: str) -> FormSheet:
    """Where the report is written."""
    error = mode.error
    return FormSheet(
        form="report",
        title=msg("report.save_title"),
        submit=msg("report.save"),
        fields=(FormField("folder", msg("file.folder"), mode.folder, words=True, wide=True),),
        revision=mode.revision,
        detail=_period(mode.back),
        methods=(browse(),),
        facts=tuple(FormFact(row.name, row.close) for row in report_sheet(mode.back, None, language).rows),
        facts_title=msg("report.title"),
        notice=said(sentence(error, language)) if error is not None else msg("report.save_hint"),
        tone=Tone.WARN if error is not None else Tone.INFO,
        icon="check",
    )
