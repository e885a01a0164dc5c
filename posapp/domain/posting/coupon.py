"""The postings of coupons (docs/adr/0010-assets-are-holders.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posapp.domain.accounts import Account
from posapp.domain.coupon_code import batch_id, batch_of, coupon_id, given_id, is_coupon_code, use_ids
from posapp.domain.events import (
    CouponBatchOpened,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    GiftsTakenBack,
    RuleUsesCounted,
)
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair
from posapp.domain.posting.points import earned, spent


def issued_postings(event: CouponsIssued) -> Iterator[Posting]:
    """One occurrence, one issue a code, and the points that came or went with it."""
    occurrence = given_id(event.rule, event.member, event.occurrence)
    yield from held_pair(Account.OCCURRENCE, Account.OCCURRENCES_RECORDED, occurrence, 1)
    for coupon in event.coupons:
        yield from held_pair(Account.COUPON_ISSUED, Account.COUPONS_OUT, coupon_id(coupon.code), 1)
    yield from earned(event.member, event.points.count, event.points_last_day)
    yield from spent(event.member, event.points_spent.count, event.business_day, lapsing=event.lapsing)


def taken_back_postings(event: GiftsTakenBack) -> Iterator[Posting]:
    """That one giving was taken back, one issue a code less, its points; and the occasion, where it is open again."""
    yield from held_pair(Account.OCCURRENCE, Account.OCCURRENCES_RECORDED, event.of, 1)
    if event.is_whole:
        occurrence = given_id(event.rule, event.member, event.occurrence)
        yield from held_pair(Account.OCCURRENCE, Account.OCCURRENCES_RECORDED, occurrence, -1)
    for coupon in event.coupons:
        yield from held_pair(Account.COUPON_ISSUED, Account.COUPONS_OUT, coupon_id(coupon.code), -1)
    yield from earned(event.owner, -event.points.count, event.points_last_day)


def voided_postings(event: CouponsVoided) -> Iterator[Posting]:
    """One void a code, or one less."""
    for code in event.codes:
        yield from held_pair(Account.COUPON_VOIDED, Account.COUPONS_VOID, coupon_id(code), -1 if event.back else 1)


def transferred_postings(event: CouponTransferred) -> Iterator[Posting]:
    """A claimed code leaves what stands on its batch; between members nothing moves but the owner."""
    if event.sender is None:
        yield from held_pair(Account.COUPON_ISSUED, Account.COUPONS_OUT, batch_id(batch_of(event.code)), -1)
        yield from held_pair(Account.COUPON_ISSUED, Account.COUPONS_OUT, coupon_id(event.code), 1)


def batch_postings(event: CouponBatchOpened) -> Iterator[Posting]:
    """All codes of a batch stand on the batch, which is one holder however many they are."""
    yield from held_pair(Account.COUPON_ISSUED, Account.COUPONS_OUT, batch_id(event.number), event.codes)


def uses_postings(event: RuleUsesCounted) -> Iterator[Posting]:
    """One use more or less of each rule, for everybody, the day and the member."""
    for rule in event.rules:
        for holder in use_ids(rule, event.business_day.ordinal, event.member):
            yield from held_pair(Account.RULE_USES, Account.RULE_USES_COUNTED, holder, -1 if event.back else 1)


def redeemed_postings(codes: Iterable[str], amount: int) -> Iterator[Posting]:
    """Coupons of the ledger that a sale used up (1) or that came back (−1).

    A code of another form is no asset: a flyer's code is anybody's, and its uses are counted by its rule.
    """
    for code in codes:
        if is_coupon_code(code):
            yield from held_pair(Account.COUPON_REDEEMED, Account.COUPONS_USED, coupon_id(code), amount)
