"""`posapp staff`: who works here, their limits and PINs.  Whoever may open this till's folder may do it."""

from __future__ import annotations

import getpass
import sys
from dataclasses import dataclass, replace

from posapp.application.phone import normalise_phone
from posapp.application.staff import people
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId, member_id
from posapp.domain.staff import Right, Staff, staff_member


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """What is asked for: `what` is the word of the command line; the rest says of whom, where it needs them."""

    what: str
    number: str = ""
    name: str = ""
    role: str = ""
    phone: str = ""
    limits: tuple[str, ...] = ()


def keep_staff(folder: TillFolder, order: StaffOrder) -> int:
    """Carry it out, and list who works here."""
    with opened(folder) as till:
        match order.what:
            case "put":
                _put(till, order)
            case "pin":
                people.set_pin(till, person_of(till, order.number).id, read_pin())
            case "leave":
                people.put(till, [replace(person_of(till, order.number), active=False)])
            case _:
                pass
        _list(till)
    return 0


def _put(till: Till, order: StaffOrder) -> None:
    card = member_id(till.keys.member_key, normalise_phone(order.phone)) if order.phone else None
    people.put(till, [staff_member(order.number, order.name, order.role, _limits(order.limits), card)])


def _limits(texts: tuple[str, ...]) -> dict[str, int | None]:
    """``cash_refund=50000`` or ``cash_refund=none``, in the limit's own unit.  Raises `InvalidField`."""
    limits: dict[str, int | None] = {}
    for text in texts:
        name, _equals, most = text.partition("=")
        if most != "none" and not (most.isascii() and most.isdecimal()):
            raise InvalidField(
                "--limit", f"{text!r} is not NAME=NUMBER or NAME=none", f"{text!r} 应写作 名称=数 或 =none"
            )
        limits[name] = None if most == "none" else int(most)
    return limits


def person_of(till: Till, number: str) -> Staff:
    """Who has a number.  Raises `InvalidField` for nobody."""
    with till.database.read() as connection:
        found = people.find(till, connection, number)
    if found is None:
        raise InvalidField("number", "nobody has this number", "没有这个工号")
    return found


def read_pin() -> str:
    """Typed unseen, or one line of standard input; never an argument, which other users of the machine can read."""
    if sys.stdin.isatty():
        return getpass.getpass("PIN: ")
    return sys.stdin.readline().strip()


def _list(till: Till) -> None:
    with till.database.read() as connection:
        everybody = people.every(till, connection)
        able: set[StaffId] = {one.id for one in people.with_pins(till, connection)}
    for one in everybody:
        limits = " ".join(f"{right.value}={_figure(one.limits.most(right))}" for right in Right)
        print(f"{one.id}  {one.name}  {one.role.value}  {'PIN' if one.id in able else '-'}  {limits}")


def _figure(most: int | None) -> str:
    return "none" if most is None else str(most)
