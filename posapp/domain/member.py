"""A member: who they are on this till, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import MemberId
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

    `guardian` is who agreed for a child; `consents` has one entry for each purpose.
    """

    state: MemberState = MemberState.ACTIVE
    survivor: MemberId | None = None
    card_until: BusinessDay | None = None
    guardian: str = ""
    consents: tuple[Consent, ...] = ()

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
class Member:
    """A member as the till sees them: card, profile and standing together."""

    id: MemberId
    card_number: str
    profile: Profile
    standing: Standing
    joined: BusinessDay | None = None


def mask_phone(phone_e164: str) -> str:
    """Show a number with its middle hidden, 3-4-4 (domain.md §3.3; ux.md §9)."""
    digits = phone_e164.removeprefix("+86")
    if len(digits) < 7:
        return "****"
    return f"{digits[:3]} **** {digits[-4:]}"
