"""Who is the cashier: signing in by PIN, locking, and the owner's first PIN.

Somebody who signed in stays the cashier until the till is locked or the business day ends, also over a restart: a power
cut with a queue at the counter costs nobody a PIN, and a locked till comes up locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posapp.application.pins import Verdict, try_pin
from posapp.application.staff import people
from posapp.application.till import Cashier, Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import SignInAnswered
from posapp.domain.ids import StaffId
from posapp.domain.staff import PERMISSIONS, SEE_EXCEPTIONS, Role, Staff, staff_member
from posapp.storage import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.domain.time import BusinessDay

CASHIER_ID: Final = settings.Setting("cashier_id", str, "1")
CASHIER_NAME: Final = settings.Setting("cashier_name", str, "")
CASHIER_IS: Final = settings.Setting("cashier_is", bytes, b"")
"""What is known of the cashier, kept beside the documents: opening a sealed one would delay the till's start."""
SIGNED_IN_DAY: Final = settings.Setting("signed_in_day", int, 0)
LOCKED: Final = settings.Setting("till_locked", bool, False)
ASK_OWNER: Final = settings.Setting("ask_owner_pin", bool, False)
PIN_HINT: Final = settings.Setting("pin_hint", str, "")


@dataclass(frozen=True, slots=True)
class Door:
    """Whether the till may be used.  `people` may open it; empty where nobody has a PIN.

    `hint` stands on the sheet of a shop that is only tried out; `ask_owner` says that the owner has not been asked for
    a PIN yet.
    """

    locked: bool
    people: tuple[Staff, ...] = ()
    ask_owner: bool = False
    hint: str = ""


def door(till: Till) -> Door:
    """Whether somebody must sign in before the till is used."""
    with till.database.read() as connection:
        today = settings.get(connection, SIGNED_IN_DAY) == till.business_day().ordinal
        if today and not settings.get(connection, LOCKED):
            return Door(locked=False)
        able = people.with_pins(till, connection)
        hint, ask = settings.get(connection, PIN_HINT), settings.get(connection, ASK_OWNER)
    return Door(bool(able), able, ask, hint)


def who_is_there(till: Till) -> Cashier:
    """Who stands at the till, or did when it was closed."""
    with till.database.read() as connection:
        number = StaffId(settings.get(connection, CASHIER_ID))
        name = settings.get(connection, CASHIER_NAME) or "收银员"
        body = settings.get(connection, CASHIER_IS)
    known = people.decode(number, body) if body else None
    if known is not None:
        return cashier_of(known)
    # Nobody has signed in here yet: there may be no manager to tell.
    return Cashier(number, name, frozenset({SEE_EXCEPTIONS}))


def cashier_of(person: Staff) -> Cashier:
    """Somebody as the cashier."""
    return Cashier(person.id, person.name, PERMISSIONS[person.role], person.limits, person.member)


def sign_in(till: Till, number: str, pin: str, before: Cashier) -> Cashier:
    """Make somebody the cashier, and unlock the till.

    The answer is recorded either way.  Raises `InvalidField` with what is left to do where it is no.
    """
    with till.database.read() as connection:
        known = people.find(till, connection, number)
    refused, error = pin_refusal(till, known, pin)
    day = till.business_day()
    with till.database.write() as connection:
        # What nobody's number is may be a PIN that was typed into the wrong field.
        event = SignInAnswered(day, known.id if known is not None else StaffId(""), before.id, refused)
        till.log.append(connection, event, till.clock.now())
        if known is not None and error is None:
            _enter(connection, known, day)
    till.committed()
    if known is None or error is not None:
        raise error or UNKNOWN
    return cashier_of(known)


def lock(till: Till) -> Door:
    """Lock the till until somebody signs in, also over a restart; where nobody has a PIN it stays open."""
    with till.database.write() as connection:
        able = people.with_pins(till, connection)
        settings.put(connection, LOCKED, bool(able))
        hint = settings.get(connection, PIN_HINT)
    return Door(bool(able), able, hint=hint)


def put_cashier(till: Till, person: Staff) -> None:
    """Make somebody the cashier without asking, as a shop is founded."""
    with till.database.write() as connection:
        _enter(connection, person, till.business_day())


def begin_owner(till: Till, name: str, pin: str, again: str) -> Cashier:
    """The first PIN of a shop: its owner's, who is the cashier from now on.  Raises `InvalidField`."""
    if pin != again:
        raise InvalidField("pin", "the two PINs differ: type both again", "两次密码不同，请重新输入")
    owner = staff_member(who_is_there(till).id, name or "店主", Role.OWNER)
    people.set_pin(till, owner.id, pin, owner.id)
    people.put(till, [owner], owner.id)
    put_cashier(till, owner)
    skip_owner(till)
    return cashier_of(owner)


def skip_owner(till: Till) -> None:
    """The owner was asked for a PIN; asked once is enough."""
    with till.database.write() as connection:
        settings.forget(connection, ASK_OWNER)


UNKNOWN: Final = InvalidField("number", "nobody has this number", "没有这个工号")


def pin_refusal(till: Till, known: Staff | None, pin: str) -> tuple[str, InvalidField | None]:
    """Why a PIN does not open anything: as it is recorded, and as a sentence; nothing where it does."""
    if known is None:
        return "unknown", UNKNOWN
    tried = try_pin(till, people.pin_of(known.id), pin)
    match tried.verdict:
        case Verdict.RIGHT:
            return "", None
        case Verdict.WRONG:
            error = InvalidField("pin", f"wrong PIN, {tried.left} more tries", f"密码不对，还可试 {tried.left} 次")
            return "wrong", error
        case Verdict.LOCKED:
            return "locked", InvalidField(
                "pin",
                "locked after five wrong PINs: another person signs in, or the owner sets a new PIN",
                "输错 5 次已锁定：换人登录，或由店主重设密码",
            )
        case Verdict.UNSET:
            return "unset", InvalidField("pin", "no PIN yet: the owner sets one", "还没有密码，请店主设置")


def _enter(connection: Connection, person: Staff, day: BusinessDay) -> None:
    settings.put(connection, CASHIER_ID, person.id)
    settings.put(connection, CASHIER_NAME, person.name)
    settings.put(connection, CASHIER_IS, people.encode(person))
    settings.put(connection, SIGNED_IN_DAY, day.ordinal)
    settings.forget(connection, LOCKED)
