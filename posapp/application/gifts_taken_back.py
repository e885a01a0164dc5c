"""What a sale had brought goes when nothing is left of the sale that brings it (domain.md §2.5, §2.6).

A coupon of a first order, of an order of some size or of a tier was promised for goods that were kept.  What is still
unused of it is taken back with the goods, points as a debt where they are spent; what was used stays.  Where all of it
was taken, the occasion is open again: the next first order brings it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from posapp.application.gifts_given import BY_ITSELF
from posapp.application.till import Till
from posapp.domain.amounts import Points
from posapp.domain.events import CouponsIssued, GiftsTakenBack, Recorded, SaleCompleted, SaleRefunded
from posapp.domain.ids import AssetId, MemberId, derived_id, event_id
from posapp.domain.member import Standing
from posapp.domain.programme import Programme
from posapp.domain.programme.triggers import On, Trigger
from posapp.domain.refund import Returned
from posapp.domain.text import Text
from posapp.domain.tier import tier_of
from posapp.storage import coupons, occurrences


@dataclass(frozen=True, slots=True)
class Giving:
    """Something that sales brought a member, and what can still be taken back of it.

    `id` is a holder of its own, on which taking it back counts.  `codes` are unused, `names` are what people call
    them; `is_whole` says that nothing of it was used.
    """

    id: AssetId
    event: CouponsIssued
    trigger: Trigger
    codes: tuple[str, ...]
    names: tuple[Text, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A return as gifts see it: what is left of the sale, and the member's standing before and after it."""

    spend_left_fen: int
    is_complete: bool
    before: Standing
    after: Standing


def givings_of(
    till: Till, connection: Connection, recorded: Recorded, sale: SaleCompleted, programme: Programme, owner: MemberId
) -> tuple[Giving, ...]:
    """Whatever a return of this sale might take back from `owner`, who its member is now.

    What another store gave is not in this till's log, and stays.
    """
    triggers = {one.id: one for rules in (till.programme, programme) for one in rules.triggers}
    by_sales = [one for one in triggers.values() if one.on in (On.SALE, On.FIRST_SALE, On.TIER_REACHED)]
    if sale.member is None or not by_sales:
        return ()
    found = [
        one
        for one in coupons.given_with(connection, recorded.stream, recorded.sequence)
        if isinstance(one.event, CouponsIssued) and _is_of(triggers, one.event, sale.member)
    ]
    people = tuple(dict.fromkeys((sale.member, owner)))
    wanted = {
        (trigger.id, who, occurrence)
        for trigger in by_sales
        for occurrence in _occurrences(till.programme, trigger)
        for who in people
        if coupons.has_happened(connection, trigger.id, who, occurrence)
    }
    if wanted:
        for one in coupons.given_around_sales(connection, people):
            event = one.event
            if isinstance(event, CouponsIssued) and (event.rule, event.member, event.occurrence) in wanted:
                found.append(one)
    return tuple(_open_givings(till, connection, found, triggers))


def fallen(givings: Iterable[Giving], programme: Programme, change: Change) -> tuple[Giving, ...]:
    """Those that nothing brings any more."""
    return tuple(one for one in givings if _falls(one, programme, change))


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


def take_back(till: Till, connection: Connection, given: Iterable[Giving], refund: SaleRefunded) -> None:
    """Record that gifts are gone, in the transaction of the refund."""
    for one in given:
        event = one.event
        taken = GiftsTakenBack(
            rule=event.rule,
            member=event.member,
            owner=refund.member or event.member,
            occurrence=event.occurrence,
            business_day=refund.business_day,
            operator=refund.cashier,
            receipt_number=refund.receipt_number,
            of=one.id,
            coupons=tuple(each for each in event.coupons if each.code in one.codes),
            points=event.points,
            points_last_day=event.points_last_day,
            given_on=event.business_day,
            is_whole=one.is_whole,
        )
        till.log.append(connection, taken, till.clock.now())


def points_of(given: Iterable[Giving]) -> Points:
    """The points that go with them."""
    return Points(sum(one.event.points.count for one in given))


def names_of(given: Iterable[Giving]) -> tuple[Text, ...]:
    """The coupons and cards that go with them."""
    return tuple(name for one in given for name in one.names)


def _open_givings(
    till: Till,
    connection: Connection,
    found: Iterable[Recorded],
    triggers: dict[str, Trigger],
) -> Iterator[Giving]:
    offers = {offer.id: offer.name for offer in till.programme.offers}
    for recorded in found:
        event, own = recorded.event, derived_id("gifts taken back", event_id(recorded.stream, recorded.sequence))
        if not isinstance(event, CouponsIssued) or occurrences.count(connection, own):
            continue
        states = {each.code: coupons.state(connection, each.code) for each in event.coupons}
        unused = tuple(each for each in event.coupons if states[each.code].is_open)
        if unused or event.points:
            names = tuple(_name(till, each.template, offers) for each in unused)
            is_whole = all(state.redeemed <= 0 for state in states.values())
            yield Giving(own, event, triggers[event.rule], tuple(each.code for each in unused), names, is_whole)


def _name(till: Till, template: str, offers: dict[str, Text]) -> Text:
    card = till.programme.pass_template(template)
    return offers.get(template) or (card.name if card is not None else Text(template, template))


def _is_of(triggers: dict[str, Trigger], event: CouponsIssued, member: MemberId) -> bool:
    """Whether a giving right after a sale was the sale's: not somebody's by hand, and not another occasion's."""
    trigger = triggers.get(event.rule)
    is_sales = trigger is not None and trigger.on is On.SALE
    return is_sales and event.member == member and event.operator == BY_ITSELF


def _occurrences(programme: Programme, trigger: Trigger) -> tuple[str, ...]:
    """The occurrences of a trigger that do not name a sale."""
    match trigger.on:
        case On.FIRST_SALE:
            return ("first",)
        case On.TIER_REACHED:
            return (trigger.tier,) if trigger.tier else tuple(tier.code for tier in programme.tiers)
        case _:
            return ()


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
            return one.event.occurrence in codes[has + 1 : had + 1]
        case _:
            return False
