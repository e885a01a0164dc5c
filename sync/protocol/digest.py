"""A digest of content: what a node holds, whatever the order in which it arrived (sync.md, Pull, last point)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync.protocol.messages import encode

if TYPE_CHECKING:
    from collections.abc import Iterable


def content_digest(balances: Iterable[tuple[int, bytes, int]]) -> dict[int, tuple[int, bytes]]:
    """Digest (account, holder, amount) rows apart for each unit; rows of nothing do not count.

    The result maps a unit's number to how many rows it has and their SHA-256; nodes that hold the same have equal ones.
    """
    units: dict[int, list[tuple[int, bytes, int]]] = {}
    for account, holder, amount in balances:
        if amount:
            units.setdefault(account // 100, []).append((account, holder, amount))
    return {
        unit: (len(rows), hashlib.sha256(b"".join(map(encode, sorted(rows)))).digest())
        for unit, rows in sorted(units.items())
    }
