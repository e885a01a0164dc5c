"""Double entry: postings, and transactions that balance or do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posapp.domain.accounts import HELD_ACCOUNTS, Account, Unit
from posapp.domain.errors import UnbalancedTransaction

NO_HOLDER = b""


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement on one account: `amount` in the account's unit, for `holder` where the account is held."""

    account: Account
    amount: int
    holder: bytes = NO_HOLDER

    def __post_init__(self) -> None:
        # Twice a line of every sale: compared without the properties that read better elsewhere.
        if (self.holder != NO_HOLDER) is not (self.account in HELD_ACCOUNTS):
            raise ValueError(f"{self.account.name} {'needs' if self.account.is_held else 'takes no'} holder")


@dataclass(frozen=True, slots=True)
class Transaction:
    """Postings that sum to zero in every unit; may be empty for a fact that moves no value."""

    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        totals: dict[int, int] = {}
        for posting in self.postings:
            unit = posting.account // 100
            totals[unit] = totals.get(unit, 0) + posting.amount
        for unit, total in totals.items():
            if total:
                raise UnbalancedTransaction(f"{Unit(unit).name} is out of balance by {total}")


EMPTY_TRANSACTION = Transaction(())


def transaction(postings: Iterable[Posting]) -> Transaction:
    """Build a transaction, leaving out postings of nothing.  Raises `UnbalancedTransaction`."""
    return Transaction(tuple(posting for posting in postings if posting.amount))
