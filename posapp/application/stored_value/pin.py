"""The PIN that lets a member spend: six digits; five wrong ones lock it here (`application.pins`).

The dynamic code of the member's phone works also while a PIN is locked.
"""

from __future__ import annotations

from posapp.application.pins import PinOf, Verdict, hash_pin, is_easy, keep_pin, try_pin
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.storage.documents import PIN

DIGITS = 6


def set_pin(till: Till, member: MemberId, pin: str) -> None:
    """Give a member a PIN, or another one; a locked one is open again.

    Whoever calls this has seen who the member is: by dynamic code, by paper, or when the card is opened.  Raises
    `InvalidField`.
    """
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdecimal()):
        raise InvalidField("pin", "a PIN has six digits", "密码为 6 位数字")
    if is_easy(pin):
        raise InvalidField("pin", "too easy to guess: not all the same and not in a row", "太容易猜：不要全相同或连号")
    hashed = hash_pin(till, _of(member), pin)
    with till.database.write() as connection:
        keep_pin(till, connection, _of(member), hashed)
    till.committed()


def has_pin(till: Till, member: MemberId) -> bool:
    """Whether a member has a PIN."""
    with till.database.read() as connection:
        return till.reference.sealed(connection, PIN, member.hex()) is not None


def check_pin(till: Till, member: MemberId, pin: str) -> None:
    """Return where the PIN is right.  Raises `InvalidField` with what is left to do where it is not."""
    tried = try_pin(till, _of(member), pin)
    match tried.verdict:
        case Verdict.RIGHT:
            return
        case Verdict.UNSET:
            raise InvalidField(
                "pin", "no PIN yet: use the code on the phone, or set one", "还没有设密码：请出示动态码，或先设密码"
            )
        case Verdict.WRONG:
            raise InvalidField("pin", f"wrong PIN, {tried.left} more tries", f"密码不对，还可试 {tried.left} 次")
        case Verdict.LOCKED:
            raise InvalidField(
                "pin",
                "locked after five wrong tries: use the code on the phone, or set a new PIN with an identity paper",
                "输错 5 次已锁定：请出示动态码，或凭证件重设密码",
            )


def _of(member: MemberId) -> PinOf:
    return PinOf(PIN, member.hex(), member)
