"""Who works here, as sealed documents: they hold at every till of the merchant, and the server cannot read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from posapp.application.pins import PinOf, hash_pin, is_easy, keep_pin
from posapp.domain.errors import InvalidField
from posapp.domain.events import StaffChanged, StaffStep
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.staff import LIMITS, Limits, Right, Role, Staff
from posapp.storage import documents
from posapp.storage.documents import STAFF, STAFF_PIN
from posapp.storage.reference_data import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from posapp.application.till import Till

SHORTEST_PIN, LONGEST_PIN = 4, 8


class _Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """The JSON of a person.  `limits` holds every limit by name; one that is missing is the role's."""

    name: str
    role: str
    limits: dict[str, int | None] = {}
    member: str = ""
    active: bool = True


COMMAND_LINE = StaffId("")
"""Who does it where somebody may open the till's folder, and nobody signs in."""


def put(till: Till, people: Iterable[Staff], by: StaffId = COMMAND_LINE) -> None:
    """Write what is known of people, and into the log who changed what; the last word on a person wins."""
    with till.database.write() as connection:
        for one in people:
            before = _known(till, connection, one.id)
            till.reference.put_sealed(connection, STAFF, one.id, encode(one))
            step = _step(before, one)
            if step is not None:
                was = before.role.value if before is not None and before.active else ""
                _record(till, connection, StaffChanged(till.business_day(), by, one.id, step, one.role.value, was))
    till.committed()


def _step(before: Staff | None, after: Staff) -> StaffStep | None:
    """What a person's record says now that it did not say before; a name alone is nobody's power."""
    here = before if before is not None and before.active else None
    if not after.active:
        return StaffStep.LEFT if here is not None else None
    if here is None:
        return StaffStep.ADDED
    if here.role is not after.role:
        return StaffStep.ROLE
    return StaffStep.LIMITS if here.limits != after.limits else None


def _record(till: Till, connection: Connection, event: StaffChanged) -> None:
    till.log.append(connection, event, till.clock.now())


def set_pin(till: Till, person: StaffId, pin: str, by: StaffId = COMMAND_LINE) -> None:
    """Give somebody a PIN, or another one; who was locked out is let in again.  Raises `InvalidField`.

    That it was done is in the log; the PIN and its hash are not.
    """
    if not (SHORTEST_PIN <= len(pin) <= LONGEST_PIN and pin.isascii() and pin.isdecimal()):
        raise InvalidField("pin", "a PIN has four to eight digits", "密码为 4 到 8 位数字")
    if is_easy(pin):
        raise InvalidField("pin", "too easy to guess: not all the same and not in a row", "太容易猜：不要全相同或连号")
    hashed = hash_pin(till, pin_of(person), pin)
    with till.database.write() as connection:
        known = _known(till, connection, person)
        role = known.role.value if known is not None else ""
        keep_pin(till, connection, pin_of(person), hashed)
        _record(till, connection, StaffChanged(till.business_day(), by, person, StaffStep.PIN, role, role))
    till.committed()


def pin_of(person: StaffId) -> PinOf:
    """Where somebody's PIN is kept."""
    return PinOf(STAFF_PIN, person, b"staff\0" + person.encode() + b"\0")


def find(till: Till, connection: Connection, person: str) -> Staff | None:
    """Somebody by number; None for nobody, and for who has left."""
    read = _known(till, connection, person)
    return read if read is not None and read.active else None


def _known(till: Till, connection: Connection, person: str) -> Staff | None:
    """The same, also of who has left."""
    try:
        body = till.reference.sealed(connection, STAFF, person)
    except Unreadable:
        return None
    return decode(StaffId(person), body) if body is not None else None


def every(till: Till, connection: Connection) -> tuple[Staff, ...]:
    """Everybody who works here, by number."""
    found = (find(till, connection, one.key) for one in documents.every(connection, STAFF))
    return tuple(one for one in found if one is not None)


def with_pins(till: Till, connection: Connection) -> tuple[Staff, ...]:
    """Everybody who works here and has a PIN, by number."""
    keys = {one.key for one in documents.every(connection, STAFF_PIN)}
    return tuple(one for one in every(till, connection) if one.id in keys) if keys else ()


def encode(one: Staff) -> bytes:
    """What is known of somebody, as bytes."""
    limits = {right.value: one.limits.most(right) for right in Right}
    member = one.member.hex() if one.member is not None else ""
    return msgspec.json.encode(_Body(one.name, one.role, limits, member, one.active))


def decode(person: StaffId, body: bytes) -> Staff | None:
    """Read `encode` back; None for what cannot be read, such as a role of a later version."""
    try:
        read = msgspec.json.decode(body, type=_Body)
        role = Role(read.role)
        known = {right.value: LIMITS[role].most(right) for right in Right}
        # What a later version limits besides is not this one's to keep.
        limits = Limits(**(known | {name: most for name, most in read.limits.items() if name in known}))
        member = MemberId(bytes.fromhex(read.member)) if read.member else None
    except (msgspec.DecodeError, ValueError):
        return None
    return Staff(person, read.name, role, limits, member, read.active)
