"""How a member's visits follow from days, settled by the server or known here alone.

A business day counts as one visit when at least `VISIT_MINIMUM_FEN` was kept on it, over all tills together
(domain.md §2.6).  The server's word on a member carries the last days and their sums, so that a day which this till
adds to is not counted twice (sync.md, Pull).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from posapp.domain.member import VISIT_MINIMUM_FEN


def extra_visit(settled_net: int, pending_net: int) -> int:
    """What pending fen add to the count of a day on which the server knows of `settled_net` fen: 1, 0 or −1."""
    return (settled_net + pending_net >= VISIT_MINIMUM_FEN) - (settled_net >= VISIT_MINIMUM_FEN)


@dataclass(frozen=True, slots=True)
class Attendance:
    """A member's visits, orders and first and last business day (ordinals), before or after adding pending days.

    `visits` counts days of this system; visits brought from an earlier one are a balance (`MEMBER_VISITS`).
    """

    visits: int = 0
    orders: int = 0
    first_day: int | None = None
    last_day: int | None = None

    def with_day(self, day: int, *, visits: int, orders: int) -> Attendance:
        """Add to it what one day brought."""
        return Attendance(
            self.visits + visits,
            self.orders + orders,
            day if self.first_day is None else min(self.first_day, day),
            day if self.last_day is None else max(self.last_day, day),
        )


@dataclass(frozen=True, slots=True)
class SettledAttendance:
    """The server's word: totals, and the fen of the last days it knows of.

    A pending day that is absent from `recent_days` is taken as one the server knows nothing of.
    """

    totals: Attendance = Attendance()
    recent_days: dict[int, int] = field(default_factory=dict)

    def with_pending(self, days: dict[int, tuple[int, int]]) -> Attendance:
        """Add pending days: day → (net fen, orders)."""
        result = replace(self.totals)
        for day, (net, orders) in sorted(days.items()):
            result = result.with_day(day, visits=extra_visit(self.recent_days.get(day, 0), net), orders=orders)
        return result
