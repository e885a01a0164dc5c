"""Tenders as earning and refunds see them: what stored value paid falls into principal, which earns, and bonus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.events import LotPart, Tender
from posapp.domain.pricing.inputs import Method
from posapp.domain.sale import TenderMethod

PRINCIPAL: Final = "stored_value_principal"
BONUS: Final = "stored_value_bonus"


@dataclass(frozen=True, slots=True)
class Settled:
    """A part of a sale, and how it was paid."""

    method: Method
    amount: Money


def settled_by(tenders: Iterable[Tender], draws: Sequence[LotPart]) -> list[Settled]:
    """The tenders in their order; principal before bonus, and nothing where no bonus was drawn (domain.md §2.3)."""
    parts: list[Settled] = []
    for tender in tenders:
        if tender.method is not TenderMethod.STORED_VALUE:
            parts.append(Settled(tender.method, tender.amount))
            continue
        parts.append(Settled(PRINCIPAL, Money(sum(part.principal.fen for part in draws))))
        bonus = sum(part.bonus.fen for part in draws)
        if bonus:
            parts.append(Settled(BONUS, Money(bonus)))
    return parts
