"""The sentence that customers will read, made from each rule in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from posapp.domain.amounts import format_scaled
from posapp.domain.campaign import Audience, Campaign, Window
from posapp.domain.programme.gives import (
    Bundle,
    BuyGet,
    Each,
    FreeGift,
    Give,
    How,
    Off,
    QuantityTiers,
    Reward,
    SpendLadder,
    Units,
)
from posapp.domain.programme.model import Programme, Tier
from posapp.domain.programme.offer import Offer
from posapp.domain.programme.passes import Component, PassKind, PassTemplate
from posapp.domain.programme.returns import ReturnFee
from posapp.domain.selector import EVERY_LINE, Selector
from posapp.domain.text import Text, rate_words, spaced, trimmed
from posapp.domain.validity import Span, Validity

_WEEKDAYS = Text("一二三四五六日", "Mon,Tue,Wed,Thu,Fri,Sat,Sun")


def offer_sentence(offer: Offer, tiers: Sequence[Tier] = ()) -> Text:
    """An offer in one sentence with its numbers; `tiers` are the programme's, for their names."""
    parts = [
        _window(offer.during),
        audience_words(offer.audience, tiers),
        _way(offer),
        _condition(offer),
        _goods(offer.on),
        give_words(offer.give),
        *_bounds(offer),
    ]
    return _joined(parts)


def campaign_sentence(campaign: Campaign, tiers: Sequence[Tier] = ()) -> Text:
    """A campaign in one sentence; `tiers` are the programme's, for their names."""
    parts = [_window(campaign.during), audience_words(campaign.audience, tiers)]
    if campaign.rate < 10_000:
        zh, en = rate_words(campaign.rate, "zh_CN"), rate_words(campaign.rate, "en")
        parts.append(Text(f"折上再享 {zh}", f"an extra {en}"))
    if campaign.times_hundredths > 100:
        times = trimmed(campaign.times_hundredths, 2)
        parts.append(Text(f"积分 {times} 倍", f"{times}× points"))
    return _joined(parts)


def tier_sentence(tier: Tier) -> Text:
    """How a tier is reached and what it gives."""
    ways: list[Text] = []
    if tier.spend_fen is not None:
        ways.append(Text(f"累计消费满 {_yuan(tier.spend_fen)}", f"spending {_yuan(tier.spend_fen)}"))
    if tier.visits is not None:
        ways.append(Text(f"消费满 {tier.visits} 次", f"{tier.visits} visits"))
    if tier.growth is not None:
        ways.append(Text(f"成长值达 {tier.growth}", f"{tier.growth} growth"))
    reached = Text(
        spaced("或".join(way.zh for way in ways)) or "开卡即享", " or ".join(way.en for way in ways) or "on joining"
    )
    given = [Text(rate_words(tier.rate, "zh_CN"), rate_words(tier.rate, "en"))] if tier.rate < 10_000 else []
    given += tier.benefits
    zh, en = "、".join(each.zh for each in given) or "积分", ", ".join(each.en for each in given) or "points"
    return Text(f"{tier.name.zh}：{reached.zh}，享 {zh}", f"{tier.name.en}: {reached.en}; {en}")


def earning_sentences(programme: Programme) -> list[Text]:
    """How points and growth are earned and what points are worth."""
    words: list[Text] = []
    earn, redeem = programme.earn, programme.redeem
    if earn.points:
        words.append(
            Text(
                f"每消费 {_yuan(earn.per_fen)} 得 {earn.points} 积分",
                f"{earn.points} {_points(earn.points)} for each {_yuan(earn.per_fen)}",
            )
        )
    if earn.per_unit:
        words.append(Text(f"每件得 {earn.per_unit} 积分", f"{earn.per_unit} {_points(earn.per_unit)} for each item"))
    if redeem is not None:
        share = trimmed(redeem.cap_rate, 2)
        words.append(
            Text(
                f"{redeem.points} 积分抵 {_yuan(redeem.value_fen)}，每单最多抵 {share}%",
                f"{redeem.points} points pay {_yuan(redeem.value_fen)}, up to {share}% of a sale",
            )
        )
    if programme.growth_hundredths:
        growth = trimmed(programme.growth_hundredths, 2)
        words.append(Text(f"每消费 1 元得 {growth} 成长值", f"{growth} growth for each ¥1"))
    return words


def return_fee_sentence(fee: ReturnFee) -> Text:
    """What bringing goods back costs, as customers must know it before they buy."""
    since = Text(f"售出 {fee.after_days} 天起", f"from day {fee.after_days}") if fee.after_days else Text("", "")
    parts = []
    if fee.rate:
        percent = trimmed(fee.rate, 2)
        parts.append(Text(f"退款额的 {percent}%", f"{percent}% of what goes back"))
    if fee.amount_fen:
        parts.append(Text(f"每件 {_yuan(fee.amount_fen)}", f"{_yuan(fee.amount_fen)} an item"))
    cost = Text("加".join(part.zh for part in parts) or "免费", " and ".join(part.en for part in parts) or "free")
    return _joined([Text("退货费", "return fee"), since, _goods(fee.on), cost])


def pass_sentence(sold: PassTemplate) -> Text:
    """What a pass costs, what it is for and how long it is good."""
    parts = [Text(_yuan(sold.price_fen), _yuan(sold.price_fen)) if sold.price_fen else Text("赠送", "given")]
    if sold.uses:
        parts.append(Text(f"{sold.uses} 次", f"{sold.uses} {'use' if sold.uses == 1 else 'uses'}"))
    if sold.points:
        parts.append(Text(f"得 {sold.points} 积分", f"{sold.points} {_points(sold.points)}"))
    parts += [_component(part) for part in sold.components]
    if sold.kind in (PassKind.COUNT, PassKind.TIME):
        parts.append(_purpose(sold.on))
    if sold.per_day is not None:
        parts.append(Text(f"每天限 {sold.per_day} 次", f"{sold.per_day} a day"))
    if not sold.transferable:
        parts.append(Text("仅限本人使用", "for its first owner alone"))
    told = _joined([*parts, _good_for(sold.validity)])
    return Text(f"{sold.name.zh}：{told.zh}", f"{sold.name.en}: {told.en}")


def _component(part: Component) -> Text:
    times = f" ×{part.uses}" if part.uses > 1 else ""
    purpose = _purpose(part.on) if not part.on.is_everything else Text("", "")
    zh, en = f"（{purpose.zh}）" if purpose.zh else "", f" ({purpose.en})" if purpose.en else ""
    return Text(f"{part.name.zh}{times}{zh}", f"{part.name.en}{times}{en}")


def _purpose(on: Selector) -> Text:
    """Which goods it settles in a sale; what names none is used by itself."""
    if on.is_everything:
        return Text("单独核销", "used by itself")
    goods = _goods(on)
    return Text(f"抵{goods.zh}", f"pays {goods.en.removeprefix('on ')}")


def _good_for(valid: Validity) -> Text:
    match valid.span:
        case Span.FOREVER:
            return Text("永久有效", "good for ever")
        case Span.THIS_MONTH:
            return Text("当月有效", "good this month")
        case Span.THIS_YEAR:
            return Text("当年有效", "good this year")
        case Span.DAYS:
            return Text(f"{valid.count} 天内有效", f"good for {valid.count} days")
        case Span.MONTHS:
            return Text(f"{valid.count} 个月内有效", f"good for {valid.count} months")
        case Span.UNTIL:
            return Text(f"{valid.until} 前有效（含当日）", f"good until {valid.until}")


def give_words(give: Give) -> Text:
    """What an offer gives, in words."""
    match give:
        case Off(reward=reward):
            return reward_words(reward)
        case Each(reward=reward, most_milli=most):
            words = reward_words(reward)
            few = (
                Text("", "") if most is None else Text(f"，限 {trimmed(most, 3)} 件", f" for up to {trimmed(most, 3)}")
            )
            return Text(f"每件{words.zh}{few.zh}", f"{words.en} each{few.en}")
        case Units(reward=reward, size=0, count=count):
            words = reward_words(reward)
            return Text(f"最低价 {count} 件{words.zh}", f"the cheapest {count} {words.en}")
        case Units(reward=reward, size=size, count=1):
            words = reward_words(reward)
            return Text(f"第 {size} 件{words.zh}", f"item {size} {words.en}")
        case Units(reward=reward, size=size, count=count):
            words = reward_words(reward)
            return Text(
                f"买 {size - count} 件，另 {count} 件{words.zh}", f"buy {size - count}, {count} more {words.en}"
            )
        case BuyGet(reward=reward, buy=buy, get=get):
            words = reward_words(reward)
            return Text(f"每买 {buy} 件，可选 {get} 件{words.zh}", f"for each {buy}, {get} of these {words.en}")
        case Bundle(reward=reward, parts=parts):
            words = reward_words(reward)
            count = sum(each for _selector, each in parts)
            return Text(f"{count} 件套餐{words.zh}", f"a set of {count} {words.en}")
        case SpendLadder(steps=steps):
            zh = "，".join(f"满 {_yuan(least)} {reward_words(reward).zh}" for least, reward in steps)
            en = ", ".join(f"{reward_words(reward).en} from {_yuan(least)}" for least, reward in steps)
            return Text(zh, en)
        case QuantityTiers(steps=tiers):
            zh = "，".join(f"满 {trimmed(least, 3)} 件每件{reward_words(reward).zh}" for least, reward in tiers)
            en = ", ".join(f"{reward_words(reward).en} each from {trimmed(least, 3)}" for least, reward in tiers)
            return Text(zh, en)
        case FreeGift(sku=sku, milli=milli):
            return Text(f"赠 {sku} {trimmed(milli, 3)} 件", f"{trimmed(milli, 3)} × {sku} free")


def reward_words(reward: Reward) -> Text:
    """A reward in words; giving all of it is "free"."""
    match reward.how:
        case How.AMOUNT:
            return Text(f"减 {_yuan(reward.value)}", f"{_yuan(reward.value)} off")
        case How.PRICE:
            return Text(f"{_yuan(reward.value)}", f"at {_yuan(reward.value)}")
        case How.PERCENT | How.RATE:
            rate = reward.value if reward.how is How.RATE else 10_000 - reward.value
            if rate == 0:
                return Text("免费", "free")
            return Text(rate_words(rate, "zh_CN"), rate_words(rate, "en"))


def _way(offer: Offer) -> Text:
    """What must be shown for it."""
    match offer.by:
        case "code":
            return Text(f"凭码 {offer.code}", f"with code {offer.code}")
        case "coupon":
            return Text("凭券", "with a coupon")
        case "points":
            return Text(f"用 {offer.points_cost} 积分", f"for {offer.points_cost} points")
        case _:
            return Text("", "")


def _condition(offer: Offer) -> Text:
    condition = offer.condition
    if isinstance(offer.give, SpendLadder):
        return Text("", "")
    # Of which goods, where these are others than those that it lowers.
    of = Text("", "") if condition.of in (offer.on, EVERY_LINE) else _named(condition.of)
    zh, en = (f"{of.zh} ", f" of {of.en}") if of.zh else ("", "")
    if condition.every_fen:
        return Text(f"{zh}每满 {_yuan(condition.every_fen)}", f"for each {_yuan(condition.every_fen)}{en}")
    if condition.every_milli:
        count = trimmed(condition.every_milli, 3)
        return Text(f"{zh}每买 {count} 件", f"for each {count}{en}")
    if condition.minimum_fen:
        return Text(f"{zh}满 {_yuan(condition.minimum_fen)}", f"from {_yuan(condition.minimum_fen)}{en}")
    if condition.minimum_milli:
        count = trimmed(condition.minimum_milli, 3)
        return Text(f"{zh}满 {count} 件", f"from {count} items{en}")
    return Text(f"买 {of.zh}", f"buying {of.en}") if of.zh else of


def _goods(on: Selector) -> Text:
    but = _listed(on.not_skus | on.not_categories | on.not_tags)
    left_out = Text(f"（{but.zh} 除外）", f" except {but.en}") if but.zh else but
    if on.is_everything:
        return Text(f"全部商品{left_out.zh}", f"on all goods{left_out.en}") if but.zh else but
    named = _named(on)
    return Text(f"指定商品（{named.zh}）{left_out.zh}", f"on {named.en}{left_out.en}")


def _named(of: Selector) -> Text:
    if of.is_everything:
        but = _listed(of.not_skus | of.not_categories | of.not_tags)
        return Text(f"{but.zh} 以外商品", f"goods except {but.en}") if but.zh else but
    return _listed(of.skus | of.categories | of.tags)


def _listed(names: Iterable[str]) -> Text:
    return Text("、".join(sorted(names)), ", ".join(sorted(names)))


def _bounds(offer: Offer) -> Iterator[Text]:
    """What bounds it, and what it does not go with."""
    if offer.cap_fen is not None:
        yield Text(f"最多减 {_yuan(offer.cap_fen)}", f"at most {_yuan(offer.cap_fen)} off")
    if offer.floor_fen is not None:
        yield Text(f"每件不低于 {_yuan(offer.floor_fen)}", f"never below {_yuan(offer.floor_fen)} each")
    limits = offer.limits
    for most, zh, en in (
        (limits.per_order, "每单限 {} 次", "{} a sale"),
        (limits.per_member, "每人限 {} 次", "{} per member"),
        (limits.per_member_day, "每人每日限 {} 次", "{} per member and day"),
        (limits.per_day, "每日限 {} 次", "{} a day in all"),
        (limits.total, "共 {} 次", "{} in all"),
    ):
        if most is not None:
            yield Text(zh.format(most), en.format(most))
    if offer.takes_units:
        yield Text("每件只计一次", "each item counts once")
    if offer.exclusive:
        yield Text("不与其他优惠同用", "not with any other offer")
    elif offer.group or offer.not_with:
        yield Text("不与同类优惠同用", "not with offers of its kind")


def audience_words(audience: Audience, tiers: Sequence[Tier]) -> Text:
    """Whom something is for; empty where it is for everyone."""
    names = {tier.code: tier.name for tier in tiers}
    words: list[Text] = []
    if audience.tiers:
        named = [names.get(code, Text(code, code)) for code in sorted(audience.tiers)]
        words.append(Text("、".join(name.zh for name in named), ", ".join(name.en for name in named)))
    if audience.birthday:
        words.append(
            Text("生日当月", "in the birthday month")
            if audience.birthday == "month"
            else Text("生日当天", "on the birthday")
        )
    if audience.order_number is not None:
        words.append(Text(f"第 {audience.order_number} 单", f"on order {audience.order_number}"))
    if audience.joined_within_days is not None:
        days = audience.joined_within_days
        words.append(Text(f"入会 {days} 天内", f"within {days} days of joining"))
    if not words and audience.needs_member:
        words.append(Text("会员", "members"))
    for named_places, zh, en in (
        (audience.tags, "限 {}", "only {}"),
        (audience.channels, "限渠道 {}", "only in channel {}"),
        (audience.stores, "限门店 {}", "only in store {}"),
    ):
        if named_places:
            words.append(Text(zh.format("、".join(sorted(named_places))), en.format(", ".join(sorted(named_places)))))
    return Text("，".join(word.zh for word in words), ", ".join(word.en for word in words))


def _window(during: Window) -> Text:
    words: list[Text] = []
    if during.since is not None and during.until is not None:
        words.append(Text(f"{during.since} 至 {during.until}", f"{during.since} to {during.until}"))
    elif during.since is not None:
        words.append(Text(f"{during.since} 起", f"from {during.since}"))
    elif during.until is not None:
        words.append(Text(f"截至 {during.until}", f"until {during.until}"))
    if during.weekdays:
        names = _WEEKDAYS.en.split(",")
        zh = "、".join(f"周{_WEEKDAYS.zh[day - 1]}" for day in sorted(during.weekdays))
        words.append(Text(zh, ", ".join(names[day - 1] for day in sorted(during.weekdays))))
    if during.month_days:
        days = sorted(during.month_days)
        words.append(Text(f"每月 {'、'.join(map(str, days))} 日", f"on day {', '.join(map(str, days))} of each month"))
    if during.minutes:
        spans = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in during.minutes)
        words.append(Text(spans, spans))
    return Text(" ".join(word.zh for word in words), " ".join(word.en for word in words))


def _joined(parts: list[Text]) -> Text:
    zh = "，".join(part.zh for part in parts if part.zh)
    en = ", ".join(part.en for part in parts if part.en)
    return Text(spaced(zh), en[:1].upper() + en[1:])


def _points(count: int) -> str:
    return "point" if count == 1 else "points"


def _yuan(fen: int) -> str:
    return f"¥{trimmed(fen, 2)}"


def _clock(minutes: int) -> str:
    return f"{format_scaled(minutes // 60, 0):0>2}:{minutes % 60:02d}"
