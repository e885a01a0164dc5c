"""Printing a receipt again: counted, so that a copy can never pass for the first print (domain.md §5.4)."""

from __future__ import annotations

from posapp.application.till import Till
from posapp.storage import settings

_REPRINTS = settings.Setting("reprints", dict, {})
_REMEMBERED = 2_000


def count_reprint(till: Till, number: str) -> int:
    """Note that a receipt is printed again; returns how many copies of it there are now, from 1 up."""
    with till.database.write() as connection:
        counts = settings.get(connection, _REPRINTS).copy()
        copy = int(counts.pop(number, 0)) + 1
        counts[number] = copy  # the newest stand last
        settings.put(connection, _REPRINTS, dict(list(counts.items())[-_REMEMBERED:]))
    return copy


def reprints(till: Till, number: str) -> int:
    """How often a receipt was printed again."""
    with till.database.read() as connection:
        return int(settings.get(connection, _REPRINTS).get(number, 0))
