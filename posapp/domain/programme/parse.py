"""JSON document → `Programme`, refusing what it does not understand by the name of the field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from posapp.domain.campaign import Campaign
from posapp.domain.catalogue import TAG_NO_DISCOUNT, TAG_NO_POINTS, TAG_NOT_GOODS
from posapp.domain.errors import InvalidField
from posapp.domain.points import EarnRule, RedeemRule
from posapp.domain.programme.model import Exclusions, Policies, Programme, Tier
from posapp.domain.programme.parse_benefits import read_entitlement, read_message, read_workshop
from posapp.domain.programme.parse_coupons import read_coupons, read_triggers
from posapp.domain.programme.parse_gift_pool import check_pool, read_draw, read_gift
from posapp.domain.programme.parse_offer import read_audience, read_offer, read_window
from posapp.domain.programme.parse_offline import read_offline
from posapp.domain.programme.parse_passes import read_pass, read_validity
from posapp.domain.programme.parse_points_life import read_points_life, read_rewards
from posapp.domain.programme.parse_returns import read_returns
from posapp.domain.programme.parse_selector import read_selector
from posapp.domain.programme.parse_stored_value import read_stored_value
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.selector import EVERY_LINE
from posapp.domain.text import Text

FORMAT: Final = 1
STORED_VALUE_BONUS: Final = "stored_value_bonus"
WALLET_PARTS: Final = ("stored_value_principal", STORED_VALUE_BONUS, "gift_card")
"""Tenders of which the parts earn differently: bonus that was given earns nothing (domain.md §2.4)."""
ROUND_OFF: Final = {"none": 0, "jiao": 10, "yuan": 100}
RESERVED: Final = frozenset({"member_price", "line_manual", "order_manual", "line_voucher", "points", "round_off"})
"""Rule ids of the engine's own steps."""
OWN_PREFIXES: Final = ("tier.", "pass:")
"""Rules of the engine's own that name a tier or a pass begin so."""


def parse_programme(data: Mapping[str, Any] | bytes) -> Programme:
    """Read a programme document.  Raises `InvalidField` with the path of the field that cannot be used."""
    document = data if isinstance(data, Mapping) else load_json(data)
    fields = Fields(document)
    if fields.integer("format", FORMAT, 1, 999) != FORMAT:
        raise InvalidField("format", f"only format {FORMAT} is known", f"只支持格式 {FORMAT}")
    canonical = canonical_json(document)
    zone_name = fields.text("zone", "Asia/Shanghai")
    points = fields.inner("points")
    tiers, offers = _tiers(fields), fields.items("offers", read_offer)
    campaigns, passes = fields.items("campaigns", _campaign), fields.items("passes", read_pass)
    programme = Programme(
        version=fields.integer("version", low=1),
        hash=hashlib.sha256(canonical).digest(),
        name=fields.local_text("name", Text("会员方案", "Membership")),
        zone_name=zone_name,
        zone=_zone(zone_name),
        cutoff_minutes=fields.clock_minutes("day_ends", 0),
        tiers=tiers,
        keep_tier_months=fields.optional_integer("keep_tier_months", 1, 1200),
        earn=_earn(points.inner("earn") if points else None),
        redeem=_redeem(points.inner("redeem") if points else None),
        growth_hundredths=fields.scaled("growth_per_yuan", 2, 0),
        not_earning=frozenset(
            fields.items("not_earning_tenders", _tender) if fields.has("not_earning_tenders") else [STORED_VALUE_BONUS]
        ),
        round_off_fen=ROUND_OFF[fields.choice("round_off", tuple(ROUND_OFF), "none")],
        exclusions=_exclusions(fields.inner("exclusions")),
        campaigns=campaigns,
        offers=offers,
        policies=_policies(fields.inner("policies")),
        canonical=canonical,
        entitlements=fields.items("entitlements", read_entitlement),
        workshops=fields.items("workshops", read_workshop),
        messages=fields.items("messages", read_message),
        card_validity=read_validity(fields.inner("card_valid")),
        passes=passes,
        coupons=read_coupons(fields.inner("coupons"), offers),
        triggers=read_triggers(
            fields,
            offers,
            passes,
            [tier.code for tier in tiers],
            frozenset([campaign.id for campaign in campaigns] + [offer.id for offer in offers]),
        ),
        stored_value=read_stored_value(fields.inner("stored_value")),
        points_life=read_points_life(fields.inner("points_life")),
        rewards=read_rewards(fields.inner("rewards")),
        gifts=fields.items("gifts", read_gift),
        draws=fields.items("draws", read_draw),
        return_fees=read_returns(fields.inner("returns")),
        offline=read_offline(fields),
    )
    if points is not None:
        points.finish()
    fields.finish()
    _check_names(programme)
    check_pool(programme.gifts, programme.draws, programme.offers)
    return programme


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """The one JSON text of a document: sorted names, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def load_json(data: bytes) -> Mapping[str, Any]:
    """Parse JSON that must be an object with no name twice.  Raises `InvalidField`."""
    try:
        value = json.loads(data, object_pairs_hook=_unique_names)
    except (ValueError, RecursionError) as error:
        raise InvalidField("document", f"is not JSON: {error}", f"不是 JSON：{error}") from error
    if not isinstance(value, dict):
        raise InvalidField("document", "must be an object", "应为对象")
    return value


def _unique_names(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidField(twice, "is given twice in one object", "在同一对象中出现两次")
    return seen


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidField("zone", f"{name!r} is not a known time zone", f"{name!r} 不是已知时区") from error


def _tiers(fields: Fields) -> tuple[Tier, ...]:
    tiers = fields.items("tiers", _tier)
    if not tiers:
        raise InvalidField("tiers", "needs at least one tier", "至少需要一个等级")
    first = tiers[0]
    if (first.spend_fen, first.visits, first.growth) != (None, None, None):
        raise InvalidField("tiers[0].any_of", "the first tier has no threshold", "首个等级不设门槛")
    for index, tier in enumerate(tiers[1:], 1):
        if (tier.spend_fen, tier.visits, tier.growth) == (None, None, None):
            raise InvalidField(f"tiers[{index}].any_of", "needs spend, visits or growth", "缺少消费、次数或成长值门槛")
        for name in ("spend_fen", "visits", "growth"):
            below = [value for value in (getattr(lower, name) for lower in tiers[:index]) if value is not None]
            own = getattr(tier, name)
            if own is not None and below and own <= max(below):
                label = name.removesuffix("_fen")
                raise InvalidField(
                    f"tiers[{index}].any_of.{label}", "must be more than the tier below asks", "应高于下一级的门槛"
                )
    return tiers


def _tier(value: Json, path: str) -> Tier:
    fields = Fields(value, path)
    code = fields.identifier("code")
    any_of = fields.inner("any_of")
    spend_fen = visits = growth = None
    if any_of is not None:
        spend_fen = any_of.optional_fen("spend")
        visits = any_of.optional_integer("visits", low=1)
        growth = any_of.optional_integer("growth", low=1)
        any_of.finish()
    tier = Tier(
        code=code,
        name=fields.local_text("name", Text(code, code)),
        rate=fields.rate("rate", 10_000),
        spend_fen=spend_fen,
        visits=visits,
        growth=growth,
        times_hundredths=fields.scaled("points_times", 2, 100),
        benefits=fields.items("benefits", lambda item, at: Fields({"text": item}, at).local_text("text")),
    )
    fields.finish()
    return tier


def _earn(fields: Fields | None) -> EarnRule:
    if fields is None:
        return EarnRule()
    rule = EarnRule(
        points=fields.integer("points", 0 if fields.has("per_unit") else 1),
        per_fen=fields.fen("per", 100),
        rounding=fields.choice("rounding", ("floor", "ceil", "half_up"), "floor"),
        minimum_fen=fields.fen("minimum", 0),
        per_unit=fields.integer("per_unit", 0),
        only=read_selector(fields.raw("only"), fields.at("only")) if fields.has("only") else EVERY_LINE,
        order_wide_reduces=fields.flag("order_wide_reduces", True),
        multiply_first=fields.flag("multiply_first", False),
    )
    if rule.per_fen == 0:
        raise InvalidField(fields.at("per"), "must be more than nothing", "应大于零")
    fields.finish()
    return rule


def _redeem(fields: Fields | None) -> RedeemRule | None:
    if fields is None:
        return None
    default = RedeemRule()
    points = fields.integer("points", 100, 1)
    rule = RedeemRule(
        points=points,
        value_fen=fields.fen("value", 100),
        block=fields.integer("block", points, 1),
        cap_rate=fields.rate("cap", 5000),
        cap_fen=fields.optional_fen("most"),
        minimum=fields.integer("minimum", 0),
        proposal=fields.choice("proposal", ("none", "max"), "none"),
        same_sale=fields.flag("same_sale", False),
        identification=frozenset(fields.items("identification", _identification)) or default.identification,
    )
    if rule.value_fen == 0:
        raise InvalidField(fields.at("value"), "must be more than nothing", "应大于零")
    if rule.block * rule.value_fen % rule.points:
        raise InvalidField(fields.at("block"), "one block must be worth whole fen", "每一份积分应值整分钱")
    fields.finish()
    return rule


def _identification(value: Json, path: str) -> Identification:
    for member in Identification:
        if value == member.name.lower():
            return member
    raise InvalidField(path, f"{value!r} is not a way to identify a member", f"{value!r} 不是识别方式")


def _tender(value: Json, path: str) -> TenderMethod | str:
    if value in WALLET_PARTS:
        return str(value)
    for member in TenderMethod:
        # Stored value earns by its parts, of which each has a name of its own.
        if value == member.name.lower() and member is not TenderMethod.STORED_VALUE:
            return member
    raise InvalidField(path, f"{value!r} is not a tender", f"{value!r} 不是付款方式")


def _exclusions(fields: Fields | None) -> Exclusions:
    if fields is None:
        fields = Fields({}, "exclusions")
    no_points = frozenset({TAG_NO_POINTS})
    exclusions = Exclusions(
        rates=fields.texts("rates") if fields.has("rates") else frozenset({TAG_NO_DISCOUNT}),
        earning=fields.texts("earning") if fields.has("earning") else no_points,
        spending=fields.texts("spending") if fields.has("spending") else no_points,
        everything=(fields.texts("everything") if fields.has("everything") else frozenset({"fee"})) | {TAG_NOT_GOODS},
    )
    fields.finish()
    return exclusions


def _campaign(value: Json, path: str) -> Campaign:
    fields = Fields(value, path)
    code = fields.identifier("id")
    campaign = Campaign(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        during=read_window(fields.inner("during")),
        audience=read_audience(fields.inner("for")),
        rate=fields.rate("rate", 10_000),
        times_hundredths=fields.scaled("points_times", 2, 100),
    )
    if campaign.times_hundredths < 100:
        raise InvalidField(fields.at("points_times"), "must be at least 1", "不能小于 1")
    fields.finish()
    return campaign


def _policies(fields: Fields | None) -> Policies:
    if fields is None:
        return Policies()
    policies = Policies(
        coupons_per_order=fields.integer("coupons_per_order", 1),
        order_percents=fields.optional_integer("order_percents"),
        threshold=fields.choice("threshold", ("line_prices", "remaining", "list"), "line_prices"),
        combination=fields.choice("combination", ("best", "priority"), "best"),
        percents=fields.choice("percents", ("compound", "add"), "compound"),
    )
    fields.finish()
    return policies


def _check_names(programme: Programme) -> None:
    codes = [tier.code for tier in programme.tiers]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise InvalidField(f"tiers[{index}].code", f"{code!r} is used twice", f"{code!r} 重复")
    seen: set[str] = set()
    rules = [(f"campaigns[{i}]", campaign.id, campaign.audience) for i, campaign in enumerate(programme.campaigns)]
    rules += [(f"offers[{i}]", offer.id, offer.audience) for i, offer in enumerate(programme.offers)]
    for path, rule, audience in rules:
        if rule in seen or rule in RESERVED or rule.startswith(OWN_PREFIXES):
            raise InvalidField(f"{path}.id", f"{rule!r} is already taken", f"{rule!r} 已被占用")
        seen.add(rule)
        for tier in sorted(audience.tiers - set(codes)):
            raise InvalidField(f"{path}.for.tiers", f"{tier!r} is not a tier", f"{tier!r} 不是等级")
    passes = [each.id for each in programme.passes]
    for index, code in enumerate(passes):
        if code in passes[:index]:
            raise InvalidField(f"passes[{index}].id", f"{code!r} is used twice", f"{code!r} 重复")
    for index, entitlement in enumerate(programme.entitlements):
        for tier in sorted(entitlement.tiers - set(codes)):
            raise InvalidField(f"entitlements[{index}].tiers", f"{tier!r} is not a tier", f"{tier!r} 不是等级")
    for index, offer in enumerate(programme.offers):
        for other in sorted(offer.not_with - seen):
            raise InvalidField(f"offers[{index}].not_with", f"{other!r} is not a rule", f"{other!r} 不是规则")
