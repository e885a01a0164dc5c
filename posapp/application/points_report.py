"""What the shop owes in points, how much of them is spent, and what lapses when: on any past day (domain.md §7).

Everything comes from the log of this store, so that it can be reckoned again on any day; what happened at other
stores of the merchant is not in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from posapp.application.till import Till
from posapp.domain.amounts import Money, half_up
from posapp.domain.points_movement import PointsFold, apply
from posapp.domain.time import BusinessDay
from posapp.storage import event_log, streams


@dataclass(frozen=True, slots=True)
class PointsReport:
    """Points at the end of a business day.

    `outstanding` have not lapsed (frozen ones included), `debt` is owed by members.  `unposted` have lapsed and stand
    on the ledger until a job posts them: `ledger` = `outstanding` − `debt` + `unposted`.  `liability` is what the
    outstanding ones are worth, as far as they are expected to be spent.  `earned` and `spent` are those of the period
    from `since`; `lapsing` says how many lapse after which day, `everlasting` how many never do.
    """

    since: BusinessDay | None
    day: BusinessDay
    outstanding: int
    debt: int
    unposted: int
    ledger: int
    liability: Money
    earned: int
    spent: int
    lapsing: tuple[tuple[BusinessDay, int], ...]
    everlasting: int

    @property
    def burn_rate(self) -> int:
        """Spent ÷ earned in basis points (W-22); 0 where nothing was earned."""
        return self.spent * 10_000 // self.earned if self.earned > 0 else 0


def points_report(till: Till, day: BusinessDay, since: BusinessDay | None = None) -> PointsReport:
    """The points of this store's log at the end of a business day."""
    folds: dict[bytes, PointsFold] = {}
    earned = spent = 0
    with till.database.read() as connection:
        for stream in streams.every(connection):
            for recorded in event_log.recorded_events(connection, stream.id):
                if _day_of(till, recorded.event, recorded.at) > day:
                    continue
                moved = apply(folds, recorded)
                if moved is not None and (since is None or moved.day >= since):
                    earned += moved.earned
                    spent += moved.spent
    return _report(till, folds, (since, day), (earned, spent))


def _day_of(till: Till, event: object, at: datetime) -> BusinessDay:
    """The business day that an event counts for: its own, or that of the moment it was recorded at."""
    day = getattr(event, "business_day", None)
    return day if isinstance(day, BusinessDay) else till.programme.business_day(at)


def _report(
    till: Till,
    folds: dict[bytes, PointsFold],
    period: tuple[BusinessDay | None, BusinessDay],
    turnover: tuple[int, int],
) -> PointsReport:
    since, day = period
    outstanding = debt = ever = ledger = 0
    lapsing: Counter[BusinessDay] = Counter()
    for fold in folds.values():
        now = fold.held.on(day)
        ledger += fold.balance
        ever += now.everlasting
        debt += now.debt
        outstanding += now.everlasting
        for lot in now.lots:
            outstanding += lot.points
            if lot.last_day is not None:
                lapsing[lot.last_day] += lot.points
    return PointsReport(
        since=since,
        day=day,
        outstanding=outstanding,
        debt=debt,
        unposted=ledger - outstanding + debt,
        ledger=ledger,
        liability=liability(till, outstanding),
        earned=turnover[0],
        spent=turnover[1],
        lapsing=tuple(sorted(lapsing.items())),
        everlasting=ever,
    )


def liability(till: Till, points: int) -> Money:
    """Points × the value of one × the share that is expected to be spent: 1,000,000 × 1 fen × 70 % = ¥7,000."""
    redeem, life = till.programme.redeem, till.programme.points_life
    if redeem is None:
        return Money(0)
    rate = life.expected_rate if life is not None else 10_000
    return Money(half_up(points * redeem.value_fen * rate, redeem.points * 10_000))
