"""The chart of accounts.

An account's number is part of every recorded transaction: numbers are never reused and never change meaning.
Assets and contra accounts grow by positive postings, liabilities and revenue by negative ones, except that the
balances which belong to a member read naturally: a member with 300 points has +300 on `MEMBER_POINTS`, and the
programme's side carries −300.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Unit(IntEnum):
    """What a posting counts.  A transaction balances in each unit apart (architecture.md, Ledger)."""

    FEN = 1
    POINTS = 2
    GROWTH = 3
    SPEND_FEN = 4
    VISITS = 5
    PASS_USES = 6
    COUPONS = 7


@unique
class Account(IntEnum):
    """Where value stands.  The hundreds digit is the unit."""

    CASH = 101
    BANK_CARD = 102
    WECHAT_PAY = 103
    ALIPAY = 104
    MANUFACTURER_COUPON = 105
    SALES = 110
    MEMBER_DISCOUNT = 111
    PROMOTION_DISCOUNT = 112
    COUPON_DISCOUNT = 113
    POINTS_DISCOUNT = 114
    MANUAL_DISCOUNT = 115
    ROUND_OFF = 116

    MEMBER_POINTS = 201
    POINTS_ISSUED = 210
    POINTS_REDEEMED = 211
    POINTS_OPENING = 212

    MEMBER_GROWTH = 301
    GROWTH_ISSUED = 310
    GROWTH_OPENING = 311

    MEMBER_SPEND = 401
    SPEND_RECORDED = 410
    SPEND_OPENING = 411

    MEMBER_VISITS = 501
    VISITS_OPENING = 511

    @property
    def unit(self) -> Unit:
        """The unit that this account counts."""
        return Unit(self // 100)

    @property
    def is_held(self) -> bool:
        """Whether each holder (a member, a card) has a balance of their own on it."""
        return self in HELD_ACCOUNTS


HELD_ACCOUNTS = frozenset({Account.MEMBER_POINTS, Account.MEMBER_GROWTH, Account.MEMBER_SPEND, Account.MEMBER_VISITS})
