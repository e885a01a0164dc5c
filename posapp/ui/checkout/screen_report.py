"""The report of what is owed as a sheet, and the dialog that saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.liability import PRINCIPAL
from posapp.ui.checkout.folders import browse
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.report_modes import ReportMode, ReportModes, SaveReportMode, Span
from posapp.ui.checkout.report_sheet import OwedRow, ReportSheet
from posapp.ui.checkout.words import named, said, sentence
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.application.liability_overview import LiabilityLine
    from posapp.application.stored_value.custody import Gauge


def open_report(mode: ReportModes, notice: Notice | None, language: str) -> ReportSheet | FormSheet:
    """The report, or the dialog that saves it."""
    return save_sheet(mode, language) if isinstance(mode, SaveReportMode) else report_sheet(mode, notice, language)


def report_sheet(mode: ReportMode, notice: Notice | None, language: str) -> ReportSheet:
    """The open report."""
    found = mode.overview
    if found is not None and found.differences:
        count = len(found.differences)
        notice = notice or Notice(Tone.DANGER, "alert-triangle", msg("report.differs", count=count))
    gauge = found.custody if found is not None else None
    if gauge is not None and gauge.is_alert:
        notice = notice or Notice(Tone.WARN, "wallet", _custody(gauge)[-1])
    return ReportSheet(
        day=str(mode.day),
        listed=_period(mode),
        spans=tuple(msg(f"report.span_{span.name.lower()}") for span in Span),
        span=mode.span,
        rows=tuple(_row(line, gauge, language) for line in found.lines) if found is not None else (),
        ready=found is not None,
        selected=mode.selected,
        revision=mode.revision,
        notice=notice,
    )


def _custody(gauge: Gauge) -> tuple[Message, ...]:
    """What must be kept in custody, and how near what is owed is to what may be (domain.md §3.1)."""
    words = [msg("report.custody", amount=gauge.custody.fen)] if gauge.custody is not None else []
    if gauge.most is not None and gauge.used is not None:
        words.append(msg("report.custody_share", share=gauge.used // 100, most=gauge.most.fen))
    return tuple(words)


def _period(mode: ReportMode) -> Message:
    """Which days, and that it is one store's log: a shop of several owes more than this."""
    period = msg("report.of", first=str(mode.span.first(mode.day)), last=str(mode.day))
    if mode.span is Span.EVER:
        period = msg("report.until", day=str(mode.day))
    store = mode.overview.store if mode.overview is not None else ""
    return msg("report.of_store", store=store, period=period) if store else msg("report.of_this_store", period=period)


def _row(line: LiabilityLine, gauge: Gauge | None, language: str) -> OwedRow:
    text = money_text if line.is_money else count_text
    moved = tuple(
        msg(f"report.by_{name}", change=f"{'+' if amount > 0 else ''}{text(amount)}")
        for name, amount in line.columns.items()
        if amount
    )
    if line.code == PRINCIPAL.code and gauge is not None:
        moved += _custody(gauge)
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
