"""What the shop owes its members on any day, from the entries of this store's log (domain.md §7).

A new kind of liability is one `Liability` in `REPORTS`; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.liability import PASSES, POINTS, STORED_VALUE, Liability, Movement, movement
from posapp.domain.time import BusinessDay
from posapp.storage.entries import entries

REPORTS: Final[Mapping[str, Sequence[Liability]]] = {
    "stored-value": STORED_VALUE,
    "points": (POINTS,),
    "passes": (PASSES,),
}
"""The reports by the name that the command line knows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event that moved a liability: its day, its kind, and what it added to each held account."""

    day: BusinessDay
    kind: str
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LiabilityReport:
    """A report over the business days from `first` to `last`."""

    name: str
    first: BusinessDay
    last: BusinessDay
    movements: tuple[Movement, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """What does not agree; empty where everything does."""
        return tuple(line for each in self.movements for line in each.differences)


def report(till: Till, name: str, first: BusinessDay, last: BusinessDay) -> LiabilityReport:
    """What was owed when `first` began and when `last` ended, and what moved it.  Raises `InvalidField`."""
    return LiabilityReport(name, first, last, movements(till, _liabilities(name), first, last))


def movements(
    till: Till, liabilities: Sequence[Liability], first: BusinessDay, last: BusinessDay
) -> tuple[Movement, ...]:
    """What moved some liabilities, in one reading of the log.  Raises `InvalidField`."""
    if last < first:
        raise InvalidField("to", "ends before it begins", "结束日早于开始日")
    with till.database.read() as connection:
        log = list(entries(connection, frozenset().union(*(one.accounts for one in liabilities))))
    return tuple(movement(one, log, first, last) for one in liabilities)


def entries_of(till: Till, name: str, first: BusinessDay, last: BusinessDay) -> Iterator[Entry]:
    """The entries behind a report, in the order in which they are recorded here."""
    liabilities = _liabilities(name)
    held = {one.held: one.code for one in liabilities}
    with till.database.read() as connection:
        for recorded in entries(connection, held):
            day = recorded.event.business_day
            if not first <= day <= last:
                continue
            amounts = dict.fromkeys(held.values(), 0)
            for posting in recorded.transaction.postings:
                if posting.account in held:
                    amounts[held[posting.account]] += posting.amount
            yield Entry(day, type(recorded.event).__name__, amounts)


def quarter_start(day: BusinessDay) -> BusinessDay:
    """The first day of the calendar quarter of a day."""
    of = day.date
    return BusinessDay.of(date(of.year, (of.month - 1) // 3 * 3 + 1, 1))


def _liabilities(name: str) -> Sequence[Liability]:
    found = REPORTS.get(name)
    if found is None:
        listed = ", ".join(REPORTS)
        raise InvalidField("report", f"{name!r} is not one of {listed}", f"没有报表 {name}，可选 {listed}")
    return found
