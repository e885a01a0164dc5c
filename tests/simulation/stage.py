"""Where seeds are run: a folder in memory, the failing disks, and the founded shop."""

from __future__ import annotations

import logging
import random
import shutil
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache

from posapp.application import founding
from posapp.domain.programme import parse_programme
from tests.simulation.disk import failing_disks
from tests.simulation.network import Network
from tests.simulation.shop import Founded, found
from tests.simulation.timing import Dice, TrueTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.disk import Disks
    from tests.simulation.network import Answer, Ask

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - every file below is in a folder of its own; syncs are counted, not made


@contextmanager
def stage() -> Iterator[tuple[Path, Founded, Disks]]:
    """The folder, the founded shop and the disks."""
    # Each request would be a line; each fault an error that was meant.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    root = Path(tempfile.mkdtemp(prefix="simulation-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        with failing_disks() as disks, pytest.MonkeyPatch.context() as patch:
            _remember(patch)
            disks.watch(root)
            founded = found(root, disks, Network(_nobody, random.Random(0)), TrueTime(), Dice())  # noqa: S311 - a seed
            yield root, founded, disks
    finally:
        shutil.rmtree(root)


def _remember(patch: pytest.MonkeyPatch) -> None:
    """Let what each start of each node works out again be worked out once: it takes a fifth of the time."""
    patch.setattr(founding, "parse_programme", lru_cache(parse_programme))
    # Statements are compiled for a dialect; all engines of one driver may share what they compiled.
    compiled: LRUCache[Any, Any] = LRUCache(4_000)
    shared = property(lambda _self: compiled, lambda _self, _own: None)
    patch.setattr(Engine, "_compiled_cache", shared, raising=False)
    patch.setattr(SQLiteDialect, "__hash__", lambda self: hash(self.dbapi))
    patch.setattr(SQLiteDialect, "__eq__", lambda self, other: self.dbapi is other.dbapi)


def _nobody(_ask: Ask) -> Answer:
    raise LookupError("there is no server yet")
