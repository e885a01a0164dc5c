"""The merchant's published rules: one immutable, versioned value."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from posapp.domain.campaign import Campaign
from posapp.domain.offline import DEFAULT_POLICY, OfflinePolicy
from posapp.domain.points import EarnRule, RedeemRule
from posapp.domain.programme.coupons import NO_COUPON_RULES, CouponRules
from posapp.domain.programme.entitlements import Entitlement
from posapp.domain.programme.gift_pool import Draw, Gift
from posapp.domain.programme.messages import MemberMessage
from posapp.domain.programme.offer import Offer
from posapp.domain.programme.passes import PASS_SKU, Component, PassTemplate
from posapp.domain.programme.points_life import NO_REWARDS, PointsLife, Rewards
from posapp.domain.programme.returns import ReturnFee
from posapp.domain.programme.stored_value import StoredValueTerms
from posapp.domain.programme.triggers import Trigger
from posapp.domain.programme.workshops import Workshop
from posapp.domain.sale import TenderMethod
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay, business_day
from posapp.domain.validity import FOREVER, Validity


@dataclass(frozen=True, slots=True)
class Tier:
    """A level of membership.  It is reached when any one of its thresholds is (inclusive, W-16); the first has none.

    `rate` is what the member pays of the list price, in basis points.  `benefits` are entitlements in words (W-06).
    """

    code: str
    name: Text
    rate: int = 10_000
    spend_fen: int | None = None
    visits: int | None = None
    growth: int | None = None
    times_hundredths: int = 100
    benefits: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Tags that keep a line out of something (domain.md §2.3).

    `everything` is for what is no goods at all (top-ups, card sales, fees): no rule touches such a line, and it counts
    for no threshold and earns nothing.
    """

    rates: frozenset[str]
    earning: frozenset[str]
    spending: frozenset[str]
    everything: frozenset[str]


@dataclass(frozen=True, slots=True)
class Policies:
    """Switches where reasonable merchants differ; the defaults are those of domain.md's preface.

    `coupons_per_order` counts held coupons and codes together.  `threshold` is ``line_prices`` (the eligible sum after
    line-level prices and before coupons), ``remaining`` (what earlier offers left) or ``list``.  `combination` is
    ``best`` for the member, or ``priority``.  `percents` of offers ``compound`` on what is left, or ``add`` on the
    prices that the lines had before the first of them.
    """

    coupons_per_order: int = 1
    order_percents: int | None = None
    threshold: str = "line_prices"
    combination: str = "best"
    percents: str = "compound"


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Everything a merchant promises, as one value; two programmes are equal when their documents are.

    `hash` is SHA-256 of the canonical JSON document, which each sale records with `version`.
    """

    version: int
    hash: bytes
    name: Text
    zone_name: str
    zone: ZoneInfo
    cutoff_minutes: int
    tiers: tuple[Tier, ...]
    keep_tier_months: int | None
    earn: EarnRule
    redeem: RedeemRule | None
    growth_hundredths: int
    not_earning: frozenset[TenderMethod | str]
    round_off_fen: int
    exclusions: Exclusions
    campaigns: tuple[Campaign, ...]
    offers: tuple[Offer, ...]
    policies: Policies
    canonical: bytes
    passes: tuple[PassTemplate, ...] = ()
    card_validity: Validity = FOREVER
    entitlements: tuple[Entitlement, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    messages: tuple[MemberMessage, ...] = ()
    coupons: CouponRules = NO_COUPON_RULES
    triggers: tuple[Trigger, ...] = ()
    stored_value: StoredValueTerms | None = None
    points_life: PointsLife | None = None
    rewards: Rewards = field(default=NO_REWARDS)
    gifts: tuple[Gift, ...] = ()
    draws: tuple[Draw, ...] = ()
    return_fees: tuple[ReturnFee, ...] = ()
    offline: OfflinePolicy = DEFAULT_POLICY

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Programme) and self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.hash)

    def to_json(self) -> dict[str, Any]:
        """The document it was read from; `parse_programme` gives back an equal programme."""
        document: dict[str, Any] = json.loads(self.canonical)
        return document

    def business_day(self, instant: datetime) -> BusinessDay:
        """The business day of an instant in the shop's zone, ended by the shop's cut-off."""
        return business_day(instant, self.zone, self.cutoff_minutes)

    def natural_day(self, instant: datetime) -> BusinessDay:
        """The calendar day of an instant in the shop's zone: what check-ins count by (domain.md §2.9, Time)."""
        return business_day(instant, self.zone)

    def minute_of_day(self, instant: datetime) -> int:
        """The local wall-clock minute of an instant, for windows by time of day."""
        local = instant.astimezone(UTC).astimezone(self.zone)
        return local.hour * 60 + local.minute

    def pass_template(self, code: str) -> PassTemplate | None:
        """A pass by its id, or None where this version has none of that id."""
        return next((each for each in self.passes if each.id == code), None)

    def pass_good(self, template: str) -> PassTemplate | Component | None:
        """A pass, or a part of a bundle, by the template that its asset names (``ID`` or ``ID/PART``)."""
        whole, _slash, part = template.partition("/")
        found = self.pass_template(whole)
        if found is None or not part:
            return found
        return next((each for each in found.components if each.id == part), None)

    def pass_of_line(self, sku: str) -> PassTemplate | None:
        """The pass that a line of a sale sells, or None for goods."""
        return self.pass_template(sku.removeprefix(PASS_SKU)) if sku.startswith(PASS_SKU) else None

    def tier(self, code: str) -> Tier:
        """A tier by its code; an unknown or empty code is the first tier."""
        return next((tier for tier in self.tiers if tier.code == code), self.tiers[0])
