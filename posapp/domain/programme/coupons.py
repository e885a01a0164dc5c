"""How coupons of the programme are issued and printed in batches, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from posapp.domain.validity import FOREVER, Validity


@dataclass(frozen=True, slots=True)
class CouponTemplate:
    """How the coupons of an offer are issued.

    `valid` counts from the day of issue, for a printed coupon from the day it is claimed or used.  `per_member` is how
    many of them a member may ever get.  `claim` is a word by which a member gets one; `points` is what one costs in
    points (X-13), 0 where it is not for points.
    """

    offer: str
    valid: Validity = FOREVER
    per_member: int | None = None
    transferable: bool = False
    claim: str = ""
    points: int = 0


@dataclass(frozen=True, slots=True)
class CouponBatch:
    """A print run: so many codes of a template, each good once, for whoever brings it."""

    number: int
    template: str
    codes: int


@dataclass(frozen=True, slots=True)
class CouponRules:
    """Everything about coupons that is no price."""

    templates: Mapping[str, CouponTemplate] = field(default_factory=dict)
    batches: Mapping[int, CouponBatch] = field(default_factory=dict)

    def template(self, offer: str) -> CouponTemplate:
        """How the coupons of an offer are issued; without a word of it they never lapse and have no limit."""
        return self.templates.get(offer) or CouponTemplate(offer)

    def claimed_by(self, word: str) -> CouponTemplate | None:
        """The template that a word claims, whatever the case of its letters."""
        same = (one for one in self.templates.values() if one.claim and one.claim.casefold() == word.casefold())
        return next(same, None)


NO_COUPON_RULES = CouponRules()
