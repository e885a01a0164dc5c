"""What a cashier wants of the report of what is owed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenReport:
    """Show what the shop owes its members."""


@dataclass(frozen=True, slots=True)
class ReportEdited:
    """The day in the input reads so."""

    text: str


@dataclass(frozen=True, slots=True)
class ReportDayMoved:
    """So many days later; negative is earlier."""

    by: int


@dataclass(frozen=True, slots=True)
class ReportSpanChosen:
    """The report covers the span at this place (from 0) of the list."""

    place: int


ReportIntent = OpenReport | ReportEdited | ReportDayMoved | ReportSpanChosen
