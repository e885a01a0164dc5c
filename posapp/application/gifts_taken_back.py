"""What a sale had brought goes when nothing is left of the sale that brings it (domain.md §2.5, §2.6).

A coupon of a first order, of an order of some size or of a tier was promised for goods that were kept.  What is still
unused of it is taken back with the goods, points as a debt where they are spent; what was used stays.  Where all of it
was taken, the occasion is open again: the next first order brings it again.

The till that takes the goods back does it, also for what another store gave, as far as it has heard of that.  What it
could not know, the till that gave it takes back once it has heard of the return (`gone_since`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from posapp.application.gifts_given import BY_ITSELF
from posapp.application.gifts_kept import Gift, gift_of, kept_gift, kept_gifts
from posapp.application.till import Till
from posapp.domain.amounts import Points
from posapp.domain.events import CouponsIssued, GiftsTakenBack, IssuedCoupon, Recorded, SaleCompleted, SaleRefunded
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import MemberState, Standing
from posapp.domain.programme import Programme
from posapp.domain.programme.triggers import On, Trigger
from posapp.domain.refund import Returned
from posapp.domain.text import Text
from posapp.domain.tier import tier_of
from posapp.storage import coupons, member_states, members, occurrences
from posapp.storage.assets import HeldAsset

_OF_SEVERAL_SALES = (On.FIRST_SALE, On.TIER_REACHED)


@dataclass(frozen=True, slots=True)
class Giving:
    """Something that sales brought a member, and what can still be taken back of it.

    `coupons` are unused, `names` are what people call them; `is_whole` says that nothing of it was used.
    """

    gift: Gift
    trigger: Trigger
    coupons: tuple[IssuedCoupon, ...]
    names: tuple[Text, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A return as gifts see it: what is left of the sale, and the member's standing before and after it."""

    spend_left_fen: int
    is_complete: bool
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes gifts back, and the number of the return; nobody, and none, where it is done later by itself."""

    operator: StaffId = BY_ITSELF
    receipt_number: str = ""


def givings_of(
    till: Till, connection: Connection, recorded: Recorded, sale: SaleCompleted, programme: Programme, owner: MemberId
) -> tuple[Giving, ...]:
    """Whatever a return of this sale might take back from `owner`, who its member is now."""
    triggers = _triggers(till, programme)
    if sale.member is None or not triggers:
        return ()
    found = [
        gift_of(one, one.event)
        for one in coupons.given_with(connection, recorded.stream, recorded.sequence)
        if isinstance(one.event, CouponsIssued) and _is_of(triggers, one.event, sale.member)
    ]
    found += [one.gift for one in kept_gifts(connection, owner) if one.gift.rule in triggers]
    givings = (_giving(till, connection, gift, triggers[gift.rule]) for gift in found)
    return tuple(one for one in givings if one is not None)


def gone_since(till: Till, connection: Connection, held: HeldAsset) -> Giving | None:
    """A gift that this till gave and that nothing brings any more, by all that was heard since; None where it stays.

    The member's standing is what it was with the sale that brought the gift, and what it is now: rules that became
    stricter meanwhile take nothing.
    """
    kept = kept_gift(connection, held)
    if kept is None or kept.taken:
        return None
    trigger = _triggers(till, till.programme).get(kept.gift.rule)
    if trigger is None or member_states.membership(connection, kept.owner).state is not MemberState.ACTIVE:
        return None
    now = members.standing(connection, kept.owner)
    giving = _giving(till, connection, kept.gift, trigger)
    falls = giving is not None and _falls(giving, till.programme, Change(0, True, kept.then, now))
    return giving if falls else None


def fallen(givings: Iterable[Giving], programme: Programme, change: Change) -> tuple[Giving, ...]:
    """Those that nothing brings any more."""
    return tuple(one for one in givings if _falls(one, programme, change))


def may_be_elsewhere(programme: Programme, gone: Iterable[Giving]) -> bool:
    """Whether another store may have given something that a return ends, besides what is known here to go."""
    known = {one.trigger.id for one in gone}
    return any(one.on in _OF_SEVERAL_SALES and one.id not in known for one in programme.triggers)


def change_of(original_spend_fen: int, refunds: Sequence[SaleRefunded], returned: Returned, before: Standing) -> Change:
    """What a return would change, from the standing before it; the day's visit is left as it is."""
    taken = returned.spend_taken
    gone = sum(back.spend_taken.fen for back in refunds) + taken.fen
    after = replace(
        before,
        spend=before.spend - taken,
        growth=before.growth - returned.growth_taken,
        orders=before.orders - returned.complete,
    )
    return Change(original_spend_fen - gone, returned.complete, before, after)


def take_back(till: Till, connection: Connection, given: Iterable[Giving], owner: MemberId, by: Taking) -> None:
    """Record that gifts are gone, in the transaction of the caller; `owner` is who has them now."""
    for one in given:
        gift = one.gift
        taken = GiftsTakenBack(
            rule=gift.rule,
            member=gift.member,
            owner=owner,
            occurrence=gift.occurrence,
            business_day=till.business_day(),
            operator=by.operator,
            receipt_number=by.receipt_number,
            of=gift.id,
            coupons=one.coupons,
            points=gift.points,
            points_last_day=gift.points_last_day,
            given_on=gift.given_on,
            is_whole=one.is_whole,
        )
        till.log.append(connection, taken, till.clock.now())


def points_of(given: Iterable[Giving]) -> Points:
    """The points that go with them."""
    return Points(sum(one.gift.points.count for one in given))


def names_of(given: Iterable[Giving]) -> tuple[Text, ...]:
    """The coupons and cards that go with them."""
    return tuple(name for one in given for name in one.names)


def _triggers(till: Till, programme: Programme) -> dict[str, Trigger]:
    every = (one for rules in (till.programme, programme) for one in rules.triggers)
    return {one.id: one for one in every if one.on is On.SALE or one.on in _OF_SEVERAL_SALES}


def _giving(till: Till, connection: Connection, gift: Gift, trigger: Trigger) -> Giving | None:
    """What can be taken back of a gift; None where nothing can, or where it was."""
    if occurrences.count(connection, gift.id):
        return None
    states = {each.code: coupons.state(connection, each.code) for each in gift.coupons}
    unused = tuple(each for each in gift.coupons if states[each.code].is_open)
    if not unused and not gift.points:
        return None
    is_whole = all(state.redeemed <= 0 for state in states.values())
    return Giving(gift, trigger, unused, tuple(_names(till, unused)), is_whole)


def _names(till: Till, unused: Iterable[IssuedCoupon]) -> Iterator[Text]:
    offers = {offer.id: offer.name for offer in till.programme.offers}
    for each in unused:
        card = till.programme.pass_template(each.template)
        yield offers.get(each.template) or (card.name if card is not None else Text(each.template, each.template))


def _is_of(triggers: dict[str, Trigger], event: CouponsIssued, member: MemberId) -> bool:
    """Whether a giving right after a sale was the sale's: not somebody's by hand, and not another occasion's."""
    trigger = triggers.get(event.rule)
    is_sales = trigger is not None and trigger.on is On.SALE
    return is_sales and event.member == member and event.operator == BY_ITSELF


def _falls(one: Giving, programme: Programme, change: Change) -> bool:
    trigger = one.trigger
    brings = not change.is_complete and change.spend_left_fen >= trigger.minimum_fen
    match trigger.on:
        case On.SALE:
            return not brings
        case On.FIRST_SALE:
            # Another order that is kept is a first order too; without one, this sale was the only one.
            return not brings and change.after.orders <= (0 if change.is_complete else 1)
        case On.TIER_REACHED:
            codes = [tier.code for tier in programme.tiers]
            had, has = (codes.index(tier_of(programme, each).code) for each in (change.before, change.after))
            return one.gift.occurrence in codes[has + 1 : had + 1]
        case _:
            return False
