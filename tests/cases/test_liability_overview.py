"""Everything that is owed, over any span of days: open + what came − what went = close, and nothing unexplained."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from posapp.application import coupons
from posapp.application import member_life as life
from posapp.application.liabilities import REPORTS, report
from posapp.application.liability_overview import (
    BEGINNING,
    LiabilityLine,
    LiabilityOverview,
    liability_overview,
    write_csv,
)
from posapp.application.member_life import Authority
from posapp.application.passes import PassOrder, PassUse, sell_pass, use_pass
from posapp.application.points import change_by_hand
from posapp.application.points_expiry import expire_points
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import assets
from tests.cases.points_shop import MANAGER, at, buy, is_sound, new_member, shop, take_back
from tests.integration.tills import CASHIER, SteppingClock

PASS = {"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 11, 1))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = shop(tmp_path, clock, passes=[PASS])
    yield made
    assert is_sound(made)
    made.database.close()


def lines(overview: LiabilityOverview) -> dict[str, LiabilityLine]:
    assert overview.differences == ()
    for line in overview.lines:
        assert line.open + line.came - line.went == line.close, line
    return {line.code: line for line in overview.lines}


def moved(line: LiabilityLine) -> dict[str, int]:
    return {name: amount for name, amount in line.columns.items() if amount}


def test_every_way_that_points_come_and_go_has_a_column(till: Till, clock: SteppingClock) -> None:
    opening = lines(liability_overview(till, till.business_day(), till.business_day()))["points"].close
    one, two, three = (new_member(till, number) for number in (1, 2, 3))
    sold = buy(till, one, "900.00")
    change_by_hand(till, one, 50, CASHIER, MANAGER, "补录")
    buy(till, two, "300.00")
    first = till.business_day()
    clock.instant = at(2026, 11, 9)
    buy(till, one, "100.00", points=200)
    take_back(till, sold)
    life.merge_members(till, one, two, Authority(CASHIER.id, MANAGER, online=True))
    buy(till, three, "40.00")
    life.forget_member(till, life.preview_leaving(till, three), "asked", CASHIER.id)
    line = lines(liability_overview(till, first.plus(1), till.business_day()))["points"]
    assert line.open == opening + 900 + 50 + 300
    columns = moved(line)
    assert columns["given_up"] == -40
    assert "merged" not in columns, "what moves between members is owed as before"
    clock.instant = at(2028, 1, 5)
    expire_points(till)
    last = lines(liability_overview(till, till.business_day(), till.business_day()))["points"]
    assert moved(last) == {"lapsed": opening - line.close}
    assert last.worth is not None


def test_a_pass_is_owed_in_uses_and_in_money_that_is_not_earned_yet(till: Till) -> None:
    who, today = new_member(till), till.business_day()
    sell_pass(till, PassOrder(b"r", who, "two", (Tender(TenderMethod.CASH, Money(2000), Money(2000)),), CASHIER))
    with till.database.read() as connection:
        (held,) = [one for one in assets.of_owner(connection, who) if one.on(Account.PASS_USES)]
    use_pass(till, PassUse(b"u", held.asset.id, 1, CASHIER, Identification.DYNAMIC_CODE, online=True))
    line = lines(liability_overview(till, today, today))["passes"]
    assert (line.open, moved(line), line.close, line.worth) == (0, {"sold": 2, "used": -1}, 1, Money(1000))
    (told,) = report(till, "passes", today, today).movements
    assert (told.columns, told.close) == (line.columns, line.close)
    assert set(REPORTS) == {"stored-value", "points", "passes"}


def test_coupons_are_open_until_they_are_redeemed_voided_or_lapse(till: Till, clock: SteppingClock) -> None:
    who, first = new_member(till), till.business_day()
    before = lines(liability_overview(till, first, first))["coupons"].close
    (kept,) = coupons.issue_coupon(till, who, "friend20", CASHIER, "1")
    coupons.issue_coupon(till, who, "friend20", CASHIER, "2")
    coupons.void(till, [kept.code], "test", CASHIER)
    line = lines(liability_overview(till, first, first))["coupons"]
    assert line.close == before + 1
    clock.step(days=400)
    today = till.business_day()
    later = lines(liability_overview(till, first.plus(1), today))["coupons"]
    assert (later.open, moved(later), later.close) == (line.close, {"lapsed": -line.close}, 0)


def test_it_is_written_one_figure_a_row(till: Till, tmp_path: Path) -> None:
    buy(till, new_member(till), "88.80")
    overview = liability_overview(till, BEGINNING, till.business_day())
    path = write_csv(overview, tmp_path)
    assert path.name == f"liabilities-{till.business_day()}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    rows = {(row["liability"], row["entry"]): row["amount"] for row in read}
    assert {row["store"] for row in read} == {till.identity.store_name}
    points = lines(overview)["points"]
    assert rows["points", "issued"] == "88"
    assert rows["points", "close"] == str(points.close)
    assert rows["principal", "close"] == "0.00"
    with pytest.raises(InvalidField, match="cannot write"):
        write_csv(overview, tmp_path / "nowhere")


def test_a_span_that_ends_before_it_begins_is_none(till: Till) -> None:
    today = till.business_day()
    with pytest.raises(InvalidField, match="ends before it begins"):
        liability_overview(till, today, today.plus(-1))
