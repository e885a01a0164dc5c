"""The sentence that customers will read, made from each rule in both languages."""

from __future__ import annotations

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
from posapp.domain.programme.offer import Condition, Offer
from posapp.domain.selector import Selector
from posapp.domain.text import Text, rate_words, trimmed

_WEEKDAYS = Text("一二三四五六日", "Mon,Tue,Wed,Thu,Fri,Sat,Sun")


def offer_sentence(offer: Offer) -> Text:
    """An offer in one sentence with its numbers."""
    parts = [
        _window(offer.during),
        _audience(offer.audience),
        _condition(offer),
        _goods(offer.on),
        give_words(offer.give),
    ]
    if offer.cap_fen is not None:
        parts.append(Text(f"最多减 {_yuan(offer.cap_fen)}", f"at most {_yuan(offer.cap_fen)} off"))
    if offer.limits.per_member is not None:
        most = offer.limits.per_member
        parts.append(Text(f"每人限 {most} 次", f"{most} per member"))
    if offer.points_cost:
        parts.append(Text(f"需 {offer.points_cost} 积分", f"for {offer.points_cost} points"))
    return _joined(parts)


def campaign_sentence(campaign: Campaign) -> Text:
    """A campaign in one sentence."""
    parts = [_window(campaign.during), _audience(campaign.audience)]
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
    reached = Text("或".join(way.zh for way in ways) or "开卡即享", " or ".join(way.en for way in ways) or "on joining")
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
                f"{earn.points} points for each {_yuan(earn.per_fen)}",
            )
        )
    if earn.per_unit:
        words.append(Text(f"每件得 {earn.per_unit} 积分", f"{earn.per_unit} points for each item"))
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


def give_words(give: Give) -> Text:
    """What an offer gives, in words."""
    match give:
        case Off(reward=reward):
            return reward_words(reward)
        case Each(reward=reward):
            words = reward_words(reward)
            return Text(f"每件{words.zh}", f"{words.en} each")
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


def _condition(offer: Offer) -> Text:
    condition: Condition = offer.condition
    if isinstance(offer.give, SpendLadder):
        return Text("", "")
    if condition.every_fen:
        return Text(f"每满 {_yuan(condition.every_fen)}", f"for each {_yuan(condition.every_fen)}")
    if condition.every_milli:
        return Text(f"每买 {trimmed(condition.every_milli, 3)} 件", f"for each {trimmed(condition.every_milli, 3)}")
    if condition.minimum_fen:
        return Text(f"满 {_yuan(condition.minimum_fen)}", f"from {_yuan(condition.minimum_fen)}")
    if condition.minimum_milli:
        return Text(f"满 {trimmed(condition.minimum_milli, 3)} 件", f"from {trimmed(condition.minimum_milli, 3)} items")
    return Text("", "")


def _goods(on: Selector) -> Text:
    if on.is_everything:
        return Text("", "")
    named = "、".join(sorted(on.skus | on.categories | on.tags))
    return Text(f"指定商品（{named}）", f"on {named}:")


def _audience(audience: Audience) -> Text:
    words: list[Text] = []
    if audience.tiers:
        words.append(Text("、".join(sorted(audience.tiers)), ", ".join(sorted(audience.tiers))))
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
    return Text("".join(word.zh for word in words), ", ".join(word.en for word in words))


def _window(during: Window) -> Text:
    words: list[Text] = []
    if during.since is not None or during.until is not None:
        since, until = during.since or "", during.until or ""
        words.append(Text(f"{since} 至 {until}", f"{since} to {until}"))
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
    en = " ".join(part.en for part in parts if part.en)
    return Text(zh, en[:1].upper() + en[1:])


def _yuan(fen: int) -> str:
    return f"¥{trimmed(fen, 2)}"


def _clock(minutes: int) -> str:
    return f"{format_scaled(minutes // 60, 0):0>2}:{minutes % 60:02d}"
