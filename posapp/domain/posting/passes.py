"""The postings of passes: money is owed when they are sold, and earned as they are used or end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posapp.domain.accounts import Account
from posapp.domain.events.passes import PassElapsed, PassRefunded, PassSold, PassUsed, PassUseReversed
from posapp.domain.events.sale import UnitsByPass
from posapp.domain.ids import AssetId, derived_id
from posapp.domain.ledger import Posting
from posapp.domain.posting.pair import held_pair
from posapp.domain.posting.tenders import TENDER_ACCOUNT
from posapp.domain.time import BusinessDay


def pass_day(asset: AssetId, day: BusinessDay) -> AssetId:
    """The holder that counts a pass's uses of one business day, so that every till knows its day's limit."""
    return derived_id("pass day", asset, day.ordinal)


def sold_postings(sold: PassSold) -> Iterator[Posting]:
    """What was paid is owed; each part has its uses.

    What no part carries was paid for points: those are owed as points.
    """
    owed = sum(part.paid.fen for part in sold.parts)
    if sold.from_sale:
        # The sale booked it as goods.
        yield Posting(Account.SALES, sold.price.fen)
    for tender in sold.tenders:
        yield Posting(TENDER_ACCOUNT[tender.method], tender.amount.fen)
    yield Posting(Account.PASS_LIABILITY, -owed)
    yield Posting(Account.PASS_REVENUE, owed - sold.price.fen)
    for part in sold.parts:
        yield from held_pair(Account.PASS_USES, Account.PASS_USES_SOLD, part.asset, part.uses)
    yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_ADJUSTED, sold.member, sold.points.count)


def used_postings(used: PassUsed | PassUseReversed) -> Iterator[Posting]:
    """Uses leave the pass and what was owed for them is earned; a reversal is the same with the other sign."""
    sign = 1 if isinstance(used, PassUsed) else -1
    yield from _used(used.asset, sign * used.uses, sign * used.revenue.fen)
    yield from _entered(used.asset, used.business_day, sign * used.entries)


def units_postings(passes: Iterable[UnitsByPass], day: BusinessDay, sign: int) -> Iterator[Posting]:
    """The same for units that passes settled in a sale of a day; a `sign` of −1 where they came back."""
    for each in passes:
        yield from _used(each.asset, sign * each.uses, sign * each.revenue.fen)
        yield from _entered(each.asset, day, sign * each.units)


def _used(asset: AssetId, uses: int, revenue_fen: int) -> Iterator[Posting]:
    yield from held_pair(Account.PASS_USES, Account.PASS_USES_SPENT, asset, -uses)
    yield Posting(Account.PASS_LIABILITY, revenue_fen)
    yield Posting(Account.PASS_REVENUE, -revenue_fen)


def _entered(asset: AssetId, day: BusinessDay, entries: int) -> Iterator[Posting]:
    yield from held_pair(Account.OCCURRENCE, Account.OCCURRENCES_RECORDED, pass_day(asset, day), entries)


def refunded_postings(refunded: PassRefunded) -> Iterator[Posting]:
    """What was owed is owed no longer; what is not given back of it is forfeited."""
    for part in refunded.parts:
        yield from held_pair(Account.PASS_USES, Account.PASS_USES_REFUNDED, part.asset, -part.uses)
    deferred = sum(part.deferred.fen for part in refunded.parts)
    yield Posting(Account.PASS_LIABILITY, deferred)
    yield Posting(Account.PASS_FORFEITED, refunded.refund.fen - deferred)
    for tender in refunded.tenders:
        yield Posting(TENDER_ACCOUNT[tender.method], -tender.amount.fen)


def elapsed_postings(elapsed: PassElapsed) -> Iterator[Posting]:
    """Days that went by earn their share; what a pass still had when it ended is forfeited."""
    gone, earned = (
        (Account.PASS_USES_LAPSED, Account.PASS_FORFEITED)
        if elapsed.lapsed
        else (Account.PASS_USES_SPENT, Account.PASS_REVENUE)
    )
    yield from held_pair(Account.PASS_USES, gone, elapsed.asset, -elapsed.uses)
    yield Posting(Account.PASS_LIABILITY, elapsed.revenue.fen)
    yield Posting(earned, -elapsed.revenue.fen)
