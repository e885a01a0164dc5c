"""What became of coupons, by template and month of issue, on any day: a fold of the log, reconciled with its postings.

A coupon is one coupon however often it was recorded: what two tills issued or redeemed both is counted apart, so that
each line and what stands on the accounts differ by nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from posapp.domain.accounts import Account
from posapp.domain.coupon_code import batch_of, is_coupon_code
from posapp.domain.events import (
    CouponBatchOpened,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    GiftsTakenBack,
    Recorded,
    SaleCompleted,
    SaleRefunded,
)
from posapp.domain.refund import COUPON_GRACE_DAYS
from posapp.domain.time import BusinessDay

ACCOUNTS = (Account.COUPON_ISSUED, Account.COUPON_REDEEMED, Account.COUPON_VOIDED)
CouponEvent = (
    CouponsIssued
    | GiftsTakenBack
    | CouponsVoided
    | CouponTransferred
    | CouponBatchOpened
    | SaleCompleted
    | SaleRefunded
)
Cohort = tuple[str, str]
"""A template and a month ``YYYY-MM`` of issue; both empty for coupons whose issue is not in this log."""


@dataclass(slots=True)
class Line:
    """One cohort.  `open_` coupons may still be redeemed; issued = redeemed + voided + expired + open.

    `again` counts records that changed nothing: issued, redeemed or voided a second time.
    """

    issued: int = 0
    redeemed: int = 0
    voided: int = 0
    expired: int = 0
    open_: int = 0
    again: list[int] = field(default_factory=lambda: [0, 0, 0])


@dataclass(slots=True)
class _Coupon:
    """A single code: where it belongs and what happened to it."""

    cohort: Cohort
    last_day: BusinessDay | None
    issued: int = 0
    redeemed: int = 0
    voided: int = 0


@dataclass(frozen=True, slots=True)
class CouponReport:
    """Every cohort on one day, and what stood on the accounts then: `ledger` by account of `ACCOUNTS`."""

    day: BusinessDay
    lines: dict[Cohort, Line]
    ledger: dict[Account, int]

    @property
    def total(self) -> Line:
        """All cohorts together."""
        total = Line()
        for line in self.lines.values():
            total.issued += line.issued
            total.redeemed += line.redeemed
            total.voided += line.voided
            total.expired += line.expired
            total.open_ += line.open_
            total.again = [mine + its for mine, its in zip(total.again, line.again, strict=True)]
        return total

    @property
    def differences(self) -> dict[Account, int]:
        """What stood on an account and is in no line; empty, or something is wrong."""
        total = self.total
        counted = [total.issued, total.redeemed, total.voided]
        said = {account: counted[place] + total.again[place] for place, account in enumerate(ACCOUNTS)}
        return {each: self.ledger[each] - said[each] for each in ACCOUNTS if self.ledger[each] != said[each]}


def coupon_report(log: Iterable[Recorded], day: BusinessDay) -> CouponReport:
    """The report at the end of a business day, from a log in any order.  A coupon lapses after its last day."""
    events: list[CouponEvent] = []
    ledger = dict.fromkeys(ACCOUNTS, 0)
    for recorded in log:
        event = recorded.event
        if isinstance(event, CouponEvent) and event.business_day <= day:
            events.append(event)
            for posting in recorded.transaction.postings:
                if posting.account in ledger:
                    ledger[posting.account] += posting.amount
    book = _Book()
    # Another till's issue may stand after the sale that used it.
    for event in sorted(events, key=lambda each: (each.business_day, _ORDER[type(each)])):
        book.take(event)
    return CouponReport(day, book.lines(day), _without_cards(ledger, events))


_ORDER = {
    CouponBatchOpened: 0, CouponsIssued: 1, CouponTransferred: 2, SaleCompleted: 3, SaleRefunded: 4, CouponsVoided: 5,
    GiftsTakenBack: 6,
}  # fmt: skip


def _without_cards(ledger: dict[Account, int], events: Iterable[CouponEvent]) -> dict[Account, int]:
    """Benefit cards are given in the same way and are no coupons."""
    signs = {CouponsIssued: 1, GiftsTakenBack: -1}
    cards = sum(
        signs[type(event)] * coupon.is_card
        for event in events
        if isinstance(event, CouponsIssued | GiftsTakenBack)
        for coupon in event.coupons
    )
    return {**ledger, Account.COUPON_ISSUED: ledger[Account.COUPON_ISSUED] - cards}


class _Book:
    """What is known of every code and every batch."""

    def __init__(self) -> None:
        self._codes: dict[str, _Coupon] = {}
        self._batches: dict[int, tuple[Cohort, CouponBatchOpened]] = {}
        self._reopened: dict[Cohort, int] = {}

    def take(self, event: CouponEvent) -> None:
        match event:
            case CouponBatchOpened():
                cohort = (event.template, _month(event.business_day))
                if event.number in self._batches:
                    self._reopened[cohort] = self._reopened.get(cohort, 0) + event.codes
                else:
                    self._batches[event.number] = cohort, event
            case CouponsIssued():
                for coupon in event.coupons:
                    if not coupon.is_card:
                        cohort = (coupon.template, _month(event.business_day))
                        known = self._codes.setdefault(coupon.code, _Coupon(cohort, coupon.last_day))
                        known.issued += 1
            case GiftsTakenBack():
                for coupon in event.coupons:
                    if not coupon.is_card:
                        self._take_back(coupon.code)
            case CouponTransferred():
                self._coupon(event.code).last_day = event.last_day
            case SaleCompleted():
                for code in filter(is_coupon_code, event.coupons):
                    self._coupon(code).redeemed += 1
            case SaleRefunded():
                for code in filter(is_coupon_code, event.coupons):
                    self._bring_back(self._coupon(code), event.business_day)
            case CouponsVoided():
                for code in event.codes:
                    self._coupon(code).voided += -1 if event.back else 1

    def _take_back(self, code: str) -> None:
        """One issue less; a coupon that was never used is then as if it had never been issued.

        Where another store issued it, this store has one less than nothing of it, and all stores together none.
        """
        coupon = self._coupon(code)
        coupon.issued -= 1
        if not coupon.issued and not (coupon.redeemed or coupon.voided):
            del self._codes[code]

    def _bring_back(self, coupon: _Coupon, day: BusinessDay) -> None:
        coupon.redeemed -= 1
        if coupon.last_day is not None and coupon.last_day < day:
            coupon.last_day = coupon.last_day.plus(COUPON_GRACE_DAYS)

    def _coupon(self, code: str) -> _Coupon:
        known = self._codes.get(code)
        if known is None:
            printed = self._batches.get(batch_of(code))
            known = self._codes[code] = _Coupon(*_origin(printed))
        return known

    def lines(self, day: BusinessDay) -> dict[Cohort, Line]:
        """The cohorts at the end of a day."""
        lines: dict[Cohort, Line] = {}
        gone: dict[int, int] = {}
        for code, coupon in self._codes.items():
            is_gone = _count(lines.setdefault(coupon.cohort, Line()), coupon, day)
            gone[batch_of(code)] = gone.get(batch_of(code), 0) + is_gone
        for number, (cohort, batch) in self._batches.items():
            line = lines.setdefault(cohort, Line())
            line.issued += batch.codes
            left = batch.codes - gone.get(number, 0)
            if batch.last_day is not None and batch.last_day < day:
                line.expired += left
            else:
                line.open_ += left
        for cohort, codes in self._reopened.items():
            lines.setdefault(cohort, Line()).again[0] += codes
        return dict(sorted(lines.items()))


def _origin(printed: tuple[Cohort, CouponBatchOpened] | None) -> tuple[Cohort, BusinessDay | None]:
    """The cohort and the last day of a code that was not issued by itself: its batch's, or nobody knows."""
    if printed is None:
        return ("", ""), None
    return printed[0], printed[1].last_day


def _count(line: Line, coupon: _Coupon, day: BusinessDay) -> bool:
    """Add a coupon to its line; whether it can be redeemed no more.  What is left of a batch is counted with it."""
    line.issued += min(coupon.issued, 1)
    line.redeemed += coupon.redeemed > 0
    is_void = coupon.voided > 0 and coupon.redeemed <= 0
    line.voided += is_void
    extra = (coupon.issued - 1, coupon.redeemed - 1, coupon.voided - is_void)
    line.again = [before + max(0, more) for before, more in zip(line.again, extra, strict=True)]
    if coupon.redeemed > 0 or coupon.voided > 0:
        return True
    lapsed = coupon.last_day is not None and coupon.last_day < day
    line.expired += lapsed
    line.open_ += 0 if lapsed else min(coupon.issued, 1)
    return lapsed


def _month(day: BusinessDay) -> str:
    return f"{day.date:%Y-%m}"
