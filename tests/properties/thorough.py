"""How many examples a property is tried on: 500, and nightly 10,000, in shards that several processes take on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

SHARDS_OF_A_NIGHT: Final = 20
"""So that one test is neither too long nor kept on one core."""
_SECONDS: Final = 600


def thorough(test: Callable[..., None]) -> Callable[..., None]:
    """Try a property on so many examples in all."""
    tried: Callable[..., None] = settings(max_examples=per_shard(), deadline=None)(test)
    return sharded(tried)


def sharded(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test once for each shard, each within its own time, which allows for a busy machine."""
    timed: Callable[..., None] = pytest.mark.timeout(_SECONDS)(test)
    marked: Callable[..., None] = pytest.mark.usefixtures("shard")(timed)
    return marked


def is_night() -> bool:
    """Whether this is `make nightly`; to be asked once the profile is chosen, not while a conftest is read."""
    return settings.get_current_profile_name() == "nightly" or "NIGHTLY" in os.environ


def examples() -> int:
    """On how many examples a property is tried in all."""
    return 10_000 if is_night() else 500


def shards() -> int:
    """In how many parts."""
    return SHARDS_OF_A_NIGHT if is_night() else 1


def per_shard() -> int:
    """How many examples a part has."""
    return -(-examples() // shards())
