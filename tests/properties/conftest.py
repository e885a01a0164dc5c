"""Shards of the nightly run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.properties.thorough import shards

if TYPE_CHECKING:
    import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which share of a property's examples a test draws: each draws its own, at random."""
    if "shard" in metafunc.fixturenames:
        metafunc.parametrize("shard", [f"{number + 1} of {shards()}" for number in range(shards())])
