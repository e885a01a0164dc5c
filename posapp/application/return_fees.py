"""What bringing goods back costs the buyer, and whom a tier spares it (X-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posapp.application.returnable import Returnable
from posapp.application.till import Till
from posapp.domain.amounts import ZERO_MONEY, Money
from posapp.domain.programme.entitlements import Entitlement, free_returns
from posapp.domain.programme.returns import NEVER_CHARGED, ReturnReason
from posapp.domain.refund import Returned
from posapp.domain.return_fee import FeeTerms, with_fee
from posapp.domain.sale import TenderMethod
from posapp.domain.text import Text
from posapp.domain.tier import current_tier


@dataclass(frozen=True, slots=True)
class Charged:
    """A return after its fee.  `spared` is what it would have cost, had the member not what is called `spared_by`."""

    returned: Returned
    spared: Money = ZERO_MONEY
    spared_by: Text | None = None


def charge(
    till: Till, original: Returnable, returned: Returned, coming: Sequence[int], reason: ReturnReason, *, is_void: bool
) -> Charged:
    """Withhold the fee of a return, by the rules that its sale was made under, today.

    Where those are not on this till nothing is charged: nobody agreed to others.  A void costs nothing, nor what the
    shop answers for.  Whether a tier spares it is decided by the tier that the member holds today.
    """
    earlier = sum(
        part.amount.fen for back in original.refunds for part in back.fees if part.method is TenderMethod.CASH
    )
    days = till.business_day().ordinal - original.sale.business_day.ordinal
    known = original.programme.version == original.sale.programme_version
    terms = FeeTerms(original.programme.return_fees if known else (), days, Money(earlier))
    free = replace(terms, rules=())

    def by(terms: FeeTerms) -> Returned:
        return with_fee(original.view, returned, original.before, coming, terms)

    if is_void or reason in NEVER_CHARGED:
        return Charged(by(free))
    sparing = _sparing(till, original)
    if sparing is None:
        return Charged(by(terms))
    return Charged(by(free), by(terms).fee, sparing.name)


def _sparing(till: Till, original: Returnable) -> Entitlement | None:
    """What the sale's member has that makes returns free."""
    if original.member is None:
        return None
    tier = current_tier(till.programme, original.member, till.business_day())
    return free_returns(till.programme.entitlements, tier.code)
