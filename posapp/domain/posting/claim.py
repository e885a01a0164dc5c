"""The postings of a sale that a member is named for late."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events.claim import SaleClaimed
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair
from posapp.domain.posting.points import earned_in_lot


def claim_postings(claim: SaleClaimed) -> Iterator[Posting]:
    """What the member earned; money and goods were posted by the sale."""
    if claim.points_last_day is not None:
        yield from earned_in_lot(claim.member, claim.points.count, claim.points_last_day, claim.points_free_day)
    else:
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_ISSUED, claim.member, claim.points.count)
    yield from held_pair(Account.MEMBER_GROWTH, Account.GROWTH_ISSUED, claim.member, claim.growth.count)
    yield from held_pair(Account.MEMBER_SPEND, Account.SPEND_RECORDED, claim.member, claim.spend.fen)
