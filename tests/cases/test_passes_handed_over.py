"""Passes for a period and bundles become another member's; what comes back of either owner's uses stays right.

A pass of ten coffees costs 99.00, and a coffee without it 15.00: each use earns 9.90, and counts 15.00 as used where
the pass is given back at the buyer's own wish (法释〔2025〕4号 Art 19).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from posapp.application import member_life as life
from posapp.application import passes
from posapp.application.assets_in_time import let_time_pass
from posapp.application.passes import PassReturn
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import MemberId
from posapp.domain.passes import RefundBasis
from posapp.domain.sale import Identification, TenderMethod
from tests.cases.test_wallet_transfer import BOSS, buy, claim, hand_over, left, owed, taker, use
from tests.integration.demo_shop import publish
from tests.integration.tills import CASHIER, SteppingClock

COFFEE = {"id": "coffee", "kind": "count", "price": "99.00", "uses": 10, "unit_price": "15.00"}
GYM: dict[str, Any] = {
    "id": "gym",
    "kind": "time",
    "name": "三十天卡",
    "price": "300.00",
    "valid": {"type": "days", "count": 30},
    "per_day": 2,
}
SPA: dict[str, Any] = {
    "id": "spa",
    "kind": "bundle",
    "name": "套餐",
    "price": "128.00",
    "valid": {"type": "days", "count": 90},
    "components": [
        {"id": "cup", "name": {"zh_CN": "拿铁", "en": "Latte"}, "value": "30.00", "uses": 2},
        {"id": "seat", "name": {"zh_CN": "茶席", "en": "Seat"}, "value": "98.00"},
    ],
}
OWN = {**COFFEE, "id": "own", "transferable": False}
TRIAL = {**SPA, "id": "trial", "price": "0.00"}


@pytest.fixture
def shop(till: Till) -> Till:
    publish(till, passes=[COFFEE, GYM, SPA, OWN, TRIAL])
    return till


@pytest.fixture
def people(shop: Till) -> tuple[MemberId, MemberId]:
    """Who gives and who receives."""
    return taker(shop, "13957160008"), taker(shop)


def previews(till: Till, who: MemberId) -> dict[RefundBasis, int]:
    """What the only pass of a member comes to, by each article that applies, in fen."""
    (found,) = passes.returnable_passes(till, who)
    return {one.basis: one.refund.fen for one in found.previews}


def give_back(till: Till, who: MemberId, basis: RefundBasis, request: bytes) -> int:
    (found,) = passes.returnable_passes(till, who)
    back = next(one for one in found.previews if one.basis is basis)
    paid: Sequence[Tender] = [Tender(TenderMethod.CASH, back.refund, back.refund)] if back.refund else []
    assert passes.return_pass(till, PassReturn(request, back, "test", tuple(paid), CASHIER, BOSS.approver)) is not None
    return back.refund.fen


# -- a pass for a period ---------------------------------------------------------------


def test_the_rest_of_the_term_goes_to_the_receiver_day_by_day(
    shop: Till, people: tuple[MemberId, MemberId], clock: SteppingClock
) -> None:
    """300.00 for thirty days; ten of them go by before it is handed over, and nobody posted them yet."""
    giver, receiver = people
    buy(shop, giver, "gym", 30_000)
    clock.step(days=11)
    used = use(shop, giver, 1, b"u1")
    shown = claim(shop, giver, receiver)
    assert (shown.uses, shown.of, shown.for_period, shown.refusal) == (20, 30, True, None)
    event = hand_over(shop, giver, receiver)
    assert event is not None
    assert (event.uses, event.entries, event.parts) == (20, 1, ())
    assert (left(shop, giver), left(shop, receiver)) == ([0], [20])
    assert owed(shop, "passes") == [("passes", 20, 20_000)]
    (theirs,) = passes.held_passes(shop, receiver)
    assert theirs.used_today == 1, "its limit of a day goes with it"
    assert previews(shop, receiver) == {RefundBasis.MERCHANT: 20_000, RefundBasis.BUYER: 20_000}
    assert passes.returnable_passes(shop, giver) == ()

    clock.step(days=5)
    let_time_pass(shop)
    assert (left(shop, giver), left(shop, receiver)) == ([0], [15])
    assert owed(shop, "passes") == [("passes", 15, 15_000)], "the giver's has no days that could go by"
    passes.take_back_use(shop, used, CASHIER)
    assert (left(shop, giver), left(shop, receiver)) == ([0], [15])
    clock.step(days=20)
    let_time_pass(shop)
    assert owed(shop, "passes") == [("passes", 0, 0)]


def test_a_period_that_was_visited_is_not_withdrawn_from_by_its_new_owner(
    shop: Till, people: tuple[MemberId, MemberId], clock: SteppingClock
) -> None:
    """Art 14: its days pass by themselves, so only the visit tells; unvisited it is withdrawn from in seven days."""
    giver, receiver = people
    buy(shop, giver, "gym", 30_000)
    clock.step(days=1)
    use(shop, giver, 1, b"u1")
    clock.step(days=1)
    hand_over(shop, giver, receiver)
    assert RefundBasis.COOLING_OFF not in previews(shop, receiver)
    with pytest.raises(InvalidField, match="used already"):
        passes.preview_return(shop, passes.held_passes(shop, receiver)[0].asset.id, RefundBasis.COOLING_OFF)


def test_a_period_nobody_visited_is_withdrawn_from_whole(
    shop: Till, people: tuple[MemberId, MemberId], clock: SteppingClock
) -> None:
    giver, receiver = people
    buy(shop, giver, "gym", 30_000)
    clock.step(days=2)
    hand_over(shop, giver, receiver)
    assert give_back(shop, receiver, RefundBasis.COOLING_OFF, b"b") == 30_000
    clock.step(days=1)
    let_time_pass(shop)
    assert owed(shop, "passes") == [("passes", 0, 0)]


# -- a bundle ---------------------------------------------------------------


def test_the_vouchers_of_a_bundle_that_are_left_go_together(shop: Till, people: tuple[MemberId, MemberId]) -> None:
    """128.00 = 30.00 for two lattes and 98.00 for a seat; one latte is had before."""
    giver, receiver = people
    buy(shop, giver, "spa", 12_800)
    cup = next(one for one in passes.held_passes(shop, giver) if one.name.en == "Latte")
    asked = passes.PassUse(b"u1", cup.asset.id, 1, CASHIER, Identification.DYNAMIC_CODE, online=True)
    used = passes.use_pass(shop, asked)
    shown = claim(shop, giver, receiver)
    assert sorted((part.name.en, part.left) for part in shown.parts) == [("Latte", 1), ("Seat", 1)]
    event = hand_over(shop, giver, receiver)
    assert event is not None
    assert (event.uses, event.entries) == (0, 0)
    assert sorted((one.uses, one.entries) for one in event.parts) == [(1, 0), (1, 1)]
    assert (left(shop, giver), left(shop, receiver)) == ([0, 0], [1, 1])
    assert owed(shop, "passes") == [("passes", 2, 11_300)]
    assert previews(shop, receiver) == {RefundBasis.MERCHANT: 11_300, RefundBasis.BUYER: 11_300}, "it was begun"

    passes.take_back_use(shop, used, CASHIER)
    assert (left(shop, giver), left(shop, receiver)) == ([0, 1], [1, 1])
    assert owed(shop, "passes") == [("passes", 3, 12_800)]
    assert give_back(shop, giver, RefundBasis.BUYER, b"b1") == 1500
    assert give_back(shop, receiver, RefundBasis.BUYER, b"b2") == 11_300
    assert owed(shop, "passes") == [("passes", 0, 0)]


def test_what_a_bundle_still_had_at_its_end_is_forfeited_once(
    shop: Till, people: tuple[MemberId, MemberId], clock: SteppingClock
) -> None:
    giver, receiver = people
    buy(shop, giver, "spa", 12_800)
    hand_over(shop, giver, receiver)
    clock.step(days=91)
    let_time_pass(shop)
    assert owed(shop, "passes") == [("passes", 0, 0)]
    with pytest.raises(ValueError, match="not enough values"):
        claim(shop, receiver, giver)


def test_what_was_given_or_promised_to_one_person_stays(shop: Till, people: tuple[MemberId, MemberId]) -> None:
    giver, receiver = people
    buy(shop, giver, "trial", 0)
    with pytest.raises(InvalidField, match="a gift stays"):
        hand_over(shop, giver, receiver)
    other = taker(shop, "13957160010")
    buy(shop, other, "own")
    with pytest.raises(InvalidField, match="its first owner alone"):
        hand_over(shop, other, receiver, b"t2")


def test_one_voucher_of_a_bundle_does_not_go_alone(shop: Till, people: tuple[MemberId, MemberId]) -> None:
    giver, receiver = people
    buy(shop, giver, "spa", 12_800)
    shown = claim(shop, giver, receiver)
    alone = life.Claim(shown.parts[0].id, shown.name, parts=shown.parts[:1])
    with pytest.raises(InvalidField, match="stays with its member"):
        life.transfer_claim(shop, life.Transfer(b"t", giver, receiver, alone, life.Notice.TOGETHER), BOSS)


# -- what comes back after it was handed over, or given back -----------------------------


def test_a_use_that_comes_back_after_a_transfer_is_worth_what_it_had_cost(
    shop: Till, people: tuple[MemberId, MemberId]
) -> None:
    """Three used: 99 - 45 = 54.00 at the buyer's wish, 69.30 by Art 18; 45.00 and 29.70 when they come back."""
    giver, receiver = people
    buy(shop, giver)
    used = use(shop, giver, 3, b"u1")
    hand_over(shop, giver, receiver)
    passes.take_back_use(shop, used, CASHIER)
    assert previews(shop, receiver) == {RefundBasis.BUYER: 5400, RefundBasis.MERCHANT: 6930}
    assert previews(shop, giver) == {RefundBasis.BUYER: 4500, RefundBasis.MERCHANT: 2970}
    assert give_back(shop, giver, RefundBasis.BUYER, b"b1") == 4500
    assert give_back(shop, receiver, RefundBasis.BUYER, b"b2") == 5400
    assert owed(shop, "passes") == [("passes", 0, 0)]


def test_a_use_that_comes_back_after_the_pass_was_given_back(shop: Till, people: tuple[MemberId, MemberId]) -> None:
    giver, _receiver = people
    buy(shop, giver)
    used = use(shop, giver, 3, b"u1")
    assert give_back(shop, giver, RefundBasis.BUYER, b"b1") == 5400
    passes.take_back_use(shop, used, CASHIER)
    assert give_back(shop, giver, RefundBasis.BUYER, b"b2") == 4500, "99.00 in all: nothing was used"
    assert owed(shop, "passes") == [("passes", 0, 0)]


def test_uses_that_do_not_share_the_price_evenly_earn_it_exactly(shop: Till, people: tuple[MemberId, MemberId]) -> None:
    """0.01 for two uses: the first earns it; handed over after it, the second is worth nothing, whoever has it."""
    publish(shop, passes=[{"id": "odd", "kind": "count", "price": "0.01", "uses": 2}])
    giver, receiver = people
    buy(shop, giver, "odd", 1)
    used = use(shop, giver, 1, b"u1")
    hand_over(shop, giver, receiver)
    assert owed(shop, "passes") == [("passes", 1, 0)]
    passes.take_back_use(shop, used, CASHIER)
    assert owed(shop, "passes") == [("passes", 2, 1)]
    use(shop, receiver, 1, b"u2")
    assert owed(shop, "passes") == [("passes", 1, 1)]
    use(shop, giver, 1, b"u3")
    assert owed(shop, "passes") == [("passes", 0, 0)]
    assert left(shop, giver) == left(shop, receiver) == [0]
