"""Fixtures of the presenter's tests: a real till, and a shell without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posapp.application.till import Till
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.integration.tills import CASHIER, SteppingClock, demo_till
from tests.unit.ui.checkout.shells import PlainShell

LIN = "13857166021"


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = demo_till(tmp_path, clock)
    yield made
    made.database.close()


@pytest.fixture
def shell() -> PlainShell:
    return PlainShell()


@pytest.fixture
def desk(till: Till, shell: PlainShell) -> CheckoutPresenter:
    presenter = CheckoutPresenter(till, CASHIER, shell)
    presenter.start()
    return presenter
