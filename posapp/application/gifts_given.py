"""Giving a member what a rule promises, once an occurrence: coupons, benefit cards, points, in one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from posapp.application.gifts_kept import gift_of, keep_gift
from posapp.application.till import Till
from posapp.domain.amounts import Points
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.coupon_code import coupon_id, member_code
from posapp.domain.events import CouponsIssued, IssuedCoupon
from posapp.domain.ids import MemberId, RuleId, StaffId
from posapp.domain.member import Standing
from posapp.domain.programme.triggers import Gifts
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.domain.validity import Validity
from posapp.storage import coupons

BY_ITSELF = StaffId("")
"""The operator of what no person gave."""
_NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that a member just got: a coupon or, with `is_card`, a benefit card, or points, which have no code."""

    name: Text
    code: str = ""
    last_day: BusinessDay | None = None
    points: int = 0
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why something is given: the rule, its occurrence, and who gave it, where that was a person.

    `then` is how the member stands with the sale that brings it, where a return at any store may take it back.
    """

    rule: str
    occurrence: str
    operator: StaffId = BY_ITSELF
    then: Standing | None = None


def give(
    till: Till,
    connection: Connection,
    member: MemberId,
    occasion: Occasion,
    gifts: Gifts,
    *,
    points_spent: int = 0,
) -> tuple[Given, ...]:
    """Give `gifts` to a member unless this occasion brought them already; returns what was given now.

    A coupon of which the member has had as many as its template allows is left out, and one whose days are over.
    """
    if coupons.has_happened(connection, occasion.rule, member, occasion.occurrence):
        return ()
    made = [*_coupons(till, connection, member, occasion, gifts), *_cards(till, member, occasion, gifts)]
    if not made and not gifts.points:
        return ()
    today, life = till.business_day(), till.programme.points_life
    event = CouponsIssued(
        rule=RuleId(occasion.rule),
        member=member,
        occurrence=occasion.occurrence,
        business_day=today,
        operator=occasion.operator,
        programme_version=till.programme.version,
        coupons=tuple(
            IssuedCoupon(one.code, one.template, one.last_day, one.kind is AssetKind.BENEFIT_CARD)
            for one, _name in made
        ),
        points=Points(gifts.points),
        points_spent=Points(points_spent),
        points_last_day=life.last_day(today) if life is not None and gifts.points else None,
        lapsing=life is not None,
    )
    recorded = till.log.append(connection, event, till.clock.now())
    till.reference.put_assets(connection, [one for one, _name in made])
    if occasion.then is not None:
        keep_gift(till, connection, gift_of(recorded, event), occasion.then)
    given = [Given(name, one.code, one.last_day, is_card=one.kind is AssetKind.BENEFIT_CARD) for one, name in made]
    if gifts.points:
        given.append(Given(Text(f"{gifts.points} 积分", f"{gifts.points} points"), points=gifts.points))
    return tuple(given)


def _coupons(
    till: Till, connection: Connection, member: MemberId, occasion: Occasion, gifts: Gifts
) -> list[tuple[Asset, Text]]:
    made = []
    names = {offer.id: offer.name for offer in till.programme.offers}
    now_given: dict[str, int] = {}
    for place, offer in enumerate(gifts.coupons):
        template = till.programme.coupons.template(offer)
        had = coupons.ever_issued(connection, member, offer) + now_given.get(offer, 0)
        if template.per_member is not None and had >= template.per_member:
            continue
        asset = _asset(till, member, occasion, place, AssetKind.COUPON, (offer, template.valid))
        if asset is not None:
            now_given[offer] = now_given.get(offer, 0) + 1
            made.append((asset, names[offer]))
    return made


def _cards(till: Till, member: MemberId, occasion: Occasion, gifts: Gifts) -> list[tuple[Asset, Text]]:
    made = []
    for place, name in enumerate(gifts.cards, len(gifts.coupons)):
        card = till.programme.pass_template(name)
        if card is None:
            raise LookupError(f"a programme whose triggers give {name!r} has such a card")
        words = {"zh": card.name.zh, "en": card.name.en}
        asset = _asset(till, member, occasion, place, AssetKind.BENEFIT_CARD, (name, card.validity), words)
        if asset is not None:
            made.append((asset, card.name))
    return made


def _asset(
    till: Till,
    member: MemberId,
    occasion: Occasion,
    place: int,
    kind: AssetKind,
    made_from: tuple[str, Validity],
    words: Mapping[str, str] = _NO_WORDS,
) -> Asset | None:
    """What is given, or None where its days are over before they begin."""
    today = till.business_day()
    template, valid = made_from
    last = valid.last_day(today)
    if last is not None and last < today:
        return None
    code = member_code(till.keys.member_key, occasion.rule, member, occasion.occurrence, place)
    # Where it was issued decides whether it is taken without a network (domain.md §5.1).
    terms = {"store": till.identity.store, "till": till.identity.device.hex(), **words}
    return Asset(coupon_id(code), kind, member, template, today, last, code=code, terms=terms)
