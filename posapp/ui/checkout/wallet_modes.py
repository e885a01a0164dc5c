"""What lies over the basket while somebody chooses among what a member holds: coupons, passes, gifts."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.draws import DrawOffer
from posapp.application.gifts import GiftOffer, GiftPool
from posapp.application.passes import HeldPass
from posapp.application.points import CheckInOffer
from posapp.domain.programme.passes import PassTemplate


@dataclass(frozen=True, slots=True)
class CouponsMode:
    """Choosing among the coupons of this sale; the rows are what the quote says of them."""

    selected: int = 0


@dataclass(frozen=True, slots=True)
class PassesMode:
    """Choosing among the member's passes, and among those that can be bought; `uses` is how many of what is picked."""

    held: tuple[HeldPass, ...]
    templates: tuple[PassTemplate, ...]
    uses: int = 1
    selected: int = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.held) + len(self.templates)


@dataclass(frozen=True, slots=True)
class GiftsMode:
    """Choosing what to do with points: check in, have a gift, draw."""

    pool: GiftPool
    draws: tuple[DrawOffer, ...]
    check_in: CheckInOffer | None
    selected: int = 0

    @property
    def rows(self) -> tuple[CheckInOffer | GiftOffer | DrawOffer, ...]:
        """What can be picked, in the order of the list."""
        first = () if self.check_in is None or self.check_in.done else (self.check_in,)
        return (*first, *self.pool.offers, *self.draws)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)
