"""A till that sold without a server for a month, prepared once and copied for every round."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bench.sync.sales import Row, as_rows, make_sales
from bench.sync.served import found, join, record, served
from tests.integration.sync_world import Till
from tests.server_process import ServerProcess

MERCHANT: Final = "month"
_DAYS: Final = 30
_SERVER, _TILLS = "server", "tills"


@dataclass(frozen=True, slots=True)
class Month:
    """The till that was off, another of its store that was not, and the server, all as on the evening of day 30."""

    folder: Path
    rows: Sequence[Row]
    off: Till
    on: Till

    @classmethod
    def of(cls, folder: Path, sales: int) -> Self:
        """Prepare it in a folder that is empty."""
        made = make_sales(sales, apart=_DAYS * 86_400 / sales)
        home = folder / "evening"
        (home / _TILLS).mkdir(parents=True)
        with served(home / _SERVER) as server:
            found(server, MERCHANT)
            off, on = (join(server, home / _TILLS, MERCHANT, "S1", number) for number in (1, 2))
            on.pull_all()
            record(off, made)
            off.close()
            on.close()
        return cls(folder, as_rows(made), off, on)

    @contextmanager
    def copied(self, name: str) -> Iterator[tuple[ServerProcess, Till, Till]]:
        """The server, running, and both tills, closed, each a copy of its own; gone afterwards."""
        home = self.folder / name
        shutil.copytree(self.folder / "evening", home)
        with served(home / _SERVER) as server:
            tills = [
                Till(home / _TILLS, each.name, each.enrolment, each.private_key, server.url)
                for each in (self.off, self.on)
            ]
            yield server, tills[0], tills[1]
        shutil.rmtree(home)
