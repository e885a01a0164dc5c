"""Naming the member of a sale late: what it earns, what goes when the goods come back, and who has to agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.application.claiming import claim_sale, preview_claim
from posapp.application.members import find_members
from posapp.application.refunds import undo_sale
from posapp.application.returnable import find_receipt, open_return
from posapp.application.staff.watching import staff_report
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.staff import LIMITS, Role
from posapp.storage.verify import verify
from tests.integration.demo_shop import lin
from tests.integration.stocked_tills import Wish, sell
from tests.integration.test_returns import asked, give_back, opened
from tests.integration.test_sync_returns import give_back as give_back_at
from tests.integration.test_sync_returns import looked_at, settle, two_tills
from tests.integration.tills import CASHIER, SteppingClock

if TYPE_CHECKING:
    from posapp.application.till import Till
    from tests.integration.sync_world import World

BOSS = StaffId("2001")
GOODS = Wish((("TL001", 1), ("BI001", 3)))


def test_what_was_paid_earns_and_the_price_stays(till: Till, clock: SteppingClock) -> None:
    before, sold = lin(till).standing, sell(till, GOODS)
    clock.step(hours=3, minutes=5)
    original = opened(till, sold)
    preview = preview_claim(till, original, lin(till).id, CASHIER)
    assert preview.hours == 4, "started hours count"
    done = claim_sale(till, original.position, lin(till).id, CASHIER, BOSS)
    after = lin(till).standing
    assert (done.points, done.net, done.approver) == (preview.points, sold.sale.due, BOSS)
    assert done.points.count == sold.sale.due.fen // 100, "one point a yuan, without a tier's rate or a multiplier"
    assert after.points.count - before.points.count == done.points.count
    assert (after.visits, after.orders) == (before.visits + 1, before.orders + 1)
    assert after.spend.fen - before.spend.fen == sold.sale.due.fen
    assert verify(till.database).ok
    assert staff_report(till, till.business_day(), till.business_day()).tallies[CASHIER.id].late_named == 1


def test_what_comes_back_takes_exactly_what_it_earned(till: Till) -> None:
    before, sold = lin(till).standing, sell(till, GOODS)
    claim_sale(till, opened(till, sold).position, lin(till).id, CASHIER, BOSS)
    for _ in range(3):
        done = give_back(till, opened(till, sold), 0, 1000)
        assert done.refund.member is None, "the sale itself was nobody's, and so is its refund"
        assert lin(till).standing.points.count - before.points.count == (
            (sold.sale.due.fen - sum(back.amount.fen for back in opened(till, sold).refunds)) // 100
        )
    give_back(till, opened(till, sold), 1000, 0)
    after = lin(till).standing
    assert (after.points, after.growth, after.spend, after.visits, after.orders) == (
        before.points, before.growth, before.spend, before.visits, before.orders,
    )  # fmt: skip
    assert verify(till.database).ok


def test_only_what_is_left_earns_and_an_undone_sale_nothing(till: Till) -> None:
    sold = sell(till, GOODS)
    give_back(till, opened(till, sold), 1000, 0)
    left = sold.sale.due.fen - opened(till, sold).refunds[0].amount.fen
    assert claim_sale(till, opened(till, sold).position, lin(till).id, CASHIER, BOSS).points.count == left // 100
    points, other = lin(till).standing.points, sell(till, GOODS)
    claim_sale(till, opened(till, other).position, lin(till).id, CASHIER, BOSS)
    undo_sale(till, other.recorded, CASHIER)
    assert lin(till).standing.points == points


def test_who_may_not(till: Till, clock: SteppingClock) -> None:
    sold = sell(till, GOODS)
    original, who = opened(till, sold), lin(till).id
    with pytest.raises(InvalidField) as caught:
        claim_sale(till, original.position, who, CASHIER)
    assert caught.value.field == "approver"
    with pytest.raises(InvalidField):
        claim_sale(till, original.position, who, CASHIER, CASHIER.id)
    with pytest.raises(InvalidField) as caught:
        claim_sale(till, original.position, who, replace(CASHIER, member=who), BOSS)
    assert caught.value.field == "member"
    manager = replace(CASHIER, id=BOSS, limits=LIMITS[Role.MANAGER])
    clock.step(hours=24, seconds=1)
    with pytest.raises(InvalidField) as caught:
        claim_sale(till, original.position, who, manager)
    assert caught.value.field == "approver", "a day has passed"
    claim_sale(till, original.position, who, CASHIER, StaffId("3001"))
    with pytest.raises(InvalidField) as caught:
        claim_sale(till, original.position, find_members(till, "6021").members[-1].id, CASHIER, BOSS)
    assert caught.value.field == "sale"
    with pytest.raises(InvalidField):
        claim_sale(till, opened(till, sell(till, GOODS, lin(till))).position, who, CASHIER, BOSS)
    gone = sell(till, GOODS)
    give_back(till, opened(till, gone))
    with pytest.raises(InvalidField):
        preview_claim(till, opened(till, gone), who, CASHIER)
    assert asked(opened(till, sold)).before == (0, 0)


def test_named_at_one_till_and_returned_at_another_all_agree(place: World) -> None:
    one, first, other, second, _number = two_tills(place)
    standing = one.standing(13857166021)
    number = sell(first, Wish((("BI001", 3), ("TL001", 1)))).sale.receipt_number
    (found,) = find_receipt(first, number)
    member = find_members(first, "6021").members[0]
    claim_sale(first, open_return(first, found.summary.position).position, member.id, CASHIER, BOSS)
    settle(place)
    assert other.standing(13857166021) == one.standing(13857166021) != standing
    give_back_at(second, number, 1000, 0)
    settle(place)
    give_back_at(first, number)
    settle(place)
    assert other.standing(13857166021) == one.standing(13857166021) == standing
    assert looked_at(place) == []
