"""A member: who they are on this till, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.points_held import PointsHeld, PointsOnDay
from posapp.domain.time import BusinessDay

VISIT_MINIMUM_FEN = 100
"""A day counts as a visit when at least this much was kept on it (domain.md §2.6)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Personal data: last writer wins, never part of the ledger (sync.md, Spending offline).

    Only the phone number is required (domain.md §3.3).  `birthday` is ``MMDD`` or ``YYYYMMDD`` or empty.
    """

    phone_e164: str
    name: str = ""
    birthday: str = ""
    marketing: bool = False

    @property
    def masked_phone(self) -> str:
        """The number as it may be shown: ``138 **** 6021``."""
        return mask_phone(self.phone_e164)


@unique
class MemberState(StrEnum):
    """What became of a membership; the words are stored."""

    ACTIVE = ""
    MERGED = "merged"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody last said about one purpose: when, by which version of the words, through which channel."""

    purpose: str
    granted: bool
    version: str
    day: BusinessDay
    channel: str


@dataclass(frozen=True, slots=True)
class Membership:
    """What became of a member besides what they did: who they were merged into, until when their card is good.

    `guardian` is who agreed for a child; `consents` has one entry for each purpose.  `birthday_day` is when the
    birthday was last changed (domain.md §2.9: once in 365 days), None where it stands as it was first given.  `face` is
    the card face that they chose (`domain.card_face`), empty where they left it to the shop.
    """

    state: MemberState = MemberState.ACTIVE
    survivor: MemberId | None = None
    card_until: BusinessDay | None = None
    guardian: str = ""
    consents: tuple[Consent, ...] = ()
    birthday_day: BusinessDay | None = None
    face: str = ""

    def agreed_to(self, purpose: str) -> bool:
        """Whether somebody agrees to a purpose now."""
        return any(one.granted for one in self.consents if one.purpose == purpose)


PLAIN_MEMBERSHIP = Membership()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says of a member: spendable points, growth, what they spent with us, and their visits.

    `spend` is the sum that tiers are measured by (W-16); `visits` counts business days on which at least ¥1 was
    kept; `orders` counts kept sales.
    """

    points: Points = Points(0)
    growth: Growth = Growth(0)
    spend: Money = Money(0)
    visits: int = 0
    orders: int = 0
    first_day: BusinessDay | None = None
    last_day: BusinessDay | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What tiers are measured by: fen spent, visits, growth."""

    spend_fen: int = 0
    visits: int = 0
    growth: int = 0

    @classmethod
    def of(cls, standing: Standing) -> Measures:
        """A standing as tiers see it."""
        return cls(standing.spend.fen, standing.visits, standing.growth.count)

    def since(self, earlier: Measures) -> Measures:
        """What came after an earlier moment."""
        return Measures(self.spend_fen - earlier.spend_fen, self.visits - earlier.visits, self.growth - earlier.growth)


NOTHING: Final = Measures()
_YEAR: Final = ("year_spend", "year_visits", "year_growth")
_RISE: Final = ("rise_spend", "rise_visits", "rise_growth")


def tier_document(member: MemberId) -> AssetId:
    """The document that says which tier a member holds."""
    return derived_id("tier", member)


@dataclass(frozen=True, slots=True)
class HeldTier:
    """The tier that a member holds: until when it was promised, and whether a person gave it by hand.

    `until` is the last promised day; None where tiers are never lost.  A tier given by hand is not reviewed before.
    `year` is what the member had when the promise began, `rise` what they had when they last fell by a review: a review
    counts what came after the one, a rise what came after the other.
    """

    code: str
    until: BusinessDay | None
    by_hand: bool = False
    year: Measures = field(default=NOTHING)
    rise: Measures = field(default=NOTHING)

    @property
    def terms(self) -> dict[str, int]:
        """What a document says of it besides its code and its last day; nothing is left out."""
        figures = {"by_hand": int(self.by_hand)}
        for names, measures in ((_YEAR, self.year), (_RISE, self.rise)):
            figures |= dict(zip(names, (measures.spend_fen, measures.visits, measures.growth), strict=True))
        return {name: figure for name, figure in figures.items() if figure}

    @classmethod
    def of_terms(cls, code: str, last_day: int | None, terms: Mapping[str, int]) -> HeldTier:
        """Read a document back; `last_day` is an ordinal."""
        until = BusinessDay(last_day) if last_day is not None else None
        if not terms:
            return cls(code, until)
        year, rise = (Measures(*(terms.get(name, 0) for name in names)) for names in (_YEAR, _RISE))
        return cls(code, until, bool(terms.get("by_hand", 0)), year, rise)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the till sees them: card, profile and standing together.

    `points` is what the ledger says of points that lapse, `held_tier` the tier that was recorded; None where the
    programme has no such thing, or where nobody looked.  `face` and `card_until` are as in `Membership`.
    """

    id: MemberId
    card_number: str
    profile: Profile
    standing: Standing
    joined: BusinessDay | None = None
    points: PointsHeld | None = None
    held_tier: HeldTier | None = None
    face: str = ""
    card_until: BusinessDay | None = None

    def points_on(self, day: BusinessDay) -> PointsOnDay:
        """How the points stand on a day; where they do not lapse, all of them are there for ever."""
        return (self.points or PointsHeld(self.standing.points.count)).on(day)


def mask_phone(phone_e164: str) -> str:
    """Show a number with its middle hidden, 3-4-4 (domain.md §3.3; ux.md §9)."""
    digits = phone_e164.removeprefix("+86")
    if len(digits) < 7:
        return "****"
    return f"{digits[:3]} **** {digits[-4:]}"
