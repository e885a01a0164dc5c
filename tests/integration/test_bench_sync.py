"""The measurements of syncing with real processes, small: what they time really happened, and every side did it."""

from __future__ import annotations

from pathlib import Path

from bench.sync.beside import Load, Ours
from bench.sync.paired import Paired
from bench.sync.sales import as_rows, make_sales
from bench.sync.scale import SALES_A_PUSH, SQLITE, Size, measure
from bench.sync.served import served


def test_our_side_pushes_and_pulls_what_it_is_given_each_round(tmp_path: Path) -> None:
    times = Paired()
    with served(tmp_path / "server") as server:
        ours = Ours(server, tmp_path)
        for number in (1, 2):
            ours.round(Load.of(number, 30), times)
    ways = {"push", "pull", "pull, other store", "ingest"}
    assert times.seconds.keys() == times.processor.keys() == ways
    assert all(len(rounds) == 2 and min(rounds) > 0 for rounds in (*times.seconds.values(), *times.processor.values()))


def test_many_tills_push_everything_to_one_server(tmp_path: Path) -> None:
    pushes = 8
    rows = as_rows(make_sales(2 * pushes * SALES_A_PUSH))
    found = measure(tmp_path / "server", "", Size(2, 4), rows, pushes)
    assert (found.database, found.size) == (SQLITE, Size(2, 4))
    assert found.rate > 0
    assert 0 < found.calm_ms < 60_000
