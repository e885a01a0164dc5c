"""Who works here, in the window: somebody new with a PIN, another PIN, another role, somebody who leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from posapp.application.staff import managing
from posapp.application.staff.people import put, set_pin
from posapp.application.till import Cashier
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.staff import Role, staff_member
from posapp.ui.checkout.device_modes import DevicesMode, PeopleMode, SetupMode
from posapp.ui.checkout.device_sheet import DeviceSheet
from posapp.ui.checkout.intents import SetLanguage
from posapp.ui.checkout.staff_modes import SignInMode
from posapp.ui.i18n import Language
from tests.ui.counters import Counter, until
from tests.ui.fitting import misfits
from tests.ui.test_devices import fill

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def _people(counter: Counter) -> PeopleMode:
    counter.press(Qt.Key.Key_I, CTRL)
    until(lambda: isinstance(counter.session.mode, DevicesMode), "the devices")
    counter.press(Qt.Key.Key_Right)
    until(lambda: isinstance(counter.session.mode, PeopleMode), "the people")
    assert isinstance(counter.session.mode, PeopleMode)
    return counter.session.mode


def _dialog(counter: Counter, digit: str) -> None:
    counter.type(digit)
    until(lambda: isinstance(counter.session.mode, SetupMode), "the dialog")


def _names(counter: Counter) -> dict[str, tuple[Role, bool]]:
    return {one.staff.name: (one.staff.role, one.has_pin) for one in managing.everybody(counter.presenter.till)}


def _sign_in_as_owner(counter: Counter) -> None:
    """An owner with a PIN, who is signed in."""
    till = counter.presenter.till
    put(till, [staff_member("900", "老周", "owner")])
    set_pin(till, StaffId("900"), "680213")
    counter.press(Qt.Key.Key_L, CTRL)
    until(lambda: isinstance(counter.session.over, SignInMode), "the lock")
    fill(counter, "number", "900", shown=lambda: True)
    fill(counter, "pin", "680213", shown=lambda: True)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.over is None, "signed in")
    assert counter.presenter.cashier.id == "900"


@pytest.mark.parametrize("language", list(Language))
def test_somebody_new_signs_in_with_their_pin_and_may_leave(counter: Counter, language: Language) -> None:
    _sign_in_as_owner(counter)
    counter.presenter.handle(SetLanguage(language.value))
    _people(counter)
    assert misfits(counter.window) == []
    _dialog(counter, "1")
    assert misfits(counter.window) == []
    fill(counter, "number", "77")
    fill(counter, "name", "小韩")
    fill(counter, "pin", "1111")
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "an easy PIN is refused")
    fill(counter, "pin", "4096")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, PeopleMode), "the list again")
    assert _names(counter)["小韩"] == (Role.CASHIER, True)
    _select(counter, "小韩")
    _dialog(counter, "3")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_2, ALT)
    counter.press(Qt.Key.Key_Return)
    until(lambda: _names(counter)["小韩"] == (Role.MANAGER, True), "a manager")
    _select(counter, "小韩")
    _dialog(counter, "2")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    until(lambda: isinstance(counter.session.mode, PeopleMode), "the list again")
    _dialog(counter, "4")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    until(lambda: "小韩" not in _names(counter), "they left")


def _select(counter: Counter, name: str) -> None:
    def here() -> str:
        mode = counter.session.mode
        return mode.people[mode.selected].staff.name if isinstance(mode, PeopleMode) else ""

    until(lambda: bool(here()), "the list")
    for _ in range(len(_names(counter))):
        counter.press(Qt.Key.Key_Up)
    while here() != name:
        counter.press(Qt.Key.Key_Down)


def test_a_cashier_is_told_who_may_do_it(counter: Counter) -> None:
    till = counter.presenter.till
    put(till, [staff_member("900", "老周", "owner"), staff_member("77", "小韩", "cashier")])
    set_pin(till, StaffId("900"), "680213")
    _people(counter)
    _select(counter, "小韩")
    _dialog(counter, "2")
    fill(counter, "pin", "4096")
    fill(counter, "again", "4096")
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "the refusal")
    assert _names(counter)["小韩"] == (Role.CASHIER, False)
    assert isinstance(counter.window.view.sheet, DeviceSheet) is False
    counter.press(Qt.Key.Key_Escape)
    until(lambda: isinstance(counter.session.mode, PeopleMode), "the list again")


def test_a_manager_changes_cashiers_and_nobody_else_and_one_owner_stays(counter: Counter) -> None:
    till = counter.presenter.till
    put(
        till,
        [
            staff_member("900", "老周", "owner"),
            staff_member("800", "小林", "manager"),
            staff_member("77", "小韩", "cashier"),
        ],
    )
    set_pin(till, StaffId("900"), "680213")
    here = {one.staff.id: one.staff for one in managing.everybody(till)}
    manager = _cashier(counter, here[StaffId("800")].id)
    assert managing.new_pin(till, manager, StaffId("77"), "4096", "4096").name == "小韩"
    with pytest.raises(InvalidField, match="the owner does this"):
        managing.change_role(till, manager, StaffId("77"), "manager")
    with pytest.raises(InvalidField, match="the owner does this"):
        managing.new_pin(till, manager, StaffId("900"), "5731", "5731")
    owner = _cashier(counter, StaffId("900"))
    for other in here.values():
        if other.role is Role.OWNER and other.id != owner.id:
            managing.change_role(till, owner, other.id, "cashier")
    with pytest.raises(InvalidField, match="one owner with a PIN stays"):
        managing.change_role(till, owner, StaffId("900"), "cashier")
    with pytest.raises(InvalidField, match="signed in"):
        managing.leave(till, owner, StaffId("900"))
    with pytest.raises(InvalidField, match="somebody has this number"):
        managing.add(till, owner, "77", "小赵", "cashier", "5731")


def _cashier(counter: Counter, number: StaffId) -> Cashier:
    return replace(counter.presenter.cashier, id=number)
