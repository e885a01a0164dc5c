"""Tenders of a document: stored value in lots, gift cards, and what is left for cash and codes."""

from __future__ import annotations

from collections.abc import Sequence

from posapp.application.quote_document.reading import AskedTender, Person
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import PlannedTender
from posapp.domain.pricing.settlement import BONUS, PRINCIPAL
from posapp.domain.sale import TenderMethod
from posapp.domain.stored_value import balance_fen, draw

GIFT_CARD = "gift_card"


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
