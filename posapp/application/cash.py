"""Taking cash: what a customer is likely to hand over, and what goes back."""

from __future__ import annotations

from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod

_NOTES_FEN = (500, 1000, 2000, 5000, 10_000)
_SUGGESTIONS = 4
MAX_HANDED_FEN = 10_000_000


def cash_tender(due: Money, handed: Money | None = None) -> Tender:
    """Cash that settles up to `due`; None is the exact amount.  Raises `InvalidField`."""
    given = due if handed is None else handed
    if given.fen <= 0 and due.fen > 0:
        raise InvalidField("cash", "the amount must be above zero", "金额要大于零")
    if given.fen > MAX_HANDED_FEN:
        raise InvalidField("cash", f"{given} is too much for one sale", f"{given} 元过大，检查一下金额")
    return Tender(TenderMethod.CASH, min(due, given), given)


def quick_cash(due: Money) -> tuple[Money, ...]:
    """The exact amount and the next likely sums: rounded up to notes, and then whole fifties."""
    if due.fen <= 0:
        return ()
    rounded = {-(-due.fen // note) * note for note in _NOTES_FEN} - {due.fen}
    top = max(rounded | {due.fen})
    sums = sorted(rounded)
    fifty = -(-(top + 1) // 5000) * 5000
    while len(sums) < _SUGGESTIONS - 1:
        sums.append(fifty)
        fifty += 5000
    return tuple(Money(fen) for fen in (due.fen, *sums[: _SUGGESTIONS - 1]))
