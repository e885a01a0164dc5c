"""What happens to a membership after it began: consent, cards, numbers, merging, forgetting (domain.md §2.9, §3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import AssetId, MemberId, RuleId, StaffId
from posapp.domain.time import BusinessDay

_NOTHING: Final = Money(0)


@dataclass(frozen=True, slots=True)
class ConsentRecorded:
    """Somebody agreed to a purpose, or took that back.  `text_hash` is SHA-256 of the words that were shown."""

    member: MemberId
    business_day: BusinessDay
    purpose: str
    granted: bool
    version: str
    text_hash: bytes
    channel: str
    operator: StaffId


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """A member was given another card: the old one was lost, broke, or ended.  What stood on it stands (W-15).

    `last_day` is the new card's; None where it never ends.
    """

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    old_card: str
    new_card: str
    reason: str
    last_day: BusinessDay | None


@dataclass(frozen=True, slots=True)
class NumberClaimed:
    """A phone number is somebody else's now: a member's new number, or an old number that its carrier gave away again.

    Numbers stand as keyed hashes; `old_number` is empty where none was given up.  `member` is who has `new_number` now.
    `proof` says what was shown: ``otp`` for a code sent to the old number, ``id`` for papers seen by a manager.
    """

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    old_number: bytes
    new_number: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class LotMoved:
    """Points that lapse on one day, from one holder to another: they keep their expiry."""

    source: AssetId
    target: AssetId
    points: Points


@dataclass(frozen=True, slots=True)
class MembersMerged:
    """Two memberships turned out to be one person's.  Everything of `merged` is `survivor`'s from now on.

    `visits` leaves out the days on which both were seen.  `assets` changed hands; stored-value cards stay apart.
    `debt` is what exceptions left the merged member owing (docs/adr/0012).
    """

    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    survivor: MemberId
    merged: MemberId
    points: Points
    growth: Growth
    spend: Money
    visits: int
    lots: tuple[LotMoved, ...]
    assets: tuple[AssetId, ...]
    debt: Money = _NOTHING


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """A merge was a mistake: the same figures go back (within 30 days, domain.md §2.9)."""

    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    survivor: MemberId
    merged: MemberId
    points: Points
    growth: Growth
    spend: Money
    visits: int
    lots: tuple[LotMoved, ...]
    assets: tuple[AssetId, ...]
    debt: Money = _NOTHING


@dataclass(frozen=True, slots=True)
class MemberForgotten:
    """A member left: personal data is gone, what was settled stays in the log under a hash.  `points` were given up."""

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    points: Points
    reason: str


@dataclass(frozen=True, slots=True)
class NumberRevealed:
    """Somebody looked at a whole phone number, and why (domain.md §3.3)."""

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class NumbersListed:
    """Somebody took the whole phone numbers of all whom a message may reach, how many those were, and why."""

    business_day: BusinessDay
    operator: StaffId
    message: RuleId
    members: int
    reason: str
