"""A till comes back after 30 days without a network, and is killed while it pushes.

``python -m bench.sync.offline [--rounds N] [--kills N]``.  A server and a till in processes of their own; the till has
90,000 entries that the server lacks: postings and sale lines.  "Converged" means that it has pushed them all, pulled to
the end, and that both come to the same digest of every balance; beside it the time in which as many bare rows are
written to SQLite, in commits of 1,000.  Then a till or its server is killed at any moment of a push, and what goes
twice is counted.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

from bench.figures import Figure
from bench.sync.killed import push_and_kill, sales_in_segments
from bench.sync.month import Month
from bench.sync.paired import Paired
from bench.sync.raw import RawSQLite
from bench.sync.sales import as_rows, entries, entry_rows, make_sales, postings
from sync.protocol.digest import content_digest
from sync.protocol.messages import DigestReply
from tests.integration.sync_world import Till

ENTRIES: Final = 90_000
CONVERGED_TARGET, AGAIN_TARGET = 2.0, 1


def sales_for(wanted: int) -> int:
    """How many sales have so many entries, or a few more."""
    # Six are half of what a sale has on average.
    each = (entries([row]) for row in as_rows(make_sales(wanted // 6)))
    return next(number for number, had in enumerate(accumulate(each), 1) if had >= wanted)


def bench_month(folder: Path, sales: int, rounds: int) -> list[Figure]:
    """Print how long it takes until till and server, and then another till, hold the same."""
    month = Month.of(folder, sales)
    rows = entry_rows(month.rows)
    raw = RawSQLite(folder / "raw.db")
    times = Paired()
    for number in range(rounds):
        with month.copied(f"round-{number}") as (server, off, on):
            off.open()
            on.open()
            times.take("raw", lambda: raw.write(rows))
            times.take("till and server", off.sync, server.pid)
            times.take("another till pulls", on.pull_all, server.pid)
            require_same_digest(off, on)
            off.close()
            on.close()
    raw.close()
    for way, seconds in times.seconds.items():
        print(f"  {way:<24}" + "".join(f"{each:8.2f}" for each in seconds) + " s", flush=True)
    own = times.times_as_fast("raw", "till and server")
    processor = times.times_as_cheap("raw", "till and server")
    pulled = times.times_as_fast("raw", "another till pulls")
    every = own * len(rows) / postings(month.rows)
    return [
        Figure(f"30 days offline, {len(rows):,} entries: converged ÷ raw write", own, "×", CONVERGED_TARGET),
        Figure("the same, by the processor of both", processor, "×", CONVERGED_TARGET),
        Figure("the same, postings alone counted as entries", every, "×", CONVERGED_TARGET),
        Figure("another till of the store pulls them ÷ raw write", pulled, "×", CONVERGED_TARGET),
    ]


def require_same_digest(*tills: Till) -> None:
    """Every till holds what the server says that it holds, and nothing waits."""
    for till in tills:
        reply = till.session.call("/v1/digest", None, DigestReply)
        here = content_digest((account, holder, amount) for (holder, account), amount in till.balances().items())
        if here != reply.members or till.unpushed():
            raise AssertionError(f"{till.name} holds something else than the server")


def bench_kills(folder: Path, kills: int) -> list[Figure]:
    """Print how many segments were sent twice after each kill."""
    month = Month.of(folder, sales_in_segments())
    dice = random.Random(kills)
    again = [push_and_kill(month, number, dice) for number in range(kills)]
    print(f"  segments sent twice, kill by kill (till and server in turns): {' '.join(map(str, again))}", flush=True)
    return [Figure(f"segments sent again, the most after any of {kills} kills", max(again), "", AGAIN_TARGET)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.sync.offline", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=6)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="posapp-offline-") as name:
        figures = bench_month(Path(name) / "month", sales_for(ENTRIES), options.rounds)
        figures += bench_kills(Path(name) / "kills", options.kills)
    for figure in figures:
        print(figure.line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
