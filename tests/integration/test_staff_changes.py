"""Who changed who works here: in the log, at the other tills, in the report; and never anything of a PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.application.staff import managing, people, signing_in
from posapp.application.staff.watching import staff_report
from posapp.bootstrap.staff_report import print_staff
from posapp.domain.errors import InvalidField
from posapp.domain.events import StaffChanged, StaffStep
from posapp.domain.ids import StaffId
from posapp.domain.staff import staff_member
from tests.integration.stocked_tills import application

if TYPE_CHECKING:
    from posapp.application.till import Till
    from tests.integration.sync_world import World


def changes(till: Till) -> list[tuple[str, str, StaffStep, str, str]]:
    today = till.business_day()
    return [
        (one.event.operator, one.event.person, one.event.step, one.event.before, one.event.role)
        for one in staff_report(till, today, today).changes
        if isinstance(one.event, StaffChanged)
    ]


def test_who_changed_who_works_here_is_in_the_log_and_nothing_of_a_pin_is(till: Till) -> None:
    owner = signing_in.begin_owner(till, "周岚", "680213", "680213")
    managing.add(till, owner, "1003", "赵一鸣", "cashier", "739105")
    managing.new_pin(till, owner, StaffId("1003"), "520417", "520417")
    managing.change_role(till, owner, StaffId("1003"), "manager")
    people.put(till, [staff_member("1003", "赵一鸣", "manager", {"cash_refund": 100})])
    people.put(till, [staff_member("1003", "赵 一鸣", "manager", {"cash_refund": 100})])
    managing.leave(till, owner, StaffId("1003"))
    people.put(till, [staff_member("1003", "赵一鸣", "cashier")])
    assert changes(till) == [
        (owner.id, owner.id, StaffStep.PIN, "", ""),
        (owner.id, owner.id, StaffStep.ADDED, "", "owner"),
        (owner.id, "1003", StaffStep.PIN, "", ""),
        (owner.id, "1003", StaffStep.ADDED, "", "cashier"),
        (owner.id, "1003", StaffStep.PIN, "cashier", "cashier"),
        (owner.id, "1003", StaffStep.ROLE, "cashier", "manager"),
        ("", "1003", StaffStep.LIMITS, "manager", "manager"),
        (owner.id, "1003", StaffStep.LEFT, "manager", "manager"),
        ("", "1003", StaffStep.ADDED, "", "cashier"),
    ], "a name written otherwise is no change of what somebody may"
    with till.database.read() as connection:
        events = connection.exec_driver_sql("SELECT canonical FROM event WHERE kind = 59").scalars().all()
    assert len(events) == 9
    for secret in ("680213", "739105", "520417", "argon2", "周岚", "赵"):
        assert not any(secret.encode() in body for body in events)


def test_a_refused_change_leaves_no_trace(till: Till) -> None:
    owner = signing_in.begin_owner(till, "周岚", "680213", "680213")
    before = changes(till)
    for pin in ("1234", "12", "abcd"):
        with pytest.raises(InvalidField):
            managing.add(till, owner, "1003", "赵一鸣", "cashier", pin)
    with pytest.raises(InvalidField):
        managing.leave(till, owner, owner.id)
    assert changes(till) == before


def test_who_changed_who_works_here_is_known_at_the_other_tills_and_the_server_keeps_it(place: World) -> None:
    first, second = place.join("one"), place.join("two")
    here, there = application(first), application(second)
    people.put(here, [staff_member("2001", "陆文静", "manager")])
    people.set_pin(here, StaffId("2001"), "8024", StaffId("2001"))
    first.sync()
    second.sync()
    assert (
        changes(there)
        == changes(here)
        == [
            ("", "2001", StaffStep.ADDED, "", "manager"),
            ("2001", "2001", StaffStep.PIN, "manager", "manager"),
        ]
    )


def test_the_report_says_when_and_who(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    owner = signing_in.begin_owner(till, "周岚", "680213", "680213")
    managing.add(till, owner, "1003", "赵一鸣", "cashier", "739105")
    managing.change_role(till, owner, StaffId("1003"), "manager")
    people.put(till, [staff_member("1003", "赵一鸣", "manager", {"cash_refund": 100})])
    today = till.business_day()
    print_staff(till, today, today)
    out = capsys.readouterr().out
    assert "人员变更: 6" in out
    assert f"2026-10-17 18:42  {owner.id} 周岚  改角色 / role  1003 赵一鸣  cashier → manager" in out
    assert "2026-10-17 18:42  posapp staff  改权限 / limits  1003 赵一鸣  manager" in out
    print_staff(till, today.plus(-1), today.plus(-1))
    assert "人员变更: 0" in capsys.readouterr().out
