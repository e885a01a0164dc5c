"""Merchants and tills of a server that runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.sync.sales import Sale
from sync.server import devices, merchants
from tests.integration.served_tills import join_with, opened
from tests.integration.sync_world import Till
from tests.server_process import ServerProcess

STORES = ("S1", "S2")


@contextmanager
def served(folder: Path, database_url: str = "", options: Sequence[str] = ()) -> Iterator[ServerProcess]:
    """A server that was started as an operator does."""
    server = ServerProcess(folder, database_url, tuple(options))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def found(server: ServerProcess, merchant: str) -> None:
    """Make a merchant with two stores."""
    with opened(server) as context:
        merchants.create(context, merchant, merchant)
        for store in STORES:
            merchants.add_store(context, merchant, store, store)


def join(server: ServerProcess, folder: Path, merchant: str, store: str, number: int) -> Till:
    """A new till of a merchant, with an encrypted database of its own."""
    with opened(server) as context:
        code = devices.new_code(context, merchant, store, number)
    return join_with(server.url, code, folder, f"{merchant}-{store}-{number}")


def record(till: Till, sales: Sequence[Sale]) -> None:
    """Record sales at a till, as quickly as it goes: in one transaction."""
    with till.database.write() as connection:
        for at, event in sales:
            till.log.append(connection, event, at)
