"""People at the till, over real databases: PINs, lock-out, another person's word (domain.md §5.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.demo_staff import demo_staff
from posapp.application.pins import MOST_WRONG
from posapp.application.points import change_by_hand
from posapp.application.staff import people, signing_in
from posapp.application.staff.approving import Ask, approve, approvers, withdraw
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.events import ApprovalAnswered, SignInAnswered, Tender
from posapp.domain.ids import Sku, StaffId
from posapp.domain.sale import CartLine, Identification, TenderMethod
from posapp.domain.staff import LIMITS, Right, Role, staff_member
from posapp.storage import event_search
from posapp.storage.documents import STAFF, STAFF_PIN, find
from posapp.storage.verify import verify
from tests.integration.demo_shop import lin
from tests.integration.stocked_tills import application
from tests.integration.tills import CASHIER, reopened

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.application.till import Till
    from tests.integration.sync_world import World
    from tests.integration.tills import SteppingClock

MUCH = Ask(Right.CASH_REFUND, 38_400, "261017-02-0001")


@pytest.fixture
def staffed(till: Till) -> Till:
    demo_staff(till)
    return till


def refused(till: Till, number: str, pin: str) -> str:
    with pytest.raises(InvalidField) as caught:
        signing_in.sign_in(till, number, pin, CASHIER)
    return caught.value.reason_zh


def not_approved(till: Till, number: str, pin: str, ask: Ask = MUCH) -> str:
    with pytest.raises(InvalidField) as caught:
        approve(till, ask, CASHIER, number, pin)
    return caught.value.reason_zh


def approvals(till: Till) -> list[tuple[str, str]]:
    with till.database.read() as connection:
        return [(one.approver, one.refused) for one in event_search.of_kind(connection, ApprovalAnswered)]


def sign_ins(till: Till) -> list[tuple[str, str]]:
    with till.database.read() as connection:
        return [(one.person, one.refused) for one in event_search.of_kind(connection, SignInAnswered)]


def test_a_shop_without_pins_is_never_locked_and_agrees_by_number(till: Till) -> None:
    assert not signing_in.door(till).locked
    assert not signing_in.lock(till).locked
    people.put(till, [staff_member("2001", "陆文静", "manager")])
    assert not signing_in.door(till).locked, "people without PINs lock nobody out"
    able = approvers(till, MUCH, CASHIER)
    assert (able.people, able.by_number) == ((), True)
    assert approve(till, MUCH, CASHIER, "2001", "") == "2001"
    assert approve(till, MUCH, CASHIER, "77", "") == "77", "as before: any other number"
    assert "另一人" in not_approved(till, CASHIER.id, "")
    assert "没有" in not_approved(till, " ", "")
    assert [each[1] for each in approvals(till)] == ["", "", "same", "unknown"]


def test_signing_in_changes_the_cashier_and_outlives_a_restart(staffed: Till, tmp_path: Path) -> None:
    assert signing_in.who_is_there(staffed).name == "陈思雨"
    manager = signing_in.sign_in(staffed, "2001", "8024", CASHIER)
    assert (manager.name, manager.limits) == ("陆文静", LIMITS[Role.MANAGER])
    assert "reveal_number" in manager.permissions
    again = reopened(staffed, tmp_path)
    assert signing_in.who_is_there(again) == manager
    assert not signing_in.door(again).locked
    assert signing_in.lock(again).locked
    locked = reopened(again, tmp_path, 98)
    assert signing_in.door(locked).locked, "a locked till comes up locked"
    assert [one.id for one in signing_in.door(locked).people] == ["1001", "1002", "1003", "2001", "3001"]
    signing_in.sign_in(locked, "1002", "2468", manager)
    assert not signing_in.door(locked).locked
    locked.database.close()


def test_the_next_business_day_asks_who_is_there(staffed: Till, clock: SteppingClock) -> None:
    assert not signing_in.door(staffed).locked
    clock.step(days=1)
    assert signing_in.door(staffed).locked


def test_five_wrong_pins_lock_one_person_out_also_after_a_restart(staffed: Till, tmp_path: Path) -> None:
    for left in range(MOST_WRONG - 1, 0, -1):
        assert f"还可试 {left} 次" in refused(staffed, "1002", "0000")
    assert "已锁定" in refused(staffed, "1002", "0000")
    assert "已锁定" in refused(staffed, "1002", "2468"), "the right one does not open it any more"
    again = reopened(staffed, tmp_path)
    assert "已锁定" in refused(again, "1002", "2468")
    assert signing_in.sign_in(again, "1003", "3571", CASHIER).id == "1003", "nobody else is locked"
    people.set_pin(again, StaffId("1002"), "7719")
    assert signing_in.sign_in(again, "1002", "7719", CASHIER).id == "1002"
    assert [each[1] for each in sign_ins(again)] == ["wrong"] * 4 + ["locked"] * 3 + ["", ""]
    assert verify(again.database).ok
    again.database.close()


def test_wrong_pins_are_counted_per_person_and_forgotten_by_the_right_one(staffed: Till) -> None:
    for number in ("1001", "1002", "1003"):
        refused(staffed, number, "0000")
    assert "还可试 3 次" in refused(staffed, "1002", "1111")
    signing_in.sign_in(staffed, "1002", "2468", CASHIER)
    assert "还可试 4 次" in refused(staffed, "1002", "1111")


def test_what_is_nobodys_number_is_not_recorded(staffed: Till) -> None:
    """A PIN that was typed as a number is in no log."""
    assert refused(staffed, "8024", "2001") == "没有这个工号"
    assert not_approved(staffed, "8024", "2001") == "没有这个工号"
    with staffed.database.read() as connection:
        bodies = connection.exec_driver_sql("SELECT canonical FROM event").scalars().all()
    assert not any(b"8024" in body or b"1379" in body for body in bodies)
    assert sign_ins(staffed)[-1] == approvals(staffed)[-1] == ("", "unknown")


def test_another_person_with_enough_rights_agrees_with_their_pin(staffed: Till) -> None:
    able = approvers(staffed, MUCH, CASHIER)
    assert ([one.id for one in able.people], able.by_number) == (["2001", "3001"], False)
    assert "本人" in not_approved(staffed, "1001", "1379")
    assert "权限不够" in not_approved(staffed, "1002", "2468")
    assert "还可试 4 次" in not_approved(staffed, "2001", "1379")
    assert approve(staffed, MUCH, CASHIER, "2001", "8024") == "2001"
    withdraw(staffed, MUCH, CASHIER)
    assert approvals(staffed) == [
        ("1001", "same"), ("1002", "rights"), ("2001", "wrong"), ("2001", ""), ("", "withdrawn"),
    ]  # fmt: skip
    with staffed.database.read() as connection:
        granted = event_search.of_kind(connection, ApprovalAnswered)[3]
    assert (granted.operator, granted.right, granted.amount, granted.limit) == ("1001", "cash_refund", 38_400, 20_000)
    assert granted.reference == "261017-02-0001"


def test_a_manager_with_a_limit_of_their_own_does_not_agree_beyond_it(staffed: Till) -> None:
    people.put(staffed, [staff_member("2001", "陆文静", "manager", {"cash_refund": 30_000})])
    assert "权限不够" in not_approved(staffed, "2001", "8024")
    assert approve(staffed, replace(MUCH, amount=30_000), CASHIER, "2001", "8024") == "2001"


def test_who_has_left_neither_signs_in_nor_agrees(staffed: Till) -> None:
    people.put(staffed, [replace(staff_member("2001", "陆文静", "manager"), active=False)])
    assert refused(staffed, "2001", "8024") == "没有这个工号"
    assert not_approved(staffed, "2001", "8024") == "没有这个工号"


def test_the_owner_of_a_new_shop_sets_the_first_pin(till: Till) -> None:
    with pytest.raises(InvalidField, match="differ"):
        signing_in.begin_owner(till, "沈青禾", "9135", "9136")
    for easy in ("1234", "8888", "987", "12a4"):
        with pytest.raises(InvalidField):
            signing_in.begin_owner(till, "沈青禾", easy, easy)
    assert not signing_in.door(till).locked
    owner = signing_in.begin_owner(till, "沈青禾", "9135", "9135")
    assert signing_in.who_is_there(till) == owner
    assert not signing_in.door(till).locked
    assert signing_in.lock(till).locked
    assert signing_in.sign_in(till, owner.id, "9135", owner) == owner


def test_nobody_serves_themselves(staffed: Till) -> None:
    member = lin(staffed)
    people.put(staffed, [staff_member("1001", "陈思雨", "cashier", member=member.id)])
    mine = signing_in.sign_in(staffed, "1001", "1379", CASHIER)
    cart = new_cart(staffed).add(CartLine(Sku("a"), "a", Quantity.pieces(1), Money(1000)))
    cart = replace(cart, member=member.id, identified_by=Identification.PHONE)
    quote = price_cart(staffed, cart, member)
    paid = (Tender(TenderMethod.CASH, quote.due, quote.due),)
    with pytest.raises(InvalidField, match="own card"):
        complete_sale(staffed, SaleRequest(cart, quote, staffed.programme, paid, mine))
    with pytest.raises(InvalidField, match="own card"):
        change_by_hand(staffed, member.id, 100, mine, StaffId("2001"), "gift")
    other = signing_in.sign_in(staffed, "1002", "2468", mine)
    assert complete_sale(staffed, SaleRequest(cart, quote, staffed.programme, paid, other)).sale.cashier == "1002"


def test_people_and_pins_reach_other_tills_and_the_server_reads_neither(place: World) -> None:
    first, second = place.join("one"), place.join("two")
    here, there = application(first), application(second)
    people.put(here, [staff_member("2001", "陆文静", "manager"), staff_member("1001", "陈思雨", "cashier")])
    people.set_pin(here, StaffId("2001"), "8024")
    first.sync()
    second.sync()
    for _ in range(MOST_WRONG):
        refused(there, "2001", "0000")
    assert "已锁定" in refused(there, "2001", "8024")
    assert signing_in.sign_in(here, "2001", "8024", CASHIER).id == "2001", "a lock is one till's own"
    people.set_pin(here, StaffId("2001"), "6150")
    first.sync()
    second.sync()
    assert signing_in.sign_in(there, "2001", "6150", CASHIER).name == "陆文静", "a new PIN opens the lock everywhere"
    with second.database.read() as connection:
        for collection in (STAFF, STAFF_PIN):
            kept = find(connection, collection, "2001")
            assert kept is not None
            assert not any(word in kept.body for word in ("陆文静".encode(), b"argon2", b"manager"))
    second.sync()
    first.sync()
    assert [each[1] for each in sign_ins(here)][-1] == "", "who signed in elsewhere in the store is known here"
