"""Tiers: what is reached, and how far the next one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from posapp.domain.amounts import Growth, Money
from posapp.domain.member import Standing
from posapp.domain.programme import parse_programme
from posapp.domain.tier import progress, tier_of
from tests.unit.domain.baskets import programme


def standing(yuan: str, visits: int = 0, growth: int = 0) -> Standing:
    return Standing(spend=Money.parse(yuan), visits=visits, growth=Growth(growth))


@pytest.mark.parametrize(
    ("yuan", "visits", "tier"),
    [
        ("499.99", 2, "normal"),  # W-16
        ("500.00", 0, "silver"),
        ("30.00", 3, "silver"),
        ("2000.00", 1, "gold"),  # W-17: a tier may be jumped
        ("1999.99", 7, "silver"),
        ("0.00", 8, "gold"),
    ],
)
def test_any_threshold_reaches_a_tier_inclusively(yuan: str, visits: int, tier: str) -> None:
    assert tier_of(programme(), standing(yuan, visits)).code == tier


def test_the_distance_names_each_way_up() -> None:
    # W-19: "再消费80.00元或1次"
    ahead = progress(programme(), standing("420.00", 2))
    assert ahead.next_tier is not None
    assert ahead.next_tier.code == "silver"
    assert (ahead.spend_left_fen, ahead.visits_left, ahead.growth_left) == (8000, 1, None)


def test_the_top_has_nothing_above() -> None:
    ahead = progress(programme(), standing("2000.00"))
    assert (ahead.tier.code, ahead.next_tier, ahead.spend_left_fen) == ("gold", None, None)


def test_growth_alone_can_lift() -> None:
    rules = parse_programme(Path("resources/demo/programme.json").read_bytes())
    ahead = progress(rules, standing("1950.00", 7, 3640))
    assert ahead.next_tier is not None
    assert (ahead.tier.code, ahead.next_tier.code, ahead.growth_left) == ("gold", "diamond", 1360)
