"""What an owner hears before publishing, and the sentences that customers will read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posapp.domain.amounts import Money
from posapp.domain.programme import parse_programme
from posapp.domain.programme.sentences import campaign_sentence, earning_sentences, offer_sentence, tier_sentence
from posapp.domain.programme_lint import Finding, lint
from posapp.domain.time import BusinessDay
from tests.unit.domain.baskets import MEMBER_DAY, line

TODAY = BusinessDay.of(MEMBER_DAY.date())
TIERS: list[dict[str, Any]] = [
    {"code": "normal", "rate": 9500},
    {"code": "silver", "rate": 9000, "any_of": {"visits": 3}, "benefits": ["隐藏菜单"]},
    {"code": "gold", "rate": 8500, "any_of": {"visits": 8}},
]


def findings(code: str, margin_rate: int | None = None, **changes: Any) -> list[Finding]:
    rules = parse_programme({"version": 1, "name": "茶友卡", "tiers": TIERS, **changes})
    return [each for each in lint(rules, TODAY, margin_rate=margin_rate) if each.code == code]


def test_a_sound_programme_is_not_remarked_upon() -> None:
    assert lint(parse_programme({"version": 1, "name": "茶友卡", "tiers": TIERS}), TODAY) == []


def test_the_demo_programme_may_be_published() -> None:
    rules = parse_programme(Path("resources/demo/programme.json").read_bytes())
    assert [each for each in lint(rules, TODAY) if each.blocks] == []


@pytest.mark.parametrize(
    ("code", "changes", "field", "blocks"),
    [
        ("W-07", {"name": "某某会员卡"}, "name", False),
        ("W-09", {"tiers": TIERS[:2]}, "tiers", False),
        (
            "W-09",
            {
                "tiers": [
                    *TIERS,
                    *({"code": c, "rate": 8000, "any_of": {"visits": v}} for c, v in (("d", 9), ("e", 10), ("f", 11))),
                ]
            },
            "tiers",
            False,
        ),
        ("W-21", {"tiers": [TIERS[0], TIERS[1], {**TIERS[2], "rate": 9200}]}, "tiers[2].rate", True),
        ("W-48", {"tiers": [TIERS[0], {**TIERS[1], "benefits": []}, TIERS[2]]}, "tiers", False),
        (
            "W-49",
            {"tiers": [*TIERS, {"code": "d", "rate": 8000, "any_of": {"growth": 1000}}]},
            "tiers[3].any_of.growth",
            True,
        ),
        (
            "X-16",
            {"offers": [{"id": "r", "name": "好评返 5 元", "give": {"type": "amount", "amount": "5.00"}}]},
            "offers[0].name",
            True,
        ),
        ("X-25", {"campaigns": [{"id": "c", "for": {"members": True}, "rate": 9000}]}, "campaigns[0]", True),
        (
            "overlap",
            {
                "campaigns": [
                    {"id": "c", "during": {"month_days": [18]}, "rate": 9000},
                    {"id": "d", "during": {"weekdays": [5]}, "rate": 9500},
                ]
            },
            "campaigns[1]",
            False,
        ),
        (
            "never",
            {"campaigns": [{"id": "c", "during": {"until": "2026-01-01"}, "rate": 9000}]},
            "campaigns[0].during",
            False,
        ),
        (
            "never",
            {
                "offers": [
                    {
                        "id": "o",
                        "during": {"from": "2026-12-01", "until": "2026-12-05", "month_days": [31]},
                        "give": {"type": "percent", "percent": 5},
                    }
                ]
            },
            "offers[0]",
            False,
        ),
        (
            "never",
            {"offers": [{"id": "o", "limits": {"total": 0}, "give": {"type": "percent", "percent": 5}}]},
            "offers[0]",
            False,
        ),
        (
            "never",
            {
                "policies": {"coupons_per_order": 0},
                "offers": [{"id": "o", "by": "code", "give": {"type": "percent", "percent": 5}}],
            },
            "offers[0]",
            False,
        ),
        (
            "never",
            {
                "offers": [
                    {"id": i, "by": "code", "code": "SAME", "give": {"type": "percent", "percent": 5}}
                    for i in ("o", "p")
                ]
            },
            "offers[1]",
            False,
        ),
    ],
)
def test_each_remark(code: str, changes: dict[str, Any], field: str, blocks: bool) -> None:
    (finding,) = findings(code, **changes)
    assert (finding.field, finding.blocks) == (field, blocks)
    assert finding.words.zh
    assert finding.words.en


def test_benefits_are_weighed_against_the_margin() -> None:
    # X-12: 8.5 折 × 9 折 and 2 % back in points, on a margin of 30 %.
    changes: dict[str, Any] = {
        "campaigns": [{"id": "c", "during": {"month_days": [18]}, "rate": 9000}],
        "points": {"earn": {"points": 2}, "redeem": {}},
    }
    (finding,) = findings("X-12", 3000, **changes)
    assert "25.03%" in finding.words.en
    assert not findings("X-12", 6000, **changes)


def test_a_combination_that_sells_below_cost_is_named() -> None:
    rules = parse_programme(
        {
            "version": 1,
            "name": "茶友卡",
            "tiers": TIERS,
            "offers": [{"id": "third", "give": {"type": "percent", "percent": 30}}],
        }
    )
    goods = [line("dear", "100.00", cost=Money(6000)), line("cheap", "100.00", cost=Money(5000))]
    (finding,) = [each for each in lint(rules, TODAY, goods=goods) if each.code == "loss"]
    assert finding.field == "goods.dear"
    assert finding.words.en == "dear loses 0.50 after tier.gold, third"


def test_rules_are_put_into_sentences() -> None:
    rules = parse_programme(Path("resources/demo/programme.json").read_bytes())
    by_id = {offer.id: offer_sentence(offer) for offer in rules.offers}
    assert (by_id["save50"].zh, by_id["save50"].en) == ("满 ¥300，减 ¥50", "From ¥300 ¥50 off")
    day = campaign_sentence(rules.campaigns[0])
    assert day.zh == "每月 18 日，会员，折上再享 9 折，积分 2 倍"
    assert day.en == "On day 18 of each month members an extra 10% off 2× points"
    assert tier_sentence(rules.tiers[2]).zh.startswith("金卡：累计消费满 ¥2000或消费满 8 次或成长值达 2000，享 8.5 折")
    assert earning_sentences(rules)[1].en == "100 points pay ¥1, up to 50% of a sale"
