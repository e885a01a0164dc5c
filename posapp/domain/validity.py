"""How long a card, a pass or a coupon is good (W-14, X-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from posapp.domain.time import BusinessDay, last_of_month, plus_months


@unique
class Span(StrEnum):
    """The kinds of validity, as a programme writes them."""

    FOREVER = "forever"
    THIS_MONTH = "this_month"
    THIS_YEAR = "this_year"
    DAYS = "days"
    MONTHS = "months"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Validity:
    """When something that begins on a day ends.

    The first day does not count (民法典201): 30 days from 1 May end on 31 May.
    `count` is the number of days or months; `until` the fixed last day.
    """

    span: Span = Span.FOREVER
    count: int = 0
    until: BusinessDay | None = None

    def last_day(self, first_day: BusinessDay) -> BusinessDay | None:
        """The last valid day of what begins on `first_day`; None where it never ends."""
        match self.span:
            case Span.FOREVER:
                return None
            case Span.THIS_MONTH:
                return last_of_month(first_day)
            case Span.THIS_YEAR:
                return BusinessDay.of(date(first_day.date.year, 12, 31))
            case Span.DAYS:
                return first_day.plus(self.count)
            case Span.MONTHS:
                return plus_months(first_day, self.count)
            case Span.UNTIL:
                return self.until


FOREVER = Validity()
