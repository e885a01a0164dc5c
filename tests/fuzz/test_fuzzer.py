"""Thousands of inputs that were valid before a place in them was changed: nothing breaks, and no row changes.

Each input follows from a seed and a number: a failure prints both, and `replay(target, seed, number)` throws it again.
"""

from __future__ import annotations

import logging
import random
import secrets
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.fuzz import targets
from tests.integration.sync_world import World, world
from tests.integration.tills import SteppingClock, demo_till

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fuzz.targets import ServerTarget, Target
    from tests.integration.sync_world import Till

log = logging.getLogger(__name__)

SERVER = (targets.ForgedSegments, targets.SignedNonsense, targets.Cursors, targets.Doors)
# Of a million inputs; a segment takes longer than a code.
SHARES = {"ForgedSegments": 25, "SignedNonsense": 20, "Cursors": 15, "Doors": 15, "Scanned": 25}


def replay(target: Target, seed: int, number: int) -> None:
    """Throw one input."""
    target.throw(random.Random(f"{seed} {number}"))  # noqa: S311 - repeatable, and no secret


def fuzz(target: Target, inputs: int, seed: int) -> None:
    before, began = target.contents(), time.monotonic()
    name = type(target).__name__
    for number in range(inputs):
        try:
            replay(target, seed, number)
        except Exception as error:
            raise AssertionError(f"{name}: input {number} of seed {seed}") from error
    assert target.contents() == before, f"{name}: an input of seed {seed} changed something"
    took = time.monotonic() - began
    log.warning("%s: %d inputs of seed %d in %.0f s, %d refused", name, inputs, seed, took, target.refused)
    assert target.refused > inputs // 50


@pytest.fixture
def pushing(tmp_path: Path) -> Iterator[tuple[World, Till]]:
    """A server, and a till that synced once and has events of several kinds waiting."""
    with world(tmp_path) as place:
        till = place.join("till")
        till.open_card(1, "王")
        till.sell(1, 1_000)
        till.sync()
        till.open_card(2, "李")
        till.opening(2, 50)
        for number in range(8):
            till.sell(number % 3 or None, 100 + number * 7, spend_points=number % 2)
        till.restart()
        till.sell(1, 5_000)
        yield place, till


@pytest.mark.parametrize("kind", SERVER, ids=lambda kind: kind.__name__)
def test_the_server_refuses_what_was_changed(pushing: tuple[World, Till], kind: type[ServerTarget]) -> None:
    fuzz(kind(*pushing), 600, secrets.randbits(32))


def test_no_code_breaks_or_changes_a_till(tmp_path: Path) -> None:
    till = demo_till(tmp_path, SteppingClock())
    fuzz(targets.Scanned(till), 1_500, secrets.randbits(32))
    till.database.close()


def test_what_was_not_changed_is_taken(pushing: tuple[World, Till], monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer must begin with what is valid, or it proves nothing."""

    def unchanged(_self: object, value: Any) -> Any:
        return value

    for name in ("octets", "tree", "scalar", "message"):
        monkeypatch.setattr(f"tests.fuzz.mutation.Mutation.{name}", unchanged)
    for kind in (targets.SignedNonsense, targets.Cursors):
        target = kind(*pushing)
        for number in range(30):
            replay(target, 1, number)
        assert (target.refused, target.taken) == (0, 30)


@pytest.mark.nightly
@pytest.mark.timeout(14_400)
def test_a_million_inputs(pushing: tuple[World, Till], tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    for kind in SERVER:
        fuzz(kind(*pushing), SHARES[kind.__name__] * 10_000, seed)
    till = demo_till(tmp_path / "shop", SteppingClock())
    fuzz(targets.Scanned(till), SHARES["Scanned"] * 10_000, seed)
    till.database.close()
