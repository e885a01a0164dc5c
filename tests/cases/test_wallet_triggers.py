"""Coupons that come by themselves: each requirement by its number, with its figures (domain.md §1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from posapp.application import coupons as coupon_cases
from posapp.application.checkout import complete_sale
from posapp.application.coupons import BenefitGone
from posapp.application.daily_gifts import run_day
from posapp.application.member_life import forget_member, preview_leaving
from posapp.application.triggers import accept_referral
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import BalanceOpened
from posapp.domain.pricing import Status
from posapp.domain.programme import parse_programme
from posapp.domain.programme_lint import lint
from posapp.domain.sale import Identification
from posapp.domain.time import BusinessDay
from tests.cases.coupon_shop import (
    ABSENT,
    BIRTHDAY,
    FIRST,
    MONTHLY,
    REFERRAL,
    WELCOME,
    Open,
    give_back,
    programme,
)
from tests.integration.tills import CASHIER, SteppingClock


def test_W32_the_welcome_coupon_is_once_a_person_and_pays_a_small_order(shop: Open) -> None:
    counter = shop(WELCOME)
    member = counter.join(1)
    assert counter.held(member.id) == ["welcome5"]
    done = counter.sell(300, member.id)
    assert done.sale.due == Money(0), "a 3.00 order pays 0.00, and the surplus is forfeited"
    assert counter.held(member.id) == []
    leaving = preview_leaving(counter.till, member.id)
    forget_member(counter.till, leaving, "asked for it", CASHIER.id)
    again = counter.join(1)
    assert again.id == member.id
    assert counter.held(member.id) == [], "who joins again gets no second one"


def test_W32_who_leaves_with_an_unused_coupon_finds_none_on_joining_again(shop: Open) -> None:
    counter = shop({**WELCOME, "give": {"coupons": ["welcome5"], "cards": ["newcomer"]}})
    member = counter.join(1)
    assert (counter.held(member.id), len(counter.wallet(member.id).cards)) == (["welcome5"], 1)
    forget_member(counter.till, preview_leaving(counter.till, member.id), "asked for it", CASHIER.id)
    again = counter.join(1)
    assert counter.held(again.id) == []
    assert counter.wallet(again.id).cards == ()
    assert counter.wallet(again.id).tags == frozenset()


def test_W32_points_of_a_welcome_are_once_a_person_as_well(shop: Open) -> None:
    counter = shop({"id": "welcome", "on": "enrolled", "give": {"points": 50}})
    member = counter.join(1)
    assert member.standing.points == Points(50)
    forget_member(counter.till, preview_leaving(counter.till, member.id), "asked for it", CASHIER.id)
    assert counter.join(1).standing.points == Points(0)


def test_W32_opening_a_card_twice_gives_one_coupon(shop: Open) -> None:
    counter = shop(WELCOME)
    first, second = counter.join(1), counter.join(1)
    assert first.id == second.id
    assert counter.held(first.id) == ["welcome5"]


def test_W36_a_coupon_after_thirty_days_once_an_absence(shop: Open, clock: SteppingClock) -> None:
    counter = shop(ABSENT)
    member = counter.join(1)
    counter.sell(5000, member.id)
    clock.step(days=29)
    assert run_day(counter.till) == 0
    clock.step(days=1)
    assert run_day(counter.till) == 1, "last here on D, issued on D+30"
    assert counter.held(member.id) == ["back15"]
    clock.step(days=1)
    assert run_day(counter.till) == 0, "not again on D+31"
    counter.sell(5000, member.id)
    clock.step(days=30)
    assert run_day(counter.till) == 1, "the next absence is another one"
    assert counter.held(member.id) == ["back15"]


def test_W38_the_birthday_month_of_a_leap_day_and_a_gift_once_a_year(shop: Open, clock: SteppingClock) -> None:
    counter = shop(BIRTHDAY)
    member = counter.join(1, birthday="20000229")
    priced = {}
    for day in ("2027-01-31", "2027-02-01", "2027-02-28", "2027-03-01"):
        clock.instant = datetime.fromisoformat(f"{day}T04:00:00+00:00")
        run_day(counter.till)
        cart = replace(counter.basket(10000, member.id), chosen={"cake": False})
        quote = counter.quote(replace(cart, chosen={c.code: False for c in counter.wallet(member.id).coupons}))
        priced[day] = (quote.due.fen, quote.earning.points.count, counter.held(member.id))
    assert priced == {
        "2027-01-31": (10000, 100, []),
        "2027-02-01": (9500, 190, ["cake"]),
        "2027-02-28": (9500, 190, ["cake"]),
        "2027-03-01": (10000, 100, []),
    }
    clock.instant = datetime(2028, 2, 3, 4, 0, tzinfo=UTC)
    assert run_day(counter.till) == 1


def test_X21_a_birthday_gift_of_2026_is_given_once(shop: Open, clock: SteppingClock) -> None:
    counter = shop(BIRTHDAY)
    member = counter.join(1, birthday="1126")
    given = [run_day(counter.till)]
    for _attempt in range(3):
        clock.step(days=1)
        given.append(run_day(counter.till))
    assert given == [1, 0, 0, 0]
    assert counter.held(member.id) == ["cake"]
    counter.sell(10000, member.id)
    clock.step(days=1)
    assert run_day(counter.till) == 0, "used is given too"


def test_X21_joining_first_order_and_birthday_bring_trial_and_benefit_cards(shop: Open, clock: SteppingClock) -> None:
    counter = shop(
        {"id": "joined", "on": "enrolled", "give": {"cards": ["trial"]}},
        {"id": "first_sale", "on": "first_sale", "give": {"cards": ["benefit"]}},
        {"id": "birthday", "on": "birthday", "give": {"cards": ["birthday"]}},
    )
    member = counter.join(1, birthday="1118")
    assert [one.name.zh for one in counter.wallet(member.id).cards] == ["trial"]
    assert [one.name.zh for one in counter.sell(1000, member.id).given] == ["benefit"]
    assert counter.sell(1000, member.id).given == ()
    assert run_day(counter.till) == 1
    assert sorted(one.name.zh for one in counter.wallet(member.id).cards) == ["benefit", "birthday", "trial"]
    assert counter.wallet(member.id).tags == {"pass:benefit", "pass:birthday", "pass:trial"}
    clock.step(days=31)
    assert counter.wallet(member.id).cards == ()


def test_X06_a_member_holds_two_cards_of_two_templates(shop: Open) -> None:
    both = {"cards": ["platinum", "newcomer"], "coupons": ["welcome5", "welcome5"]}
    counter = shop({"id": "joined", "on": "enrolled", "give": both})
    member = counter.join(1)
    assert sorted(card.name.zh for card in counter.wallet(member.id).cards) == ["newcomer", "platinum"]
    assert counter.held(member.id) == ["welcome5"], "one a member, although the rule names it twice"


def test_W41_the_first_order_coupon_is_for_the_first_paid_order_only(shop: Open) -> None:
    counter = shop(FIRST)
    member = counter.join(1)
    assert counter.quote(counter.basket(10000, member.id)).due == Money(8000)
    declined = replace(counter.basket(1000, member.id), chosen={counter.wallet(member.id).coupons[0].code: False})
    kept = complete_sale(counter.till, counter.request(declined))
    assert kept.sale.due == Money(1000)
    quote = counter.quote(counter.basket(10000, member.id))
    assert quote.due == Money(10000), "after any kept order it is unusable"
    assert [one.status for one in quote.benefits if one.kind == "coupon"] == [Status.NOT_FOR_YOU]
    give_back(counter.till, kept)
    assert counter.quote(counter.basket(10000, member.id)).due == Money(8000), "nothing is kept: first order again"


def test_W41_a_basket_priced_as_first_order_is_refused_when_another_was_first(shop: Open) -> None:
    counter = shop(FIRST)
    member = counter.join(1)
    two = [counter.request(counter.basket(10000, member.id)) for _ in range(2)]
    assert [one.quote.due for one in two] == [Money(8000)] * 2
    complete_sale(counter.till, two[0])
    with pytest.raises(BenefitGone):
        complete_sale(counter.till, two[1])


def test_W43_a_referral_that_is_tried_three_times_gives_exactly_two_coupons(shop: Open) -> None:
    counter = shop(REFERRAL)
    inviter, invitee, other = counter.join(1), counter.join(2), counter.join(3)
    for _attempt in range(3):
        accept_referral(counter.till, inviter.id, invitee.id, CASHIER.id)
    assert counter.held(inviter.id) + counter.held(invitee.id) == ["friend20", "friend20"]
    accept_referral(counter.till, other.id, invitee.id, CASHIER.id)
    assert counter.held(other.id) == [], "an invitee is brought once, by whoever was first"
    assert counter.held(invitee.id) == ["friend20"]
    with pytest.raises(InvalidField, match="bring themselves"):
        accept_referral(counter.till, inviter.id, inviter.id, CASHIER.id)
    counter.sell(1000, other.id)
    with pytest.raises(InvalidField, match="no new customer"):
        accept_referral(counter.till, inviter.id, other.id, CASHIER.id)
    assert counter.held(inviter.id) == ["friend20"]


def test_X25_two_lasting_discounts_are_rejected_and_the_monthly_coupon_is_once_a_month(
    shop: Open, clock: SteppingClock
) -> None:
    always = {"id": "always", "for": {"members": True}, "rate": 9000}
    two_cores = parse_programme(programme(campaigns=[always]))
    today = BusinessDay.of(clock.now().date())
    assert [(one.code, one.blocks) for one in lint(two_cores, today) if one.code == "X-25"] == [("X-25", True)]
    one_core = parse_programme(programme(MONTHLY))
    assert not [one for one in lint(one_core, today) if one.code == "X-25"]
    counter = shop(MONTHLY)
    member = counter.join(1)
    counter.sell(1000, member.id)
    assert run_day(counter.till) == 1
    assert counter.held(member.id) == ["monthly10"]
    assert counter.sell(2000, member.id).sale.due == Money(1000)
    clock.instant = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    assert run_day(counter.till) == 0, "used in November, and November gives no second one"
    clock.instant = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
    assert run_day(counter.till) == 1
    assert counter.wallet(member.id).coupons[0].last_day == BusinessDay.of(datetime(2026, 12, 31).date())  # noqa: DTZ001


def test_X13_five_hundred_points_become_a_coupon_once(shop: Open) -> None:
    counter = shop()
    member = counter.join(1)
    with counter.till.database.write() as connection:
        opening = BalanceOpened(
            member.id, counter.till.business_day(), Points(740), Growth(0), Money(0), 0, "old system"
        )
        counter.till.log.append(connection, opening, counter.till.clock.now())
    ask = (counter.till, member.id, "points5")
    with pytest.raises(InvalidField, match="code or PIN"):
        coupon_cases.exchange_points(*ask, Identification.PHONE, CASHIER, "r1")
    given = coupon_cases.exchange_points(*ask, Identification.DYNAMIC_CODE, CASHIER, "r1")
    assert [one.last_day for one in given] == [BusinessDay.of(datetime(2026, 12, 18).date())]  # noqa: DTZ001
    assert coupon_cases.exchange_points(*ask, Identification.DYNAMIC_CODE, CASHIER, "r1") == ()
    assert counter.fresh(member.id).standing.points == Points(240)
    with pytest.raises(InvalidField, match="260 points short"):
        coupon_cases.exchange_points(*ask, Identification.DYNAMIC_CODE, CASHIER, "r2")
    assert counter.sell(800, member.id).sale.due == Money(300)


def test_X08_a_month_from_the_thirty_first_of_january_ends_on_the_last_of_february(
    shop: Open, clock: SteppingClock
) -> None:
    clock.instant = datetime(2027, 1, 31, 4, 0, tzinfo=UTC)
    counter = shop({"id": "joined", "on": "enrolled", "give": {"coupons": ["points5"]}})
    member = counter.join(1)
    for day, held in (("2027-02-28", ["points5"]), ("2027-03-01", [])):
        clock.instant = datetime.fromisoformat(f"{day}T04:00:00+00:00")
        assert counter.held(member.id) == held
