"""Which till rings up which basket, when each till is offline, and what arrives late or twice.  Seeded.

No total may depend on the seed, on the number of tills, on offline windows, on duplicates or on the order of arrival:
that is what the replay shows.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.replay.baskets import Basket

_BASKETS_PER_TILL = 1000
_ONLINE_HOURS = 10.0
_OFFLINE_HOURS = 2.0
_LONG_OFFLINE_HOURS = 36.0
_LONG_OFFLINE_SHARE = 0.03
_DUPLICATE_SHARE = 0.05
_LATE_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class TillPlan:
    """One till: its store, its baskets by index, and its offline windows (half open)."""

    store: int
    number: int
    baskets: tuple[int, ...]
    offline: tuple[tuple[datetime, datetime], ...]

    @property
    def name(self) -> str:
        """The till's name on its server."""
        return f"S{self.store}-T{self.number}"

    def is_offline(self, at: datetime) -> bool:
        """Whether the till has no network at an instant."""
        return any(start <= at < end for start, end in self.offline)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All tills, and what happens to the delivery of each basket's push, by the basket's index."""

    tills: tuple[TillPlan, ...]
    duplicated: frozenset[int]
    late: frozenset[int]

    @property
    def offline_share(self) -> str:
        """How many tills are offline at least once, for the log."""
        return f"{sum(1 for till in self.tills if till.offline)}/{len(self.tills)}"


def plan(baskets: Sequence[Basket], sales_of_store: Counter[int], seed: int) -> Schedule:
    """Spread the chosen baskets over tills.

    A store has one till and another for each further thousand baskets of its year, up to four; the basket's id picks
    among them.
    """
    draw = random.Random(seed)
    of_till: dict[tuple[int, int], list[int]] = {}
    for index, basket in enumerate(baskets):
        tills = 1 + min(3, sales_of_store[basket.store] // _BASKETS_PER_TILL)
        digest = int.from_bytes(hashlib.sha256(str(basket.id).encode()).digest(), "big")
        of_till.setdefault((basket.store, 1 + digest % tills), []).append(index)
    first, last = baskets[0].at, baskets[-1].at
    plans = tuple(
        TillPlan(store, number, tuple(indices), _windows(draw, first, last))
        for (store, number), indices in sorted(of_till.items())
    )
    chosen = range(len(baskets))
    return Schedule(
        plans,
        frozenset(index for index in chosen if draw.random() < _DUPLICATE_SHARE),
        frozenset(index for index in chosen if draw.random() < _LATE_SHARE),
    )


def _windows(draw: random.Random, first: datetime, last: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Alternating online and offline spells; three in a hundred last more than a day."""
    windows = []
    at = first - timedelta(hours=draw.uniform(0, _ONLINE_HOURS))
    while at < last:
        start = at + timedelta(hours=draw.expovariate(1 / _ONLINE_HOURS))
        mean = _LONG_OFFLINE_HOURS if draw.random() < _LONG_OFFLINE_SHARE else _OFFLINE_HOURS
        at = start + timedelta(hours=draw.expovariate(1 / mean))
        windows.append((start, at))
    return tuple(windows)
