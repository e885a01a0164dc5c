"""Tiers: what is reached, and how far the next one is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from posapp.domain.amounts import Growth, Money
from posapp.domain.member import HeldTier, Measures, Standing
from posapp.domain.programme import parse_programme
from posapp.domain.tier import (
    after_refund,
    after_sale,
    given_by_hand,
    held_now,
    progress,
    review,
    tier_of,
)
from posapp.domain.time import BusinessDay
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


DAY = BusinessDay.of(date(2026, 1, 31))


def test_a_member_rises_at_once_and_falls_one_step_when_the_promise_ends() -> None:
    rules = programme(keep_tier_months=12)
    last = BusinessDay.of(date(2027, 1, 31))
    held = after_sale(rules, HeldTier("normal", None), standing("2000.00"), DAY)
    assert held == HeldTier("gold", last, year=Measures(200_000))
    assert after_sale(rules, held, standing("0.00"), DAY) == held
    assert review(rules, held, standing("2000.00"), last) == held
    after = last.plus(1)
    fallen = review(rules, held, standing("2600.00"), after)
    assert fallen == HeldTier(
        "silver", BusinessDay.of(date(2028, 2, 1)), year=Measures(260_000), rise=Measures(260_000)
    )
    assert after_sale(rules, fallen, standing("4599.99"), after) == fallen, "what was counted before counts no more"
    assert after_sale(rules, fallen, standing("4600.00"), after).code == "gold"
    kept = review(rules, held, standing("4000.00"), after)
    assert kept == HeldTier("gold", BusinessDay.of(date(2028, 2, 1)), year=Measures(400_000))
    assert review(rules, HeldTier("normal", last), standing("0.00"), after).code == "normal"


def test_a_review_gives_the_same_whenever_it_is_looked_at() -> None:
    rules = programme(keep_tier_months=12)
    held = HeldTier("gold", DAY, year=Measures(200_000))
    stood = standing("2000.00")
    assert held_now(rules, held, stood, DAY).code == "gold"
    on_time = held_now(rules, held, stood, DAY.plus(1))
    assert on_time == held_now(rules, held, stood, DAY.plus(200))
    assert on_time.code == "silver"
    assert held_now(rules, on_time, stood, DAY.plus(800)) == held_now(rules, held, stood, DAY.plus(800))
    assert held_now(rules, held, stood, DAY.plus(800)).code == "normal"
    assert held_now(rules, HeldTier("dropped", None), stood, DAY).code == "gold", "a tier that is no more"


def test_a_tier_given_by_hand_holds_until_its_day_and_no_longer() -> None:
    rules = programme(keep_tier_months=12)
    held = given_by_hand(HeldTier("normal", None), "gold", DAY, standing("100.00"))
    assert held_now(rules, held, standing("100.00"), DAY) == held
    assert held_now(rules, held, standing("100.00"), DAY.plus(1)).code == "normal"
    assert held_now(rules, held, standing("2100.00"), DAY.plus(1)).code == "gold", "reached meanwhile"


def test_edits_of_the_programme_do_not_shorten_what_was_promised() -> None:
    held = after_sale(programme(keep_tier_months=12), HeldTier("normal", None), standing("500.00"), DAY)
    shorter = programme(keep_tier_months=1)
    assert held_now(shorter, held, standing("500.00"), BusinessDay.of(date(2027, 1, 31))) == held


def test_a_refund_of_what_lifted_a_member_takes_the_tier_back() -> None:
    rules = programme(keep_tier_months=12)
    held = HeldTier("gold", DAY.plus(300))
    assert after_refund(rules, held, standing("2000.00"), standing("700.00"), DAY).code == "silver"
    assert after_refund(rules, held, standing("900.00"), standing("700.00"), DAY) == held
    by_hand = HeldTier("gold", DAY.plus(300), by_hand=True)
    assert after_refund(rules, by_hand, standing("2000.00"), standing("0.00"), DAY) == by_hand


def test_without_a_period_no_tier_is_ever_lost() -> None:
    held = after_sale(programme(), HeldTier("normal", None), standing("500.00"), DAY)
    assert (held.code, held.until) == ("silver", None)
    assert review(programme(), held, standing("0.00"), DAY.plus(9999)) == held
