"""Passes sold, used, given back, and ended by time (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Money, Points
from posapp.domain.events.sale import Tender
from posapp.domain.ids import AssetId, MemberId, RuleId, Sku, StaffId
from posapp.domain.sale import Identification
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class PassPart:
    """A pass, or one part of a bundle: its uses (days, for a period) and what was paid for them."""

    asset: AssetId
    component: str
    uses: int
    paid: Money


@dataclass(frozen=True, slots=True)
class PassSold:
    """A pass was sold, or given where nothing was paid.  What was paid for its parts is owed until they are used.

    `points` are what a points card brings at once; it has no parts.  `from_sale` says that it was a line of the sale of
    this receipt number: then the sale's tenders paid it, and there are none here.
    """

    receipt_number: str
    business_day: BusinessDay
    cashier: StaffId
    member: MemberId
    template: RuleId
    parts: tuple[PassPart, ...]
    tenders: tuple[Tender, ...]
    points: Points
    price: Money
    from_sale: bool


@dataclass(frozen=True, slots=True)
class PassUsed:
    """A pass was used: `uses` leave it and earn `revenue`.  A visit on a pass for a period takes no uses.

    `entries` counts against the day's limit; `sku` is what was had for it, where it is known.
    """

    business_day: BusinessDay
    cashier: StaffId
    member: MemberId
    asset: AssetId
    uses: int
    entries: int
    revenue: Money
    identified_by: Identification
    sku: Sku


@dataclass(frozen=True, slots=True)
class PassUseReversed:
    """A use was taken back: the same figures as the use, on the business day of the use."""

    business_day: BusinessDay
    cashier: StaffId
    member: MemberId
    asset: AssetId
    uses: int
    entries: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class PassReturned:
    """One part that came back: the uses that were left, and what was still owed for them."""

    asset: AssetId
    uses: int
    deferred: Money


@dataclass(frozen=True, slots=True)
class PassRefunded:
    """A pass was given back (domain.md §3.2): `basis` names the article; the tenders add up to `refund`.

    What was owed and is not given back is forfeited; where more is given back than was owed, that is a loss.
    """

    receipt_number: str
    business_day: BusinessDay
    cashier: StaffId
    approver: StaffId
    member: MemberId
    template: RuleId
    basis: str
    reason: str
    parts: tuple[PassReturned, ...]
    refund: Money
    tenders: tuple[Tender, ...]


@dataclass(frozen=True, slots=True)
class PassElapsed:
    """Time took uses of a pass: days of a period that went by, or what was left when a pass ended.

    `lapsed` says that it ended.  Both figures may be negative: the job that records this sets right
    what two tills did at once.
    """

    business_day: BusinessDay
    member: MemberId
    asset: AssetId
    uses: int
    revenue: Money
    lapsed: bool
