"""What an owner should hear before publishing a programme.

A finding is an error (publishing is refused) or a warning, names the field, and says in both languages what is wrong
and what to do.  Nothing here changes a price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Final
from uuid import UUID

from posapp.domain.amounts import Money
from posapp.domain.campaign import ALWAYS, EVERYONE, Audience, Campaign, Window
from posapp.domain.coupon import HeldCoupon
from posapp.domain.ids import CartId, MemberId
from posapp.domain.pricing import MemberView, Quote, price, render
from posapp.domain.programme import Programme
from posapp.domain.programme.offer import NO_CONDITION, NO_LIMITS, Limits, Offer
from posapp.domain.programme.points_life import PLATFORM_RISK
from posapp.domain.sale import Cart, CartLine
from posapp.domain.text import Text, rate_words, trimmed
from posapp.domain.time import BusinessDay

GENERIC_NAMES: Final = ("会员卡", "VIP卡", "贵宾卡", "membership card", "member card", "loyalty card")
PRAISE: Final = ("好评", "五星评价", "five-star", "5-star", "positive review")
TIERS_AT_LEAST, TIERS_AT_MOST = 3, 5
LOOK_AHEAD_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: `code` is the requirement it comes from; `field` the path in the document."""

    code: str
    field: str
    blocks: bool
    words: Text


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked at: the programme, the day it would start, the usual margin, and some of the shop's goods."""

    programme: Programme
    today: BusinessDay
    margin_rate: int | None
    goods: Sequence[CartLine]


def lint(
    programme: Programme, today: BusinessDay, *, margin_rate: int | None = None, goods: Sequence[CartLine] = ()
) -> list[Finding]:
    """Every finding, errors first.

    `margin_rate` is the shop's usual margin in basis points of the price, `goods` are lines with their cost; what
    needs them is skipped where they are not given.
    """
    look = _Look(programme, today, margin_rate, goods)
    found = [finding for check in CHECKS for finding in check(look)]
    return sorted(found, key=lambda finding: not finding.blocks)


def _names(look: _Look) -> Iterator[Finding]:
    """W-07: a name of one's own is remembered."""
    name = look.programme.name
    if any(word in text.lower() for word in map(str.lower, GENERIC_NAMES) for text in (name.zh, name.en)):
        yield Finding(
            "W-07",
            "name",
            False,
            Text("名称太普通，建议用自己的名字，如「茶友卡」", "The name is generic: give it one of your own"),
        )


def _tier_count(look: _Look) -> Iterator[Finding]:
    """W-09: three to five tiers."""
    count = len(look.programme.tiers)
    if not TIERS_AT_LEAST <= count <= TIERS_AT_MOST:
        yield Finding(
            "W-09",
            "tiers",
            False,
            Text(f"共 {count} 个等级，3 至 5 个最易懂", f"{count} tiers: three to five are easiest to follow"),
        )


def _tiers_rise(look: _Look) -> Iterator[Finding]:
    """W-21: a higher tier is never worse."""
    tiers = look.programme.tiers
    for index in range(1, len(tiers)):
        lower, upper = tiers[index - 1], tiers[index]
        if upper.rate > lower.rate or upper.times_hundredths < lower.times_hundredths:
            zh, en = rate_words(upper.rate, "zh_CN"), rate_words(upper.rate, "en")
            yield Finding(
                "W-21",
                f"tiers[{index}].rate",
                True,
                Text(
                    f"{upper.name.zh}（{zh}）不如{lower.name.zh}",
                    f"{upper.name.en} ({en}) is worse than {lower.name.en}",
                ),
            )


def _sameness(look: _Look) -> Iterator[Finding]:
    """W-48: a rate and points are what everybody has."""
    programme = look.programme
    has_more = any(tier.benefits for tier in programme.tiers) or programme.offers or programme.campaigns
    if not has_more:
        yield Finding(
            "W-48",
            "tiers",
            False,
            Text("只有折扣和积分，可加隐藏菜单、专属服务等", "Only a discount and points: add something others lack"),
        )


def _documented(look: _Look) -> Iterator[Finding]:
    """W-49: what lifts a member must be something a member can earn."""
    programme = look.programme
    for index, tier in enumerate(programme.tiers):
        if tier.growth is not None and not programme.growth_hundredths:
            yield Finding(
                "W-49",
                f"tiers[{index}].any_of.growth",
                True,
                Text("要求成长值，却没有说明如何获得", "asks for growth, and nothing earns any"),
            )


def _margin(look: _Look) -> Iterator[Finding]:
    """X-12: the best tier on the best day, with its points, against the usual margin."""
    if look.margin_rate is None:
        return
    programme = look.programme
    rate = min(tier.rate for tier in programme.tiers)
    extra = min((campaign.rate for campaign in programme.campaigns), default=10_000)
    paid = rate * extra // 10_000
    times = max(
        [tier.times_hundredths for tier in programme.tiers]
        + [campaign.times_hundredths for campaign in programme.campaigns]
    )
    points_back = 0
    if programme.redeem is not None:
        worth = programme.redeem.value_fen * programme.earn.points * times
        points_back = paid * worth // (programme.redeem.points * programme.earn.per_fen * 100)
    given = 10_000 - paid + points_back
    if given * 2 > look.margin_rate:
        zh = f"最高等级叠加活动共让利 {trimmed(given, 2)}%，毛利只有 {trimmed(look.margin_rate, 2)}%"
        en = f"Top tier and campaign give {trimmed(given, 2)}% away of a margin of {trimmed(look.margin_rate, 2)}%"
        yield Finding("X-12", "campaigns", False, Text(zh, en))


def _praise(look: _Look) -> Iterator[Finding]:
    """X-16: a reward is never for praise."""
    every = [(f"offers[{i}].name", offer.name) for i, offer in enumerate(look.programme.offers)]
    every += [(f"campaigns[{i}].name", campaign.name) for i, campaign in enumerate(look.programme.campaigns)]
    for field, name in every:
        if any(word in text.lower() for word in PRAISE for text in (name.zh, name.en)):
            yield Finding(
                "X-16",
                field,
                True,
                Text("不得以好评为条件给奖励；可奖励任何评价", "A reward may not depend on praise; reward any review"),
            )


def _sharing(look: _Look) -> Iterator[Finding]:
    """W-25: who rewards sharing hears what the platform may do."""
    if look.programme.rewards.share.enabled:
        yield Finding("W-25", "rewards.share.enabled", False, PLATFORM_RISK)


def _transfers(look: _Look) -> Iterator[Finding]:
    """法释〔2025〕4号 Art 9: a term that bars transfers without need is void."""
    for place, sold in enumerate(look.programme.passes):
        if sold.price_fen and not sold.transferable:
            yield Finding(
                "Art-9",
                f"passes[{place}].transferable",
                False,
                Text(
                    "没有正当理由的禁止转让条款无效：只在服务因人而异时才用",
                    "A bar on transfers is void without a reason: keep it for what depends on the person",
                ),
            )


def _one_core(look: _Look) -> Iterator[Finding]:
    """X-25: one lasting benefit, and others beside it."""
    programme = look.programme
    cores = ["tiers"] if any(tier.rate < 10_000 for tier in programme.tiers) else []
    cores += [
        f"campaigns[{index}]"
        for index, campaign in enumerate(programme.campaigns)
        if campaign.rate < 10_000 and _is_lasting(campaign.during, campaign.audience)
    ]
    cores += [
        f"offers[{index}]"
        for index, offer in enumerate(programme.offers)
        if offer.by == "auto" and offer.is_order_percent and offer.condition == NO_CONDITION
        if offer.limits == NO_LIMITS and _is_lasting(offer.during, offer.audience)
    ]
    for field in cores[1:]:
        yield Finding(
            "X-25",
            field,
            True,
            Text(
                f"长期折扣只能有一个，{'等级折扣' if cores[0] == 'tiers' else cores[0]}已是",
                f"Only one lasting discount: {'the tiers give' if cores[0] == 'tiers' else cores[0] + ' gives'} one",
            ),
        )


def _is_lasting(during: Window, audience: Audience) -> bool:
    return during == ALWAYS and audience in (EVERYONE, Audience(members=True))


def _overlaps(look: _Look) -> Iterator[Finding]:
    """Two campaigns of which only the better can count on the same day."""
    raising = [(i, c) for i, c in enumerate(look.programme.campaigns) if c.rate < 10_000]
    for place, (_i, one) in enumerate(raising):
        for j, other in raising[place + 1 :]:
            day = _common_day(one, other, look.today)
            if day is not None:
                zh = f"与「{one.name.zh}」在 {day} 重叠，只计较优的一个"
                en = f"overlaps “{one.name.en}” on {day}: only the better counts"
                yield Finding("overlap", f"campaigns[{j}]", False, Text(zh, en))


def _common_day(one: Campaign, other: Campaign, today: BusinessDay) -> BusinessDay | None:
    tiers = one.audience.tiers, other.audience.tiers
    if all(tiers) and tiers[0].isdisjoint(tiers[1]):
        return None
    days = (today.plus(ahead) for ahead in range(LOOK_AHEAD_DAYS))
    return next((day for day in days if _runs_on(one.during, day) and _runs_on(other.during, day)), None)


def _runs_on(during: Window, day: BusinessDay) -> bool:
    """Whether a window is open at some minute of a day."""
    minutes = [start for start, end in during.minutes if start != end] if during.minutes else [0]
    return any(during.is_open(day, minute) for minute in minutes)


def _never(look: _Look) -> Iterator[Finding]:
    """A rule that can never apply."""
    programme = look.programme
    days = [look.today.plus(ahead) for ahead in range(LOOK_AHEAD_DAYS)]
    for index, offer in enumerate(programme.offers):
        why = _why_never(offer, programme, days)
        if why is not None:
            yield Finding("never", f"offers[{index}]", False, why)
    for index, campaign in enumerate(programme.campaigns):
        if not any(_runs_on(campaign.during, day) for day in days):
            yield Finding("never", f"campaigns[{index}].during", False, NO_DAY)


NO_DAY: Final = Text("一年之内没有任何一天生效", "runs on no day of the coming year")


def _why_never(offer: Offer, programme: Programme, days: Sequence[BusinessDay]) -> Text | None:
    if not any(_runs_on(offer.during, day) for day in days):
        return NO_DAY
    limits: Limits = offer.limits
    if 0 in (limits.per_member, limits.per_member_day, limits.per_day, limits.total):
        return Text("次数上限为零", "its limit is nought")
    if offer.is_coupon and programme.policies.coupons_per_order == 0:
        return Text("本方案每单不可用券", "the programme lets no order use a coupon")
    if offer.points_cost and programme.redeem is None:
        return Text("本方案积分不可使用", "points cannot be spent in this programme")
    ruler = _always_alone(programme)
    if ruler is not None and ruler is not offer and ruler.priority > offer.priority:
        return Text(f"「{ruler.name.zh}」总是优先且不与其他活动同用", f"“{ruler.name.en}” always comes first and alone")
    on = offer.on
    if on.skus and on.skus <= on.not_skus and not (on.categories or on.tags):
        return Text("所选商品全部又被排除", "all of its goods are excepted again")
    first = next(other for other in programme.offers if other.code == offer.code) if offer.code else offer
    if first is not offer:
        return Text(f"券码与「{first.name.zh}」相同", f"its code is that of “{first.name.en}”")
    return None


def _always_alone(programme: Programme) -> Offer | None:
    """By priority, the exclusive offer of the greatest priority silences the others; one that always runs, for ever."""
    if programme.policies.combination != "priority":
        return None
    alone = [
        offer
        for offer in programme.offers
        if offer.exclusive and offer.by == "auto" and offer.whole_order and offer.condition == NO_CONDITION
        if (offer.during, offer.audience, offer.limits) == (ALWAYS, EVERYONE, NO_LIMITS)
    ]
    return max(alone, key=lambda offer: offer.priority, default=None)


def _losses(look: _Look) -> Iterator[Finding]:
    """Goods that the best combination would sell below their cost, to a member to whom every benefit is open.

    The worst come first.
    Of coupons and codes only those count that take a fraction or set a price: an amount off is meant for a full basket.
    """
    days = _dearest_days(look)
    losing: list[tuple[int, Finding]] = []
    for line in look.goods:
        if line.cost is None:
            continue
        cost = line.quantity.price(line.cost)
        day, quote = min(((day, _at_best(look.programme, line, day)) for day in days), key=lambda pair: pair[1].due)
        if quote.due < cost:
            lost = Money(cost.fen - quote.due.fen)
            zh, en = (
                mark.join(render(row.explanation, language) for row in quote.ladder)
                for mark, language in (("、", "zh_CN"), (", ", "en"))
            )
            words = Text(f"{line.name} 于 {day} 经 {zh} 后亏 {lost}", f"{line.name} loses {lost} on {day} after {en}")
            losing.append((lost.fen, Finding("loss", f"goods.{line.sku}", False, words)))
    yield from (finding for _fen, finding in sorted(losing, key=lambda one: -one[0]))


def _dearest_days(look: _Look) -> list[BusinessDay]:
    """The first day, and the first one of each campaign and each offer."""
    windows = [campaign.during for campaign in look.programme.campaigns]
    windows += [offer.during for offer in look.programme.offers]
    ahead = [look.today.plus(days) for days in range(LOOK_AHEAD_DAYS)]
    firsts = [next((day for day in ahead if _runs_on(window, day)), look.today) for window in windows]
    return list(dict.fromkeys([look.today, *firsts]))


def _at_best(programme: Programme, line: CartLine, day: BusinessDay) -> Quote:
    """One line at the lowest price that anybody can get on a day."""
    open_to_all = tuple(replace(offer, audience=EVERYONE, limits=NO_LIMITS) for offer in programme.offers)
    deals = [offer for offer in open_to_all if offer.is_coupon and not offer.is_amount]
    who = MemberView(
        MemberId(bytes(16)),
        min(programme.tiers, key=lambda tier: tier.rate).code,
        coupons=tuple(HeldCoupon(offer.id, offer.id) for offer in deals if offer.by == "coupon"),
    )
    cart = Cart(
        CartId(UUID(int=0)), (line,), member=who.id, codes=tuple(offer.code for offer in deals if offer.by == "code")
    )
    at = datetime.combine(day.date, time(12), tzinfo=UTC)
    document = b"at best" + day.ordinal.to_bytes(4, "big") + programme.canonical
    running = replace(
        programme,
        offers=tuple(replace(offer, during=ALWAYS) for offer in open_to_all if _runs_on(offer.during, day)),
        campaigns=tuple(
            replace(campaign, during=ALWAYS, audience=EVERYONE)
            for campaign in programme.campaigns
            if _runs_on(campaign.during, day)
        ),
        canonical=document,
        hash=sha256(document).digest(),
    )
    return price(cart, running, at, who, business_day=day)


CHECKS: Final[tuple[Callable[[_Look], Iterator[Finding]], ...]] = (
    _names,
    _tier_count,
    _tiers_rise,
    _sameness,
    _documented,
    _margin,
    _praise,
    _sharing,
    _transfers,
    _one_core,
    _overlaps,
    _never,
    _losses,
)
