"""What a new card can be: the membership alone, or with a pass or stored value at once (X-06)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.programme import Programme
from posapp.domain.text import Text
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.session import NewCardMode
from posapp.ui.messages import Message, msg


@dataclass(frozen=True, slots=True)
class CardKind:
    """One kind of card: `terms` are told to the customer, `then` is what goes on once the card is on the sale."""

    name: Text
    terms: Message
    then: do.Intent | None = None


def kinds_of(mode: NewCardMode, programme: Programme) -> tuple[CardKind, ...]:
    """The kinds that the programme has, the membership alone first; while a sale is being paid there is only that."""
    alone = CardKind(programme.tiers[0].name, msg("card.kind_alone"))
    if mode.under is not None:
        return (alone,)
    passes = (
        CardKind(one.name, msg("card.kind_pass", amount=one.price_fen), do.BuyPass(one.id)) for one in programme.passes
    )
    terms = programme.stored_value
    cards = terms.cards if terms is not None and not terms.is_suspended else ()
    named = next((one for one in cards if one.named), None)
    stored = (CardKind(named.name, msg("card.kind_stored"), do.TopUp()),) if named is not None else ()
    return (alone, *passes, *stored)
