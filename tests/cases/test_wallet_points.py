"""The rows about points that live and lapse and are earned without buying, through the use cases (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from posapp.application.cash import cash_tender
from posapp.application.checkout import PointsShort, SaleRequest, complete_sale, price_cart
from posapp.application.coupons import exchange_points
from posapp.application.member_life.merging import merge_members, undo_merge
from posapp.application.member_life.online import Authority
from posapp.application.points import (
    change_by_hand,
    check_in,
    reward_review,
    reward_share,
)
from posapp.application.points_expiry import expire_points
from posapp.application.points_report import points_report
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import PointsChanged, PointsReason
from posapp.domain.ids import MemberId
from posapp.domain.programme import parse_programme
from posapp.domain.programme_lint import lint
from posapp.domain.time import BusinessDay
from posapp.storage import assets, event_search, sales
from tests.cases.points_shop import (
    MANAGER,
    ON_PHONE,
    at,
    basket,
    buy,
    is_sound,
    member_of,
    new_member,
    points_of,
    shop,
    take_back,
)
from tests.integration.tills import CASHIER, SteppingClock


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 11, 1))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = shop(tmp_path, clock)
    yield made
    assert is_sound(made)
    made.database.close()


def changes(till: Till) -> list[PointsChanged]:
    with till.database.read() as connection:
        return list(event_search.of_kind(connection, PointsChanged))


# ------------------------------------------------------------------------------------------- earned without buying


def test_W24_seven_days_are_55_and_a_missed_day_begins_anew(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    given = []
    for day in range(1, 8):
        clock.instant = at(2026, 11, day)
        given.append(check_in(till, who, CASHIER))
    assert [one.streak for one in given] == [1, 2, 3, 4, 5, 6, 7]
    assert points_of(till, who).available == 55
    assert given[-1].change.points == 25
    other = new_member(till, 2)
    streaks = []
    for day in (8, 9, 10, 11, 13, 14, 15):
        clock.instant = at(2026, 11, day)
        streaks.append(check_in(till, other, CASHIER).streak)
    assert streaks == [1, 2, 3, 4, 1, 2, 3], "day 5 was missed: on day 8 the streak is 3"


def test_W24_one_check_in_a_natural_day_whatever_the_business_day(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    clock.instant = at(2026, 11, 1, 23)
    check_in(till, who, CASHIER)
    with pytest.raises(InvalidField, match="tomorrow") as refused:
        check_in(till, who, CASHIER)
    assert refused.value.reason_zh == "今天已签到，明天再来"
    clock.step(hours=2)
    assert till.business_day() == BusinessDay.of(date(2026, 11, 1)), "the shop's day ends at four"
    assert check_in(till, who, CASHIER).streak == 2


def test_W18_growth_is_spend_and_check_ins_and_sharing(tmp_path: Path, clock: SteppingClock) -> None:
    till = shop(tmp_path, clock, growth_per_yuan=1, rewards={"check_in": {}, "share": {"enabled": True}})
    who = new_member(till)
    buy(till, who, "486.90")
    for day in range(1, 8):
        clock.instant = at(2026, 11, day)
        check_in(till, who, CASHIER)
    reward_share(till, who, CASHIER)
    standing = member_of(till, who).standing
    assert standing.growth.count == 551
    assert standing.points.count == 551, "points and growth are counted apart, and here come to the same"
    assert is_sound(till)


def test_W25_sharing_is_rewarded_once_a_day_and_only_where_the_shop_takes_the_risk(
    tmp_path: Path, clock: SteppingClock, till: Till
) -> None:
    with pytest.raises(InvalidField, match="switched off"):
        reward_share(till, new_member(till), CASHIER)
    folder = tmp_path / "other"
    folder.mkdir()
    daring = shop(folder, clock, rewards={"share": {"enabled": True}})
    who = new_member(daring)
    reward_share(daring, who, CASHIER)
    with pytest.raises(InvalidField, match="today"):
        reward_share(daring, who, CASHIER)
    assert points_of(daring, who).available == 10
    clock.step(days=1)
    reward_share(daring, who, CASHIER)
    assert points_of(daring, who).available == 20
    (risk,) = [finding for finding in lint(daring.programme, daring.business_day()) if finding.code == "W-25"]
    assert not risk.blocks
    assert "诱导" in risk.words.zh
    assert not [finding for finding in lint(till.programme, till.business_day()) if finding.code == "W-25"]
    daring.database.close()


def test_W26_a_review_is_rewarded_once_an_order_whatever_it_says(till: Till) -> None:
    who = new_member(till)
    happy, unhappy = buy(till, who, "10.00"), buy(till, who, "20.00")
    with till.database.read() as connection:
        places = {one.receipt_number: one.position for one in sales.recent(connection, 10)}
    assert reward_review(till, places[happy.sale.receipt_number], 5, CASHIER).change.points == 15
    bad = reward_review(till, places[unhappy.sale.receipt_number], 1, CASHIER)
    assert (bad.change.points, bad.change.note) == (15, "1/5")
    with pytest.raises(InvalidField, match="rewarded already"):
        reward_review(till, places[unhappy.sale.receipt_number], 5, CASHIER)
    assert points_of(till, who).available == 30 + 15 + 15


def test_W10_each_way_to_earn_has_a_reason_of_its_own(tmp_path: Path, clock: SteppingClock) -> None:
    till = shop(tmp_path, clock, rewards={"check_in": {}, "share": {"enabled": True}, "review": {}})
    who = new_member(till)
    done = buy(till, who, "30.00")
    check_in(till, who, CASHIER)
    reward_share(till, who, CASHIER)
    with till.database.read() as connection:
        (place,) = [one.position for one in sales.recent(connection, 5)]
    reward_review(till, place, 3, CASHIER)
    change_by_hand(till, who, 40, CASHIER, MANAGER, "服务补偿")
    reasons = [one.reason for one in changes(till)]
    assert reasons == [PointsReason.CHECK_IN, PointsReason.SHARE, PointsReason.REVIEW, PointsReason.MANUAL]
    assert done.sale.points_base == Points(30)
    assert points_of(till, who).available == 30 + 5 + 10 + 15 + 40
    assert is_sound(till)


def test_points_by_hand_take_two_persons_a_reason_and_stay_within_the_shift(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    for approver, note in ((CASHIER.id, "x"), (MANAGER, "  "), ("", "x")):
        with pytest.raises(InvalidField):
            change_by_hand(till, who, 10, CASHIER, approver, note)  # type: ignore[arg-type]
    change_by_hand(till, who, 300, CASHIER, MANAGER, "补录")
    change_by_hand(till, who, -100, CASHIER, MANAGER, "补录多了")
    with pytest.raises(InvalidField, match="100 of 500"):
        change_by_hand(till, who, 101, CASHIER, MANAGER, "补录")
    change_by_hand(till, who, 100, CASHIER, MANAGER, "补录")
    assert points_of(till, who).available == 300
    clock.step(days=1)
    with pytest.raises(InvalidField, match="only 300"):
        change_by_hand(till, who, -301, CASHIER, MANAGER, "扣回")
    change_by_hand(till, who, 500, CASHIER, MANAGER, "新的一班")
    assert points_of(till, who).available == 800


# ------------------------------------------------------------------------------------------- lapsing


def on_lots(till: Till, who: MemberId) -> dict[str, int]:
    return {str(lot.last_day): lot.points for lot in points_of(till, who).lots}


def test_points_are_good_to_the_end_of_the_twelfth_following_month(till: Till, clock: SteppingClock) -> None:
    # domain.md §2.7
    who = new_member(till)
    clock.instant = at(2026, 12, 15)
    done = buy(till, who, "300.00")
    assert str(done.sale.points_last_day) == "2027-12-31"
    clock.instant = at(2027, 12, 31, 23)
    assert points_of(till, who).available == 300
    clock.instant = at(2028, 1, 1, 9)
    assert points_of(till, who).available == 0
    assert member_of(till, who).standing.points.count == 300, "nobody has posted it yet"
    assert expire_points(till).points == 300
    assert member_of(till, who).standing.points.count == 0
    assert (expire_points(till).points, expire_points(till).members) == (0, 0)
    assert changes(till)[-1].reason is PointsReason.EXPIRED


def test_points_that_a_rule_gives_lapse_and_what_a_coupon_costs_comes_from_the_first_lot(
    tmp_path: Path, clock: SteppingClock
) -> None:
    # domain.md §2.7
    welcome = [{"id": "welcome", "on": "enrolled", "give": {"points": 600}}]
    till = shop(tmp_path, clock, triggers=welcome)
    who = new_member(till)
    assert on_lots(till, who) == {"2027-11-30": 600}
    clock.instant = at(2026, 12, 5)
    buy(till, who, "100.00")
    exchange_points(till, who, "points5", ON_PHONE, CASHIER, "r1")
    assert on_lots(till, who) == {"2027-11-30": 100, "2027-12-31": 100}
    report = points_report(till, till.business_day())
    assert (report.earned, report.spent, [points for _day, points in report.lapsing]) == (700, 500, [100, 100])
    clock.instant = at(2027, 12, 1)
    assert points_of(till, who).available == 100
    assert expire_points(till).points == 100
    assert member_of(till, who).standing.points.count == 100
    assert is_sound(till)
    till.database.close()


def test_what_lapses_first_is_spent_first_and_no_more_than_is_there(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "300.00")
    clock.instant = at(2027, 3, 5)
    buy(till, who, "500.00")
    buy(till, who, "20.00", points=400)
    assert on_lots(till, who) == {"2028-03-31": 400 + 16}
    clock.instant = at(2027, 12, 1)
    assert points_of(till, who).available == 416
    assert expire_points(till).points == 0, "the lot that lapsed had been spent"


def test_a_sale_cannot_spend_what_lapsed_while_it_stood_on_the_screen(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "1000.00")
    clock.instant = at(2027, 11, 30, 23)
    cart = basket(till, who, "20.00", points=500)
    quote = price_cart(till, cart, member_of(till, who))
    assert quote.points_spent == Points(500)
    late = replace(quote, business_day=quote.business_day.plus(1))
    with pytest.raises(PointsShort) as short:
        complete_sale(till, SaleRequest(cart, late, till.programme, (cash_tender(late.due),), CASHIER))
    assert short.value.available == Points(0)


def test_notices_are_due_thirty_and_seven_days_before(till: Till, clock: SteppingClock) -> None:
    # W-15's T-30/T-7, for points: "300 分 12-31 到期".
    who = new_member(till)
    clock.instant = at(2026, 12, 20)
    buy(till, who, "300.00")
    clock.instant = at(2027, 12, 1)
    (notice,) = points_of(till, who).notices
    assert (notice.points, str(notice.last_day), notice.stage) == (300, "2027-12-31", 30)
    clock.instant = at(2027, 12, 24)
    assert points_of(till, who).notices[0].stage == 7


def test_a_refund_takes_from_its_own_lot_and_leaves_a_debt_that_the_next_earning_repays(till: Till) -> None:
    # domain.md §2.5
    who = new_member(till)
    first = buy(till, who, "500.00")
    buy(till, who, "10.00", points=500)
    assert points_of(till, who).available == 5, "what was paid earns"
    take_back(till, first)
    assert (points_of(till, who).available, points_of(till, who).debt) == (0, 495)
    cart = basket(till, who, "50.00", points=100)
    assert price_cart(till, cart, member_of(till, who)).points_spent == Points(0), "a debt blocks redeeming"
    buy(till, who, "600.00")
    assert (points_of(till, who).available, points_of(till, who).debt) == (105, 0)


def test_spent_points_come_back_to_their_lots_and_to_lapsed_ones_with_grace(till: Till, clock: SteppingClock) -> None:
    # domain.md §2.5
    who = new_member(till)
    buy(till, who, "200.00")
    clock.instant = at(2026, 12, 2)
    buy(till, who, "300.00")
    using = buy(till, who, "10.00", points=400)
    assert on_lots(till, who) == {"2027-12-31": 100 + 6}
    clock.instant = at(2027, 12, 10)
    take_back(till, using)
    # 200 were of the lot that lapsed on 30 November; they are good at least thirty days more.
    assert on_lots(till, who) == {"2027-12-31": 300, "2028-01-31": 200}
    clock.instant = at(2028, 2, 1)
    assert points_of(till, who).available == 0
    assert expire_points(till).points == 500
    assert member_of(till, who).standing.points.count == 0


def test_points_wait_until_their_goods_can_no_longer_come_back(tmp_path: Path, clock: SteppingClock) -> None:
    # domain.md §2.4, §2.7: the optional freeze.
    till = shop(tmp_path, clock, points_life={"months": 12, "freeze_days": 7})
    who = new_member(till)
    done = buy(till, who, "500.00")
    assert (points_of(till, who).available, points_of(till, who).frozen) == (0, 500)
    cart = basket(till, who, "50.00", points=500)
    assert price_cart(till, cart, member_of(till, who)).points_spent == Points(0)
    clock.step(days=6)
    assert points_of(till, who).available == 0
    clock.step(days=1)
    assert (points_of(till, who).available, points_of(till, who).frozen) == (500, 0)
    take_back(till, done)
    assert points_of(till, who).available == 0
    assert is_sound(till)
    till.database.close()


def test_a_sale_posts_no_more_than_before(tmp_path: Path, clock: SteppingClock) -> None:
    lapsing = shop(tmp_path, clock)
    folder = tmp_path / "ever"
    folder.mkdir()
    ever = shop(folder, clock, points_life=None)
    counts = []
    for till in (lapsing, ever):
        who = new_member(till)
        buy(till, who, "500.00")
        done = buy(till, who, "50.00", points=300)
        counts.append(len(done.recorded.transaction.postings))
        with till.database.read() as connection:
            held = assets.balances(connection, who)
        assert set(held) == {Account.MEMBER_POINTS, Account.MEMBER_GROWTH, Account.MEMBER_SPEND}
    assert counts[0] == counts[1]
    ever.database.close()
    lapsing.database.close()


def test_merged_members_keep_the_last_days_of_their_lots(till: Till, clock: SteppingClock) -> None:
    # domain.md §2.9: lots keep their expiry
    stays, goes = new_member(till), new_member(till, 2)
    buy(till, goes, "300.00")
    clock.instant = at(2026, 12, 5)
    buy(till, stays, "100.00")
    buy(till, goes, "200.00")
    buy(till, goes, "10.00", points=500)
    by = Authority(CASHIER.id, MANAGER, online=True)
    merge_members(till, stays, goes, by)
    assert on_lots(till, stays) == {"2027-12-31": 100 + 5}
    assert points_of(till, goes).available == 0
    undo_merge(till, goes, by)
    assert (on_lots(till, stays), on_lots(till, goes)) == ({"2027-12-31": 100}, {"2027-12-31": 5})
    clock.instant = at(2027, 11, 30)
    buy(till, goes, "40.00")
    clock.instant = at(2028, 1, 2)
    merge_members(till, stays, goes, by)
    assert points_of(till, stays).available == 40, "what lapsed before the merge does not live on"
    expire_points(till)
    assert member_of(till, stays).standing.points.count == 40
    assert member_of(till, goes).standing.points.count == 0


def test_opening_points_never_lapse_and_are_spent_last(till: Till, clock: SteppingClock) -> None:
    lin = next(one for one in (member_of(till, MemberId(one)) for one in _owners(till)) if one.profile.name == "林晓梅")
    opening = lin.standing.points.count
    buy(till, lin.id, "200.00")
    buy(till, lin.id, "10.00", points=500)
    assert points_of(till, lin.id).everlasting == opening + 205 - 500
    clock.instant = at(2040, 1, 1)
    assert points_of(till, lin.id).available == opening + 205 - 500


def _owners(till: Till) -> list[bytes]:
    with till.database.read() as connection:
        return list(connection.exec_driver_sql("SELECT member_id FROM member").scalars())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"points_life": {"months": 0}}, "points_life.months"),
        ({"points_life": {"freeze_days": 61}}, "points_life.freeze_days"),
        ({"rewards": {"check_in": {"points": 0, "bonus": 0}}}, "rewards.check_in.points"),
        ({"rewards": {"share": {"praise": True}}}, "rewards.share.praise"),
    ],
)
def test_a_programme_names_the_field_that_cannot_be(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        parse_programme({"version": 1, "tiers": [{"code": "only"}], **changes})
    assert refused.value.field == field
