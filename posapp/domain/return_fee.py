"""What is withheld from the money that goes back with returned goods (X-15).

Like a refund, it is a function of how much of each line has come back so far, and what one return is charged is the
difference of that function after and before: so parts in any order are charged what one full return is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posapp.domain.amounts import ZERO_MONEY, Money, allocate, cumulative_share
from posapp.domain.programme.returns import ReturnFee, fee_for
from posapp.domain.refund import Returned, Sold, SoldLine, cash_in_coins, line_shares
from posapp.domain.sale import TenderMethod

MONEY = frozenset(
    {
        TenderMethod.CASH,
        TenderMethod.BANK_CARD,
        TenderMethod.WECHAT_PAY,
        TenderMethod.ALIPAY,
        TenderMethod.BANK_TRANSFER,
    }
)
"""A fee is withheld from these alone: never from stored value, points or anybody's coupon."""


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """What a return is charged by: the rules of its sale, so many business days after it.  No rules: it is free.

    `cash_before` is what earlier returns of the sale withheld from cash.
    """

    rules: tuple[ReturnFee, ...] = ()
    days: int = 0
    cash_before: Money = ZERO_MONEY


def fees_up_to(sale: Sold, back: Sequence[int], terms: FeeTerms) -> tuple[int, ...]:
    """What the return of so many milli-units of each line costs: in fen, a figure for each of the sale's tenders.

    None is more than what that tender gives back for them, and none shrinks as more comes back.
    """
    lines = [line_fees(sale, line, milli, terms) for line, milli in zip(sale.lines, back, strict=True)]
    return tuple(sum(of_line[place] for of_line in lines) for place in range(len(sale.methods)))


def line_fees(sale: Sold, line: SoldLine, back: int, terms: FeeTerms) -> list[int]:
    """The same for one line: the fee of all of it, shared over the money that paid for it and goes back with it."""
    money = [fen if method in MONEY else 0 for method, fen in zip(sale.methods, line.paid, strict=True)]
    rule = fee_for(terms.rules, terms.days, line.sku, line.category, line.tags)
    whole = allocate(rule.of_line(sum(money), line.units.paid), money)
    shares = zip(whole, line_shares(line, back), line.paid, strict=True)
    return [cumulative_share(fen, shared, paid) for fen, shared, paid in shares]


def with_fee(sale: Sold, returned: Returned, before: Sequence[int], coming: Sequence[int], terms: FeeTerms) -> Returned:
    """The same return, with its fee withheld.

    Cash stays payable: what has been handed out so far is always what is owed so far, rounded up to coins.
    """
    after = [already + now for already, now in zip(before, coming, strict=True)]
    both = zip(fees_up_to(sale, after, terms), fees_up_to(sale, before, terms), strict=True)
    fees = [Money(upto - then) for upto, then in both]
    cash_fee = sum(fee.fen for method, fee in zip(sale.methods, fees, strict=True) if method is TenderMethod.CASH)
    owed_before = _cash_up_to(sale, before) - terms.cash_before.fen
    owed = _cash_up_to(sale, after) - terms.cash_before.fen - cash_fee
    return replace(
        returned,
        tenders=tuple((method, gross - fee) for (method, gross), fee in zip(returned.tenders, fees, strict=True)),
        fees=tuple(
            (method, fee)
            for method, fee in zip(sale.methods, fees, strict=True)
            if isinstance(method, TenderMethod) and fee
        ),
        cash_paid=cash_in_coins(sale, max(0, owed)) - cash_in_coins(sale, max(0, owed_before)),
    )


def _cash_up_to(sale: Sold, back: Sequence[int]) -> int:
    return sum(
        fen
        for line, milli in zip(sale.lines, back, strict=True)
        for method, fen in zip(sale.methods, line_shares(line, milli), strict=True)
        if method is TenderMethod.CASH
    )
