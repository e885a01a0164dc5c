"""What was confirmed is on disk when the process dies at any moment; nothing else is half there."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from posapp.storage.database import open_database
from posapp.storage.event_log import events_after
from posapp.storage.streams import own_streams
from posapp.storage.verify import verify
from tests.unit.storage.shop import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]

SELLER = """
import sys
from pathlib import Path
from posapp.storage.database import open_database
from posapp.storage.event_log import EventLog
from posapp.storage.receipts import next_receipt_number
from posapp.storage.streams import own_streams
from tests.unit.storage.shop import ANNE, AT, DAY, DEVICE, KEY, STORE, sale

with open_database(Path(sys.argv[1]), KEY) as database:
    log = EventLog(DEVICE, STORE)
    while True:
        with database.write() as connection:
            number = next_receipt_number(connection, DAY, 3)
            recorded = log.append(connection, sale(number), AT)
        print(recorded.stream.incarnation.hex(), recorded.sequence, number, flush=True)
"""


def _confirmed(lines: Iterator[str]) -> list[tuple[str, int, str]]:
    found = []
    for line in lines:
        if line.endswith("\n"):
            incarnation, sequence, number = line.split()
            found.append((incarnation, int(sequence), number))
    return found


def test_every_confirmed_sale_survives_a_kill_and_none_is_doubled(tmp_path: Path) -> None:
    dice = random.Random(3)  # noqa: S311 - a run that can be repeated
    path = tmp_path / "till.db"
    confirmed: list[tuple[str, int, str]] = []
    for _ in range(6):
        seller = subprocess.Popen(
            [sys.executable, "-c", SELLER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert seller.stdout is not None
        lines = [seller.stdout.readline() for _ in range(dice.randrange(1, 60))]
        seller.send_signal(signal.SIGKILL)
        lines += seller.stdout.readlines()
        seller.wait()
        seller.stdout.close()
        confirmed += _confirmed(iter(lines))
        with open_database(path, KEY) as database:
            report = verify(database)
            assert report.ok, report.differences
            with database.read() as connection:
                held = {
                    (one.id.incarnation.hex(), event.sequence)
                    for one in own_streams(connection)
                    for event in events_after(connection, one.id, 0, 1_000_000)
                }
        missing = {(incarnation, sequence) for incarnation, sequence, _number in confirmed} - held
        assert not missing
    numbers = [number for _incarnation, _sequence, number in confirmed]
    assert len(set(numbers)) == len(numbers)
    assert len(confirmed) > 50
