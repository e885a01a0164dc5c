"""Once a month, between two sales, what lapsed of members' points is posted."""

from __future__ import annotations

from pathlib import Path

from posapp.application.points_expiry import begin
from posapp.domain.events import PointsChanged
from posapp.storage import event_search
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.cases.points_shop import at, buy, is_sound, member_of, new_member, points_of, shop
from tests.integration.tills import CASHIER, SteppingClock
from tests.unit.ui.checkout.shells import PlainShell


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
