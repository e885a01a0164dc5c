"""Coupons through the use cases: each requirement by its number, with the figures of its acceptance (domain.md §1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posapp.application import coupons as coupon_cases
from posapp.application.checkout import complete_sale
from posapp.application.coupon_report import coupon_report
from posapp.application.coupons import BenefitGone
from posapp.application.daily_gifts import run_day
from posapp.application.triggers import accept_referral
from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.coupon_code import batch_code
from posapp.domain.coupon_report import ACCOUNTS
from posapp.domain.errors import InvalidField
from posapp.domain.events import BalanceOpened
from posapp.domain.ids import MemberId
from posapp.domain.pricing import Status
from posapp.domain.programme import parse_programme
from posapp.domain.programme_lint import lint
from posapp.domain.sale import Identification
from posapp.domain.time import BusinessDay
from posapp.storage.database import driver
from tests.cases.coupon_shop import Counter, give_back, programme
from tests.integration.tills import CASHIER, SteppingClock, shop_till

Open = Callable[..., Counter]
WELCOME = {"id": "welcome", "on": "enrolled", "give": {"coupons": ["welcome5"]}}
FIRST = {"id": "first_order", "on": "enrolled", "give": {"coupons": ["first80"]}}
BIRTHDAY = {"id": "birthday", "on": "birthday", "give": {"coupons": ["cake"]}}
ABSENT = {"id": "absent", "on": "absent_days", "days": 30, "give": {"coupons": ["back15"]}}
MONTHLY = {"id": "monthly", "on": "monthly", "give": {"coupons": ["monthly10"]}}
REFERRAL = {
    "id": "friends", "on": "referral", "give": {"coupons": ["friend20"]}, "inviter": {"coupons": ["friend20"]},
}  # fmt: skip


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2026, 11, 18, 4, 0, tzinfo=UTC))


@pytest.fixture
def shop(tmp_path: Path, clock: SteppingClock) -> Iterator[Open]:
    made: list[Counter] = []

    def open_shop(*triggers: dict[str, Any], **more: Any) -> Counter:
        made.append(Counter(shop_till(tmp_path, clock, programme(*triggers, **more))))
        return made[-1]

    yield open_shop
    for counter in made:
        assert counter.verified()
        counter.till.database.close()


def erase(counter: Counter, who: MemberId) -> None:
    """What erasing somebody's data leaves: the ledger, and nobody's name."""
    with counter.till.database.write() as connection:
        raw = driver(connection)
        for table in ("member_here", "member_spelling"):
            query = f"DELETE FROM {table} WHERE member_key IN (SELECT member_key FROM member WHERE member_id = ?)"  # noqa: S608 - two names of ours
            raw.execute(query, (who,))
        raw.execute("DELETE FROM member WHERE member_id = ?", (who,))


def test_W32_the_welcome_coupon_is_once_a_person_and_pays_a_small_order(shop: Open) -> None:
    counter = shop(WELCOME)
    member = counter.join(1)
    assert counter.held(member.id) == ["welcome5"]
    done = counter.sell(300, member.id)
    assert done.sale.due == Money(0), "a 3.00 order pays 0.00, and the surplus is forfeited"
    assert counter.held(member.id) == []
    erase(counter, member.id)
    again = counter.join(1)
    assert again.id == member.id
    assert counter.held(member.id) == [], "who joins again gets no second one"


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


# ------------------------------------------------------------------------------------------------- beyond the rows


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
