"""SIGKILL at every moment between a sale and its receipt: nothing is printed that is not sold, and nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from posapp.storage.database import open_database
from posapp.storage.key_store import DATABASE_KEY, FileKeyStore, secret
from posapp.storage.schema import sale
from posapp.storage.schema_printing import print_job
from tests.integration.tills import SteppingClock, demo_till, labels
from tests.printers import TcpPrinter

ROOT = Path(__file__).parents[2]
NEVER = -1
# Before and after the commit of the sale, of the slip, of "begun", of "printed", and around the bytes.
POINTS = 10
SALE_COMMITTED, SLIP_COMMITTED, BYTES_SENT = 1, 3, 7


def run(folder: Path, address: str, point: int) -> int:
    command = [sys.executable, "-m", "tests.integration.printing_process", str(folder), address, str(point)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=100, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    return done.returncode


def on_disk(folder: Path) -> tuple[int, int]:
    """How many sales, and how many slips that wait."""
    keys = FileKeyStore(folder / "keys")
    database = open_database(folder / "till.db", secret(keys, DATABASE_KEY, create=False))
    with database, database.read() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (sale, print_job)]
    return counts[0], counts[1]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    demo_till(tmp_path, SteppingClock()).database.close()
    (tmp_path / "clock").write_text("0")
    return tmp_path


def test_the_points_are_all_there_are(shop: Path) -> None:
    with TcpPrinter() as there:
        assert run(shop, there.address, NEVER) == 0
        assert len(there.head.slips) == 1
    assert (shop / "points").read_text() == str(POINTS)
    assert on_disk(shop) == (1, 0)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", range(POINTS))
def test_whenever_it_dies_nothing_is_printed_unsold_and_no_kept_slip_is_lost(shop: Path, point: int) -> None:
    again = labels()["again"].encode("gb18030")
    with TcpPrinter() as there:
        assert run(shop, there.address, point) == -signal.SIGKILL
        sales, waiting = on_disk(shop)
        assert sales >= len(there.head.slips), "a receipt came out before its sale was on the disk"
        assert sales == (point >= SALE_COMMITTED)
        assert waiting == (SLIP_COMMITTED <= point < POINTS - 1)
        before = len(there.head.slips)
        assert run(shop, there.address, NEVER) == 0
        slips = there.head.slips
    assert on_disk(shop)[1] == 0
    assert len(slips) == before + waiting
    marked = [again in slip.replace(b"\x1c&", b"").replace(b"\x1c.", b"") for slip in slips]
    # The first print carries no mark unless bytes may have gone out before; a second one always does.
    assert not (before and marked[0])
    assert all(marked[1:])
    if point < BYTES_SENT:
        assert before == 0
