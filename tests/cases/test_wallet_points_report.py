"""What the shop owes in points, from the ledger, on any past day (domain.md §7; W-22)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from posapp.application.draws import draw_once, open_draw
from posapp.application.gifts import Buyer, redeem_gift, return_gift, supply_pool
from posapp.application.points import change_by_hand, check_in
from posapp.application.points_expiry import expire_points
from posapp.application.points_report import points_report
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.time import BusinessDay
from posapp.storage.schema import held_balance
from tests.cases.points_shop import MANAGER, ON_PHONE, at, buy, is_sound, new_member, points_of, shop, take_back
from tests.integration.tills import CASHIER, SteppingClock


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 11, 1))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = shop(tmp_path, clock, rewards={"check_in": {}, "manual_most": 10**9})
    yield made
    assert is_sound(made)
    made.database.close()


def on_ledger(till: Till) -> int:
    """All members' points as they stand now, by the stored balances."""
    with till.database.read() as connection:
        amount = held_balance.c.settled + held_balance.c.pending
        query = select(func.sum(amount)).where(held_balance.c.account == int(Account.MEMBER_POINTS))
        return connection.scalar(query) or 0


def test_a_million_points_at_a_fen_and_seventy_percent_are_seven_thousand_yuan(till: Till) -> None:
    opening = points_report(till, till.business_day()).outstanding
    change_by_hand(till, new_member(till), 1_000_000 - opening, CASHIER, MANAGER, "补录")
    report = points_report(till, till.business_day())
    assert (report.outstanding, report.liability) == (1_000_000, Money.parse("7000.00"))


def test_any_past_day_is_what_was_seen_on_it(till: Till, clock: SteppingClock) -> None:
    """A busy year, and on each of its days what the members were shown and what the balances said."""
    supply_pool(till, CASHIER)
    open_draw(till, "lucky", CASHIER.id)
    one, two = new_member(till), new_member(till, 2)
    opening = points_report(till, till.business_day()).everlasting
    seen: dict[BusinessDay, tuple[int, int]] = {}

    def close_day() -> None:
        now = [points_of(till, who) for who in (one, two)]
        shown = sum(sum(lot.points for lot in each.lots) + each.everlasting - each.debt for each in now)
        seen[till.business_day()] = (shown, on_ledger(till))

    first = buy(till, one, "900.00")
    close_day()
    clock.instant = at(2026, 12, 5)
    check_in(till, one, CASHIER)
    redeem_gift(till, Buyer(one, ON_PHONE), "voucher5", CASHIER, b"1")
    buy(till, two, "700.00")
    draw_once(till, Buyer(two, ON_PHONE), "lucky", CASHIER, os.urandom(16))
    close_day()
    clock.instant = at(2027, 2, 1)
    using = buy(till, two, "50.00", points=600)
    return_gift(till, b"1", CASHIER)
    close_day()
    clock.instant = at(2027, 11, 30)
    close_day()
    clock.instant = at(2028, 1, 3)
    for done in (first, using):
        take_back(till, done)
    close_day()
    clock.instant = at(2028, 3, 1)
    expire_points(till)
    close_day()
    for day, (shown, ledger) in seen.items():
        report = points_report(till, day)
        assert report.outstanding - report.debt == opening + shown, day
        assert report.ledger == ledger, day
        assert report.ledger == report.outstanding - report.debt + report.unposted
        assert sum(points for _last, points in report.lapsing) + report.everlasting == report.outstanding
    assert points_report(till, till.business_day()).unposted == 0, "the job has posted everything"


def test_burning_and_earning_of_a_period_and_what_lapses_when(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "1000.00")
    clock.instant = at(2026, 12, 1)
    since = till.business_day()
    buy(till, who, "400.00")
    buy(till, who, "20.00", points=100)
    report = points_report(till, till.business_day(), since)
    assert (report.earned, report.spent, report.burn_rate) == (419, 100, 2386)
    whole = points_report(till, till.business_day())
    assert (whole.earned, whole.spent) == (1419, 100)
    assert [(str(last), points) for last, points in report.lapsing] == [("2027-11-30", 900), ("2027-12-31", 419)]
