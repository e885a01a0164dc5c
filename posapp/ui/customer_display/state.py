"""What the customer sees, as frozen data: no Qt, no domain types.  Names of people are masked before they get here.

Money is whole fen.  Names of goods are data; every other word is a `Message`.
"""

from __future__ import annotations

from dataclasses import dataclass

from posapp.ui.faces import Face
from posapp.ui.messages import Message, Words


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is being served: what is on today, and how to get a card.

    `join` is what the code for new members says; empty has none.
    """

    shop: str
    place: Words
    headline: Words
    detail: Message
    join: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the basket: how many (nothing for one piece) or how much; `why` says what made it cheaper."""

    name: str
    figure: str
    list_fen: int
    net_fen: int
    why: Words = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """The member, masked, with up to three balances of label and value."""

    greeting: Message
    tier: Words
    face: Face
    balances: tuple[tuple[Message, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """The one thing that the customer is asked to do now."""

    icon: str
    title: Message
    detail: Message | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """A sale in progress.  `earlier` lines came before those in `items`; `order_fen` is taken off the whole order."""

    items: tuple[Item, ...]
    earlier: int
    pieces: int
    list_fen: int
    order_fen: int
    saved_fen: int
    due_fen: int
    earn: Message | None = None
    holder: Holder | None = None
    join: str = ""
    join_saves_fen: int = 0
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance before and after, with the signed difference."""

    label: Message
    before: Words
    after: Words
    change: str
    gained: bool = False


@dataclass(frozen=True, slots=True)
class Thanks:
    """A sale or a return is done: what was paid, what comes back in cash, what became of the member's balances.

    `card` is the code of a card that was opened in it, for its owner to take a picture of; empty has none.
    """

    shop: str
    title: Message
    change_fen: int = 0
    change_label: Message | None = None
    balances: tuple[Balance, ...] = ()
    card: str = ""


DisplayState = Idle | Basket | Thanks
