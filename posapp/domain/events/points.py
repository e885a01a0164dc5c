"""Points that no sale moved: earned otherwise, exchanged, drawn for, lapsed (domain.md §2.7; W-10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique

from posapp.domain.amounts import Points
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.time import BusinessDay


@unique
class PointsReason(IntEnum):
    """Why points changed: each rule has a code of its own (W-10)."""

    CHECK_IN = 1
    SHARE = 2
    REVIEW = 3
    MANUAL = 4
    GIFT = 5
    DRAW = 6
    EXPIRED = 7
    TRANSFER = 8
    FORFEIT = 9


@dataclass(frozen=True, slots=True)
class LapsedLot:
    """What lapsed of one lot: named by its last valid day, the day it was free from, and whether it was one of grace.

    `points` is below zero where an earlier entry said too much.
    """

    last_day: BusinessDay
    free_day: BusinessDay | None
    grace: bool
    points: int


@dataclass(frozen=True, slots=True)
class PointsChanged:
    """Points and growth of a member changed for a reason; both are signed.

    `last_day` and `free_day` are those of the lot that is earned; a `last_day` also says that the member's points
    lapse, so that what is taken counts as spent in its month.  `occurrence` is what may happen once, `reference` what
    it was for (a receipt, a rule), `note` the words of who did it by hand.  `lots` say what lapsed.
    """

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    reason: PointsReason
    points: int
    growth: int
    last_day: BusinessDay | None
    free_day: BusinessDay | None
    occurrence: bytes
    reference: str
    note: str
    lots: tuple[LapsedLot, ...] = ()


@dataclass(frozen=True, slots=True)
class GiftRedeemed:
    """A gift was handed over for points (W-28), or came back because that was a mistake.

    `lapsing` says that the member's points lapse, `counted` that there is a stock of it.  `coupon` is the code of the
    coupon that was issued, where the gift is one.  `returned_of` is the day of the redemption that is undone; None is a
    redemption.
    """

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    gift: str
    points: Points
    lapsing: bool
    counted: bool
    programme_version: int
    coupon: str = ""
    returned_of: BusinessDay | None = None


@dataclass(frozen=True, slots=True)
class StockSupplied:
    """Pieces of a gift, or of a prize of a draw, were put up; below zero where too many had been."""

    business_day: BusinessDay
    operator: StaffId
    draw: str
    item: str
    pieces: int


@dataclass(frozen=True, slots=True)
class DrawAnnounced:
    """A draw was opened, or closed (domain.md §3.5).

    `commitment` is the SHA-256 of its terms and its secret `seed`, which stays empty until the draw is closed: then
    everybody can work out every result.
    """

    draw: str
    business_day: BusinessDay
    operator: StaffId
    programme_version: int
    commitment: bytes
    seed: bytes = b""


@dataclass(frozen=True, slots=True)
class DrawMade:
    """A member drew (W-29), on the natural day `on`.

    `nth` counts the member's draws from 1; with the seed it gives `roll`, and the odds of the programme's version give
    `drawn`.  `prize` is what was won, another one where `drawn` had run out; both may be empty.  `counted` says that
    there is a stock of it.
    """

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    draw: str
    nth: int
    on: BusinessDay
    points: Points
    lapsing: bool
    roll: int
    drawn: str
    prize: str
    won: Points
    last_day: BusinessDay | None
    counted: bool
    programme_version: int
    coupon: str = ""
