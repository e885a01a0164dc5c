"""The chart of accounts.

An account's number is part of every recorded transaction: numbers are never reused and never change meaning.
Assets and contra accounts grow by positive postings, liabilities and revenue by negative ones, except that the
balances which belong to a holder read naturally: a member with 300 points has +300 on `MEMBER_POINTS`, and the
programme's side carries −300.

A holder is a member, or an asset of a member, or anything that is counted apart (docs/adr/0010-assets-are-holders.md):
a lot of stored value, a pass, a coupon, a month's points, a gift's stock, an occurrence that may happen once.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Unit(IntEnum):
    """What a posting counts.  A transaction balances in each unit apart (architecture.md, Ledger).

    `STORED_FEN` counts what stands on stored-value cards, principal and bonus, and `DEBT_FEN` what each member owes;
    the money of both is in `FEN`.
    """

    FEN = 1
    POINTS = 2
    GROWTH = 3
    SPEND_FEN = 4
    VISITS = 5
    PASS_USES = 6
    COUPONS = 7
    STORED_FEN = 8
    OCCURRENCES = 9
    PIECES = 10
    DEBT_FEN = 11


@unique
class Account(IntEnum):
    """Where value stands.  The hundreds are the unit."""

    CASH = 101
    BANK_CARD = 102
    WECHAT_PAY = 103
    ALIPAY = 104
    MANUFACTURER_COUPON = 105
    BANK_TRANSFER = 106
    SALES = 110
    MEMBER_DISCOUNT = 111
    PROMOTION_DISCOUNT = 112
    COUPON_DISCOUNT = 113
    POINTS_DISCOUNT = 114
    MANUAL_DISCOUNT = 115
    ROUND_OFF = 116
    # What a sale was paid with that nobody ever paid in: the bonus of stored value is a discount.
    BONUS_DISCOUNT = 117
    # The list price of what a pass settled in a sale: it was earned when the pass was paid, and is no sale of today.
    PASS_SETTLED = 118
    # Owed for principal that was paid in and not spent (contract liability), and what a closed card does not return.
    PREPAID_LIABILITY = 120
    PREPAID_FORFEITED = 121
    PREPAID_INTEREST = 122
    # What an earlier system owed for stored value and brought along: its money was taken there.
    PREPAID_OPENING = 123
    # Owed for uses and days of passes that were paid and not used; and earned by their use or their lapse.
    PASS_LIABILITY = 130
    PASS_REVENUE = 131
    PASS_FORFEITED = 132
    FEES = 140
    # Withheld from the money that goes back with returned goods.
    RETURN_FEES = 141
    # Where the drawer's cash comes from and goes to besides customers, and what was over or short when it was counted.
    SAFE = 150
    CASH_PAID_IN = 151
    CASH_PAID_OUT = 152
    CASH_DIFFERENCE = 153
    # What the shop bears of exceptions, and what all members owe for them (docs/adr/0012).
    WRITE_OFF = 160
    RECEIVABLE = 161

    MEMBER_POINTS = 201
    POINTS_ISSUED = 210
    POINTS_REDEEMED = 211
    POINTS_OPENING = 212
    POINTS_EXPIRED = 213
    POINTS_ADJUSTED = 214
    POINTS_TRANSFERRED = 215
    POINTS_FORFEITED = 216
    POINTS_WRITTEN_OFF = 217
    # The programme's side by lot (member × last valid day) and by month of spending: from these any till knows what
    # has lapsed.  They take the place of 210, 211 and 213 in transactions of members whose points lapse.
    POINTS_ISSUED_IN_LOT = 202
    POINTS_SPENT_IN_MONTH = 203
    POINTS_EXPIRED_FROM_LOT = 204

    MEMBER_GROWTH = 301
    GROWTH_ISSUED = 310
    GROWTH_OPENING = 311
    GROWTH_TRANSFERRED = 312

    MEMBER_SPEND = 401
    SPEND_RECORDED = 410
    SPEND_OPENING = 411
    SPEND_TRANSFERRED = 412

    MEMBER_VISITS = 501
    VISITS_OPENING = 511
    VISITS_TRANSFERRED = 512

    PASS_USES = 601
    PASS_USES_SOLD = 610
    PASS_USES_SPENT = 611
    PASS_USES_REFUNDED = 612
    PASS_USES_LAPSED = 613
    PASS_USES_OPENING = 614
    PASS_USES_WRITTEN_OFF = 615

    # A coupon is good where it was issued at least once and neither redeemed nor voided: so two offline tills that
    # issue the same coupon make one, not two.
    COUPON_ISSUED = 701
    COUPON_REDEEMED = 702
    COUPON_VOIDED = 703
    COUPONS_OUT = 710
    COUPONS_USED = 711
    COUPONS_VOID = 712

    STORED_PRINCIPAL = 801
    STORED_BONUS = 802
    # What of a lot's bonus has lapsed: what a contract is worth when it is closed follows from it.  It takes the place
    # of 825 in transactions that name it.
    BONUS_LAPSED_FROM_LOT = 803
    PRINCIPAL_TOPPED_UP = 810
    PRINCIPAL_SPENT = 811
    PRINCIPAL_RETURNED = 812
    PRINCIPAL_CLOSED = 813
    PRINCIPAL_OPENING = 814
    PRINCIPAL_WRITTEN_OFF = 815
    BONUS_GRANTED = 820
    BONUS_SPENT = 821
    BONUS_RETURNED = 822
    BONUS_CLOSED = 823
    BONUS_OPENING = 824
    BONUS_LAPSED = 825
    BONUS_WRITTEN_OFF = 826

    # Something that may happen once (rule × member × occurrence), and how often it did.
    OCCURRENCE = 901
    OCCURRENCES_RECORDED = 910
    # How often a rule with a limit was used: by everybody, on a day, by a member, by a member on a day.
    RULE_USES = 902
    RULE_USES_COUNTED = 911

    STOCK = 1001
    STOCK_SUPPLIED = 1010
    STOCK_TAKEN = 1011
    STOCK_WRITTEN_OFF = 1012

    MEMBER_DEBT = 1101
    DEBTS_RECORDED = 1110

    @property
    def unit(self) -> Unit:
        """The unit that this account counts."""
        return Unit(self // 100)

    @property
    def is_held(self) -> bool:
        """Whether each holder (a member, an asset) has a balance of their own on it."""
        return self in HELD_ACCOUNTS


HELD_ACCOUNTS = frozenset(
    {
        Account.MEMBER_POINTS,
        Account.POINTS_ISSUED_IN_LOT,
        Account.POINTS_SPENT_IN_MONTH,
        Account.POINTS_EXPIRED_FROM_LOT,
        Account.MEMBER_GROWTH,
        Account.MEMBER_SPEND,
        Account.MEMBER_VISITS,
        Account.PASS_USES,
        Account.COUPON_ISSUED,
        Account.COUPON_REDEEMED,
        Account.COUPON_VOIDED,
        Account.STORED_PRINCIPAL,
        Account.STORED_BONUS,
        Account.BONUS_LAPSED_FROM_LOT,
        Account.OCCURRENCE,
        Account.RULE_USES,
        Account.STOCK,
        Account.MEMBER_DEBT,
    }
)
