"""How coupons of the programme are issued, printed in batches and taken offline, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from posapp.domain.time import BusinessDay, last_of_month, plus_months


@dataclass(frozen=True, slots=True)
class Validity:
    """When something that is issued on a day may be used (X-08); with nothing set, always.

    `since` and `until` are fixed days.  `days` and `months` count from the day of issue, which is day 0; with
    `calendar_month` it lapses with the month it was issued in.  Of several last days the earliest counts.
    """

    since: BusinessDay | None = None
    until: BusinessDay | None = None
    days: int | None = None
    months: int | None = None
    calendar_month: bool = False

    def span(self, issued: BusinessDay) -> tuple[BusinessDay, BusinessDay | None]:
        """The first and the last day of what is issued on a day; a last day of None means that it never lapses."""
        lasts = [self.until]
        if self.days is not None:
            lasts.append(issued.plus(self.days))
        if self.months is not None:
            lasts.append(plus_months(issued, self.months))
        if self.calendar_month:
            lasts.append(last_of_month(issued))
        first = issued if self.since is None else max(issued, self.since)
        return first, min((last for last in lasts if last is not None), default=None)


ALWAYS_VALID = Validity()


@dataclass(frozen=True, slots=True)
class CouponTemplate:
    """How the coupons of an offer are issued.

    `per_member` is how many of them a member may ever get.  `claim` is a word by which a member gets one; `points` is
    what one costs in points (X-13), 0 where it is not for points.
    """

    offer: str
    valid: Validity = ALWAYS_VALID
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
class OfflineCoupons:
    """Which coupons are taken while the server is out of reach (domain.md §5.1).

    A coupon that this till issued itself, and one of this store that takes off `most_fen` at most; printed codes, which
    another till may have taken already, only with `printed`.
    """

    most_fen: int = 2_000
    printed: bool = False


@dataclass(frozen=True, slots=True)
class CouponRules:
    """Everything about coupons that is no price."""

    templates: Mapping[str, CouponTemplate] = field(default_factory=dict)
    batches: Mapping[int, CouponBatch] = field(default_factory=dict)
    offline: OfflineCoupons = OfflineCoupons()

    def template(self, offer: str) -> CouponTemplate:
        """How the coupons of an offer are issued; without a word of it they never lapse and have no limit."""
        return self.templates.get(offer) or CouponTemplate(offer)

    def claimed_by(self, word: str) -> CouponTemplate | None:
        """The template that a word claims, whatever the case of its letters."""
        same = (one for one in self.templates.values() if one.claim and one.claim.casefold() == word.casefold())
        return next(same, None)


NO_COUPON_RULES = CouponRules()
