"""The numbers of the cards that this till gives out: its own block, each once (scanner.md, Member code)."""

from __future__ import annotations

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.card import card_number, card_text
from posapp.storage import settings

_CARDS_PRINTED = settings.Setting("cards_printed", int, 0)


def draw_card_number(till: Till, connection: Connection) -> str:
    """The next number of this till's block, in the transaction that gives it to somebody."""
    printed = settings.get(connection, _CARDS_PRINTED)
    settings.put(connection, _CARDS_PRINTED, printed + 1)
    return card_text(card_number(till.identity.card_block, printed))
