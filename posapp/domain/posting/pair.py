"""Two postings that move value between a holder and the programme's side."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.ledger import Posting


def held_pair(own: Account, other: Account, holder: bytes, amount: int) -> Iterator[Posting]:
    """Add `amount` to what a holder has on `own`, and take it from the unheld account `other`; 0 makes none."""
    if amount:
        yield Posting(own, amount, holder)
        yield Posting(other, -amount)
