"""A digest of content: what a node holds, whatever the order in which it arrived (sync.md, Pull, last point)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from sync.protocol.messages import RangeDigest, encode

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

Balance = tuple[int, bytes, int]
"""Account, holder and amount."""

_UNIT: Final = 100
_HALF_BYTE: Final = 4
K = TypeVar("K", bound="SupportsRichComparison")


def content_digest(balances: Iterable[Balance]) -> dict[int, tuple[int, bytes]]:
    """Digest (account, holder, amount) rows apart for each unit; rows of nothing do not count.

    The result maps a unit's number to how many rows it has and their SHA-256; nodes that hold the same have equal ones.
    """
    return _digests(balances, lambda account, _holder: account // _UNIT)


def range_digests(balances: Iterable[Balance]) -> list[RangeDigest]:
    """The same by account and the first half byte of the holder: 16 ranges an account, in order."""
    found = _digests(balances, lambda account, holder: (account, holder[0] >> _HALF_BYTE))
    return [RangeDigest(account, part, *digest) for (account, part), digest in found.items()]


def differing(here: Iterable[RangeDigest], there: Iterable[RangeDigest]) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Ranges that differ, (account, part), with how many rows each side has."""
    one = {(each.account, each.part): each for each in here}
    other = {(each.account, each.part): each for each in there}
    return {
        key: (one[key].rows if key in one else 0, other[key].rows if key in other else 0)
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    }


def _digests(balances: Iterable[Balance], key_of: Callable[[int, bytes], K]) -> dict[K, tuple[int, bytes]]:
    groups: dict[K, list[Balance]] = {}
    for account, holder, amount in balances:
        if amount:
            groups.setdefault(key_of(account, holder), []).append((account, holder, amount))
    return {
        key: (len(rows), hashlib.sha256(b"".join(map(encode, sorted(rows)))).digest())
        for key, rows in sorted(groups.items())
    }
