"""Who works here, as sealed documents: they hold at every till of the merchant, and the server cannot read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from posapp.application.pins import PinOf, hash_pin, is_easy, keep_pin
from posapp.domain.errors import InvalidField
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


def put(till: Till, people: Iterable[Staff]) -> None:
    """Write what is known of people; the last word on a person wins."""
    with till.database.write() as connection:
        for one in people:
            till.reference.put_sealed(connection, STAFF, one.id, encode(one))
    till.committed()


def set_pin(till: Till, person: StaffId, pin: str) -> None:
    """Give somebody a PIN, or another one; who was locked out is let in again.  Raises `InvalidField`."""
    if not (SHORTEST_PIN <= len(pin) <= LONGEST_PIN and pin.isascii() and pin.isdecimal()):
        raise InvalidField("pin", "a PIN has four to eight digits", "密码为 4 到 8 位数字")
    if is_easy(pin):
        raise InvalidField("pin", "too easy to guess: not all the same and not in a row", "太容易猜：不要全相同或连号")
    hashed = hash_pin(till, pin_of(person), pin)
    with till.database.write() as connection:
        keep_pin(till, connection, pin_of(person), hashed)
    till.committed()


def pin_of(person: StaffId) -> PinOf:
    """Where somebody's PIN is kept."""
    return PinOf(STAFF_PIN, person, b"staff\0" + person.encode() + b"\0")


def find(till: Till, connection: Connection, person: str) -> Staff | None:
    """Somebody by number; None for nobody, and for who has left."""
    try:
        body = till.reference.sealed(connection, STAFF, person)
    except Unreadable:
        return None
    read = decode(StaffId(person), body) if body is not None else None
    return read if read is not None and read.active else None


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
