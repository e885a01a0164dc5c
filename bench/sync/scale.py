"""One server under the same load from few or many tills of few or many merchants.

``python -m bench.sync.scale [--pushes N] [--rounds N] [--plot FILE.svg] [--sqlite-only]``.  A push holds ten sales.
First every till pushes as fast as it is answered, all at once, as after a power cut of a whole town: entries a second
(postings and sale lines) and the 99th percentile of a push, most of which is waiting for the others.  Then pushes come
at random, half as many a second, which is how a server is run: its 99th percentile is what a till waits.

The server is ``python -m sync serve`` on SQLite, and with two workers on PostgreSQL; all tills are in one process
beside it.  Each size has a database of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from bench.sync.load import LoadTill, all_at_once, connected, paced, share
from bench.sync.postgres import own_cluster
from bench.sync.sales import Row, as_rows, entries, make_sales
from bench.sync.scale_plot import Curve, plot
from bench.sync.served import served
from posapp.domain.ids import DeviceId
from sync.server import devices, merchants
from sync.server.storage import schema
from tests.integration.served_tills import opened
from tests.server_process import ServerProcess

MERCHANTS: Final = (1, 10, 100)
TILLS: Final = (10, 100, 1_000)
SALES_A_PUSH: Final = 10
SQLITE, POSTGRES = "SQLite", "PostgreSQL, 2 workers"
_OPTIONS: Final = ("--address-rate", "100000", "--device-rate", "100000")
_FILES: Final = 4_096
_STORE: Final = "S1"


@dataclass(frozen=True, slots=True)
class Size:
    """So many tills, evenly spread over so many merchants."""

    merchants: int
    tills: int


SIZES: Final = tuple(Size(some, tills) for some in MERCHANTS for tills in TILLS if tills >= some)


@dataclass(frozen=True, slots=True)
class Measured:
    """One size on one database: entries a second at most, and the 99th percentile of a push in milliseconds."""

    database: str
    size: Size
    rate: float
    crowded_ms: float
    calm_ms: float

    @property
    def row(self) -> str:
        """As a row of the documentation's table."""
        figures = f"{self.rate:,.0f} | {self.crowded_ms:,.0f} | {self.calm_ms:,.0f}"
        return f"| {self.database} | {self.size.merchants} | {self.size.tills:,} | {figures} |"


HEAD: Final = (
    "| server | merchants | tills | entries/s | p99 of a push, all at once, ms | p99 at half the rate, ms |\n"
    "|---|---|---|---|---|---|"
)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of them do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def make_tills(size: Size, rows: Sequence[Row], pushes: int) -> list[LoadTill]:
    """Tills with their pushes ready; both phases' together are twice `pushes`."""
    parts = [rows[at : at + SALES_A_PUSH] for at in range(0, pushes * 2 * SALES_A_PUSH, SALES_A_PUSH)]
    tills = []
    for place in range(size.tills):
        till = LoadTill(f"m{place % size.merchants:05d}", _STORE, DeviceId(os.urandom(16)), os.urandom(32))
        count = 2 * share(pushes, size.tills, place)
        till.prepare([parts[(place + turn * size.tills) % len(parts)] for turn in range(count)])
        tills.append(till)
    return tills


def let_in(server: ServerProcess, tills: Sequence[LoadTill]) -> None:
    """Make the merchants, and know their tills."""
    with opened(server) as context:
        for merchant in sorted({till.merchant for till in tills}):
            merchants.create(context, merchant, merchant)
            merchants.add_store(context, merchant, _STORE, _STORE)
        context.database.write(lambda connection: devices.learn(connection, [till.certificate for till in tills]))


def require_all(server: ServerProcess, events: int) -> None:
    """See that the server has every event once."""
    with opened(server) as context, context.database.read() as connection:
        held = int(connection.scalar(select(func.sum(schema.stream.c.head_sequence))) or 0)
    if held != events:
        raise AssertionError(f"the server has {held} of {events} events")


def measure(folder: Path, database_url: str, size: Size, rows: Sequence[Row], pushes: int) -> Measured:
    """One size on a new server."""
    database, workers = (POSTGRES, ("--workers", "2")) if database_url else (SQLITE, ())
    tills = make_tills(size, rows, pushes)
    let_in(ServerProcess(folder, database_url), tills)
    with served(folder, database_url, (*_OPTIONS, *workers)) as server:
        url = server.url

        async def run() -> Measured:
            async with connected(tills, url):
                crowd = await all_at_once(tills, pushes)
                calm = await paced(tills, pushes, pushes / crowd.seconds / 2, random.Random(pushes))
            rate = entries(rows[: pushes * SALES_A_PUSH]) / crowd.seconds
            return Measured(database, size, rate, percentile(crowd.each, 99) * 1e3, percentile(calm.each, 99) * 1e3)

        measured = asyncio.run(run())
        require_all(server, 2 * pushes * SALES_A_PUSH)
    return measured


def median(rounds: Sequence[Measured]) -> Measured:
    """What the rounds of one size come to."""
    rates, crowded, calm = zip(*((each.rate, each.crowded_ms, each.calm_ms) for each in rounds), strict=True)
    first = rounds[0]
    return Measured(
        first.database, first.size, statistics.median(rates), statistics.median(crowded), statistics.median(calm)
    )


def curves(measured: Sequence[Measured]) -> list[Curve]:
    """A line for each database and number of merchants, over the number of tills."""
    found = []
    for database in (SQLITE, POSTGRES):
        for some in MERCHANTS:
            its = [each for each in measured if (each.database, each.size.merchants) == (database, some)]
            if its:
                points = tuple((each.size.tills, each.rate, each.calm_ms) for each in its)
                found.append(Curve(database, some, points))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.sync.scale", description=__doc__)
    parser.add_argument("--pushes", type=int, default=1_000, help="in each phase, from all tills together")
    parser.add_argument("--rounds", type=int, default=1, help="how often; medians count")
    parser.add_argument("--plot", type=Path, help="draw the growth there as SVG")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    options = parser.parse_args(arguments)
    allow_many_connections()
    rows = as_rows(make_sales(options.pushes * 2 * SALES_A_PUSH))
    postgres = nullcontext() if options.sqlite_only else own_cluster()
    every: dict[tuple[str, Size], list[Measured]] = {}
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(prefix="posapp-scale-") as name, postgres as cluster:
        servers = (SQLITE, POSTGRES) if cluster else (SQLITE,)
        for turn, size, server in product(range(options.rounds), SIZES, servers):
            url = cluster.url(cluster.create_database()) if cluster and server == POSTGRES else ""
            folder = Path(name) / f"{turn}-{size.merchants}-{size.tills}-{server[0]}"
            one = measure(folder, url, size, rows, options.pushes)
            every.setdefault((server, size), []).append(one)
            print(one.row, flush=True)
    found = [median(its) for _key, its in sorted(every.items(), key=lambda item: item[0][0] != SQLITE)]
    if options.rounds > 1:
        print(f"medians of {options.rounds} rounds", HEAD, *(each.row for each in found), sep="\n", flush=True)
    if options.plot is not None:
        options.plot.write_text(plot(curves(found), TILLS), encoding="utf-8")
    return 0


def allow_many_connections() -> None:
    """A thousand connections need more open files than many systems allow at first; the server inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


if __name__ == "__main__":
    raise SystemExit(main())
