"""Where seeds are run: a folder in memory, the failing disks, and the founded shop."""

from __future__ import annotations

import gc
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posapp.domain.offline import Leases
    from tests.simulation.disk import Disks
    from tests.simulation.network import Answer, Ask

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - every file below is in a folder of its own; syncs are counted, not made


class Foundings:
    """The founded shop, for each policy that a seed asks for; each is founded once."""

    def __init__(self, root: Path, disks: Disks) -> None:
        self._root = root
        self._disks = disks
        self._made: dict[Leases, Founded] = {}

    def __call__(self, leases: Leases) -> Founded:
        """The shop whose tills spend shares so."""
        if leases not in self._made:
            root = self._root / f"leases-{leases.value}"
            root.mkdir()
            self._disks.watch(root)
            self._made[leases] = found(root, self._disks, Network(_nobody, random.Random(0)), leases)  # noqa: S311 - a seed
            # What was founded stays; collecting it again and again takes a tenth of the time.
            gc.collect()
            gc.freeze()
        return self._made[leases]


@contextmanager
def stage() -> Iterator[tuple[Path, Foundings, Disks]]:
    """The folder, the founded shops and the disks."""
    # Each request would be a line; each fault an error that was meant.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    root = Path(tempfile.mkdtemp(prefix="simulation-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        with failing_disks() as disks, pytest.MonkeyPatch.context() as patch:
            _remember(patch)
            yield root, Foundings(root, disks), disks
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
