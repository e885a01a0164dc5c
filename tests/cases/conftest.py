"""Shops with stored value for the cases of `test_wallet_*` and `test_closing_cards`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posapp.storage.verify import verify
from tests.cases.stored_shop import Shop, found
from tests.integration.tills import SteppingClock


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


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
        each.till.database.close()


@pytest.fixture
def shop(shops: Any) -> Shop:
    made: Shop = shops()
    return made
