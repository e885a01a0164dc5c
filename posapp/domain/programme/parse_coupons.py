"""JSON → how coupons are issued, and the triggers that issue them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from posapp.domain.coupon_code import BATCHES, SERIALS, is_coupon_code
from posapp.domain.errors import InvalidField
from posapp.domain.programme.coupons import (
    NO_COUPON_RULES,
    CouponBatch,
    CouponRules,
    CouponTemplate,
)
from posapp.domain.programme.offer import Offer
from posapp.domain.programme.parse_offer import read_audience
from posapp.domain.programme.parse_passes import read_validity
from posapp.domain.programme.passes import PassKind, PassTemplate
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.programme.triggers import NO_GIFTS, Gifts, On, Trigger
from posapp.domain.text import Text

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
_LONGEST = 36_500


def read_coupons(fields: Fields | None, offers: Sequence[Offer]) -> CouponRules:
    """Read the key `coupons`; templates and batches name offers by coupon.  Raises `InvalidField`."""
    held = _by_coupon(offers)
    if fields is None:
        return NO_COUPON_RULES
    templates = fields.items("templates", lambda value, path: _template(value, path, held))
    batches = fields.items("batches", lambda value, path: _batch(value, path, held))
    rules = CouponRules(
        _unique(templates, lambda one: one.offer, fields.at("templates")),
        _unique(batches, lambda one: one.number, fields.at("batches")),
    )
    fields.has("offline")  # read by `parse_offline`
    fields.finish()
    _unique([one for one in templates if one.claim], lambda one: one.claim.casefold(), fields.at("templates"))
    return rules


def read_triggers(
    fields: Fields,
    offers: Sequence[Offer],
    passes: Sequence[PassTemplate],
    tiers: Sequence[str],
    taken: frozenset[str],
) -> tuple[Trigger, ...]:
    """Read the key `triggers` of the programme; `taken` are the ids of its other rules.  Raises `InvalidField`."""
    known = _Known(
        _by_coupon(offers), frozenset(each.id for each in passes if each.kind is PassKind.BENEFIT), tuple(tiers)
    )
    triggers = fields.items("triggers", lambda value, path: _trigger(value, path, known))
    for index, trigger in enumerate(triggers):
        earlier = {other.id for other in triggers[:index]} | taken
        if trigger.id in earlier:
            raise InvalidField(f"triggers[{index}].id", f"{trigger.id!r} is already taken", f"{trigger.id!r} 已被占用")
    return triggers


def _by_coupon(offers: Sequence[Offer]) -> frozenset[str]:
    for index, offer in enumerate(offers):
        if is_coupon_code(offer.code):
            raise InvalidField(
                f"offers[{index}].code", "looks like the code of a single coupon", "与单张券码格式相同，请换一个"
            )
    return frozenset(offer.id for offer in offers if offer.by == "coupon")


def _known_coupon(name: str, path: str, held: frozenset[str]) -> str:
    if name not in held:
        raise InvalidField(path, f"{name!r} is not an offer by coupon", f"{name!r} 不是券")
    return name


def _template(value: Json, path: str, held: frozenset[str]) -> CouponTemplate:
    fields = Fields(value, path)
    template = CouponTemplate(
        offer=_known_coupon(fields.identifier("offer"), fields.at("offer"), held),
        valid=read_validity(fields.inner("valid")),
        per_member=fields.optional_integer("per_member", low=1),
        transferable=fields.flag("transferable", False),
        claim=fields.identifier("claim", ""),
        points=fields.integer("points", 0, 1),
    )
    fields.finish()
    return template


def _batch(value: Json, path: str, held: frozenset[str]) -> CouponBatch:
    fields = Fields(value, path)
    batch = CouponBatch(
        number=fields.integer("number", low=1, high=BATCHES - 1),
        template=_known_coupon(fields.identifier("template"), fields.at("template"), held),
        codes=fields.integer("codes", low=1, high=SERIALS),
    )
    fields.finish()
    return batch


@dataclass(frozen=True, slots=True)
class _Known:
    """What a trigger may name: offers by coupon, benefit cards, tiers."""

    coupons: frozenset[str]
    cards: frozenset[str]
    tiers: tuple[str, ...]


def _trigger(value: Json, path: str, known: _Known) -> Trigger:
    fields = Fields(value, path)
    code = fields.identifier("id")
    on = On(fields.choice("on", tuple(On)))
    tier = fields.text("tier", "") if on is On.TIER_REACHED else ""
    if tier and tier not in known.tiers:
        raise InvalidField(fields.at("tier"), f"{tier!r} is not a tier", f"{tier!r} 不是等级")
    trigger = Trigger(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        on=on,
        gifts=_gifts(fields.inner("give"), known),
        audience=read_audience(fields.inner("for")),
        days=fields.integer("days", low=1, high=_LONGEST) if on is On.ABSENT else 0,
        tier=tier,
        minimum_fen=fields.fen("min_amount", 0) if on in (On.SALE, On.FIRST_SALE) else 0,
        birthday_month=on is not On.BIRTHDAY or fields.choice("window", ("month", "day"), "month") == "month",
        inviter=_gifts(fields.inner("inviter"), known) if on is On.REFERRAL else NO_GIFTS,
    )
    fields.finish()
    for each in sorted(trigger.audience.tiers - set(known.tiers)):
        raise InvalidField(fields.at("for.tiers"), f"{each!r} is not a tier", f"{each!r} 不是等级")
    if trigger.gifts == NO_GIFTS == trigger.inviter:
        raise InvalidField(fields.at("give"), "gives nothing", "没有任何奖励")
    return trigger


def _gifts(fields: Fields | None, known: _Known) -> Gifts:
    if fields is None:
        return NO_GIFTS

    def card(value: Json, path: str) -> str:
        if value not in known.cards:
            raise InvalidField(path, f"{value!r} is not a benefit card", f"{value!r} 不是权益卡")
        return str(value)

    gifts = Gifts(
        coupons=fields.items("coupons", lambda value, path: _known_coupon(str(value), path, known.coupons)),
        points=fields.integer("points", 0, 1),
        cards=fields.items("cards", card),
    )
    fields.finish()
    return gifts


def _unique(items: Sequence[T], key: Callable[[T], K], path: str) -> dict[K, T]:
    found: dict[K, T] = {}
    for index, item in enumerate(items):
        if key(item) in found:
            raise InvalidField(f"{path}[{index}]", f"{key(item)!r} is there twice", f"{key(item)!r} 重复")
        found[key(item)] = item
    return found
