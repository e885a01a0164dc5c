"""What members get by themselves: with their card, with a sale, with a day (X-21).

Each trigger gives once an occurrence, whatever is tried again and whichever till was quicker: rule, member and
occurrence are one holder on the ledger.  What a sale or a new card brings is part of its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.audiences import is_for
from posapp.application.gifts_given import Given, Occasion, give
from posapp.application.till import Till
from posapp.domain.campaign import EVERYONE, is_birthday, is_birthday_month
from posapp.domain.coupon import HeldCoupon
from posapp.domain.errors import InvalidField
from posapp.domain.events import SaleCompleted
from posapp.domain.ids import CartId, MemberId, StaffId
from posapp.domain.member import Member, Standing
from posapp.domain.programme.triggers import NO_GIFTS, On, Trigger
from posapp.domain.tier import tier_of
from posapp.domain.time import BusinessDay
from posapp.storage import coupons, member_search


@dataclass(frozen=True, slots=True)
class SaleAround:
    """A sale that was just recorded, its basket's id, and the member's standing around it."""

    sale: SaleCompleted
    cart: CartId
    before: Standing
    after: Standing


def on_enrolment(till: Till, connection: Connection, member: Member) -> tuple[Given, ...]:
    """What a new card brings (W-32, W-41), in the transaction that opens it.

    Whoever joins again after their data was erased is the same member to the ledger and gets nothing twice.
    """
    return _all(
        give(till, connection, member.id, Occasion(trigger.id, "joined"), trigger.gifts)
        for trigger in _of(till, On.ENROLLED)
        if is_for(till, connection, trigger.audience, member)
    )


def promised(till: Till) -> tuple[HeldCoupon, ...]:
    """The coupons that a card opened now would bring, for showing what joining saves on this sale; never recorded."""
    today = till.business_day()
    coupons_of = till.programme.coupons
    return tuple(
        HeldCoupon(offer, f"{trigger.id}/{place}", coupons_of.template(offer).valid.last_day(today))
        for trigger in _of(till, On.ENROLLED)
        if trigger.audience == EVERYONE
        for place, offer in enumerate(trigger.gifts.coupons)
    )


def on_sale(till: Till, connection: Connection, around: SaleAround) -> tuple[Given, ...]:
    """What a sale brings: the first one, one of a size, one that reached a tier; in its own transaction."""
    who = around.sale.member
    if who is None:
        return ()
    due = [(t, occurrence) for t in till.programme.triggers if (occurrence := _occurrence_of(till, t, around))]
    if not due:
        return ()
    member = member_search.find(connection, who)
    return _all(
        give(till, connection, who, _occasion(trigger, occurrence, around), trigger.gifts)
        for trigger, occurrence in due
        if trigger.audience == EVERYONE or (member is not None and is_for(till, connection, trigger.audience, member))
    )


def _occasion(trigger: Trigger, occurrence: str, around: SaleAround) -> Occasion:
    """What a sale brings by itself is known where the sale is; the rest may end with a return at another store."""
    return Occasion(trigger.id, occurrence, then=None if trigger.on is On.SALE else around.after)


def on_the_day(till: Till, connection: Connection, member: Member) -> tuple[Given, ...]:
    """What today brings a member: a birthday's gift, a welcome back, this month's benefit (W-36, W-38, X-25).

    Costs a look at the ledger for each such trigger, and writes only what is new.
    """
    return _all(
        give(till, connection, member.id, Occasion(trigger.id, occurrence), trigger.gifts)
        for trigger, occurrence in due_today(till, connection, member)
    )


def due_today(till: Till, connection: Connection, member: Member) -> list[tuple[Trigger, str]]:
    """The triggers of the day that have not yet given this member what they owe, with their occurrence."""
    today = till.business_day()
    return [
        (trigger, occurrence)
        for trigger in till.programme.triggers
        if trigger.on.comes_with_time
        and (occurrence := occurrence_on(trigger, member, today))
        and not coupons.has_happened(connection, trigger.id, member.id, occurrence)
        and is_for(till, connection, trigger.audience, member)
    ]


def occurrence_on(trigger: Trigger, member: Member, day: BusinessDay) -> str:
    """The occurrence that a day brings a member by a trigger of the day; empty where it brings none.

    A birthday is once a year, a benefit once a calendar month, an absence once however long it lasts.
    """
    match trigger.on:
        case On.BIRTHDAY:
            birthday = member.profile.birthday
            falls = is_birthday_month(birthday, day) if trigger.birthday_month else is_birthday(birthday, day)
            return str(day.date.year) if falls else ""
        case On.MONTHLY:
            return f"{day.date:%Y-%m}"
        case On.ABSENT:
            last = member.standing.last_day
            return str(last) if last is not None and day.ordinal - last.ordinal >= trigger.days else ""
        case _:
            return ""


def accept_referral(
    till: Till, inviter: MemberId, invitee: MemberId, operator: StaffId
) -> tuple[tuple[Given, ...], tuple[Given, ...]]:
    """Somebody was brought by a member: both get what the programme promises, once an invitee (W-43).

    Returns what the inviter and what the invitee got now; asking again gives nothing more.  Raises `InvalidField` where
    they are the same person, where either is not known here, or where the invitee is no new customer.
    """
    with till.database.write() as connection:
        if inviter == invitee:
            raise InvalidField("inviter", "nobody can bring themselves", "不能推荐自己")
        people = member_search.find(connection, inviter), member_search.find(connection, invitee)
        if people[0] is None or people[1] is None:
            raise InvalidField("inviter", "one of the two has no card on this till yet", "本机还没有其中一位的会员卡")
        given: tuple[tuple[Given, ...], tuple[Given, ...]] = ((), ())
        for trigger in _of(till, On.REFERRAL):
            given = _both(till, connection, trigger, (people[0], people[1]), operator)
    till.committed()
    return given


def _both(
    till: Till, connection: Connection, trigger: Trigger, people: tuple[Member, Member], operator: StaffId
) -> tuple[tuple[Given, ...], tuple[Given, ...]]:
    inviter, invitee = people
    # An invitee is brought once, by whoever was first: this occurrence does not name the inviter.
    if coupons.has_happened(connection, trigger.id, invitee.id, "invited"):
        return (), ()
    if invitee.standing.orders:
        raise InvalidField("invitee", "has bought here before and is no new customer", "已在本店消费过，不算新会员")
    gifts = trigger.gifts if trigger.gifts != NO_GIFTS else trigger.inviter
    to_invitee = give(till, connection, invitee.id, Occasion(trigger.id, "invited", operator), gifts)
    brought = Occasion(trigger.id, f"brought {invitee.id.hex()}", operator)
    return give(till, connection, inviter.id, brought, trigger.inviter), to_invitee


def _occurrence_of(till: Till, trigger: Trigger, around: SaleAround) -> str:
    programme, sale = till.programme, around.sale
    match trigger.on:
        case On.FIRST_SALE if not around.before.orders and sale.spend.fen >= trigger.minimum_fen:
            return "first"
        case On.SALE if sale.spend.fen >= trigger.minimum_fen:
            return around.cart.hex
        case On.TIER_REACHED:
            codes = [tier.code for tier in programme.tiers]
            before, after = tier_of(programme, around.before).code, tier_of(programme, around.after).code
            passed = codes[codes.index(before) + 1 : codes.index(after) + 1]
            return (trigger.tier or after) if passed and (not trigger.tier or trigger.tier in passed) else ""
        case _:
            return ""


def _of(till: Till, on: On) -> list[Trigger]:
    return [trigger for trigger in till.programme.triggers if trigger.on is on]


def _all(given: Iterable[tuple[Given, ...]]) -> tuple[Given, ...]:
    return tuple(one for some in given for one in some)
