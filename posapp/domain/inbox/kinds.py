"""Why something stands in the inbox, and what may be done about it; the words are recorded."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from posapp.domain.accounts import Account


@unique
class ExceptionKind(StrEnum):
    """Why an exception was opened."""

    QUARANTINE = "quarantine"
    """An event that is unbalanced, undecodable, or touches an account that does not exist."""
    FORK = "fork"
    """A stream whose place has two different events."""
    PRICE_DIFFERENCE = "price_difference"
    """A sale that comes to something else when it is priced again."""
    REFUND_EXCESS = "refund_excess"
    """A sale of which more came back than there was, or a refund of what is no sale."""
    CLOSING_DIFFERENCE = "closing_difference"
    """A closed card, or a pass that was given back, that was paid otherwise than the law and its contract say."""
    CLOCK_DIFFERENCE = "clock_difference"
    """A sale whose till says another day than the one on which it can have been made (domain.md §5.3, Fake 18th)."""
    OVERDRAFT = "overdraft"
    """Two tills spent what was there only once (domain.md §5.2): stored value, uses of a pass, a gift."""
    POINTS_OVERSPENT = "points_overspent"
    """Points that two tills spent, neither knowing of the other; later earnings may repay them."""
    COUPON_TWICE = "coupon_twice"
    """A coupon that was redeemed before, by another till that did not know."""
    OCCASION_TWICE = "occasion_twice"
    """Points that two tills gave for one occasion, neither knowing of the other."""
    CLOSED_TWICE = "closed_twice"
    """An exception that two tills closed, neither knowing of the other."""
    DEBT = "debt"
    """What a member owes since an exception was closed that way, or the shop where they paid too much of it."""


LIVE: Final = frozenset({ExceptionKind.OVERDRAFT, ExceptionKind.DEBT})
"""What is about a balance, and is open for as long as the balance is wrong."""


def wrong_by(account: Account, balance: int) -> int:
    """By how much a balance is wrong: below nothing, or owed; zero where it is right.

    A debt below nothing was paid more than once: the shop owes it.
    """
    return balance if account is Account.MEMBER_DEBT else max(0, -balance)


@unique
class Remedy(StrEnum):
    """What is done about an exception."""

    WRITE_OFF = "write_off"
    """The shop bears it."""
    OWED = "owed"
    """The member owes it, which is an exception until it is paid."""
    PAID = "paid"
    """The member pays it now, into the drawer."""
    PAID_BACK = "paid_back"
    """The buyer gets it back out of the drawer."""
    REVERSED = "reversed"
    """What came second is taken back by its own entries with the other sign."""
    ADOPTED = "adopted"
    """What another history moved is moved here too."""
    LEFT = "left"
    """Nothing moves."""
