"""What a member can own besides points: a lot of stored value, a pass, a coupon, an invitation.

An asset is a holder of its own on the ledger (docs/adr/0010-assets-are-holders.md): its balance travels and adds up
like a member's.  What it *is* never changes and stands here: whose it is, of what template, from when until when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique

from posapp.domain.ids import AssetId, MemberId
from posapp.domain.time import BusinessDay


@unique
class AssetKind(StrEnum):
    """The kinds of assets; the words are stored."""

    STORED_VALUE_CARD = "stored_value_card"
    STORED_VALUE_LOT = "stored_value_lot"
    COUNT_PASS = "count_pass"  # noqa: S105 - a card of so many uses
    TIME_PASS = "time_pass"  # noqa: S105 - a card for a period
    BUNDLE_VOUCHER = "bundle_voucher"
    VOUCHER_COMPONENT = "voucher_component"
    COUPON = "coupon"
    INVITATION = "invitation"
    BENEFIT_CARD = "benefit_card"
    TIER = "tier"
    GIFT = "gift"
    """What a sale had brought its member, so that a return at any store takes it back."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset: its owner, the id of the programme's template it was made from, and its first and last business day.

    `last_day` is None where it never lapses.  `part_of` is the asset that it belongs to: a lot's card, a component's
    bundle.  `code` is what is printed or shown for it, where it has one.  `terms` are the plain figures and words that
    were promised when it was made (fen, counts, ordinals, short texts), because a template may change afterwards.
    """

    id: AssetId
    kind: AssetKind
    owner: MemberId
    template: str
    first_day: BusinessDay
    last_day: BusinessDay | None = None
    part_of: AssetId | None = None
    code: str = ""
    terms: Mapping[str, int | str] = field(default_factory=dict)

    def is_valid(self, day: BusinessDay) -> bool:
        """Whether it may be used on a business day, as far as time goes."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)
