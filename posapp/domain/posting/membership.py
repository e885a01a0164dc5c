"""The postings of what a member brought with them."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events import BalanceOpened
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair


def opening_postings(event: BalanceOpened) -> Iterator[Posting]:
    """Opening entries, so that an import conserves totals (W-33)."""
    who = event.member
    yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_OPENING, who, event.points.count)
    yield from held_pair(Account.MEMBER_GROWTH, Account.GROWTH_OPENING, who, event.growth.count)
    yield from held_pair(Account.MEMBER_SPEND, Account.SPEND_OPENING, who, event.spend.fen)
    yield from held_pair(Account.MEMBER_VISITS, Account.VISITS_OPENING, who, event.visits)
