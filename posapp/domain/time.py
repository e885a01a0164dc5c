"""Instants in UTC, business days in the shop's zone.

A clock is injected; its reading is recorded with each fact as a claim, never used for identity or order.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol, Self

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Where the current instant comes from."""

    def now(self) -> datetime:
        """The current instant, aware and in UTC."""
        ...


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC, exactly; refuses a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The inverse of `to_micros`."""
    return _EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True, order=True)
class BusinessDay:
    """A day of trade, which ends at the shop's cut-off hour and not at midnight (domain.md §2.9, Time).

    `ordinal` is the proleptic Gregorian ordinal of its date.
    """

    ordinal: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The business day that carries a calendar date."""
        return cls(day.toordinal())

    @property
    def date(self) -> date:
        """Its calendar date."""
        return date.fromordinal(self.ordinal)

    def plus(self, days: int) -> BusinessDay:
        """The business day so many days later."""
        return BusinessDay(self.ordinal + days)

    def __str__(self) -> str:
        return self.date.isoformat()


def business_day(instant: datetime, zone: tzinfo, cutoff_minutes: int = 0) -> BusinessDay:
    """The business day of an instant: trade before `cutoff_minutes` past local midnight belongs to the day before."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    local = instant.astimezone(zone)
    before_cutoff = local.hour * 60 + local.minute < cutoff_minutes
    return BusinessDay(local.date().toordinal() - (1 if before_cutoff else 0))


def plus_months(day: BusinessDay, months: int) -> BusinessDay:
    """The same day of a later month, or that month's last: one month from 31 January is 28 February (X-08)."""
    start = day.date
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return BusinessDay.of(date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])))


def last_of_month(day: BusinessDay) -> BusinessDay:
    """The last day of the calendar month that a day lies in."""
    return BusinessDay.of(day.date.replace(day=monthrange(day.date.year, day.date.month)[1]))
