"""Once a month, between two sales, what lapsed of members' points is posted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posapp.application import assets_in_time
from posapp.application.liability_overview import BEGINNING, liability_overview
from posapp.application.passes import PassOrder, sell_pass
from posapp.application.points_expiry import begin
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.asset import AssetKind
from posapp.domain.events import BonusLapsed, PassElapsed, PointsChanged, Tender
from posapp.domain.sale import TenderMethod
from posapp.storage import assets, event_search
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.cases.points_shop import at, buy, is_sound, member_of, new_member, points_of, shop
from tests.integration.demo_shop import lin
from tests.integration.tills import CASHIER, SteppingClock, demo_till
from tests.unit.ui.checkout.shells import PlainShell

PAPER = IdentityPaper("林晓梅", "11010519491231002X")
STORED = {
    "merchant": {"entity": "enterprise", "province": "zhejiang"},
    "cards": [{"code": "main"}],
    "plans": [{"code": "p300", "pay": "300.00", "get": "330.00", "bonus_days": 90}],
}


def test_a_new_month_posts_what_lapsed_once_and_holds_up_no_sale(tmp_path: Path) -> None:
    clock, shell = SteppingClock(at(2026, 11, 3)), PlainShell()
    till = shop(tmp_path, clock)
    members = [new_member(till, number) for number in range(60)]
    for who in members:
        buy(till, who, "30.00")
    desk = CheckoutPresenter(till, CASHIER, shell)
    desk.tick()
    assert begin(till).finished
    clock.instant = at(2027, 12, 1, 9)
    assert not begin(till).finished
    shell.held = True
    desk.tick()
    buy(till, members[0], "20.00")
    shell.release()
    assert {member_of(till, who).standing.points.count for who in members[1:]} == {0}
    assert points_of(till, members[0]).available == 20
    with till.database.read() as connection:
        posted = len(list(event_search.of_kind(connection, PointsChanged)))
    desk.tick()
    shell.release()
    with till.database.read() as connection:
        assert len(list(event_search.of_kind(connection, PointsChanged))) == posted == 60
    assert len(shell.rests) >= 2 * 60 // 10, "a rest before every page of the two rounds that had something to look at"
    assert min(shell.rests) > 0
    assert is_sound(till)
    till.database.close()


def test_a_new_day_posts_what_time_took_of_passes_and_bonus_once(tmp_path: Path) -> None:
    """A pass for a month, ten coffees and a bonus of ninety days; nobody has to think of it."""
    clock, shell = SteppingClock(), PlainShell()
    till = demo_till(tmp_path, clock, 1, stored_value=STORED)
    who = lin(till).id
    for request, template, fen in ((b"1", "tea_room", 30_000), (b"2", "latte10", 19_900)):
        paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),)
        sell_pass(till, PassOrder(request, who, template, paid, CASHIER))
    top_up(till, TopUp(b"3", "main", who, CASHIER, Money(30_000), TenderMethod.CASH, paper=PAPER))
    desk = CheckoutPresenter(till, CASHIER, shell)
    desk.tick()
    assert posted(till) == (0, 0)
    clock.step(days=3)
    desk.tick()
    desk.tick()
    assert posted(till) == (1, 0), "three days of the month are earned, in one entry"
    clock.step(days=88)
    shell.held = True
    desk.tick()
    shell.release()
    assert posted(till) == (2, 1), "the month is over, and the bonus"
    clock.step(days=300)
    desk.tick()
    shell.release()
    assert posted(till) == (3, 1), "the coffees of a year are forfeited"
    assert (assets_in_time.let_time_pass(till), posted(till)) == (0, (3, 1))
    overview = {line.code: line for line in liability_overview(till, BEGINNING, till.business_day()).lines}
    assert (overview["passes"].close, overview["bonus"].close) == (0, 0)
    assert overview["principal"].close == 30_000
    assert is_sound(till)
    till.database.close()


def test_another_tills_passes_are_left_to_it(tmp_path: Path) -> None:
    clock = SteppingClock()
    till = demo_till(tmp_path, clock)
    paid = (Tender(TenderMethod.CASH, Money(30_000), Money(30_000)),)
    sell_pass(till, PassOrder(b"1", lin(till).id, "tea_room", paid, CASHIER))
    clock.step(days=3)
    with till.database.write() as connection:
        (held, *_rest), _last = assets.page(connection, b"", 500, {AssetKind.TIME_PASS})
        elsewhere = replace(held.asset, terms={**held.asset.terms, "till": "ff" * 16})
        till.reference.put_assets(connection, [elsewhere])
    assert assets_in_time.let_time_pass(till) == 0
    till.database.close()


def posted(till: Till) -> tuple[int, int]:
    """How often time took of passes and of bonus."""
    with till.database.read() as connection:
        return tuple(len(event_search.of_kind(connection, kind)) for kind in (PassElapsed, BonusLapsed))  # type: ignore[return-value]
