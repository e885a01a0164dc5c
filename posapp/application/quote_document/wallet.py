"""Tenders of a document: stored value in lots, gift cards, and what is left for cash and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posapp.application.quote_document.reading import AskedTender, Lot, Person
from posapp.domain.amounts import Money, half_up
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import PlannedTender
from posapp.domain.sale import TenderMethod

PRINCIPAL = "stored_value_principal"
BONUS = "stored_value_bonus"
GIFT_CARD = "gift_card"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came out of stored value, and the lots that are left."""

    principal_fen: int
    bonus_fen: int
    left: tuple[Lot, ...]


def draw(lots: Sequence[Lot], fen: int) -> Drawn:
    """Take an amount out of lots, oldest first, principal and bonus in each lot's own proportion (domain.md §2.8)."""
    principal = bonus = 0
    left: list[Lot] = []
    for lot in lots:
        whole = lot.principal_fen + lot.bonus_fen
        taken = min(fen, whole)
        of_principal = half_up(taken * lot.principal_fen, whole) if whole else 0
        principal += of_principal
        bonus += taken - of_principal
        fen -= taken
        left.append(Lot(lot.principal_fen - of_principal, lot.bonus_fen - (taken - of_principal)))
    return Drawn(principal, bonus, tuple(left))


def balance_fen(lots: Sequence[Lot]) -> int:
    """Principal and bonus together."""
    return sum(lot.principal_fen + lot.bonus_fen for lot in lots)


def plan(asked: Sequence[AskedTender], person: Person | None, due_fen: int) -> list[PlannedTender]:
    """The tenders as pricing takes them, wallets first split into what earns and what does not.

    A wallet that is asked for as much as it can pays no more than its balance and no more than is due.  Raises
    `InvalidField` where a wallet is asked for more than it holds.
    """
    planned: list[PlannedTender] = []
    left_fen = due_fen
    for index, tender in enumerate(asked):
        path = f"tenders[{index}].amount"
        if tender.method == "stored_value":
            lots = person.stored_value if person is not None else ()
            fen = _wallet_fen(tender, balance_fen(lots), left_fen, path)
            drawn = draw(lots, fen)
            planned.append(PlannedTender(PRINCIPAL, Money(drawn.principal_fen)))
            if drawn.bonus_fen:
                planned.append(PlannedTender(BONUS, Money(drawn.bonus_fen)))
        elif tender.method == "gift_card":
            fen = _wallet_fen(tender, person.gift_card_fen if person is not None else 0, left_fen, path)
            planned.append(PlannedTender(GIFT_CARD, Money(fen)))
        else:
            amount = None if tender.amount_fen is None else Money(tender.amount_fen)
            planned.append(PlannedTender(TenderMethod[tender.method.upper()], amount))
            fen = tender.amount_fen or 0
        left_fen = max(0, left_fen - fen)
    return planned


def _wallet_fen(tender: AskedTender, balance: int, due_fen: int, path: str) -> int:
    if tender.amount_fen is None:
        return min(balance, due_fen)
    if tender.amount_fen > balance:
        raise InvalidField(path, f"only {Money(balance)} is there to pay with", f"余额只有 {Money(balance)}")
    return min(tender.amount_fen, due_fen)
