"""Changing who works here, in the window: who may do it, and what must stay.

Where nobody has a PIN yet anybody may, as anybody may who can open the till's folder.  After that the owner may, and a
manager for cashiers; and one owner with a PIN stays, or nobody could let anybody in again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posapp.application.staff import people
from posapp.domain.errors import InvalidField
from posapp.domain.staff import LIMITS, Role, Staff, staff_member

if TYPE_CHECKING:
    from posapp.application.till import Cashier, Till
    from posapp.domain.ids import StaffId


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, and whether they have a PIN."""

    staff: Staff
    has_pin: bool


def everybody(till: Till) -> tuple[Person, ...]:
    """Everybody who works here, by number."""
    with till.database.read() as connection:
        able = {one.id for one in people.with_pins(till, connection)}
        return tuple(Person(one, one.id in able) for one in people.every(till, connection))


def add(till: Till, by: Cashier, number: str, name: str, role: str, pin: str) -> Staff:
    """Somebody new, with their first PIN.  Raises `InvalidField`."""
    here = everybody(till)
    fresh = staff_member(number, name, role)
    _check_may(here, by, fresh.role)
    if any(one.staff.id == fresh.id for one in here):
        raise InvalidField("number", "somebody has this number: choose another", "工号已有人用，请换一个")
    if fresh.role is not Role.OWNER and not _has_owner(here, without=fresh.id):
        raise InvalidField("role", "the owner comes first, with a PIN", "先加店主并设密码")
    people.set_pin(till, fresh.id, pin, by.id)
    people.put(till, [fresh], by.id)
    return fresh


def new_pin(till: Till, by: Cashier, person: StaffId, pin: str, again: str) -> Staff:
    """Another PIN for somebody; who was locked out is let in again.  Raises `InvalidField`."""
    here = everybody(till)
    known = _known(here, person)
    _check_may(here, by, known.role)
    if pin != again:
        raise InvalidField("pin", "the two PINs differ: type both again", "两次密码不同，请重新输入")
    if known.role is not Role.OWNER and not _has_owner(here, without=known.id):
        raise InvalidField("pin", "the owner's PIN comes first", "先给店主设密码")
    people.set_pin(till, known.id, pin, by.id)
    return known


def change_role(till: Till, by: Cashier, person: StaffId, role: str) -> Staff:
    """Another role, with that role's limits.  Raises `InvalidField`."""
    here = everybody(till)
    known, wanted = _known(here, person), Role(role)
    _check_may(here, by, known.role, wanted)
    if wanted is not Role.OWNER:
        _check_owner_stays(here, known)
    changed = replace(known, role=wanted, limits=LIMITS[wanted])
    people.put(till, [changed], by.id)
    return changed


def leave(till: Till, by: Cashier, person: StaffId) -> Staff:
    """Somebody works here no more; what they did stays under their name.  Raises `InvalidField`."""
    here = everybody(till)
    known = _known(here, person)
    _check_may(here, by, known.role)
    if known.id == by.id:
        raise InvalidField("number", "they are signed in: another person does it", "不能移出登录中的人，请换人操作")
    _check_owner_stays(here, known)
    people.put(till, [replace(known, active=False)], by.id)
    return known


def _known(here: tuple[Person, ...], person: StaffId) -> Staff:
    for one in here:
        if one.staff.id == person:
            return one.staff
    raise InvalidField("number", "nobody has this number", "没有这个工号")


def _check_may(here: tuple[Person, ...], by: Cashier, *roles: Role) -> None:
    if not any(one.has_pin for one in here):
        return
    mine = next((one.staff.role for one in here if one.staff.id == by.id), Role.CASHIER)
    if mine is Role.OWNER or (mine is Role.MANAGER and set(roles) == {Role.CASHIER}):
        return
    raise InvalidField(
        "role",
        "the owner does this, or a manager for cashiers: lock the till and sign in (Ctrl+L)",
        "只有店主能改，收银员可由店长改：按 Ctrl+L 锁屏后换人登录",
    )


def _has_owner(here: tuple[Person, ...], *, without: StaffId) -> bool:
    return any(one.has_pin and one.staff.role is Role.OWNER and one.staff.id != without for one in here)


def _check_owner_stays(here: tuple[Person, ...], known: Staff) -> None:
    """While somebody has a PIN, somebody must be able to give one."""
    if any(one.has_pin for one in here) and known.role is Role.OWNER and not _has_owner(here, without=known.id):
        raise InvalidField("role", "one owner with a PIN stays: add another first", "至少留一位有密码的店主，先加一位")
