"""What a tier that was set leaves on the ledger: no value, but that this member was given it."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.events.tier import TierSet
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.ledger import Posting
from posapp.domain.occurrence import occurrence_id
from posapp.domain.posting.points import happened


def tier_given(member: MemberId, tier: str) -> AssetId:
    """Who counts how often a member was given a tier: the server's audit asks whether they ever were."""
    return occurrence_id("tier", member, tier)


def tier_postings(event: TierSet) -> Iterator[Posting]:
    """That a member was given a tier."""
    yield from happened(tier_given(event.member, event.tier))
