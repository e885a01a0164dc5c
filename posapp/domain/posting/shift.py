"""What moves with the drawer's cash: the safe, what was paid in and out, and what was over or short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from posapp.domain.accounts import Account
from posapp.domain.events.shift import CashMove, CashMoved, ShiftClosed, ShiftCounted, ShiftOpened
from posapp.domain.ledger import Posting

_MOVES: Final = {
    CashMove.PAID_IN: (1, Account.CASH_PAID_IN),
    CashMove.PAID_OUT: (-1, Account.CASH_PAID_OUT),
    CashMove.DROP: (-1, Account.SAFE),
}


def shift_postings(event: ShiftOpened | CashMoved | ShiftCounted | ShiftClosed) -> Iterator[Posting]:
    """The float comes from the safe; at the close what was counted goes back, and the difference is told."""
    match event:
        case ShiftOpened(opening=opening):
            yield from _from(Account.SAFE, opening.fen)
        case ShiftCounted(opening=opening):
            yield from _from(Account.SAFE, opening.fen if opening is not None else 0)
        case CashMoved(move=move, amount=amount):
            sign, other = _MOVES[move]
            yield from _from(other, sign * amount.fen)
        case ShiftClosed():
            yield Posting(Account.CASH, -event.expected.fen)
            yield Posting(Account.SAFE, event.counted.fen)
            yield Posting(Account.CASH_DIFFERENCE, -event.difference.fen)


def _from(other: Account, fen: int) -> Iterator[Posting]:
    """Cash into the drawer, or out of it below zero."""
    yield Posting(Account.CASH, fen)
    yield Posting(other, -fen)
