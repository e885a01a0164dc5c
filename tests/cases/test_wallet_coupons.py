"""Coupons through the use cases: redeemed once, brought back, printed, claimed, handed on, counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from posapp.application import coupons as coupon_cases
from posapp.application.checkout import complete_sale
from posapp.application.coupon_report import coupon_report
from posapp.application.coupons import BenefitGone
from posapp.application.daily_gifts import run_day
from posapp.application.member_life import Authority, merge_members, undo_merge
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.coupon_code import batch_code
from posapp.domain.coupon_report import ACCOUNTS
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import StaffId
from posapp.domain.pricing import Status
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from posapp.storage.database import driver
from tests.cases.coupon_shop import BIRTHDAY, WELCOME, Counter, Open, give_back, programme
from tests.integration.tills import CASHIER, SteppingClock, shop_till


def test_a_coupon_is_redeemed_once_at_a_till_however_many_baskets_count_on_it(shop: Open) -> None:
    counter = shop(WELCOME)
    member = counter.join(1)
    two = [counter.request(counter.basket(2000, member.id)) for _ in range(2)]
    assert [one.quote.due for one in two] == [Money(1500)] * 2
    complete_sale(counter.till, two[0])
    with pytest.raises(BenefitGone) as gone:
        complete_sale(counter.till, two[1])
    assert "用过" in gone.value.zh
    assert counter.quote(two[1].cart).due == Money(2000)


def test_the_best_of_several_coupons_is_used_and_the_other_is_kept(shop: Open) -> None:
    counter = shop(WELCOME, {"id": "more", "on": "enrolled", "give": {"coupons": ["friend20"]}})
    member = counter.join(1)
    assert counter.sell(10000, member.id).sale.due == Money(8000)
    assert counter.held(member.id) == ["welcome5"]


@pytest.mark.parametrize(("days", "comes_back"), [(0, True), (30, True), (37, True), (38, False)])
def test_a_coupon_comes_back_with_the_whole_sale_within_its_days_and_a_week(
    shop: Open, clock: SteppingClock, days: int, comes_back: bool
) -> None:
    counter = shop(WELCOME)
    member = counter.join(1)
    done = counter.sell(2000, member.id)
    assert done.sale.due == Money(1500)
    clock.step(days=days)
    assert bool(give_back(counter.till, done)) is comes_back
    assert counter.held(member.id) == (["welcome5"] if comes_back else [])
    if comes_back:
        assert counter.sell(2000, member.id).sale.due == Money(1500), "and is redeemed once more"
        assert counter.held(member.id) == []


def test_a_flyer_counts_by_its_rule_and_an_undone_sale_frees_its_limits(shop: Open) -> None:
    counter = shop()
    one, two, three = (counter.join(number) for number in (1, 2, 3))
    first = counter.sell(10000, one.id, "QH20")
    assert first.sale.due == Money(8000)
    assert counter.quote(counter.basket(10000, one.id, "QH20")).due == Money(10000), "once a member"
    counter.sell(10000, two.id, "QH20")
    quote = counter.quote(counter.basket(10000, three.id, "QH20"))
    assert quote.due == Money(10000), "twice in all"
    assert [each.status for each in quote.benefits if each.code == "QH20"] == [Status.USED_UP]
    give_back(counter.till, first)
    assert counter.quote(counter.basket(10000, one.id, "QH20")).due == Money(8000)
    late = counter.request(counter.basket(10000, three.id, "QH20"))
    counter.sell(10000, one.id, "QH20")
    with pytest.raises(BenefitGone, match="used 2 times"):
        complete_sale(counter.till, late)


def test_printed_codes_are_known_offline_once_each_and_forged_ones_never(shop: Open) -> None:
    counter = shop()
    member = counter.join(1)
    key = counter.till.keys.member_key
    with pytest.raises(InvalidField, match="not good yet"):
        coupon_cases.claim(counter.till, member.id, batch_code(key, 7, 0), CASHIER)
    codes = coupon_cases.open_batch(counter.till, 7, CASHIER)
    assert coupon_cases.open_batch(counter.till, 7, CASHIER) == codes
    assert len(set(codes)) == 3
    assert counter.sell(8000, None, codes[0]).sale.due == Money(3000), "whoever brings it may use it"
    assert counter.quote(counter.basket(8000, None, codes[0])).due == Money(8000), "once"
    forged = [batch_code(b"x" * 32, 7, 1), batch_code(key, 7, 3), batch_code(key, 8, 0), codes[1][:-1] + "x"]
    forged.append(codes[1][:-1] + str((int(codes[1][-1]) + 1) % 10))
    for code in forged:
        assert counter.quote(counter.basket(8000, None, code)).due == Money(8000), code
        with pytest.raises(InvalidField):
            coupon_cases.claim(counter.till, member.id, code, CASHIER)
    assert len(coupon_cases.claim(counter.till, member.id, codes[1], CASHIER)) == 1
    assert coupon_cases.claim(counter.till, member.id, codes[1], CASHIER) == ()
    assert counter.held(member.id) == ["big50"]
    assert counter.quote(counter.basket(8000, None, codes[1])).due == Money(8000), "claimed is no longer anybody's"
    assert counter.sell(8000, member.id).sale.due == Money(3000)
    with pytest.raises(InvalidField):
        coupon_cases.claim(counter.till, counter.join(2).id, codes[0], CASHIER)


def test_a_word_claims_one_and_a_limit_holds_over_words_and_codes(shop: Open) -> None:
    counter = shop()
    member = counter.join(1)
    codes = coupon_cases.open_batch(counter.till, 7, CASHIER)
    assert len(coupon_cases.claim(counter.till, member.id, "tea50", CASHIER)) == 1
    assert coupon_cases.claim(counter.till, member.id, "TEA50", CASHIER) == ()
    coupon_cases.claim(counter.till, member.id, codes[0], CASHIER)
    with pytest.raises(InvalidField, match="2 of these"):
        coupon_cases.claim(counter.till, member.id, codes[1], CASHIER)
    with pytest.raises(InvalidField, match="2 of these"):
        coupon_cases.issue_coupon(counter.till, member.id, "big50", CASHIER, "r1")
    assert counter.held(member.id) == ["big50", "big50"]


def test_a_coupon_is_handed_on_where_its_template_allows_it(shop: Open) -> None:
    counter = shop(WELCOME)
    giver, friend = counter.join(1), counter.join(2)
    coupon_cases.claim(counter.till, giver.id, "TEA50", CASHIER)
    by_template = {coupon.template: coupon.code for coupon in counter.wallet(giver.id).coupons}
    with pytest.raises(InvalidField, match="owner's alone"):
        coupon_cases.transfer(counter.till, by_template["welcome5"], friend.id, CASHIER)
    with pytest.raises(InvalidField, match="network"):
        coupon_cases.transfer(counter.till, by_template["big50"], friend.id, CASHIER, online=False)
    coupon_cases.transfer(counter.till, by_template["big50"], friend.id, CASHIER)
    assert counter.held(giver.id) == ["welcome5"]
    assert counter.held(friend.id) == ["big50", "welcome5"]
    before = counter.request(counter.basket(9000, friend.id))
    coupon_cases.transfer(counter.till, by_template["big50"], giver.id, CASHIER)
    with pytest.raises(BenefitGone, match="another member's"):
        complete_sale(counter.till, before)


def test_a_voided_coupon_is_worth_nothing_and_voiding_again_changes_nothing(shop: Open) -> None:
    counter = shop(WELCOME)
    member = counter.join(1)
    code = counter.wallet(member.id).coupons[0].code
    assert coupon_cases.void(counter.till, [code, code], "duplicate", CASHIER) == (code,)
    assert coupon_cases.void(counter.till, [code], "duplicate", CASHIER) == ()
    assert counter.held(member.id) == []
    with pytest.raises(InvalidField, match="say why"):
        coupon_cases.void(counter.till, [code], " ", CASHIER)


def test_offline_a_till_takes_its_own_coupons_and_small_ones_of_its_store(shop: Open) -> None:
    """domain.md §5.1: till-issued or home-store ≤ ¥20; codes unseen locally no."""
    counter = shop(WELCOME)
    member = counter.join(1)
    coupon_cases.issue_coupon(counter.till, member.id, "big50", CASHIER, "r1")
    till = counter.till
    own = sorted(coupon.template for coupon in counter.wallet(member.id, online=False).coupons)
    assert own == ["big50", "welcome5"], "this till issued them"
    other = replace(till.identity, device=type(till.identity.device)(b"another till of it"[:16]))
    till.identity = other
    away = counter.wallet(member.id, online=False)
    assert [coupon.template for coupon in away.coupons] == ["welcome5"], "of this store, and no more than ¥20"
    assert [one.coupon.template for one in away.withheld] == ["big50"]
    with pytest.raises(BenefitGone):
        complete_sale(till, counter.request(counter.basket(9000, member.id), online=False))
    till.identity = replace(other, store=type(other.store)("another store"))
    assert counter.wallet(member.id, online=False).coupons == ()
    assert len(counter.wallet(member.id).coupons) == 2, "online all of them are good"
    codes = coupon_cases.open_batch(till, 7, CASHIER)
    assert counter.wallet(None, codes[0]).presented
    assert not counter.wallet(None, codes[0], online=False).presented


def test_two_offline_tills_that_open_one_card_issue_one_coupon(tmp_path: Path, clock: SteppingClock) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    one, two = (Counter(shop_till(folder, clock, programme(WELCOME))) for folder in folders)
    two.till.keys = one.till.keys
    first, second = one.join(1), two.join(1)
    assert first.id == second.id
    assert one.wallet(first.id).coupons == two.wallet(second.id).coupons != ()
    for counter in (one, two):
        counter.till.database.close()


def test_the_report_of_coupons_agrees_with_the_ledger_on_any_past_day(shop: Open, clock: SteppingClock) -> None:
    counter = shop(WELCOME, BIRTHDAY)
    one, two = counter.join(1), counter.join(2, birthday="1126")
    run_day(counter.till)
    done = counter.sell(2000, one.id)
    clock.step(days=1)
    codes = coupon_cases.open_batch(counter.till, 7, CASHIER)
    coupon_cases.claim(counter.till, two.id, codes[0], CASHIER)
    coupon_cases.void(counter.till, [codes[1]], "stolen", CASHIER)
    clock.step(days=20)
    give_back(counter.till, done)
    clock.step(days=20)
    first = BusinessDay.of(datetime(2026, 11, 18).date())  # noqa: DTZ001
    seen = {
        day: {template: (line.issued, line.redeemed, line.voided, line.expired, line.open_)
              for (template, _month), line in coupon_report(counter.till, first.plus(day)).lines.items()}
        for day in (0, 1, 13, 41)
    }  # fmt: skip
    assert seen == {
        0: {"cake": (1, 0, 0, 0, 1), "welcome5": (2, 1, 0, 0, 1)},
        1: {"cake": (1, 0, 0, 0, 1), "welcome5": (2, 1, 0, 0, 1), "big50": (3, 0, 1, 0, 2)},
        13: {"cake": (1, 0, 0, 1, 0), "welcome5": (2, 1, 0, 0, 1), "big50": (3, 0, 1, 0, 2)},
        41: {"cake": (1, 0, 0, 1, 0), "welcome5": (2, 0, 0, 2, 0), "big50": (3, 0, 1, 0, 2)},
    }
    today = coupon_report(counter.till)
    assert today.differences == {}
    with counter.till.database.read() as connection:
        stands = dict(driver(connection).execute("SELECT account, amount FROM account_balance").fetchall())
    sides = (Account.COUPONS_OUT, Account.COUPONS_USED, Account.COUPONS_VOID)
    assert [-stands.get(side, 0) for side in sides] == [today.ledger[account] for account in ACCOUNTS] == [6, 0, 1]


def test_a_merge_voids_the_duplicate_welcome_and_its_undoing_gives_it_back(shop: Open, clock: SteppingClock) -> None:
    """domain.md §2.9: duplicate welcome coupons void; undo within 30 days."""
    counter = shop(WELCOME)
    one = counter.join(1)
    clock.step(days=3)
    two = counter.join(2)
    coupon_cases.claim(counter.till, two.id, "TEA50", CASHIER)
    manager = Authority(StaffId("m1"), StaffId("m2"), online=True)
    merge_members(counter.till, one.id, two.id, manager)
    assert counter.held(one.id) == ["big50", "welcome5"]
    kept = next(each for each in counter.wallet(one.id).coupons if each.template == "welcome5")
    assert kept.last_day == counter.till.business_day().plus(30), "the one that lapses last is kept"
    undo_merge(counter.till, two.id, manager)
    assert counter.held(one.id) == ["welcome5"]
    assert counter.held(two.id) == ["big50", "welcome5"]
    assert coupon_report(counter.till).differences == {}


def test_money_taken_by_code_is_a_sale_even_where_its_coupon_was_used_meanwhile(shop: Open) -> None:
    """domain.md §5.2: facts are never rejected; what was redeemed again is counted, and the merchant bears it."""
    counter = shop(WELCOME)
    member = counter.join(1)
    two = [counter.request(counter.basket(2000, member.id)) for _ in range(2)]
    complete_sale(counter.till, two[0])
    paid = Tender(TenderMethod.WECHAT_PAY, Money(1500), Money(1500), "4200001")
    done = complete_sale(counter.till, replace(two[1], tenders=(paid,)))
    assert done.sale.due == Money(1500)
    report = coupon_report(counter.till)
    assert report.total.again == [0, 1, 0]
    assert report.differences == {}
