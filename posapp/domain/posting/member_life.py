"""The postings of a merge, of its undoing, and of points that are given up."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events.member_life import MemberForgotten, MembersMerged, MergeUndone
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair


def merge_postings(event: MembersMerged | MergeUndone) -> Iterator[Posting]:
    """Everything that counts goes from one member to the other, in balanced pairs (domain.md §2.9)."""
    giver, taker = event.merged, event.survivor
    if isinstance(event, MergeUndone):
        giver, taker = taker, giver
    moved = (
        (Account.MEMBER_POINTS, Account.POINTS_TRANSFERRED, event.points.count),
        (Account.MEMBER_GROWTH, Account.GROWTH_TRANSFERRED, event.growth.count),
        (Account.MEMBER_SPEND, Account.SPEND_TRANSFERRED, event.spend.fen),
        (Account.MEMBER_VISITS, Account.VISITS_TRANSFERRED, event.visits),
        (Account.MEMBER_DEBT, Account.DEBTS_RECORDED, event.debt.fen),
    )
    for own, other, amount in moved:
        yield from held_pair(own, other, giver, -amount)
        yield from held_pair(own, other, taker, amount)
    sign = -1 if isinstance(event, MergeUndone) else 1
    for lot in event.lots:
        # The programme's side of points is negative: what the source no longer owes, the target does.
        yield Posting(Account.POINTS_ISSUED_IN_LOT, sign * lot.points.count, lot.source)
        yield Posting(Account.POINTS_ISSUED_IN_LOT, -sign * lot.points.count, lot.target)


def forgotten_postings(event: MemberForgotten) -> Iterator[Posting]:
    """Points that a member gives up are owed no longer; a debt is let go."""
    yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_FORFEITED, event.member, -event.points.count)
