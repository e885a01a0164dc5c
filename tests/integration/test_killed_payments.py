"""SIGKILL of the till between any two steps of a payment: the buyer has paid the sale, or nothing, and never twice."""

from __future__ import annotations

import random
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from posapp.domain.sale import TenderMethod
from posapp.storage import payments as rows
from posapp.storage import sales
from posapp.storage.database import open_database
from posapp.storage.key_store import DATABASE_KEY, FileKeyStore, secret
from posapp.storage.verify import verify
from sync.server.providers.simulator.buyers import PAY, QUERY, REVERSE, Buyer
from sync.server.providers.simulator.clearing import Clearing
from sync.server.providers.simulator.web import Simulator
from tests.integration.paying_process import START, FileClock
from tests.integration.payment_counter import CODES
from tests.integration.tills import SteppingClock, demo_till

ROOT = Path(__file__).parents[2]
DUE = 12_800
PATIENCE_SECONDS = 300
BUYERS = {
    "pays": Buyer(),
    "answer lost": Buyer(lost={PAY: 1, QUERY: 1}),
    "confirms": Buyer(asked=True, confirms_after=10),
    "never confirms": Buyer(asked=True, lost={REVERSE: 1}, again=1),
    "money after the reversal": Buyer(asked=True, late=True, lost={REVERSE: 1}),
}


@dataclass
class Mortuary:
    """A founded till to be copied, and how often it was killed."""

    founded: Path
    kills: int = 0
    outcomes: set[int] = field(default_factory=set)

    def run(self, folder: Path, url: str, method: TenderMethod, point: int) -> int:
        command = [sys.executable, "-m", "tests.integration.paying_process", str(folder), url]
        done = subprocess.run(
            [*command, str(int(method)), CODES[method], str(point)],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode

    def live_and_die(self, folder: Path, buyer: Buyer, method: TenderMethod, point: int) -> bool:
        """One payment, killed at a point and started again; False where it was over before that point."""
        shutil.copytree(self.founded, folder)
        clock = FileClock(folder / "clock")
        clock.path.write_text("0")
        books = Clearing(lambda: clock.now().timestamp())
        books.expect(CODES[method], buyer)
        with Simulator(books) as simulator:
            killed = self.run(folder, simulator.url, method, point) != 0
            if killed:
                self.kills += 1
                assert self.run(folder, simulator.url, method, -1) == 0
        key = secret(FileKeyStore(folder / "keys"), DATABASE_KEY, create=False)
        with open_database(folder / "till.db", key) as database:
            assert verify(database).ok
            with database.read() as connection:
                sold = sales.recent(connection)
                assert rows.unfinished(connection) == []
                assert rows.next_due(connection) is None
        assert books.net() == sum(sale.due.fen for sale in sold)
        assert len(sold) <= 1
        assert len(books.accounts()) <= 1
        self.outcomes.add(books.net())
        return killed


@pytest.fixture
def mortuary(tmp_path: Path) -> Mortuary:
    founded = tmp_path / "founded"
    founded.mkdir()
    demo_till(founded, SteppingClock(START)).database.close()
    return Mortuary(founded)


@pytest.mark.timeout(600)
def test_killed_at_some_points(mortuary: Mortuary, tmp_path: Path) -> None:
    chance = random.Random(secrets.randbits(32))  # noqa: S311 - which moments, and no secret
    for name in chance.sample(list(BUYERS), 3):
        # Every payment lives for eight points at least: four commits and requests.
        mortuary.live_and_die(tmp_path / name, BUYERS[name], chance.choice(list(CODES)), chance.randrange(8))
    assert mortuary.kills == 3


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("method", list(CODES))
@pytest.mark.parametrize("name", list(BUYERS))
def test_killed_at_every_point(mortuary: Mortuary, tmp_path: Path, name: str, method: TenderMethod) -> None:
    point = 0
    while mortuary.live_and_die(tmp_path / f"{point}", BUYERS[name], method, point):
        point += 1
    assert point >= 6
    assert mortuary.kills == point
    assert mortuary.outcomes <= {0, DUE}
