"""What a seed is about: things to sell that are sold more often, and things that go wrong more often.

Left to chance alone, a rare fault and a rare thing to sell would hardly ever meet.  So themes are dealt like cards, a
deck for each twenty seeds (1 to 20, 21 to 40, …): two subjects and two sorts of mischief for a seed, each of them in
about four seeds of the twenty.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DECK: Final = 20
"""So many seeds have every theme between them."""

SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "goods": ("sell", "sell with a coupon", "sell for points"),
    "returns": ("return goods", "undo a sale", "sell for points"),
    "points": ("sell for points", "draw", "check in", "change points by hand", "promise points"),
    "gifts": ("hand over a gift", "take a gift back"),
    "coupons": ("sell with a coupon", "claim a coupon", "buy a coupon with points", "void coupons", "undo a sale"),
    "stored value": ("sell on the card", "top up", "grant bonus", "close a stored-value card"),
    "passes": ("sell a pass", "use a pass", "give a pass back", "sell a pass with goods"),
    "people": (
        "open a card",
        "merge members",
        "undo a merge",
        "transfer a card or pass",
        "sell on the card",
        "use a pass",
    ),
    "prices": ("change a price",),
    "days": ("end of the day", "top up", "sell a pass"),
}
"""What is done more often, by action."""

MISCHIEF: Final[Mapping[str, tuple[str, ...]]] = {
    "requests are lost": (
        "loss", "answer lost after commit", "duplication", "bad gateway", "one-way partition",
        "unanswered return of shares", "pull broken off",
    ),
    "requests are wrong": ("torn request", "torn answer", "flipped bit on the way", "an answer of somebody else"),
    "requests are late": (
        "reordering", "late requests", "answer lost after commit", "sale meanwhile", "revoked device",
        "return of shares before the journal", "late return of shares",
    ),
    "nobody in reach": (
        "days offline", "all offline, all back at once", "one-way partition", "horizon moves", "away past the horizon",
    ),
    "tills die": ("killed till", "killed after a commit", "failed statement"),
    "power": ("power loss", "power loss of the server", "killed server"),
    "disks": (
        "disk full", "disk full at the server", "failed fsync", "failed fsync at the server", "bit flip",
        "deleted log",
    ),
    "tills are copied": (
        "backup of a till", "restored till", "cloned till", "till lost and enrolled anew", "revoked device",
    ),
    "the server is put back": (
        "backup of the server", "restored server", "both restored", "late acknowledgement of an old generation",
        "document lost with the server",
    ),
    "times and versions": (
        "clock years off", "stepping clock", "back over the close of business", "server's clock off", "newer program",
    ),
}  # fmt: skip
"""What goes wrong more often, by fault or by trouble of the network."""


def dealt(seed: int, hand: str, themes: Iterable[str]) -> str:
    """The card that a seed is dealt; `hand` names one of several decks of the same themes."""
    deck, place = divmod(seed - 1, DECK)
    cards = list(themes)
    cards *= DECK // len(cards)
    random.Random(f"{hand} {deck}").shuffle(cards)  # noqa: S311 - a seed is the point
    return cards[place]
