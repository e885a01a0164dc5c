"""The postings of stored value.

What stands on a card is counted on its lots, in `STORED_FEN`; the money that is owed for its principal is a liability
in `FEN`.  Bonus is owed to nobody: when it is spent it is a discount (domain.md §7, SV liability).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posapp.domain.accounts import Account
from posapp.domain.events.lot import LotPart
from posapp.domain.events.stored_value import (
    BonusGranted,
    BonusLapsed,
    StoredValueClosed,
    StoredValueOpened,
    StoredValueToppedUp,
)
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair
from posapp.domain.posting.tenders import TENDER_ACCOUNT


def topped_up_postings(event: StoredValueToppedUp) -> Iterator[Posting]:
    """Money in, owed from now on; principal and bonus on the lots."""
    for tender in event.tenders:
        yield Posting(TENDER_ACCOUNT[tender.method], tender.amount.fen)
    yield Posting(Account.PREPAID_LIABILITY, -_principal(event.lots))
    yield from _on_lots(event.lots, 1, Account.PRINCIPAL_TOPPED_UP, Account.BONUS_GRANTED)


def granted_postings(event: BonusGranted) -> Iterator[Posting]:
    """Bonus on the lots.  It has no principal: that would be owed, and nobody paid."""
    yield from _on_lots(event.lots, 1, Account.PRINCIPAL_TOPPED_UP, Account.BONUS_GRANTED)
    yield Posting(Account.PREPAID_LIABILITY, -_principal(event.lots))


def closed_postings(event: StoredValueClosed) -> Iterator[Posting]:
    """Everything off the lots; what of the debt is not paid out is forfeited, what is paid beyond it is a cost."""
    yield from _on_lots(event.lots, -1, Account.PRINCIPAL_CLOSED, Account.BONUS_CLOSED)
    owed = _principal(event.lots)
    yield Posting(Account.PREPAID_LIABILITY, owed)
    yield Posting(Account.PREPAID_FORFEITED, event.refund.fen - owed)
    yield Posting(Account.PREPAID_INTEREST, event.interest.fen)
    yield Posting(TENDER_ACCOUNT[event.method], -event.refund.fen - event.interest.fen)


def opened_postings(event: StoredValueOpened) -> Iterator[Posting]:
    """The debt of an earlier system is owed from now on; its money was taken there."""
    yield from _on_lots(event.lots, 1, Account.PRINCIPAL_OPENING, Account.BONUS_OPENING)
    yield Posting(Account.PREPAID_LIABILITY, -_principal(event.lots))
    yield Posting(Account.PREPAID_OPENING, _principal(event.lots))


def lapsed_postings(event: BonusLapsed) -> Iterator[Posting]:
    """Bonus off the lots."""
    for part in event.lots:
        if not event.by_lot:
            yield from held_pair(Account.STORED_BONUS, Account.BONUS_LAPSED, part.lot, -part.bonus.fen)
        elif part.bonus:
            yield Posting(Account.STORED_BONUS, -part.bonus.fen, part.lot)
            yield Posting(Account.BONUS_LAPSED_FROM_LOT, part.bonus.fen, part.lot)


def spent_postings(draws: Sequence[LotPart]) -> Iterator[Posting]:
    """What paid a sale: principal is owed no more, bonus is a discount."""
    yield Posting(Account.PREPAID_LIABILITY, _principal(draws))
    yield Posting(Account.BONUS_DISCOUNT, sum(part.bonus.fen for part in draws))
    yield from _on_lots(draws, -1, Account.PRINCIPAL_SPENT, Account.BONUS_SPENT)


def restored_postings(restores: Sequence[LotPart]) -> Iterator[Posting]:
    """What a refund puts back on the lots that it came from."""
    yield Posting(Account.PREPAID_LIABILITY, -_principal(restores))
    yield Posting(Account.BONUS_DISCOUNT, -sum(part.bonus.fen for part in restores))
    yield from _on_lots(restores, 1, Account.PRINCIPAL_RETURNED, Account.BONUS_RETURNED)


def _principal(parts: Sequence[LotPart]) -> int:
    return sum(part.principal.fen for part in parts)


def _on_lots(parts: Sequence[LotPart], sign: int, principal: Account, bonus: Account) -> Iterator[Posting]:
    for part in parts:
        yield from held_pair(Account.STORED_PRINCIPAL, principal, part.lot, sign * part.principal.fen)
        yield from held_pair(Account.STORED_BONUS, bonus, part.lot, sign * part.bonus.fen)
