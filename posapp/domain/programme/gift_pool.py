"""What points can be exchanged for: gifts from a pool, and draws with published odds (W-28, W-29)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.campaign import ALWAYS, Window
from posapp.domain.ids import AssetId, derived_id
from posapp.domain.text import Text

WHOLE_ODDS = 10_000
"""Odds are counted in ten-thousandths."""
TOP_PRIZE_FEN = 5_000_000
"""No prize may be worth more than ¥50,000 (domain.md §3.5)."""


def pool_holder(draw: str, item: str) -> AssetId:
    """Who holds the stock of a gift, or of a prize of a draw."""
    return derived_id("prize", draw, item) if draw else derived_id("gift", item)


def supplied_of(draw: str, item: str) -> AssetId:
    """Who counts how many of it were ever put up."""
    return derived_id("supplied", draw, item)


@dataclass(frozen=True, slots=True)
class Gift:
    """Something that is handed over for `points`: a thing, or the coupon template `coupon`.

    `stock` is how many are put up in all, None for any number; `per_member` how many one member may take.
    `image` is the name of a picture.
    """

    id: str
    name: Text
    points: int
    stock: int | None = None
    during: Window = ALWAYS
    per_member: int | None = None
    coupon: str = ""
    image: str = ""


@unique
class PrizeKind(StrEnum):
    """What a prize is."""

    THING = "thing"
    COUPON = "coupon"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Prize:
    """A prize with its published odds in ten-thousandths, and what it is worth in fen.

    `points` are won by a prize of points, `coupon` names the template of a coupon.
    """

    id: str
    name: Text
    odds: int
    kind: PrizeKind
    value_fen: int = 0
    stock: int | None = None
    points: int = 0
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw at `points` a time.  What the odds of its prizes leave over wins nothing.

    A prize that has run out gives the next one of the list that has not.  `per_day` bounds one member's draws of a
    natural day.
    """

    id: str
    name: Text
    points: int
    prizes: tuple[Prize, ...]
    during: Window = ALWAYS
    per_day: int | None = None

    def prize(self, code: str) -> Prize | None:
        """A prize by its id."""
        return next((prize for prize in self.prizes if prize.id == code), None)

    @property
    def published(self) -> str:
        """Its terms as one text, which a commitment binds: prizes, odds and numbers."""
        parts = [f"{p.id}:{p.odds}:{p.stock if p.stock is not None else '-'}" for p in self.prizes]
        return f"{self.id}@{self.points}|" + "|".join(parts)
