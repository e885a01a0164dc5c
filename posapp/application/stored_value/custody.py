"""The custody gauge: how much must be kept apart, and how near the balance is to what may be owed (domain.md §3.1)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.liabilities import quarter_start, report
from posapp.application.stored_value.cards import law_on, terms_of
from posapp.application.till import Till
from posapp.domain.amounts import Money, half_up

ALERT_RATE = 8_000
"""From this part of what may be owed on, the gauge is an alert, in basis points."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much is owed in this store's log, by the end of the last quarter and now, and what the law makes of it.

    `custody` is what must be kept in custody, None where the merchant's class has no rate; `most` what may be owed by
    the revenue of the year before, None where that is not known; `used` is the balance in basis points of `most`.
    `must_file` says that the balance alone makes the merchant file with the authority.
    """

    balance: Money
    last_quarter: Money
    custody: Money | None
    most: Money | None
    used: int | None
    must_file: bool

    @property
    def is_alert(self) -> bool:
        """Whether the owner must look at it."""
        return self.used is not None and self.used >= ALERT_RATE


def custody_gauge(till: Till) -> Gauge:
    """Where the merchant stands today.  Raises `InvalidField` where the shop sells no stored value."""
    terms = terms_of(till)
    today = till.business_day()
    law = law_on(terms, today)
    principal = report(till, "stored-value", quarter_start(today), today).movements[0]
    balance, last_quarter = principal.close, principal.open
    rate = law.custody_rate(terms.merchant.filing_class)
    share = law.balance_of_revenue_services if terms.merchant.is_services else law.balance_of_revenue
    revenue = terms.merchant.revenue_fen
    most = half_up(revenue * share, 10_000) if revenue is not None and share is not None else None
    return Gauge(
        balance=Money(balance),
        last_quarter=Money(last_quarter),
        custody=Money(half_up(last_quarter * rate, 10_000)) if rate is not None else None,
        most=Money(most) if most is not None else None,
        used=balance * 10_000 // most if most else None,
        must_file=law.filing_balance is not None and balance >= law.filing_balance,
    )
