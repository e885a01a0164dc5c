"""Working days, by the published holidays of each year (domain.md §2.9, Time; 民法典 203).

A year whose notice is not published yet knows weekends only, and `is_known` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posapp.domain.errors import InvalidField
from posapp.domain.programme.reader import parse_day
from posapp.domain.time import BusinessDay

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off beside weekends, weekend days that are worked, and the years of which both are known."""

    off: frozenset[BusinessDay]
    worked: frozenset[BusinessDay]
    years: frozenset[int]

    def is_holiday(self, day: BusinessDay) -> bool:
        """Whether nobody works on this day."""
        weekend = day.date.weekday() >= _SATURDAY
        return day in self.off or (weekend and day not in self.worked)

    def is_known(self, day: BusinessDay) -> bool:
        """Whether the holidays of this day's year were published when the table was made."""
        return day.date.year in self.years


def read_calendar(document: Mapping[str, Any]) -> WorkCalendar:
    """Read ``{"years": {"2026": {"published": true, "off": […], "work": […]}}}``.  Raises `InvalidField`."""
    off: set[BusinessDay] = set()
    worked: set[BusinessDay] = set()
    years = document.get("years")
    if not isinstance(years, Mapping):
        raise InvalidField("years", "must be an object", "应为对象")
    for year, days in years.items():
        off.update(parse_day(day, f"years.{year}.off") for day in days["off"])
        worked.update(parse_day(day, f"years.{year}.work") for day in days["work"])
    known = frozenset(int(year) for year, days in years.items() if days["published"])
    return WorkCalendar(frozenset(off), frozenset(worked), known)
