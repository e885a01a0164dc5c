"""Folding the log: balances and visits as a pure function of recorded events.

The stored projections of a till and of the server are maintained incrementally; `posapp verify` folds the whole log
with these functions and compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from posapp.domain.accounts import Account
from posapp.domain.events import Recorded, SaleClaimed, SaleCompleted, SaleRefunded
from posapp.domain.ids import MemberId
from posapp.domain.member import VISIT_MINIMUM_FEN


@dataclass(slots=True)
class Fold:
    """Running totals of a log.

    `balances` is keyed by account and holder.  `day_net` is the fen that were kept of each member on each business
    day, from which visits follow without regard to the order of arrival (domain.md §2.6).
    """

    balances: dict[tuple[Account, bytes], int] = field(default_factory=dict)
    day_net: dict[tuple[MemberId, int], int] = field(default_factory=dict)
    orders: dict[MemberId, int] = field(default_factory=dict)
    events: int = 0

    def apply(self, recorded: Recorded) -> None:
        """Add one event."""
        self.events += 1
        for posting in recorded.transaction.postings:
            key = (posting.account, posting.holder)
            self.balances[key] = self.balances.get(key, 0) + posting.amount
        day = member_day(recorded)
        if day is not None:
            member, ordinal, net, orders = day
            self.day_net[member, ordinal] = self.day_net.get((member, ordinal), 0) + net
            self.orders[member] = self.orders.get(member, 0) + orders

    def visits(self, member: MemberId) -> int:
        """Business days on which at least ¥1 was kept, and those brought from an earlier system."""
        days = sum(1 for (who, _day), net in self.day_net.items() if who == member and net >= VISIT_MINIMUM_FEN)
        return days + self.balances.get((Account.MEMBER_VISITS, member), 0)


def member_day(recorded: Recorded) -> tuple[MemberId, int, int, int] | None:
    """What an event adds to a member's day: (member, business day ordinal, net fen, orders), or None.

    A refund takes from the day of its sale, so that a visit that was given back is no visit (domain.md §2.5, §7).
    """
    match recorded.event:
        case SaleCompleted(member=member) as sale if member is not None:
            return member, sale.business_day.ordinal, sale.due.fen, 1
        case SaleRefunded(visitor=member) as refund if member is not None:
            return member, refund.original_day.ordinal, -refund.amount.fen, -1 if refund.is_complete else 0
        case SaleClaimed() as claim:
            return claim.visitor, claim.original_day.ordinal, claim.net.fen, claim.orders
        case _:
            return None


def fold(log: Iterable[Recorded]) -> Fold:
    """Fold a whole log."""
    result = Fold()
    for recorded in log:
        result.apply(recorded)
    return result
