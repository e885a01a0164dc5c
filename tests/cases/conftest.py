"""Shops of the cases, each on a database of its own, proven by its log at the end; so is what its closings paid.

`shop` opens one with coupons and triggers, `shops` and `card_shop` those with stored value.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posapp.application.till import Till
from posapp.storage.verify import verify
from tests.cases.coupon_shop import Counter, Open, programme
from tests.cases.reckoning import check_closings
from tests.cases.stored_shop import Shop, found
from tests.integration.tills import SteppingClock, demo_till, shop_till


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2026, 11, 18, 4, 0, tzinfo=UTC))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    """The demo shop's till, by the clock of the case."""
    made = demo_till(tmp_path, clock)
    yield made
    report = verify(made.database)
    assert report.ok, report.differences
    check_closings(made.database)
    made.database.close()


@pytest.fixture
def shop(tmp_path: Path, clock: SteppingClock) -> Iterator[Open]:
    made: list[Counter] = []

    def open_shop(*triggers: dict[str, Any], **more: Any) -> Counter:
        made.append(Counter(shop_till(tmp_path, clock, programme(*triggers, **more))))
        return made[-1]

    yield open_shop
    for counter in made:
        assert counter.verified()
        check_closings(counter.till.database)
        counter.till.database.close()


@pytest.fixture
def shops(tmp_path: Path, clock: SteppingClock) -> Iterator[Any]:
    """Found shops with some of the stored value changed; every one must verify at the end."""
    made: list[Shop] = []

    def make(spend: int = 0, **changes: Any) -> Shop:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(found(folder, clock, changes, spend))
        return made[-1]

    yield make
    for each in made:
        report = verify(each.till.database)
        assert report.ok, report.differences
        check_closings(each.till.database)
        each.till.database.close()


@pytest.fixture
def card_shop(shops: Any) -> Shop:
    made: Shop = shops()
    return made
