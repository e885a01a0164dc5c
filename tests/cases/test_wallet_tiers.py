"""The rows about tiers that are reached, kept and lost, through the use cases (domain.md §1, §2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posapp.application.checkout import member_view
from posapp.application.tiers import give_tier
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import TierSet
from posapp.domain.ids import MemberId
from posapp.domain.programme import parse_programme
from posapp.domain.tier import progress
from posapp.storage import event_search
from tests.cases.points_shop import MANAGER, NO_RATES, at, buy, is_sound, member_of, new_member, shop, take_back
from tests.integration.tills import CASHIER, SteppingClock


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 3, 1))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = shop(tmp_path, clock, keep_tier_months=12)
    yield made
    assert is_sound(made)
    made.database.close()


def priced_at(till: Till, who: MemberId) -> str:
    """The tier of the member's next order."""
    return member_view(till.programme, member_of(till, who), till.business_day()).tier


def set_tiers(till: Till) -> list[TierSet]:
    with till.database.read() as connection:
        return list(event_search.of_kind(connection, TierSet))


@pytest.mark.parametrize(
    ("sales", "tier"),
    [(["200.00", "299.99"], "normal"), (["200.00", "300.00"], "silver"), (["10.00", "10.00", "10.00"], "silver")],
)
def test_W16_five_hundred_yuan_or_three_visits(till: Till, clock: SteppingClock, sales: list[str], tier: str) -> None:
    who = new_member(till)
    for yuan in sales[:-1]:
        buy(till, who, yuan)
        clock.step(days=1)
    done = buy(till, who, sales[-1])
    assert priced_at(till, who) == tier
    assert (done.tier is not None) == (tier == "silver"), "the sale that lifts a member says so"
    assert done.sale.tier == "normal", "the tier counts from the next order on"


def test_W17_one_order_of_two_thousand_jumps_to_gold(till: Till) -> None:
    who = new_member(till)
    done = buy(till, who, "2000.00")
    assert done.tier is not None
    assert (done.tier.before.code, done.tier.after.code) == ("normal", "gold")
    assert str(done.tier.after.until) == "2027-03-01"
    assert buy(till, who, "10.00").sale.tier == "gold"
    assert [(one.tier, one.reason) for one in set_tiers(till)] == [("gold", "sale")]


def test_W17_eight_visits_are_gold_too(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    for _ in range(8):
        buy(till, who, "1.00")
        clock.step(days=1)
    assert priced_at(till, who) == "gold"


def test_W19_the_distance_is_eighty_yuan_or_one_visit(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    for yuan in ("200.00", "220.00"):
        buy(till, who, yuan)
        clock.step(days=1)
    member = member_of(till, who)
    ahead = progress(till.programme, member.standing, member.held_tier)
    assert ahead.next_tier is not None
    assert (ahead.next_tier.code, ahead.spend_left_fen, ahead.visits_left) == ("silver", 8000, 1)


def test_a_tier_is_kept_twelve_months_and_then_reviewed_one_step_down(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "2500.00")
    clock.instant = at(2026, 8, 1)
    buy(till, who, "600.00")
    clock.instant = at(2027, 3, 1, 23)
    assert priced_at(till, who) == "gold"
    clock.instant = at(2027, 3, 2, 9)
    assert priced_at(till, who) == "silver", "600 in the year: not gold again"
    done = buy(till, who, "100.00")
    assert done.sale.tier == "silver"
    assert done.tier is not None
    assert [(one.tier, one.reason, str(one.until)) for one in set_tiers(till)] == [
        ("gold", "sale", "2027-03-01"),
        ("silver", "review", "2028-03-02"),
    ]
    buy(till, who, "1899.99")
    assert priced_at(till, who) == "silver", "what was spent before the review counts no more"
    clock.step(days=1)
    buy(till, who, "0.01")
    assert priced_at(till, who) == "gold"


def test_a_year_that_reaches_the_tier_again_keeps_it(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "2000.00")
    clock.instant = at(2026, 12, 1)
    buy(till, who, "2000.00")
    clock.instant = at(2027, 6, 1)
    assert priced_at(till, who) == "gold"
    clock.instant = at(2028, 3, 3)
    assert priced_at(till, who) == "silver", "nothing in the second year"
    clock.instant = at(2029, 3, 4)
    assert priced_at(till, who) == "normal", "nor in the third: looked at late, and the same"


def test_a_refund_of_the_order_that_lifted_takes_the_tier_back_at_once(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "600.00")
    lifting = buy(till, who, "1400.00")
    clock.step(days=3)
    assert priced_at(till, who) == "gold"
    take_back(till, lifting)
    assert priced_at(till, who) == "silver"
    assert [(one.tier, one.reason) for one in set_tiers(till)] == [
        ("silver", "sale"),
        ("gold", "sale"),
        ("silver", "refund"),
    ]


def test_a_tier_by_hand_holds_to_its_day_whatever_is_bought_or_returned(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    until = till.business_day().plus(60)
    with pytest.raises(InvalidField, match="somebody else"):
        give_tier(till, who, "gold", until, CASHIER, CASHIER.id, "VIP")
    with pytest.raises(InvalidField, match="not a tier"):
        give_tier(till, who, "platinum", until, CASHIER, MANAGER, "VIP")
    with pytest.raises(InvalidField, match="past"):
        give_tier(till, who, "gold", till.business_day().plus(-1), CASHIER, MANAGER, "VIP")
    give_tier(till, who, "gold", until, CASHIER, MANAGER, "VIP")
    assert priced_at(till, who) == "gold"
    take_back(till, buy(till, who, "300.00"))
    clock.step(days=60)
    assert priced_at(till, who) == "gold"
    clock.step(days=1)
    assert priced_at(till, who) == "normal"


def test_edits_of_the_programme_do_not_shorten_what_was_promised(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "2000.00")
    harder = [NO_RATES[0], NO_RATES[1], {"code": "gold", "any_of": {"spend": "9000.00"}}]
    till.programme = parse_programme(till.programme.to_json() | {"keep_tier_months": 1, "tiers": harder})
    clock.instant = at(2027, 3, 1)
    assert priced_at(till, who) == "gold"
    clock.instant = at(2027, 3, 2)
    assert priced_at(till, who) == "silver"


def test_where_tiers_are_never_lost_nothing_is_recorded(tmp_path: Path, clock: SteppingClock) -> None:
    ever = shop(tmp_path, clock, keep_tier_months=None)
    who = new_member(ever)
    assert buy(ever, who, "2000.00").tier is None
    assert set_tiers(ever) == []
    clock.instant = at(2036, 1, 1)
    assert priced_at(ever, who) == "gold"
    ever.database.close()
