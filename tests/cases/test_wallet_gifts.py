"""The rows about what points are exchanged for: gifts, coupons, and draws, through the use cases (domain.md §1)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posapp.application.checkout import price_cart
from posapp.application.draws import check_draws, close_draw, draw_once, find_draw, is_open, odds_words, open_draw
from posapp.application.gifts import Buyer, gift_pool, redeem_gift, return_gift, supply_pool
from posapp.application.points import change_by_hand
from posapp.application.till import Till
from posapp.application.wallet import open_wallet
from posapp.domain import drawing
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.programme import parse_programme
from posapp.domain.programme.gift_pool import WHOLE_ODDS
from posapp.domain.sale import Identification
from tests.cases.points_shop import MANAGER, ON_PHONE, at, basket, is_sound, member_of, new_member, points_of, shop
from tests.integration.tills import CASHIER, SteppingClock, reopened

GIFTS = [
    {"id": "lamp", "name": "台灯", "points": 600, "stock": 1},
    {"id": "mug", "name": "杯子", "points": 300, "stock": 9, "per_member": 1},
    {"id": "later", "points": 10, "during": {"from": "2026-12-01"}},
    {"id": "five", "name": "5元券", "points": 500, "coupon": "points5"},
]
DRAW = {
    "id": "lucky",
    "points": 100,
    "prizes": [
        {"id": "tv", "odds": 100, "value": "4999.00", "stock": 1},
        {"id": "five", "odds": 900, "kind": "coupon", "coupon": "points5"},
        {"id": "back", "odds": 3000, "kind": "points", "points": 30},
    ],
}


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 11, 1))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = shop(tmp_path, clock, gifts=GIFTS, draws=[DRAW], rewards={"manual_most": 10**9})
    supply_pool(made, CASHIER)
    yield made
    assert is_sound(made)
    made.database.close()


def rich(till: Till, points: int, number: int = 1) -> Buyer:
    """A member with so many points, who shows the code on their phone."""
    who = new_member(till, number)
    change_by_hand(till, who, points, CASHIER, MANAGER, "补录")
    return Buyer(who, ON_PHONE)


def press() -> bytes:
    return os.urandom(16)


# ------------------------------------------------------------------------------------------- gifts


def test_W28_a_gift_with_a_stock_of_one_is_handed_over_once(till: Till) -> None:
    first, second = rich(till, 600), rich(till, 700, 2)
    done = redeem_gift(till, first, "lamp", CASHIER, press())
    assert (done.before.points.count, done.after.points.count) == (600, 0)
    with pytest.raises(InvalidField, match="None is left"):
        redeem_gift(till, second, "lamp", CASHIER, press())
    assert points_of(till, second.member).available == 700
    (lamp,) = [offer for offer in gift_pool(till, second.member).offers if offer.gift.id == "lamp"]
    assert (lamp.left, lamp.missing, lamp.can_have) == (0, 0, False)


def test_the_pool_says_what_is_missing_and_what_cannot_be_had(till: Till) -> None:
    buyer = rich(till, 380)
    offers = {offer.gift.id: offer for offer in gift_pool(till, buyer.member).offers}
    assert offers["lamp"].missing == 220, "还差 220 分"
    assert offers["mug"].can_have
    assert offers["later"].why_not is not None
    with pytest.raises(InvalidField) as short:
        redeem_gift(till, buyer, "lamp", CASHIER, press())
    assert short.value.reason_zh == "还差 220 分"
    redeem_gift(till, buyer, "mug", CASHIER, press())
    with pytest.raises(InvalidField, match="as many as one may"):
        redeem_gift(till, buyer, "mug", CASHIER, press())
    with pytest.raises(InvalidField, match="no gift"):
        redeem_gift(till, buyer, "moon", CASHIER, press())


def test_the_same_press_is_one_gift_and_undoing_it_gives_everything_back(till: Till) -> None:
    buyer, request = rich(till, 700), press()
    first = redeem_gift(till, buyer, "lamp", CASHIER, request)
    again = redeem_gift(till, buyer, "lamp", CASHIER, request)
    assert (again.recorded, again.again) == (first.recorded, True)
    assert points_of(till, buyer.member).available == 100
    undone = return_gift(till, request, CASHIER)
    assert return_gift(till, request, CASHIER) == undone
    assert points_of(till, buyer.member).available == 700
    assert gift_pool(till, buyer.member).offers[0].left == 1
    with pytest.raises(InvalidField, match="not handed over here"):
        return_gift(till, press(), CASHIER)


def test_a_static_card_does_not_spend_points(till: Till) -> None:
    buyer = rich(till, 1000)
    for proof in (Identification.STATIC_CARD, Identification.LAST_FOUR):
        with pytest.raises(InvalidField, match="code on the member's phone"):
            redeem_gift(till, Buyer(buyer.member, proof), "mug", CASHIER, press())


def test_offline_small_gifts_are_handed_over_and_large_ones_wait(till: Till) -> None:
    # domain.md §5.1: ≤ ¥20 a member a till
    till.has_server = True
    buyer = rich(till, 3000)
    redeem_gift(till, buyer, "lamp", CASHIER, press(), online=False)
    redeem_gift(till, buyer, "five", CASHIER, press(), online=False)
    redeem_gift(till, buyer, "five", CASHIER, press(), online=False)
    with pytest.raises(InvalidField, match="offline") as refused:
        redeem_gift(till, buyer, "five", CASHIER, press(), online=False)
    assert "断网" in refused.value.reason_zh
    redeem_gift(till, buyer, "five", CASHIER, press(), online=True)
    assert points_of(till, buyer.member).available == 3000 - 600 - 3 * 500


def test_X13_five_hundred_points_are_a_five_yuan_coupon(till: Till) -> None:
    buyer = rich(till, 500)
    request = press()
    done = redeem_gift(till, buyer, "five", CASHIER, request)
    assert points_of(till, buyer.member).available == 0
    wallet = open_wallet(till, buyer.member)
    assert [one.code for one in wallet.coupons if one.template == "points5"] == [done.coupon]
    cart = basket(till, buyer.member, "20.00")
    quote = price_cart(till, cart, member_of(till, buyer.member), wallet=wallet)
    assert quote.due == Money.parse("15.00"), "five yuan off the next sale"
    return_gift(till, request, CASHIER)
    assert points_of(till, buyer.member).available == 500
    assert [one for one in open_wallet(till, buyer.member).coupons if one.template == "points5"] == []


def test_what_is_put_up_is_put_up_once(till: Till) -> None:
    assert supply_pool(till, CASHIER) == []
    document = till.programme.to_json()
    document["gifts"][0]["stock"] = 3
    till.programme = parse_programme(document)
    (more,) = supply_pool(till, CASHIER)
    assert (more.item, more.pieces) == ("lamp", 2)
    assert gift_pool(till, new_member(till, 5)).offers[0].left == 3


# ------------------------------------------------------------------------------------------- draws


def test_W29_a_hundred_points_are_taken_once_even_when_the_till_died(tmp_path: Path, clock: SteppingClock) -> None:
    till = shop(tmp_path, clock, draws=[DRAW], rewards={"manual_most": 10**9})
    open_draw(till, "lucky", CASHIER.id)
    buyer, request = rich(till, 1000), press()
    first = draw_once(till, buyer, "lucky", CASHIER, request)
    till = reopened(till, tmp_path)
    again = draw_once(till, buyer, "lucky", CASHIER, request)
    assert (again.made, again.again) == (first.made, True)
    assert points_of(till, buyer.member).available == 900 + first.made.won.count
    other = draw_once(till, buyer, "lucky", CASHIER, press())
    assert other.made.nth == 2
    assert is_sound(till)
    till.database.close()


def test_W29_a_draw_needs_its_commitment_points_and_the_server(till: Till) -> None:
    buyer = rich(till, 100)
    with pytest.raises(InvalidField, match="not open yet"):
        draw_once(till, buyer, "lucky", CASHIER, press())
    bound = open_draw(till, "lucky", CASHIER.id)
    assert open_draw(till, "lucky", CASHIER.id) == bound
    till.has_server = True
    with pytest.raises(InvalidField) as offline:
        draw_once(till, buyer, "lucky", CASHIER, press(), online=False)
    assert offline.value.reason_zh == "断网时不能抽奖，等来网再抽；收银照常"
    poor = rich(till, 40, 2)
    with pytest.raises(InvalidField, match="60 points are missing"):
        draw_once(till, poor, "lucky", CASHIER, press())
    draw_once(till, buyer, "lucky", CASHIER, press())
    close_draw(till, "lucky", CASHIER.id)
    assert not is_open(till, find_draw(till, "lucky"))
    with pytest.raises(InvalidField, match="over"):
        draw_once(till, rich(till, 100, 3), "lucky", CASHIER, press())


def test_W29_every_result_follows_from_the_seed_that_is_told_afterwards(till: Till) -> None:
    draw = find_draw(till, "lucky")
    bound = open_draw(till, "lucky", CASHIER.id)
    buyers = [rich(till, 1500, number) for number in range(1, 5)]
    made = [draw_once(till, buyer, "lucky", CASHIER, press()).made for buyer in buyers for _ in range(15)]
    seed = close_draw(till, "lucky", CASHIER.id)
    assert drawing.commitment(draw, seed) == bound
    assert check_draws(till, draw, seed) == []
    for one in made:
        hit = drawing.drawn(draw, drawing.roll(seed, one.member, one.nth))
        assert one.drawn == (hit.id if hit is not None else "")
    assert drawing.is_right(made[0], draw, seed)
    other = "back" if made[0].drawn != "back" else ""
    assert not drawing.is_right(replace(made[0], drawn=other, prize=other), draw, seed)
    assert not drawing.is_right(replace(made[0], roll=(made[0].roll + 1) % WHOLE_ODDS), draw, seed)
    assert len(check_draws(till, draw, bytes(32))) > 0, "another seed gives something else"
    dearer = parse_programme(till.programme.to_json() | {"draws": [DRAW | {"points": 200}]}).draws[0]
    assert drawing.commitment(dearer, seed) != bound, "the terms are bound too"


def test_W29_a_hundred_thousand_draws_follow_the_published_odds(till: Till) -> None:
    draw = find_draw(till, "lucky")
    seed = drawing.seed_of(till.keys.member_key, draw)
    hits: Counter[str] = Counter()
    total = 100_000
    for number in range(total):
        who = MemberId((number // 50).to_bytes(16, "big"))
        hit = drawing.drawn(draw, drawing.roll(seed, who, number % 50 + 1))
        hits[hit.id if hit is not None else ""] += 1
    odds = {prize.id: prize.odds for prize in draw.prizes}
    odds[""] = WHOLE_ODDS - sum(odds.values())
    chi_square = sum((hits[name] - total * share / WHOLE_ODDS) ** 2 / (total * share / WHOLE_ODDS)
                     for name, share in odds.items())  # fmt: skip
    assert chi_square < 16.27, f"three degrees of freedom, one in a thousand: {chi_square:.1f}"
    assert [words for _prize, words in odds_words(draw)] == ["1%", "9%", "30%"]


def test_W29_a_prize_that_has_run_out_gives_the_next_one_and_none_is_invented(till: Till) -> None:
    draw = find_draw(till, "lucky")
    tv, five, back = draw.prizes
    assert drawing.given(draw, tv, lambda _prize: None) == tv
    assert drawing.given(draw, tv, lambda prize: 0 if prize == tv else None) == five
    assert drawing.given(draw, back, lambda _prize: 0) is None
    assert drawing.given(draw, None, lambda _prize: None) is None
    assert [drawing.drawn(draw, number) for number in (0, 99, 100, 999, 1000, 3999, 4000, 9999)] == [
        tv, tv, five, five, back, back, None, None,
    ]  # fmt: skip


def test_a_prize_of_a_coupon_is_the_members_own(till: Till) -> None:
    open_draw(till, "lucky", CASHIER.id)
    buyer = rich(till, 10_000)
    while (drawn := draw_once(till, buyer, "lucky", CASHIER, press())).made.prize != "five":
        pass
    assert drawn.made.coupon in [one.code for one in open_wallet(till, buyer.member).coupons]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"draws": [DRAW | {"prizes": [{"id": "car", "odds": 1, "value": "50000.01"}]}]}, "draws[0].prizes[0].value"),
        ({"draws": [DRAW | {"prizes": [{"id": "a", "odds": 9000}, {"id": "b", "odds": 1001}]}]}, "draws[0].prizes"),
        ({"draws": [DRAW | {"prizes": []}]}, "draws[0].prizes"),
        ({"gifts": [{"id": "x", "points": 1, "coupon": "none"}]}, "gifts[0].coupon"),
        ({"gifts": [{"id": "x", "points": 1}, {"id": "x", "points": 2}]}, "gifts[1].id"),
        ({"gifts": [{"id": "x", "points": 0}]}, "gifts[0].points"),
    ],
)
def test_a_programme_names_what_cannot_be_offered(changes: dict[str, object], field: str) -> None:
    offers = [{"id": "points5", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}}]
    with pytest.raises(InvalidField) as refused:
        parse_programme({"version": 1, "tiers": [{"code": "only"}], "offers": offers, **changes})
    assert refused.value.field == field
