"""What closing a card should have paid, reckoned again from the events of its card (domain.md §3.2, §5.4).

What stood on the lots is the closing's own word: where it is not so, the ledger shows it.  What was paid in, granted,
lapsed, closed and handed over before follows from the events, and what is due from that by `closing.close`, as at the
till.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.closing import Closing, LegalTables, close, first_lot, handed_over
from posapp.domain.events.lot import LotPart
from posapp.domain.events.stored_value import (
    BonusGranted,
    BonusLapsed,
    StoredValueClosed,
    StoredValueOpened,
    StoredValueToppedUp,
)
from posapp.domain.events.transfer import ClaimTransferred
from posapp.domain.gone_otherwise import GoneOtherwise
from posapp.domain.ids import AssetId, derived_id
from posapp.domain.stored_card import CardLot, StoredCard
from posapp.domain.time import BusinessDay

CardEvent = StoredValueToppedUp | StoredValueOpened | BonusGranted | BonusLapsed | StoredValueClosed | ClaimTransferred
_ALL_OF_IT: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Promise:
    """What a contract says besides its figures, as in `CardLot`."""

    sold_rate: int = 10_000
    buyer_basis: int = 19


@dataclass(frozen=True, slots=True)
class Due:
    """What a closing is to pay: the refund and the interest, each at least and at most.

    They differ where the law lets a withdrawal deduct what the card had cost: no event tells how much that was.
    """

    least: tuple[Money, Money]
    most: tuple[Money, Money]

    def nearest(self, refund: Money, interest: Money) -> tuple[Money, Money]:
        """What would have been right, as near as may be to what was paid; the same where that is right."""
        paid = zip((refund, interest), self.least, self.most, strict=True)
        right = [max(least, min(most, one)) for one, least, most in paid]
        return right[0], right[1]


class CardHistory:
    """Cards as the log tells them, event by event in the merchant's order.

    `promised` knows a contract by its first lot, None where its document has not come.
    """

    def __init__(self, law: LegalTables, promised: Callable[[AssetId], Promise | None]) -> None:
        self._law, self._promised = law, promised
        self._cards: dict[AssetId, dict[AssetId, CardLot]] = {}
        self._done: set[AssetId] = set()
        self._unsure: set[AssetId] = set()

    def due(self, event: StoredValueClosed) -> Due | None:
        """What a closing is to pay after what was added; None where the log does not tell enough."""
        card = self._card(event.card, event.lots)
        if card is None or any(lot.contract in self._unsure for lot in card.lots):
            return None
        most, least = (self._settled(card, event, cost) for cost in (0, _ALL_OF_IT))
        return Due((least.refund, least.interest), (most.refund, most.interest))

    def add(self, event: CardEvent) -> None:
        """Go on with the next event."""
        match event:
            case StoredValueToppedUp():
                self._begin(event.card, event.business_day, event.lots)
            case StoredValueOpened() | BonusGranted():
                for part in event.lots:
                    self._begin(event.card, event.business_day, (part,))
            case BonusLapsed():
                lots = self._cards.get(event.card, {})
                for part in event.lots:
                    if part.lot in lots:
                        lapsed = lots[part.lot].lapsed_fen + part.bonus.fen
                        lots[part.lot] = replace(lots[part.lot], lapsed_fen=lapsed)
            case StoredValueClosed():
                self._close(event)
            case ClaimTransferred():
                self._hand_over(event)

    def _begin(self, card: AssetId, day: BusinessDay, parts: Sequence[LotPart]) -> None:
        """A contract, whose first lot speaks for it."""
        if not parts:
            return
        contract = parts[0].lot
        promise, lots = self._promised(contract), self._cards.setdefault(card, {})
        if promise is None and parts[0].principal:
            self._unsure.add(contract)
        terms = promise or Promise()
        for part in parts:
            lots[part.lot] = CardLot(
                id=part.lot,
                contract=contract,
                first_day=day,
                paid_fen=part.principal.fen,
                granted_fen=part.bonus.fen,
                principal_fen=0,
                bonus_fen=0,
                sold_rate=terms.sold_rate,
                buyer_basis=terms.buyer_basis,
            )

    def _card(self, card: AssetId, parts: Iterable[LotPart]) -> StoredCard | None:
        """A card with so much on its lots, and the contracts that are not done with; None where a lot is not known."""
        lots, held = self._cards.get(card, {}), {part.lot: part for part in parts}
        if not held.keys() <= lots.keys():
            return None
        live = {lot.contract for lot in lots.values() if lot.id in held or lot.id not in self._done}
        nothing = LotPart(AssetId(b""), Money(0), Money(0))
        found = []
        for lot in lots.values():
            if lot.contract in live:
                part = held.get(lot.id, nothing)
                found.append(replace(lot, principal_fen=part.principal.fen, bonus_fen=part.bonus.fen))
        return StoredCard(card, "", None, "", None, tuple(found))

    def _close(self, event: StoredValueClosed) -> None:
        card = self._card(event.card, event.lots)
        self._done.update(self._cards.get(event.card, {}))
        if card is None:
            self._doubt(event.card)
            return
        closing = self._settled(card, event)
        for contract, gone in _gone(closing, event.refund).items():
            self._keep(event.card, contract, gone)
        if closing.refund != event.refund and sum(bool(each.refund) for each in closing.contracts) != 1:
            # Which contract was paid otherwise nobody can tell.
            self._doubt(event.card)

    def _settled(self, card: StoredCard, event: StoredValueClosed, at_cost: int = 0) -> Closing:
        return close(card, self._law.terms(event.ground, event.asked, event.business_day, at_cost))

    def _hand_over(self, event: ClaimTransferred) -> None:
        """The receiver's lots are promised the same, and what was used of the giver's is the giver's for ever."""
        parts = [LotPart(each.source, each.principal, each.bonus) for each in event.lots]
        card, target = self._card(event.source, parts), self._cards.setdefault(event.target, {})
        self._done.update(self._cards.get(event.source, {}))
        if card is None:
            self._doubt(event.source)
            return
        named = {each.source: each.target for each in event.lots}
        for lots in card.contracts:
            if not any(lot.holds_anything for lot in lots):
                continue
            # A lot that nothing stood on goes along unnamed: it only counts for what its contract began with.
            new = {lot.id: named.get(lot.id) or derived_id("handed over", event.target, lot.id) for lot in lots}
            first = first_lot(lots)
            for lot in lots:
                target[new[lot.id]] = replace(lot, id=new[lot.id], contract=new[first.id])
            if first.contract in self._unsure:
                self._unsure.add(new[first.id])
            self._keep(event.source, first.id, handed_over(lots))

    def _keep(self, card: AssetId, contract: AssetId, gone: GoneOtherwise) -> None:
        lots = self._cards[card]
        lots[contract] = replace(lots[contract], gone=gone)

    def _doubt(self, card: AssetId) -> None:
        self._unsure.update(lot.contract for lot in self._cards.get(card, {}).values())


def _gone(closing: Closing, refund: Money) -> dict[AssetId, GoneOtherwise]:
    """What is kept of the contracts of a closing that paid so much; one that paid alone has all that it paid."""
    wrong = refund.fen - closing.refund.fen
    return {
        each.contract: replace(each.gone, returned_fen=each.gone.returned_fen + (wrong if each.refund else 0))
        for each in closing.contracts
    }
