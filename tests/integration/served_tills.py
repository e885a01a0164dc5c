"""Tills of a server that runs in processes of its own, selling and syncing until they are told to stop."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from sync.client.enrol import enrol
from sync.client.errors import OfflineError
from sync.client.link import Link
from sync.server import devices, merchants
from sync.server.context import Context, open_context
from sync.server.storage import schema
from sync.server.verify import verify
from tests.integration.sync_world import MERCHANT, Till
from tests.server_process import ServerProcess

STORE = "S1"


def found(server: ServerProcess) -> None:
    """Make the merchant and its store."""
    with opened(server) as context:
        merchants.create(context, "Demo", MERCHANT)
        merchants.add_store(context, MERCHANT, STORE, "Shop one")


@contextmanager
def opened(server: ServerProcess) -> Iterator[Context]:
    """The server's database and secrets, from outside of its processes."""
    context = open_context(server.folder, server.database_url)
    try:
        yield context
    finally:
        context.database.close()


def join(server: ServerProcess, folder: Path, number: int) -> Till:
    """A till that joined a running server."""
    with opened(server) as context:
        code = devices.new_code(context, MERCHANT, STORE, number)
    return join_with(server.url, code, folder, f"till-{number}")


def join_with(url: str, code: str, folder: Path, name: str = "till") -> Till:
    """A till that joined with a code."""
    private_key = os.urandom(32)
    link = Link(url)
    joined = enrol(link, code, os.urandom(16), private_key, name)
    link.close()
    return Till(folder, name, joined, private_key, url).open()


@dataclass
class Selling:
    """A thread of one till: it sells and syncs, and what it met on the way."""

    till: Till
    sold: int = 0
    offline: int = 0
    broken: list[BaseException] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Until it is told to stop."""
        try:
            while not stop.is_set():
                self.till.sell(self.sold % 7, 1_000)
                self.sold += 1
                try:
                    self.till.sync()
                except OfflineError:
                    self.offline += 1
                    # One connection for each try, as after a pause of the worker's.
                    self.till.connect(self.till.url)
                    stop.wait(0.05)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            self.broken.append(error)


@contextmanager
def selling(tills: Sequence[Till]) -> Iterator[list[Selling]]:
    """Sell at all tills at once while the body runs."""
    stop = threading.Event()
    made = [Selling(till) for till in tills]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in made]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert [each.broken for each in made] == [[] for _each in made]


def sync_when_it_answers(till: Till, seconds: float = 30.0) -> None:
    """Sync, waiting for a server that is coming back."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            till.connect(till.url)
            till.sync()
        except OfflineError:
            assert time.monotonic() < deadline, "the server does not come back"
            time.sleep(0.1)
        else:
            return


def agree(server: ServerProcess, tills: Sequence[Till], sales: int) -> None:
    """Every till holds what the server holds, the server proves it from its log, and no sale is missing or there twice.

    Tills push first, and pull after all have pushed.
    """
    for till in [*tills, *tills]:
        sync_when_it_answers(till)
    assert [till.unpushed() for till in tills] == [0] * len(tills)
    with opened(server) as context:
        report = verify(context, MERCHANT)
        assert report.differences == []
        assert report.events == sales
        with context.database.read() as connection:
            rows = connection.execute(select(schema.balance).where(schema.balance.c.merchant_id == MERCHANT)).all()
        held = {(row.holder, row.account): row.amount for row in rows if row.amount}
    for till in tills:
        assert till.balances() == held
