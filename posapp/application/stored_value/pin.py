"""The PIN that lets a member spend: six digits, hashed with argon2id, sealed; five wrong ones lock it here.

What is hashed is keyed with the merchant's key first, because six digits alone are found by trying.  The count of wrong
ones is this till's own; the dynamic code of the member's phone works also while a PIN is locked.
"""

from __future__ import annotations

import hmac
import itertools
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.storage import settings
from posapp.storage.documents import PIN

if TYPE_CHECKING:
    from argon2 import PasswordHasher

DIGITS = 6
MOST_WRONG = 5


def set_pin(till: Till, member: MemberId, pin: str) -> None:
    """Give a member a PIN, or another one; a locked one is open again.

    Whoever calls this has seen who the member is: by dynamic code, by paper, or when the card is opened.  Raises
    `InvalidField`.
    """
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdecimal()):
        raise InvalidField("pin", "a PIN has six digits", "密码为 6 位数字")
    if _is_easy(pin):
        raise InvalidField("pin", "too easy to guess: not all the same and not in a row", "太容易猜：不要全相同或连号")
    hashed = _hasher().hash(_keyed(till, member, pin))
    with till.database.write() as connection:
        till.reference.put_sealed(connection, PIN, member.hex(), hashed.encode())
        settings.forget(connection, _wrong(member))
    till.committed()


def has_pin(till: Till, member: MemberId) -> bool:
    """Whether a member has a PIN."""
    with till.database.read() as connection:
        return till.reference.sealed(connection, PIN, member.hex()) is not None


def check_pin(till: Till, member: MemberId, pin: str) -> None:
    """Return where the PIN is right.  Raises `InvalidField` with what is left to do where it is not."""
    with till.database.read() as connection:
        hashed = till.reference.sealed(connection, PIN, member.hex())
        wrong = settings.get(connection, _wrong(member))
    if hashed is None:
        raise InvalidField(
            "pin", "no PIN yet: use the code on the phone, or set one", "还没有设密码：请出示动态码，或先设密码"
        )
    if wrong >= MOST_WRONG:
        raise _locked()
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415 - start-up cost

    try:
        _hasher().verify(hashed.decode(), _keyed(till, member, pin))
    except VerifyMismatchError:
        with till.database.write() as connection:
            left = MOST_WRONG - _count_wrong(connection, member)
        if left <= 0:
            raise _locked() from None
        raise InvalidField("pin", f"wrong PIN, {left} more tries", f"密码不对，还可试 {left} 次") from None
    if wrong:
        with till.database.write() as connection:
            settings.forget(connection, _wrong(member))


def _hasher() -> PasswordHasher:
    """OWASP's smallest recommendation for argon2id: about 20 ms of one core, and 19 MiB for that long."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - start-up cost

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def _count_wrong(connection: Connection, member: MemberId) -> int:
    count = settings.get(connection, _wrong(member)) + 1
    settings.put(connection, _wrong(member), count)
    return count


def _locked() -> InvalidField:
    return InvalidField(
        "pin",
        "locked after five wrong tries: use the code on the phone, or set a new PIN with an identity paper",
        "输错 5 次已锁定：请出示动态码，或凭证件重设密码",
    )


def _wrong(member: MemberId) -> settings.Setting[int]:
    return settings.Setting(f"wrong_pins.{member.hex()}", int, 0)


def _keyed(till: Till, member: MemberId, pin: str) -> bytes:
    return hmac.digest(till.keys.member_key, b"pin\0" + member + pin.encode(), "sha256")


def _is_easy(pin: str) -> bool:
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    return len(steps) == 1 and steps <= {-1, 0, 1}
