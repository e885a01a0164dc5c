"""Which offers are in reach of this basket, and why the others are not: everything but what the basket must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import and_
from typing import Final

from posapp.domain.campaign import Audience, is_birthday, is_birthday_month
from posapp.domain.coupon import HeldCoupon
from posapp.domain.pricing.basket import Basket
from posapp.domain.pricing.compiled import Compiled, Prepared
from posapp.domain.pricing.inputs import Context, MemberView
from posapp.domain.pricing.quote import Explanation, Status
from posapp.domain.pricing.value import value
from posapp.domain.programme.gives import Bundle
from posapp.domain.programme.offer import Offer
from posapp.domain.sale import Cart
from posapp.domain.time import BusinessDay


@value
class Circumstances:
    """Who, when and where, for one pricing."""

    member: MemberView | None
    context: Context
    day: BusinessDay
    minute: int


@dataclass(slots=True, eq=False)
class Candidate:
    """An offer in reach: `lines` it looks at, `asked` those that its condition counts.

    `code` is the coupon's or the entered code; `wanted` means that the cashier insists on it.
    """

    place: int
    offer: Offer
    prepared: Prepared
    lines: tuple[int, ...]
    asked: tuple[int, ...]
    code: str = ""
    held: HeldCoupon | None = None
    wanted: bool = False
    part_lines: tuple[tuple[int, ...], ...] = ()

    @property
    def why(self) -> Explanation:
        """The words of the offer, where it applied."""
        return self.prepared.ruling.explanation


@value
class Refusal:
    """An offer that cannot be had, whatever else is chosen."""

    offer: Offer
    status: Status
    explanation: Explanation
    code: str = ""
    held: HeldCoupon | None = None


def find_candidates(
    cart: Cart, compiled: Compiled, basket: Basket, where: Circumstances
) -> tuple[list[Candidate], list[Refusal], list[str]]:
    """The offers in reach in the order in which they apply, the refused ones, and the codes that mean nothing."""
    looked_at = _Lines([product.offers for product in basket.products])
    counted = _Lines([product.conditions for product in basket.products]) if compiled.asks else None
    candidates: list[Candidate] = []
    refusals: list[Refusal] = []
    used_templates: dict[str, int] = {}
    entries, unknown = _reached(cart, compiled, where)
    if len(entries) > len(compiled.running):
        entries.sort(key=_entry_order)
    chosen = cart.chosen
    for place, code, held in entries:
        prepared = compiled.offers[place]
        offer, choice = prepared.offer, None
        if chosen or not prepared.is_given:
            choice = chosen.get(code, chosen.get(offer.id)) if code else chosen.get(offer.id)
            refused = _refuse(prepared, code, held, where, choice)
            if refused is not None:
                if offer.is_coupon or refused.status in _TOLD:
                    refusals.append(refused)
                continue
        lines = looked_at.of(place)
        if not lines and not prepared.is_gift:
            if prepared.is_coupon:
                refusals.append(Refusal(offer, Status.EXCLUDED, Explanation("no_goods"), code, held))
            continue
        if held is not None and _is_surplus(offer, used_templates, compiled):
            explanation = Explanation("one_of_a_kind", {"name": offer.name})
            refusals.append(Refusal(offer, Status.NOT_COMBINABLE, explanation, code, held))
            continue
        asked = counted.of(place) if counted is not None and prepared.asks else ()
        parts = () if prepared.is_given else _part_lines(offer, basket, lines)
        candidates.append(Candidate(place, offer, prepared, lines, asked, code, held, choice is True, parts))
    return candidates, refusals, unknown


class _Lines:
    """The lines whose mask has a bit; products of one kind have one mask, so that there are few masks to look at."""

    def __init__(self, masks: list[int]) -> None:
        self._every = tuple(range(len(masks)))
        self._by_mask: dict[int, list[int]] = {}
        for line, mask in enumerate(masks):
            lines = self._by_mask.get(mask)
            if lines is None:
                self._by_mask[mask] = [line]
            else:
                lines.append(line)
        self._in_all = reduce(and_, self._by_mask, -1)

    def of(self, place: int) -> tuple[int, ...]:
        """The lines with bit `place`."""
        bit = 1 << place
        if self._in_all & bit:
            return self._every
        found = [lines for mask, lines in self._by_mask.items() if mask & bit]
        if len(found) > 1:
            return tuple(sorted(chain.from_iterable(found)))
        return tuple(found[0]) if found else ()


def _part_lines(offer: Offer, basket: Basket, lines: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """For each part of a bundle, the lines that can be it."""
    if not isinstance(offer.give, Bundle):
        return ()
    sold = basket.lines
    return tuple(
        tuple(i for i in lines if part.matches(sold[i].sku, sold[i].category, sold[i].tags))
        for part, _count in offer.give.parts
    )


_TOLD: Final = (Status.USED_UP, Status.DECLINED)
"""Why promotions that are out of reach are told; of coupons and codes every reason is."""
Entry = tuple[int, str, HeldCoupon | None]


def _reached(cart: Cart, compiled: Compiled, where: Circumstances) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = [(place, "", None) for place in compiled.running]
    unknown: list[str] = []
    held_codes = {coupon.code: coupon for coupon in where.member.coupons} if where.member else {}
    held_codes |= {coupon.code: coupon for coupon in where.context.presented if coupon.code in cart.codes}
    for coupon in held_codes.values():
        place = compiled.by_id.get(coupon.template)
        if place is not None:
            entries.append((place, coupon.code, coupon))
    for code in dict.fromkeys(cart.codes):
        place = compiled.by_code.get(code)
        if place is not None:
            entries.append((place, code, None))
        elif code not in held_codes:
            unknown.append(code)
    return entries, unknown


def _entry_order(entry: Entry) -> tuple[int, int, str]:
    """Equal coupons: the one that lapses first is used first, so that what is kept lasts longest."""
    place, code, held = entry
    lapses = held.last_day.ordinal if held is not None and held.last_day is not None else 10**9
    return place, lapses, code


def _is_surplus(offer: Offer, used: dict[str, int], compiled: Compiled) -> bool:
    """Whether more coupons of one kind are held than one order may take: the rest need not be considered."""
    used[offer.id] = used.get(offer.id, 0) + 1
    return used[offer.id] > compiled.programme.policies.coupons_per_order


def _refuse(
    prepared: Prepared, code: str, held: HeldCoupon | None, where: Circumstances, choice: bool | None
) -> Refusal | None:
    """Why an offer cannot be had or is not wanted, if so."""
    offer = prepared.offer
    if held is not None or not prepared.unrestricted:
        refusal = _out_of_reach(offer, code, held, where)
        if refusal is not None:
            return refusal
    if choice is False:
        return Refusal(offer, Status.DECLINED, Explanation("declined"), code, held)
    if offer.by in ("choice", "points") and not choice:
        return Refusal(offer, Status.DECLINED, Explanation("not_chosen"), code, held)
    return None


def _out_of_reach(offer: Offer, code: str, held: HeldCoupon | None, where: Circumstances) -> Refusal | None:
    def no(status: Status, key: str, **params: int | str) -> Refusal:
        return Refusal(offer, status, Explanation(key, dict(params)), code, held)

    if offer.during.has_ended(where.day):
        return no(Status.EXPIRED, "offer_ended", last_day=str(offer.during.until))
    if held is not None and held.last_day is not None and held.last_day < where.day:
        return no(Status.EXPIRED, "coupon_expired", last_day=str(held.last_day))
    if not offer.during.is_open(where.day, where.minute):
        return no(Status.NOT_NOW, "not_now")
    member = where.member
    if member is None and (offer.audience.needs_member or offer.limits.per_member or offer.limits.per_member_day):
        return no(Status.NEEDS_MEMBER, "needs_member")
    if not is_meant(offer.audience, where):
        return no(Status.NOT_FOR_YOU, "not_for_you")
    for used, limit in _uses(offer, where):
        if limit is not None and used >= limit:
            return no(Status.USED_UP, "used_up", limit=limit)
    return None


def _uses(offer: Offer, where: Circumstances) -> Iterator[tuple[int, int | None]]:
    limits, context, member = offer.limits, where.context, where.member
    yield context.uses.get(offer.id, 0), limits.total
    yield context.uses_today.get(offer.id, 0), limits.per_day
    if member is not None:
        voided = member.voided_uses.get(offer.id, 0) if limits.count_voided else 0
        yield member.uses.get(offer.id, 0) + voided, limits.per_member
        yield member.uses_today.get(offer.id, 0), limits.per_member_day


def is_meant(audience: Audience, where: Circumstances) -> bool:
    """Whether an audience holds whoever buys."""
    if audience.channels and where.context.channel not in audience.channels:
        return False
    if audience.stores and where.context.store not in audience.stores:
        return False
    if not audience.needs_member:
        return True
    member = where.member
    if member is None or (audience.tiers and member.tier not in audience.tiers):
        return False
    if audience.tags and audience.tags.isdisjoint(member.tags):
        return False
    if audience.birthday == "day" and not is_birthday(member.birthday, where.day):
        return False
    if audience.birthday == "month" and not is_birthday_month(member.birthday, where.day):
        return False
    if audience.order_number is not None and member.paid_orders + 1 != audience.order_number:
        return False
    if audience.joined_within_days is not None:
        joined = member.joined
        return joined is not None and 0 <= where.day.ordinal - joined.ordinal <= audience.joined_within_days
    return True
