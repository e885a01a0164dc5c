"""What giving a pass back should have paid, reckoned again from the events of the pass (domain.md §3.2, §5.4).

What was left of it is the return's own word, as is the article: where there was less, the ledger shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from posapp.domain.amounts import Money
from posapp.domain.events.passes import PassRefunded, PassReturned, PassSold
from posapp.domain.events.transfer import ClaimTransferred, PassTransferred
from posapp.domain.gone_otherwise import NOTHING_GONE, GoneOtherwise
from posapp.domain.ids import AssetId
from posapp.domain.passes import Paid, RefundBasis, refund_fen

PassEvent = PassSold | PassRefunded | ClaimTransferred


@dataclass(frozen=True, slots=True)
class _Part:
    """A pass, or a part of a bundle: what was paid for its uses, the price of one without it, what left it otherwise.

    `is_sure` is False once the log does not tell what was paid back of it.
    """

    paid: Paid
    unit_fen: int | None
    gone: GoneOtherwise = NOTHING_GONE
    is_sure: bool = True

    def used(self, left: int) -> int:
        """What was used of it when so much was left."""
        return self.paid.uses - left - self.gone.moved

    def due(self, left: int, basis: RefundBasis) -> int | None:
        """What is given back for what is left, in fen; None where nobody can tell."""
        if not self.is_sure or (self.unit_fen is None and basis is RefundBasis.BUYER):
            return None
        return self.gone.due(self.used(left), lambda used: refund_fen(self.paid, used, basis, self.unit_fen or 0))


class PassHistory:
    """Passes as the log tells them, event by event in the merchant's order.

    `unit_of` is the price of one use without the pass, in fen, by the pass's document; None where that has not come.
    """

    def __init__(self, unit_of: Callable[[AssetId], int | None]) -> None:
        self._unit_of = unit_of
        self._parts: dict[AssetId, _Part] = {}

    def due(self, event: PassRefunded) -> Money | None:
        """What a return is to pay after what was added; None where the log does not tell enough."""
        each = [self._due_of(part, event.basis) for part in event.parts]
        known = [fen for fen in each if fen is not None]
        return Money(sum(known)) if len(known) == len(each) else None

    def add(self, event: PassEvent) -> None:
        """Go on with the next event."""
        match event:
            case PassSold():
                for part in event.parts:
                    self._parts[part.asset] = _Part(Paid(part.paid.fen, part.uses), self._unit_of(part.asset))
            case PassRefunded():
                self._give_back(event)
            case ClaimTransferred():
                alone = PassTransferred(event.source, event.target, event.uses, event.entries)
                for moved in event.parts or (alone,):
                    self._hand_over(moved)

    def _due_of(self, part: PassReturned, basis: str) -> int | None:
        known = self._parts.get(part.asset)
        return known.due(part.uses, RefundBasis(basis)) if known is not None and basis in list(RefundBasis) else None

    def _give_back(self, event: PassRefunded) -> None:
        due = self.due(event)
        for part in event.parts:
            known = self._parts.get(part.asset)
            if known is None:
                continue
            fen = self._due_of(part, event.basis) if due == event.refund else None
            if fen is None and len(event.parts) == 1:
                fen = event.refund.fen
            gone = known.gone.given_back(part.uses, fen or 0)
            self._parts[part.asset] = replace(known, gone=gone, is_sure=known.is_sure and fen is not None)

    def _hand_over(self, moved: PassTransferred) -> None:
        known = self._parts.get(moved.source)
        if known is not None:
            self._parts[moved.target] = known
            gone = known.gone.handed_over(moved.uses, known.used(moved.uses))
            self._parts[moved.source] = replace(known, gone=gone)
