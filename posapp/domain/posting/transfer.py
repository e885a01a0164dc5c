"""The postings of a claim that becomes another member's: from holder to holder, so nothing that is owed changes."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events.transfer import ClaimTransferred
from posapp.domain.ids import AssetId
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair
from posapp.domain.posting.passes import pass_day


def claim_transfer_postings(event: ClaimTransferred) -> Iterator[Posting]:
    """Principal, bonus and uses, each from the giver's holder to the receiver's."""
    for lot in event.lots:
        yield from _across(Account.STORED_PRINCIPAL, lot.source, lot.target, lot.principal.fen)
        yield from _across(Account.STORED_BONUS, lot.source, lot.target, lot.bonus.fen)
    for one in event.passes:
        yield from _across(Account.PASS_USES, one.source, one.target, one.uses)
        today = pass_day(one.target, event.business_day)
        yield from held_pair(Account.OCCURRENCE, Account.OCCURRENCES_RECORDED, today, one.entries)


def _across(account: Account, source: AssetId, target: AssetId, amount: int) -> Iterator[Posting]:
    if amount:
        yield Posting(account, -amount, source)
        yield Posting(account, amount, target)
