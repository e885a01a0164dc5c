"""What an owner hears before publishing, and the sentences that customers will read.

Each remark is tested under the row that it comes from, with its words in both languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posapp.domain.amounts import Money
from posapp.domain.programme import parse_programme
from posapp.domain.programme.sentences import (
    campaign_sentence,
    earning_sentences,
    offer_sentence,
    pass_sentence,
    return_fee_sentence,
    tier_sentence,
)
from posapp.domain.programme_lint import Finding, lint
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from tests.unit.domain.baskets import MEMBER_DAY, line

TODAY = BusinessDay.of(MEMBER_DAY.date())
TIERS: list[dict[str, Any]] = [
    {"code": "normal", "rate": 9500},
    {"code": "silver", "rate": 9000, "any_of": {"visits": 3}, "benefits": ["隐藏菜单"]},
    {"code": "gold", "rate": 8500, "any_of": {"visits": 8}},
]
FLAT: list[dict[str, Any]] = [{**tier, "rate": 10_000} for tier in TIERS]
PERCENT: dict[str, Any] = {"type": "percent", "percent": 5}


def document(**changes: Any) -> dict[str, Any]:
    return {"version": 1, "name": "茶友卡", "tiers": TIERS, **changes}


def findings(code: str, margin_rate: int | None = None, **changes: Any) -> list[Finding]:
    found = lint(parse_programme(document(**changes)), TODAY, margin_rate=margin_rate)
    return [each for each in found if each.code == code]


def said(code: str, margin_rate: int | None = None, **changes: Any) -> tuple[str, bool, str, str]:
    """The field of the only remark of a code, whether it blocks, and its words."""
    (one,) = findings(code, margin_rate, **changes)
    return one.field, one.blocks, one.words.zh, one.words.en


def test_a_sound_programme_is_not_remarked_upon() -> None:
    assert lint(parse_programme(document()), TODAY) == []


def test_the_demo_programme_may_be_published() -> None:
    rules = parse_programme(Path("resources/demo/programme.json").read_bytes())
    assert [each for each in lint(rules, TODAY) if each.blocks] == []


def test_W07_a_generic_name_is_remarked_upon_and_one_of_ones_own_is_not() -> None:
    words = "名称太普通，建议用自己的名字，如「茶友卡」", "The name is generic: give it one of your own"
    assert said("W-07", name="某某会员卡") == ("name", False, *words)
    assert said("W-07", name={"zh_CN": "茶友", "en": "Our Loyalty Card"}) == ("name", False, *words)
    assert not findings("W-07", name="茶友卡")


@pytest.mark.parametrize(("count", "is_fine"), [(1, False), (2, False), (3, True), (5, True), (6, False)])
def test_W09_three_to_five_tiers(count: int, is_fine: bool) -> None:
    tiers = [{"code": f"t{place}", **({"any_of": {"visits": place}} if place else {})} for place in range(count)]
    if is_fine:
        assert not findings("W-09", tiers=tiers)
    else:
        words = f"共 {count} 个等级，3 至 5 个最易懂", f"{count} tiers: three to five are easiest to follow"
        assert said("W-09", tiers=tiers) == ("tiers", False, *words)


def test_W21_a_higher_tier_that_is_worse_is_refused() -> None:
    worse = [TIERS[0], {**TIERS[1], "name": "银卡"}, {**TIERS[2], "name": "金卡", "rate": 9200}]
    words = "金卡（9.2 折）不如银卡", "金卡 (8% off) is worse than 银卡"
    assert said("W-21", tiers=worse) == ("tiers[2].rate", True, *words)
    assert findings("W-21", tiers=[TIERS[0], {**TIERS[1], "points_times": "2"}, TIERS[2]])
    assert not findings("W-21")


def test_W48_only_a_discount_and_points_until_something_is_added() -> None:
    bare = [TIERS[0], {**TIERS[1], "benefits": []}, TIERS[2]]
    words = "只有折扣和积分，可加隐藏菜单、专属服务等", "Only a discount and points: add something others lack"
    assert said("W-48", tiers=bare) == ("tiers", False, *words)
    assert not findings("W-48")


def test_W49_growth_that_nothing_earns_is_refused() -> None:
    tiers = [*TIERS, {"code": "d", "rate": 8000, "any_of": {"growth": 1000}}]
    words = "要求成长值，却没有说明如何获得", "asks for growth, and nothing earns any"
    assert said("W-49", tiers=tiers) == ("tiers[3].any_of.growth", True, *words)
    assert not findings("W-49", tiers=tiers, growth_per_yuan=1)


def test_X12_benefits_are_weighed_against_the_margin() -> None:
    # 8.5 折 × 9 折 and 2 % back in points: 23.5 % + 2 % of 76.5 %, on a margin of 30 %.
    changes: dict[str, Any] = {
        "campaigns": [{"id": "c", "during": {"month_days": [18]}, "rate": 9000}],
        "points": {"earn": {"points": 2}, "redeem": {}},
    }
    words = (
        "最高等级叠加活动共让利 25.03%，毛利只有 30%",
        "Top tier and campaign give 25.03% away of a margin of 30%",
    )
    assert said("X-12", 3000, **changes) == ("campaigns", False, *words)
    assert not findings("X-12", 6000, **changes)


def test_X16_a_reward_for_praise_is_refused() -> None:
    words = "不得以好评为条件给奖励；可奖励任何评价", "A reward may not depend on praise; reward any review"
    give = {"type": "amount", "amount": "5.00"}
    praised = [{"id": "r", "name": "好评返 5 元", "by": "coupon", "give": give}]
    assert said("X-16", offers=praised) == ("offers[0].name", True, *words)
    day = [{"id": "c", "name": "5-star review day", "during": {"month_days": [1]}, "points_times": 2}]
    assert said("X-16", campaigns=day) == ("campaigns[0].name", True, *words)
    assert not findings("X-16", offers=[{**praised[0], "name": "晒单返 5 元"}])


def test_X25_a_second_lasting_discount_is_refused() -> None:
    lasting = {"id": "c", "for": {"members": True}, "rate": 9000}
    words = "长期折扣只能有一个，等级折扣已是", "Only one lasting discount: the tiers give one"
    assert said("X-25", campaigns=[lasting]) == ("campaigns[0]", True, *words)
    everything_off = {"id": "o", "give": PERCENT}
    assert said("X-25", offers=[everything_off]) == ("offers[0]", True, *words)
    words = "长期折扣只能有一个，campaigns[0]已是", "Only one lasting discount: campaigns[0] gives one"
    assert said("X-25", tiers=FLAT, campaigns=[lasting], offers=[everything_off]) == ("offers[0]", True, *words)
    assert not findings("X-25", tiers=FLAT, campaigns=[lasting])
    monthly = {"id": "coupon", "by": "coupon", "give": PERCENT}
    assert not findings("X-25", offers=[monthly, {**everything_off, "during": {"weekdays": [2]}}])


def test_overlapping_campaigns_are_named_with_their_first_common_day() -> None:
    both = [
        {"id": "c", "name": "会员日", "during": {"month_days": [18]}, "rate": 9000},
        {"id": "d", "name": "周五", "during": {"weekdays": [5]}, "rate": 9500},
    ]
    words = "与「会员日」在 2026-12-18 重叠，只计较优的一个", "overlaps “会员日” on 2026-12-18: only the better counts"
    assert said("overlap", campaigns=both) == ("campaigns[1]", False, *words)
    apart = [{**both[0], "for": {"tiers": ["gold"]}}, {**both[1], "for": {"tiers": ["silver"]}}]
    assert not findings("overlap", campaigns=apart)


@pytest.mark.parametrize(
    ("changes", "field", "zh", "en"),
    [
        (
            {"campaigns": [{"id": "c", "during": {"until": "2026-01-01"}, "rate": 9000}]},
            "campaigns[0].during",
            "一年之内没有任何一天生效",
            "runs on no day of the coming year",
        ),
        (
            {"offers": [{"id": "o", "during": {"from": "2026-12-01", "until": "2026-12-05", "month_days": [31]}}]},
            "offers[0]",
            "一年之内没有任何一天生效",
            "runs on no day of the coming year",
        ),
        ({"offers": [{"id": "o", "limits": {"total": 0}}]}, "offers[0]", "次数上限为零", "its limit is nought"),
        (
            {"policies": {"coupons_per_order": 0}, "offers": [{"id": "o", "by": "code"}]},
            "offers[0]",
            "本方案每单不可用券",
            "the programme lets no order use a coupon",
        ),
        (
            {"points": {"earn": {}}, "offers": [{"id": "o", "by": "points", "points": {"cost": 5}}]},
            "offers[0]",
            "本方案积分不可使用",
            "points cannot be spent in this programme",
        ),
        (
            {"offers": [{"id": "o", "on": {"skus": ["a"], "except": {"skus": ["a", "b"]}}}]},
            "offers[0]",
            "所选商品全部又被排除",
            "all of its goods are excepted again",
        ),
        (
            {"offers": [{"id": name, "by": "code", "code": "SAME"} for name in ("o", "p")]},
            "offers[1]",
            "券码与「o」相同",
            "its code is that of “o”",
        ),
        (
            {
                "policies": {"combination": "priority"},
                "offers": [
                    {"id": "all", "name": "全场", "exclusive": True, "priority": 5},
                    {"id": "o", "during": {"weekdays": [1]}},
                ],
            },
            "offers[1]",
            "「全场」总是优先且不与其他活动同用",
            "“全场” always comes first and alone",
        ),
    ],
)
def test_a_rule_that_can_never_apply_is_named(changes: dict[str, Any], field: str, zh: str, en: str) -> None:
    if "offers" in changes:
        changes = {**changes, "offers": [{"give": PERCENT, **offer} for offer in changes["offers"]]}
    assert said("never", **changes) == (field, False, zh, en)


def test_a_combination_that_sells_below_cost_is_named() -> None:
    thirty = {"id": "third", "name": "七折", "during": {"weekdays": [3]}, "give": {"type": "percent", "percent": 30}}
    goods = [line("dear", "100.00", cost=Money(6000)), line("cheap", "100.00", cost=Money(5000))]

    def losses(**changes: Any) -> list[tuple[str, str, str]]:
        found = lint(parse_programme(document(**changes)), TODAY, goods=goods)
        return [(each.field, each.words.zh, each.words.en) for each in found if each.code == "loss"]

    assert losses() == []
    assert losses(offers=[thirty]) == [
        (
            "goods.dear",
            "dear 于 2026-11-18 经 gold 8.5 折、七折 后亏 0.50",
            "dear loses 0.50 on 2026-11-18 after gold 15% off, 七折",
        )
    ]


def test_a_loss_on_another_day_or_with_a_coupon_is_found_too() -> None:
    goods = [line("dear", "100.00", cost=Money(7700))]
    day = {"id": "friday", "name": "周五", "during": {"weekdays": [5]}, "rate": 9000}
    code = {"id": "ten", "name": "九折码", "by": "code", "give": {"type": "percent", "percent": 10}}
    five = {"id": "five", "by": "coupon", "give": {"type": "amount", "amount": "50.00"}}
    for changes, word in (({"campaigns": [day]}, "周五"), ({"offers": [code, five]}, "九折码")):
        (loss,) = [e for e in lint(parse_programme(document(**changes)), TODAY, goods=goods) if e.code == "loss"]
        assert "亏 0.50" in loss.words.zh
        assert word in loss.words.zh
    assert not [e for e in lint(parse_programme(document(offers=[five])), TODAY, goods=goods) if e.code == "loss"]


def test_rules_are_put_into_sentences() -> None:
    rules = parse_programme(Path("resources/demo/programme.json").read_bytes())
    by_id = {offer.id: offer_sentence(offer) for offer in rules.offers}
    assert (by_id["save50"].zh, by_id["save50"].en) == ("凭券，满 ¥300，减 ¥50", "With a coupon, from ¥300, ¥50 off")
    day = campaign_sentence(rules.campaigns[0])
    assert day.zh == "每月 18 日，会员，折上再享 9 折，积分 2 倍"
    assert day.en == "On day 18 of each month, members, an extra 10% off, 2× points"
    assert tier_sentence(rules.tiers[2]).zh.startswith("金卡：累计消费满 ¥2000 或消费满 8 次或成长值达 2000，享 8.5 折")
    assert earning_sentences(rules)[1].en == "100 points pay ¥1, up to 50% of a sale"


@pytest.mark.parametrize(
    ("fee", "zh", "en"),
    [
        ({"amount": "3.00"}, "退货费，每件 ¥3", "Return fee, ¥3 an item"),
        ({"on": {"tags": ["gift"]}, "rate": 0}, "退货费，指定商品（gift），免费", "Return fee, on gift, free"),
        (
            {"after_days": 7, "rate": 550, "amount": "0.50"},
            "退货费，售出 7 天起，退款额的 5.5% 加每件 ¥0.5",
            "Return fee, from day 7, 5.5% of what goes back and ¥0.5 an item",
        ),
    ],
)
def test_X15_what_a_return_costs_is_told_before(fee: dict[str, Any], zh: str, en: str) -> None:
    (rule,) = parse_programme(document(returns={"fee": [fee]})).return_fees
    assert return_fee_sentence(rule) == Text(zh, en)


@pytest.mark.parametrize(
    ("offer", "zh", "en"),
    [
        (
            {"during": {"until": "2026-12-31"}, "for": {"tiers": ["gold"]}, "exclusive": True},
            "截至 2026-12-31，金卡，5% off，不与其他优惠同用",
            "Until 2026-12-31, Gold, 5% off, not with any other offer",
        ),
        (
            {
                "by": "code",
                "code": "TEA",
                "when": {"min_amount": "100.00", "of": {"categories": ["tea"]}},
                "cap": "9.00",
            },
            "凭码 TEA，tea 满 ¥100，5% off，最多减 ¥9",
            "With code TEA, from ¥100 of tea, 5% off, at most ¥9 off",
        ),
        (
            {"on": {"tags": ["new"], "except": {"skus": ["x"]}}, "limits": {"per_member": 1, "total": 100}},
            "指定商品（new）（x 除外），5% off，每人限 1 次，共 100 次",
            "On new except x, 5% off, 1 per member, 100 in all",
        ),
        (
            {"for": {"channels": ["mini"]}, "group": "g", "floor_price": "8.00"},
            "限渠道 mini，5% off，每件不低于 ¥8，不与同类优惠同用",
            "Only in channel mini, 5% off, never below ¥8 each, not with offers of its kind",
        ),
        (
            {
                "on": {"skus": ["mug"]},
                "when": {"min_amount": "50.00", "of": {"except": {"skus": ["mug"]}}},
                "give": {"type": "price", "price": "9.90", "max_quantity": 1},
            },
            "mug 以外商品 满 ¥50，指定商品（mug），每件 ¥9.9，限 1 件",
            "From ¥50 of goods except mug, on mug, at ¥9.9 each for up to 1",
        ),
    ],
)
def test_every_term_of_an_offer_is_in_its_sentence(offer: dict[str, Any], zh: str, en: str) -> None:
    tiers = [*TIERS[:2], {**TIERS[2], "name": {"zh_CN": "金卡", "en": "Gold"}}]
    rules = parse_programme(document(tiers=tiers, offers=[{"id": "o", "give": PERCENT, **offer}]))
    sentence = offer_sentence(rules.offers[0], rules.tiers)
    assert (sentence.zh, sentence.en) == (zh.replace("5% off", "9.5 折"), en)


SET = [{"id": "cup", "name": {"zh_CN": "拿铁", "en": "Latte"}, "value": "26.00", "uses": 2, "on": {"skus": ["CF005"]}},
       {"id": "seat", "name": {"zh_CN": "茶席", "en": "Seat"}, "value": "98.00"}]  # fmt: skip


@pytest.mark.parametrize(
    ("sold", "zh", "en"),
    [
        (
            {"kind": "count", "price": "20.00", "uses": 1, "per_day": 1},
            "卡：¥20，1 次，单独核销，每天限 1 次，永久有效",
            "Card: ¥20, 1 use, used by itself, 1 a day, good for ever",
        ),
        (
            {"kind": "count", "price": "20.00", "uses": 2, "transferable": False},
            "卡：¥20，2 次，单独核销，仅限本人使用，永久有效",
            "Card: ¥20, 2 uses, used by itself, for its first owner alone, good for ever",
        ),
        (
            {"kind": "time", "price": "300.00", "on": {"tags": ["tea"]},
             "valid": {"type": "until", "until": "2026-12-31"}},
            "卡：¥300，抵指定商品（tea），2026-12-31 前有效（含当日）",
            "Card: ¥300, pays tea, good until 2026-12-31",
        ),
        (
            {"kind": "bundle", "price": "128.00", "components": SET, "valid": {"type": "days", "count": 90}},
            "卡：¥128，拿铁 ×2（抵指定商品（CF005）），茶席，90 天内有效",
            "Card: ¥128, Latte ×2 (pays CF005), Seat, good for 90 days",
        ),
        (
            {"kind": "points", "price": "50.00", "points": 600, "valid": {"type": "this_year"}},
            "卡：¥50，得 600 积分，当年有效",
            "Card: ¥50, 600 points, good this year",
        ),
        ({"kind": "benefit", "valid": {"type": "this_month"}}, "卡：赠送，当月有效", "Card: Given, good this month"),
    ],
)  # fmt: skip
def test_what_a_pass_is_for_is_told(sold: dict[str, Any], zh: str, en: str) -> None:
    named = {"id": "card", "name": {"zh_CN": "卡", "en": "Card"}}
    (one,) = parse_programme(document(passes=[named | sold])).passes
    assert pass_sentence(one) == Text(zh, en)


def test_art_9_a_bar_on_transfers_needs_a_reason() -> None:
    bound = {"id": "gym", "kind": "count", "price": "20.00", "uses": 2, "transferable": False}
    given = {"id": "gift", "kind": "count", "uses": 2, "transferable": False}
    assert said("Art-9", passes=[bound, given]) == (
        "passes[0].transferable",
        False,
        "没有正当理由的禁止转让条款无效：只在服务因人而异时才用",
        "A bar on transfers is void without a reason: keep it for what depends on the person",
    )
    assert findings("Art-9", passes=[{**bound, "transferable": True}]) == []
