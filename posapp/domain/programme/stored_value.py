"""What a programme says of stored value: who sells it, what it brings, how it is spent and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posapp.domain.stored_value import Consumption
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

ENTITIES: Final = ("enterprise", "other")
"""Enterprise legal persons in retail, lodging, catering and resident services; and everybody else."""
CLASSES: Final = ("scale", "group", "brand", "none")
"""How an issuer is filed with the authority."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """What the law asks of the merchant (domain.md §3.1): kind, province, filing class, and the figures of the gauge.

    `entity` is one of `ENTITIES`, `filing_class` one of `CLASSES`.  `revenue_fen` is that of the year before;
    `is_services` marks resident services, which may owe as much as they earned.
    """

    entity: str = "enterprise"
    province: str = ""
    filing_class: str = "none"
    licensed: BusinessDay | None = None
    revenue_fen: int | None = None
    is_services: bool = False


@dataclass(frozen=True, slots=True)
class CardKind:
    """A kind of card: named or not, and what its contract says.

    `sold_rate` is the discount that the card itself brings, in basis points: the law reckons what was used at the price
    before it (Art 19).  `years` is how long an unnamed card is good before it is renewed; its balance survives.
    """

    code: str
    name: Text
    named: bool = True
    sold_rate: int = 10_000
    years: int | None = None


@dataclass(frozen=True, slots=True)
class TopUpPlan:
    """Pay so much, get so much on top.

    `parts` is the number of monthly parts in which the bonus may be spent, the first at once.  `bonus_days` is how long
    each part is good, None for as long as the card.
    """

    code: str
    name: Text
    pay_fen: int
    bonus_fen: int
    parts: int = 1
    bonus_days: int | None = None


@dataclass(frozen=True, slots=True)
class StoredValueTerms:
    """The stored value of a programme.

    A free amount between `least_fen` and `most_fen` gets the bonus of the largest plan that it reaches.
    `minor_fen` is the small sum that members from 8 to 17 pay in without a guardian.  `buyer_basis` is 18 where the
    contract returns by article 18 also at the buyer's own wish, else 19.  `is_suspended` stops all top-ups.
    """

    merchant: Merchant
    cards: tuple[CardKind, ...]
    plans: tuple[TopUpPlan, ...] = ()
    consumption: Consumption = Consumption.PROPORTIONAL
    least_fen: int = 100
    most_fen: int | None = None
    minor_fen: int = 10_000
    buyer_basis: int = 19
    is_suspended: bool = False

    def card(self, code: str) -> CardKind | None:
        """A kind of card by its code."""
        return next((each for each in self.cards if each.code == code), None)

    def plan(self, code: str) -> TopUpPlan | None:
        """A plan by its code."""
        return next((each for each in self.plans if each.code == code), None)

    def reached(self, fen: int) -> TopUpPlan | None:
        """The largest plan that an amount reaches."""
        return max((each for each in self.plans if each.pay_fen <= fen), key=lambda each: each.pay_fen, default=None)
