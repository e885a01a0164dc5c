"""Shops of the cases, each on a database of its own, proven by its log at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cases.coupon_shop import Counter, Open, programme
from tests.integration.tills import SteppingClock, shop_till


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2026, 11, 18, 4, 0, tzinfo=UTC))


@pytest.fixture
def shop(tmp_path: Path, clock: SteppingClock) -> Iterator[Open]:
    made: list[Counter] = []

    def open_shop(*triggers: dict[str, Any], **more: Any) -> Counter:
        made.append(Counter(shop_till(tmp_path, clock, programme(*triggers, **more))))
        return made[-1]

    yield open_shop
    for counter in made:
        assert counter.verified()
        counter.till.database.close()
