"""Whether payments settle what is due: the same question for a sale, a pass and a top-up."""

from __future__ import annotations

from collections.abc import Sequence

from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod


def check_settled(tenders: Sequence[Tender], due: Money) -> None:
    """Raise `InvalidField` naming the tender, where payments do not settle exactly what is due."""
    for place, tender in enumerate(tenders):
        if tender.amount < Money(0) or tender.handed < tender.amount:
            raise InvalidField(f"tenders[{place}]", "less was handed over than it settles", "实收少于应付")
        if tender.handed != tender.amount and tender.method is not TenderMethod.CASH:
            raise InvalidField(f"tenders[{place}]", "only cash gives change", "只有现金可以找零")
    missing = due.fen - sum(tender.amount.fen for tender in tenders)
    if missing > 0:
        raise InvalidField("tenders", f"{Money(missing)} is still to be paid", f"还差 {Money(missing)} 元")
    if missing < 0:
        raise InvalidField("tenders", f"{Money(-missing)} too much is settled", f"多收了 {Money(-missing)} 元")
