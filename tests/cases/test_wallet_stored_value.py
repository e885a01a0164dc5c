"""Stored value through the use cases, on a real encrypted till, with the numbers of domain.md (§1, §2.2, §2.8, §3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from posapp.application.stored_value.cards import card_by_code, find_card, renew_card
from posapp.application.stored_value.pin import check_pin, has_pin, set_pin
from posapp.application.stored_value.top_up import top_up
from posapp.domain.amounts import Money, Points
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.ids import Sku, StaffId
from posapp.domain.pricing.audit import Reason, reprice
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay
from posapp.storage.documents import PIN, find
from tests.cases.stored_shop import Shop, line
from tests.integration.tills import SteppingClock

DAY_18 = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
MANAGER = StaffId("9001")


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def fen(*amounts: Money) -> list[int]:
    return [amount.fen for amount in amounts]


# ------------------------------------------------------------------------------------------------- paying a sale


def test_G1_the_golden_order_is_paid_with_stored_value_and_cash(shops: Any, clock: SteppingClock) -> None:
    clock.instant = DAY_18
    card_shop = shops(spend=200_000)
    card_shop.top_up("1000.00", plan="p1000")
    before = card_shop.member().standing.points
    done = card_shop.buy(
        line("A", "59.00"),
        line("B", "12.90", 3),
        line("C", "8.80", 1, "no_discount", "no_points"),
        wallet="20.00",
        codes=("FIVE",),
        points=3500,
    )
    sale = done.sale
    assert [each.net.fen for each in sale.lines] == [2128, 1396, 826]
    assert {tender.method: tender.amount.fen for tender in sale.tenders} == {
        TenderMethod.STORED_VALUE: 2000,
        TenderMethod.CASH: 2350,
    }
    (drawn,) = sale.draws
    assert fen(drawn.principal, drawn.bonus) == [1667, 333]
    assert (sale.points_base.count, sale.points_bonus.count) == (32, 32), "the bonus earns nothing"
    assert card_shop.member().standing.points.count == before.count - 3500 + 64
    card = card_shop.card()
    assert fen(card.principal, card.balance) == [98_333, 118_000]


def test_X09_a_discount_and_stored_value_combine(shops: Any) -> None:
    card_shop = shops(spend=50_000)
    card_shop.top_up("1000.00", plan="p1000")
    listed = Product(Sku("a"), 1, "a", "a", "", Money(10_000))
    done = card_shop.buy(replace(line("a", "100.00"), revision=1), wallet="90.00")
    assert (done.sale.due.fen, done.sale.tenders[0].method) == (9000, TenderMethod.STORED_VALUE)
    assert done.sale.points_base.count == 75, "principal earns when it is spent: 90 × 1000/1200"
    assert card_shop.card().balance.fen == 111_000
    audited = reprice(done.sale, done.recorded.at, card_shop.till.programme, lambda _sku, _revision: listed, "local")
    assert audited.differences == ()
    earned_on_bonus = replace(done.sale, points_base=Points(90))
    again = reprice(
        earned_on_bonus, done.recorded.at, card_shop.till.programme, lambda _sku, _revision: listed, "local"
    )
    assert [each.reason for each in again.differences] == [Reason.EARNED], "the server sees points for bonus"


def test_X06_one_member_holds_two_cards(card_shop: Shop) -> None:
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.top_up("300.00", kind="vip")
    assert [(card.kind, card.balance.fen) for card in (card_shop.card("main"), card_shop.card("vip"))] == [
        ("main", 120_000),
        ("vip", 33_000),
    ]
    card_shop.buy(line("a", "30.00"), wallet="30.00", kind="vip")
    assert fen(card_shop.card("main").balance, card_shop.card("vip").balance) == [120_000, 30_000]


def test_W15_the_balance_of_a_card_that_ran_out_survives(card_shop: Shop, clock: SteppingClock) -> None:
    code = "88800017"
    top_up(card_shop.till, card_shop.request("50.00", kind="gift", code=code))
    card = card_by_code(card_shop.till, code)
    assert card.last_day == BusinessDay.of(date(2029, 10, 17))
    clock.instant = datetime(2029, 10, 18, 2, 0, tzinfo=UTC)
    with pytest.raises(InvalidField, match="run out"):
        card_shop.buy(
            line("a", "10.00"), wallet="10.00", card=card_by_code(card_shop.till, code), code=code, anonymous=True
        )
    renewed = renew_card(card_shop.till, card.id, "88800025")
    assert (renewed.balance.fen, renewed.is_expired(card_shop.till.business_day())) == (5000, False)
    card_shop.buy(line("a", "10.00"), wallet="10.00", card=renewed, code="88800025", anonymous=True)
    assert find_card(card_shop.till, card.id).balance.fen == 4000
    with pytest.raises(InvalidField, match="does not know"):
        card_by_code(card_shop.till, code)


def test_unnamed_cards_pay_for_whoever_shows_them(card_shop: Shop) -> None:
    top_up(card_shop.till, card_shop.request("200.00", kind="gift", code="881"))
    card = card_by_code(card_shop.till, "881")
    with pytest.raises(InvalidField, match="scan the card"):
        card_shop.buy(line("a", "10.00"), wallet="10.00", card=card, code="882", anonymous=True)
    done = card_shop.buy(line("a", "10.00"), wallet="10.00", card=card, code="881", anonymous=True)
    assert (done.sale.member, done.sale.points_base.count) == (None, 0)
    top_up(card_shop.till, card_shop.request("200.00", kind="gift", code="883"))
    with pytest.raises(InvalidField, match="another card"):
        renew_card(card_shop.till, card.id, "883")


@pytest.mark.parametrize(
    ("policy", "principal_left"), [("proportional", 50_000), ("principal_first", 40_000), ("bonus_first", 60_000)]
)
def test_section_2_8_what_is_spent_first_is_the_merchants_choice(shops: Any, policy: str, principal_left: int) -> None:
    card_shop = shops(consumption=policy)
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.buy(line("a", "600.00"), wallet="600.00")
    card = card_shop.card()
    assert fen(card.balance, card.principal) == [60_000, principal_left]


def test_lots_are_spent_in_the_order_in_which_they_were_paid(card_shop: Shop) -> None:
    card_shop.top_up("200.00", plan="")
    card_shop.clock.step(minutes=1)
    card_shop.top_up("1000.00", plan="p1000")
    done = card_shop.buy(line("a", "320.00"), wallet="320.00")
    assert [fen(part.principal, part.bonus) for part in done.sale.draws] == [[20_000, 0], [10_000, 2_000]]


def test_small_amounts_do_not_drift_from_the_proportion(card_shop: Shop) -> None:
    card_shop.top_up("1000.00", plan="p1000")
    for _cup in range(40):
        card_shop.buy(line("a", "0.03"), wallet="0.03")
    card = card_shop.card()
    assert fen(card.principal, card.spendable_bonus(card_shop.till.business_day())) == [99_900, 19_980]


def test_spending_needs_the_pin_or_the_code_on_the_phone(card_shop: Shop) -> None:
    card_shop.top_up("1000.00", plan="p1000")
    for known_by in (Identification.PHONE, Identification.STATIC_CARD, Identification.LAST_FOUR):
        with pytest.raises(InvalidField, match="PIN or the code"):
            card_shop.buy(line("a", "10.00"), wallet="10.00", known_by=known_by)
    card_shop.buy(line("a", "10.00"), wallet="10.00", known_by=Identification.DYNAMIC_CODE)
    with pytest.raises(InvalidField, match=r"only 1190\.00 is left"):
        card_shop.buy(line("a", "1200.00"), wallet="1200.00")


def test_a_pin_is_six_digits_hashed_and_locks_after_five_wrong_ones(card_shop: Shop) -> None:
    till, who = card_shop.till, card_shop.who
    with pytest.raises(InvalidField, match="no PIN yet"):
        check_pin(till, who, "024680")
    for bad, why in (("12345", "six digits"), ("111111", "easy"), ("654321", "easy"), ("12345x", "six digits")):
        with pytest.raises(InvalidField, match=why):
            set_pin(till, who, bad)
    set_pin(till, who, "024680")
    assert has_pin(till, who)
    check_pin(till, who, "024680")
    with till.database.read() as connection:
        kept = find(connection, PIN, who.hex())
    assert kept is not None
    assert b"argon2" not in kept.body, "the server must not even see the hash"
    for left in (4, 3, 2, 1):
        with pytest.raises(InvalidField, match=f"{left} more tries"):
            check_pin(till, who, "999999")
    with pytest.raises(InvalidField, match="locked"):
        check_pin(till, who, "999999")
    with pytest.raises(InvalidField, match="locked"):
        check_pin(till, who, "024680")
    set_pin(till, who, "135790")
    check_pin(till, who, "135790")


def test_a_right_pin_forgives_the_wrong_ones_before_it(card_shop: Shop) -> None:
    set_pin(card_shop.till, card_shop.who, "024680")
    for _round in range(3):
        for _try in range(4):
            with pytest.raises(InvalidField, match="more tries"):
                check_pin(card_shop.till, card_shop.who, "024681")
        check_pin(card_shop.till, card_shop.who, "024680")


def test_section_5_1_a_till_without_its_server_takes_little(card_shop: Shop) -> None:
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.till.has_server = True
    card_shop.buy(line("a", "60.00"), wallet="60.00", online=False)
    with pytest.raises(InvalidField, match=r"offline, 40\.00 of this balance"):
        card_shop.buy(line("a", "41.00"), wallet="41.00", online=False)
    card_shop.buy(line("a", "40.00"), wallet="40.00", online=False)
    with pytest.raises(InvalidField, match=r"offline, 0\.00"):
        card_shop.buy(line("a", "0.10"), wallet="0.10", online=False)
    card_shop.buy(line("a", "200.00"), wallet="200.00", online=True)
    with pytest.raises(InvalidField, match="no top-up while offline"):
        card_shop.top_up("300.00", online=False)


def test_section_5_1_half_of_a_small_balance_is_the_limit(card_shop: Shop) -> None:
    card_shop.top_up("150.00")
    card_shop.till.has_server = True
    with pytest.raises(InvalidField, match=r"offline, 75\.00"):
        card_shop.buy(line("a", "76.00"), wallet="76.00", online=False)
    card_shop.buy(line("a", "75.00"), wallet="75.00", online=False)
