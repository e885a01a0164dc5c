"""The programme document: read whole, or refused by the name of the field."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from posapp.domain.errors import InvalidField
from posapp.domain.programme import canonical_json, parse_programme
from posapp.domain.sale import TenderMethod

DEMO = Path("resources/demo/programme.json")


def document(**changes: Any) -> dict[str, Any]:
    return {"version": 1, "tiers": [{"code": "only"}], **changes}


def offer(**changes: Any) -> dict[str, Any]:
    return {"id": "ten", "give": {"type": "percent", "percent": "10"}, **changes}


def test_a_programme_goes_out_as_it_came_in() -> None:
    rules = parse_programme(DEMO.read_bytes())
    again = parse_programme(rules.to_json())
    assert again == rules
    assert again.hash == rules.hash == hashlib.sha256(canonical_json(rules.to_json())).digest()


def test_the_hash_changes_with_the_rules_and_not_with_the_order_of_names() -> None:
    one = parse_programme({"version": 1, "tiers": [{"code": "a", "rate": 9000}]})
    same = parse_programme(b'{"tiers": [{"rate": 9000, "code": "a"}],\n "version": 1}')
    other = parse_programme({"version": 1, "tiers": [{"code": "a", "rate": 9001}]})
    assert one.hash == same.hash
    assert one.hash != other.hash


def test_the_fields_mean_what_they_say() -> None:
    rules = parse_programme(DEMO.read_bytes())
    assert [(tier.code, tier.rate) for tier in rules.tiers] == [
        ("normal", 9500),
        ("silver", 9000),
        ("gold", 8500),
        ("diamond", 8000),
    ]
    assert rules.cutoff_minutes == 240
    assert rules.not_earning == {TenderMethod.MANUFACTURER_COUPON, "stored_value_bonus"}
    assert rules.growth_hundredths == 100
    assert rules.redeem is not None
    assert (rules.redeem.block, rules.redeem.cap_rate) == (100, 5000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tears": []}, "tears"),
        ({"version": 0}, "version"),
        ({"version": None}, "version"),
        ({"version": True}, "version"),
        ({"format": 2}, "format"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"day_ends": "4am"}, "day_ends"),
        ({"day_ends": "24:30"}, "day_ends"),
        ({"tiers": []}, "tiers"),
        ({"tiers": {"code": "a"}}, "tiers"),
        ({"tiers": [{"code": "a"}, {"code": "a", "any_of": {"visits": 1}}]}, "tiers[1].code"),
        ({"tiers": [{"code": "a"}, {"code": "b"}]}, "tiers[1].any_of"),
        ({"tiers": [{"code": "a", "any_of": {"visits": 1}}]}, "tiers[0].any_of"),
        ({"tiers": [{"code": "a", "rate": 10001}]}, "tiers[0].rate"),
        ({"tiers": [{"code": "a", "rate": 0.85}]}, "tiers[0].rate"),
        ({"tiers": [{"code": "a", "rate": "8500"}]}, "tiers[0].rate"),
        (
            {"tiers": [{"code": "a"}, {"code": "b", "any_of": {"visits": 3}}, {"code": "c", "any_of": {"visits": 3}}]},
            "tiers[2].any_of.visits",
        ),
        ({"points": {"earn": {"per": "0.00"}}}, "points.earn.per"),
        ({"points": {"redeem": {"points": 3, "value": "1.00", "block": 1}}}, "points.redeem.block"),
        ({"points": {"redeem": {"identification": ["face"]}}}, "points.redeem.identification[0]"),
        ({"points": {"spend": {}}}, "points.spend"),
        ({"not_earning_tenders": ["gold_bars"]}, "not_earning_tenders[0]"),
        ({"round_off": "up"}, "round_off"),
        ({"campaigns": [{"id": "x", "points_times": "0.5"}]}, "campaigns[0].points_times"),
        ({"campaigns": [{"id": "x", "during": {"weekdays": [8]}}]}, "campaigns[0].during.weekdays[0]"),
        ({"campaigns": [{"id": "x", "during": {"from": "2026-02-30"}}]}, "campaigns[0].during.from"),
        (
            {"campaigns": [{"id": "x", "during": {"from": "2026-03-02", "until": "2026-03-01"}}]},
            "campaigns[0].during.until",
        ),
        ({"campaigns": [{"id": "x", "for": {"tiers": ["gold"]}}]}, "campaigns[0].for.tiers"),
        ({"offers": [offer(give={"type": "percent", "percent": "101"})]}, "offers[0].give.percent"),
        ({"offers": [offer(give={"type": "amount", "amount": 5})]}, "offers[0].give.amount"),
        ({"offers": [offer(give={"type": "amount", "amount": "-5.00"})]}, "offers[0].give.amount"),
        ({"offers": [offer(give={"type": "magic"})]}, "offers[0].give.type"),
        ({"offers": [offer(give=None)]}, "offers[0].give"),
        ({"offers": [offer(), offer()]}, "offers[1].id"),
        ({"offers": [offer(id="points")]}, "offers[0].id"),
        ({"offers": [offer(id="tier.gold")]}, "offers[0].id"),
        ({"offers": [offer(not_with=["nobody"])]}, "offers[0].not_with"),
        ({"offers": [offer(on={"skus": ["a", 3]})]}, "offers[0].on.skus[1]"),
        ({"offers": [offer(when={"min_amount": "1.001"})]}, "offers[0].when.min_amount"),
        ({"policies": {"combination": "worst"}}, "policies.combination"),
    ],
)
def test_a_refusal_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_programme(document(**changes))
    assert caught.value.field == field
    assert caught.value.reason_zh
    assert caught.value.reason_en


@pytest.mark.parametrize("data", [b"", b"[1]", b"\xff", b'{"version": 1, "version": 2}', b"[" * 100_000, b'{"a": 1'])
def test_bytes_that_are_no_document_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidField):
        parse_programme(data)
