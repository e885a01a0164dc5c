"""Short PINs: hashed with argon2id, sealed, and locked by five wrong ones.

What is hashed is keyed with the merchant's key first, because a few digits alone are found by trying.  The hash is a
sealed document, so that it holds at every till of the merchant; the count of wrong ones is this till's own, and a new
PIN, set here or at another till, begins it anew.
"""

from __future__ import annotations

import hmac
import itertools
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from posapp.storage import documents, settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher
    from sqlalchemy import Connection

    from posapp.application.till import Till

MOST_WRONG = 5


@dataclass(frozen=True, slots=True)
class PinOf:
    """Whose PIN: the document that keeps its hash, and what is hashed together with it."""

    collection: str
    key: str
    label: bytes


class Verdict(Enum):
    """What became of a try."""

    RIGHT = auto()
    WRONG = auto()
    LOCKED = auto()
    UNSET = auto()


@dataclass(frozen=True, slots=True)
class Tried:
    """A try, and how many more there are."""

    verdict: Verdict
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Tries:
    """Wrong tries at one version of a PIN."""

    version: int = 0
    wrong: int = 0


def keep_pin(till: Till, connection: Connection, whose: PinOf, hashed: bytes) -> None:
    """Write the hash of a new PIN, inside `Database.write`."""
    till.reference.put_sealed(connection, whose.collection, whose.key, hashed)
    settings.forget(connection, _tries(whose))


def hash_pin(till: Till, whose: PinOf, pin: str) -> bytes:
    """The hash of a PIN, which takes a while: outside of any transaction, and never in the window's thread."""
    return _hasher().hash(_keyed(till, whose, pin)).encode()


def try_pin(till: Till, whose: PinOf, pin: str) -> Tried:
    """Try a PIN; a wrong one is counted on disk before this returns.  Takes as long as hashing."""
    with till.database.read() as connection:
        hashed = till.reference.sealed(connection, whose.collection, whose.key)
        version = _version(connection, whose)
        wrong = _wrong(connection, whose, version)
    if hashed is None:
        return Tried(Verdict.UNSET)
    if wrong >= MOST_WRONG:
        return Tried(Verdict.LOCKED)
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415 - start-up cost

    try:
        _hasher().verify(hashed.decode(), _keyed(till, whose, pin))
    except VerifyMismatchError:
        with till.database.write() as connection:
            wrong = _wrong(connection, whose, version) + 1
            settings.put(connection, _tries(whose), _Tries(version, wrong))
        left = max(0, MOST_WRONG - wrong)
        return Tried(Verdict.WRONG if left else Verdict.LOCKED, left)
    if wrong:
        with till.database.write() as connection:
            settings.forget(connection, _tries(whose))
    return Tried(Verdict.RIGHT, MOST_WRONG)


def is_easy(pin: str) -> bool:
    """Whether all digits are the same, or in a row."""
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def _hasher() -> PasswordHasher:
    """OWASP's smallest recommendation for argon2id: about 20 ms of one core, and 19 MiB for that long."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - start-up cost

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def _keyed(till: Till, whose: PinOf, pin: str) -> bytes:
    return hmac.digest(till.keys.member_key, b"pin\0" + whose.label + pin.encode(), "sha256")


def _version(connection: Connection, whose: PinOf) -> int:
    found = documents.find(connection, whose.collection, whose.key)
    return found.hlc if found is not None else 0


def _wrong(connection: Connection, whose: PinOf, version: int) -> int:
    tries = settings.get(connection, _tries(whose))
    return tries.wrong if tries.version == version else 0


def _tries(whose: PinOf) -> settings.Setting[_Tries]:
    return settings.Setting(f"tries.{whose.collection}.{whose.key}", _Tries, _Tries())
