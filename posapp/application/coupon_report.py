"""The liability of coupons from this store's log, on any day (issue cohorts, domain.md §7 核销率)."""

from __future__ import annotations

from posapp.application.till import Till
from posapp.domain.coupon_report import CouponReport
from posapp.domain.coupon_report import coupon_report as fold
from posapp.domain.time import BusinessDay
from posapp.storage import coupons


def coupon_report(till: Till, day: BusinessDay | None = None) -> CouponReport:
    """What became of coupons until the end of a business day; today's, as it stands, where no day is given.

    Coupons that only other stores issued stand in a cohort without a name, with what happened to them here.
    """
    with till.database.read() as connection:
        return fold(coupons.recorded(connection), day if day is not None else till.business_day())
