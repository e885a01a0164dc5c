"""Shares of balances that the server sets aside for a till (sync.md, Spending offline): Σ shares ≤ balance.

A share is used up by whatever the till takes of its balance, with the network or without; the same rule at the till
and at the server, each of which counts it down by the till's own events.  It never comes back by time alone.
"""

from __future__ import annotations

from typing import Final

from posapp.domain.accounts import Account

COUPON: Final = Account.COUPON_ISSUED
"""Under this account the one use of a coupon is lent out; it is there while the coupon is open."""
BALANCES: Final = frozenset({Account.STORED_PRINCIPAL, Account.STORED_BONUS, Account.MEMBER_POINTS, Account.PASS_USES})
"""What stands as a balance and can be divided."""
LEASED: Final = BALANCES | {COUPON}
"""What is lent out in shares: what a member owns and two tills could spend at once."""
COUPON_ENDS: Final = frozenset({Account.COUPON_REDEEMED, Account.COUPON_VOIDED})
"""Where the use of a coupon goes, by what is added there."""

_HOME_PART: Final = (3, 4)


def taken(account: Account, amount: int) -> tuple[Account, int] | None:
    """What a posting takes of something that is lent out: the account of the share, and how much; None for nothing."""
    if amount < 0 and account in LEASED:
        return account, -amount
    if amount > 0 and account in COUPON_ENDS:
        return COUPON, amount
    return None


def share_of(free: int, tills: int) -> int:
    """The share of one till that asks, of what nobody has yet.

    A till asks for members of its own store; its store's tills divide three quarters, the rest waits for other stores
    and for members who are at a counter now.
    """
    part, whole = _HOME_PART
    return max(0, free) * part // whole // max(1, tills)


def left_of(share: int, gone: int) -> int:
    """What is left of a share when so much of the balance was taken: no less than nothing."""
    return max(0, share - max(0, gone))
