"""Ctrl+R: what the shop owes its members on any day.  It is reckoned aside, so that selling never waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from posapp.domain.errors import InvalidField
from posapp.domain.time import BusinessDay
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.folders import BROWSE, export_folder
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.report_intents import OpenReport, ReportDayMoved, ReportEdited, ReportSpanChosen
from posapp.ui.checkout.report_modes import ReportMode, SaveReportMode, Span
from posapp.ui.checkout.session import CompleteMode, Listing
from posapp.ui.checkout.words import said, warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.application.liability_overview import LiabilityOverview

_GIVES_WAY = (*get_args(Listing), CompleteMode)
"""What may be closed without losing anything; where something is typed or counted, that is finished first."""
_ISO_DAY = len("2026-11-18")


class ReportKeys:
    """The report, its day and its span, and saving it."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about the report; then it is done or under way."""
        mode = self._owner.session.mode
        if isinstance(mode, ReportMode):
            return self._on_report(mode, intent)
        if isinstance(mode, SaveReportMode):
            return self._on_save(mode, intent)
        if not isinstance(intent, OpenReport):
            return False
        if mode is not None and not isinstance(mode, _GIVES_WAY):
            self._owner.toast(warning("report.later"))
        else:
            self._owner.leave_complete()
            self._show(ReportMode(self._owner.till.business_day(), revision=next(self._revisions)))
        return True

    def _on_report(self, mode: ReportMode, intent: do.Intent) -> bool:
        match intent:
            case ReportDayMoved(by=by):
                self._to(mode, mode.day.plus(by), fresh=True)
            case ReportEdited(text=text):
                day = _day(text)
                if day is not None:
                    self._to(mode, day)
            case ReportSpanChosen(place=place) if 0 <= place < len(Span):
                self._show(replace(mode, span=Span(place), overview=None))
            case do.RowMoved(by=by) if mode.overview is not None:
                last = len(mode.overview.lines) - 1
                self._owner.change(mode=replace(mode, selected=max(0, min(last, mode.selected + by))))
            case do.PickRow(index=index):
                self._owner.change(mode=replace(mode, selected=index))
            case do.EnterPressed() if mode.overview is not None:
                self._owner.change(
                    mode=SaveReportMode(mode, export_folder(), revision=next(self._revisions)), toast=None
                )
            case do.EnterPressed() | OpenReport():
                pass
            case _:
                return False
        return True

    def _to(self, mode: ReportMode, day: BusinessDay, *, fresh: bool = False) -> None:
        """Another day, up to today; `fresh` empties the input, where the day was not typed."""
        day = min(day, self._owner.till.business_day())
        if day != mode.day:
            self._show(
                replace(mode, day=day, overview=None, revision=next(self._revisions) if fresh else mode.revision)
            )

    def _show(self, mode: ReportMode) -> None:
        """Reckon the report; by the time it is there somebody may have asked for another, or gone on selling."""
        owner, till = self._owner, self._owner.till

        def reckon() -> LiabilityOverview:
            from posapp.application.liability_overview import liability_overview  # noqa: PLC0415 - start-up cost

            return liability_overview(till, mode.span.first(mode.day), mode.day)

        def shown(overview: LiabilityOverview) -> None:
            now = owner.session.mode
            if isinstance(now, ReportMode) and (now.day, now.span) == (mode.day, mode.span):
                owner.change(mode=replace(now, overview=overview))

        owner.change(mode=mode, toast=None)
        owner.shell.submit_aside(reckon, shown, owner.report)

    # -- saving ---------------------------------------------------------------

    def _on_save(self, mode: SaveReportMode, intent: do.Intent) -> bool:
        match intent:
            case do.FormEdited(values=values):
                self._owner.change(mode=replace(mode, folder=dict(values).get("folder", ""), error=None))
            case do.FormSubmitted(values=values):
                self._save(replace(mode, folder=dict(values).get("folder", ""), error=None))
            case do.EscPressed():
                self._owner.change(mode=mode.back, toast=None)
            case do.FormPicked(code=code) if code == BROWSE:
                self._owner.shell.choose_folder(mode.folder, self._folder_chosen)
            case OpenReport() | do.FormPicked():
                pass
            case _:
                return False
        return True

    def _folder_chosen(self, folder: str) -> None:
        mode = self._owner.session.mode
        if isinstance(mode, SaveReportMode):
            self._owner.change(mode=replace(mode, folder=folder, error=None, revision=next(self._revisions)))

    def _save(self, mode: SaveReportMode) -> None:
        overview = mode.back.overview
        if overview is None:
            return

        def write() -> Path | InvalidField:
            from posapp.application.liability_overview import write_csv  # noqa: PLC0415 - start-up cost

            try:
                return write_csv(overview, Path(mode.folder).expanduser())
            except InvalidField as error:
                return error

        def done(result: Path | InvalidField) -> None:
            if isinstance(result, InvalidField):
                self._owner.change(mode=replace(mode, error=result))
                return
            notice = Notice(Tone.SUCCESS, "circle-check", msg("report.saved"), said(str(result)))
            self._owner.change(mode=mode.back, toast=notice)

        self._owner.work(write, done)


def _day(text: str) -> BusinessDay | None:
    """A whole date; None while it is being typed."""
    try:
        return BusinessDay.of(date.fromisoformat(text)) if len(text) == _ISO_DAY else None
    except ValueError:
        return None
