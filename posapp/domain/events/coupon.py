"""Coupons: issued, claimed, handed on, voided; and how often a rule with a limit was used."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Points
from posapp.domain.ids import AssetId, MemberId, RuleId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class IssuedCoupon:
    """One coupon, or with `is_card` a benefit card: its code, its template in the programme, its last business day."""

    code: str
    template: str
    last_day: BusinessDay | None
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class CouponsIssued:
    """A member got coupons, cards or points by a rule, once for this occurrence (X-21).

    `rule` is a trigger of the programme, or a template where a person gave it, a member claimed it or points paid for
    it.  Two offline tills that record the same occurrence name the same codes.  `points_spent` is what they cost.
    `points_last_day` is the last day of the points that came, and `lapsing` says that the spent ones came out of lots.
    """

    rule: RuleId
    member: MemberId
    occurrence: str
    business_day: BusinessDay
    operator: StaffId
    programme_version: int
    coupons: tuple[IssuedCoupon, ...]
    points: Points = Points(0)
    points_spent: Points = Points(0)
    points_last_day: BusinessDay | None = None
    lapsing: bool = False


@dataclass(frozen=True, slots=True)
class GiftsTakenBack:
    """What a sale had brought is gone with it: the issue of unused coupons and cards, and points (domain.md §2.5).

    It undoes one `CouponsIssued`, whose `rule`, `member` and `occurrence` it names; `of` is the holder that stands for
    it.  `owner` is who has its points now.  `coupons` are those that were unused; with `is_whole` none was used, and
    the occasion is open again.  `points_last_day` and `given_on` are those of the giving.  `receipt_number` is the
    refund's; empty where it was taken back later, once the till that gave it had heard of the refund.
    """

    rule: RuleId
    member: MemberId
    owner: MemberId
    occurrence: str
    business_day: BusinessDay
    operator: StaffId
    receipt_number: str
    of: AssetId
    coupons: tuple[IssuedCoupon, ...]
    points: Points
    points_last_day: BusinessDay | None
    given_on: BusinessDay
    is_whole: bool


@dataclass(frozen=True, slots=True)
class CouponsVoided:
    """Coupons are worth nothing any more: a mistake, a stolen batch, a duplicate welcome (domain.md §2.9, Merge).

    With `back`, they were not void after all, as when a merge is undone.
    """

    business_day: BusinessDay
    operator: StaffId
    reason: str
    codes: tuple[str, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class CouponTransferred:
    """A coupon belongs to `receiver` now.  Without a `sender` it was claimed from the printed batch of its code.

    `last_day` is its last day from now on; a claimed coupon's days count from the claim.
    """

    business_day: BusinessDay
    operator: StaffId
    code: str
    sender: MemberId | None
    receiver: MemberId
    last_day: BusinessDay | None


@dataclass(frozen=True, slots=True)
class CouponBatchOpened:
    """The codes of a batch are good from now on: so many of them, from serial number 0.

    `last_day` is the day that is printed on them; without one, the days of each count from its claim.
    """

    business_day: BusinessDay
    operator: StaffId
    number: int
    template: str
    codes: int
    last_day: BusinessDay | None


@dataclass(frozen=True, slots=True)
class RuleUsesCounted:
    """A sale used rules that have limits; with `back`, it was undone and its uses are free again (domain.md, preface).

    `business_day` is the sale's, so that an undone use frees the limit of the right day.
    """

    business_day: BusinessDay
    member: MemberId | None
    receipt_number: str
    rules: tuple[RuleId, ...]
    back: bool = False
