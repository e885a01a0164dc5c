"""What the till is in the middle of with the report of what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, unique
from typing import TYPE_CHECKING, Final

from posapp.domain.time import BusinessDay

# The screen knows these modes from its first paint on; the report behind them is loaded when it is opened.
if TYPE_CHECKING:
    from posapp.application.liability_overview import LiabilityOverview
    from posapp.domain.errors import InvalidField

_BEGINNING: Final = BusinessDay(1)


@unique
class Span(IntEnum):
    """From when on movements are shown, up to the chosen day."""

    DAY = 0
    MONTH = 1
    EVER = 2

    def first(self, day: BusinessDay) -> BusinessDay:
        """The first day of the span that ends with a day."""
        match self:
            case Span.DAY:
                return day
            case Span.MONTH:
                return BusinessDay.of(date(day.date.year, day.date.month, 1))
            case Span.EVER:
                return _BEGINNING


@dataclass(frozen=True, slots=True)
class ReportMode:
    """The report of a day; `overview` is None while it is reckoned."""

    day: BusinessDay
    span: Span = Span.MONTH
    overview: LiabilityOverview | None = None
    selected: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class SaveReportMode:
    """Choosing where the report is written."""

    back: ReportMode
    folder: str
    error: InvalidField | None = None
    revision: int = 0


ReportModes = ReportMode | SaveReportMode
