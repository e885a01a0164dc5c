"""The server's database goes away in the middle of its work: what was begun is done once, or said not to be done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import select

from sync.server import turns
from sync.server.context import Context
from sync.server.errors import BusyError
from sync.server.keys import ServerKeys
from sync.server.storage import batches, schema
from sync.server.storage.engine import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.postgres import Cluster

ROW = ("tea", "Tea House", 0)


@pytest.fixture
def conninfo(postgres_cluster: Cluster, postgres_url: str) -> str:
    return postgres_cluster.conninfo(postgres_url.rpartition("/")[2].partition("?")[0])


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url)
    made.migrate(0)
    yield made
    made.close()


def cut(conninfo: str) -> None:
    """End every other connection, as a failover does."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("past_sqlalchemy", [True, False])
def test_a_connection_that_breaks_in_a_transaction(database: Database, conninfo: str, *, past_sqlalchemy: bool) -> None:
    tries = retried = 0

    def count() -> None:
        nonlocal retried
        retried += 1

    def work(connection: Connection) -> int:
        nonlocal tries
        tries += 1
        connection.execute(select(schema.merchant).where(schema.merchant.c.merchant_id == "tea")).all()
        if tries == 1:
            cut(conninfo)
        if past_sqlalchemy:
            batches.append(connection, schema.merchant, [ROW])
        else:
            connection.execute(schema.merchant.insert().values(merchant_id=ROW[0], name=ROW[1], created_at_us=0))
        return tries

    database.on_retry = count
    assert database.write(work) == 2
    assert retried == 1
    with database.read() as connection:
        assert [tuple(row) for row in connection.execute(select(schema.merchant))] == [ROW]


def test_a_read_that_breaks_says_so_and_the_next_one_works(database: Database, conninfo: str) -> None:
    def read_across_the_break() -> None:
        with database.read() as connection:
            connection.execute(select(schema.merchant)).all()
            cut(conninfo)
            connection.execute(select(schema.merchant)).all()

    with pytest.raises(BusyError):
        read_across_the_break()
    with database.read() as connection:
        assert connection.execute(select(schema.merchant)).all() == []


def test_a_standby_takes_no_writes_and_is_asked_again(database: Database) -> None:
    tries = 0

    def work(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        batches.append(connection, schema.merchant, [ROW])

    database.write(work)
    assert tries == 3


def test_no_database_is_said_to_be_busy_and_not_to_be_a_mistake(tmp_path_factory: pytest.TempPathFactory) -> None:
    database = Database(f"postgresql+psycopg://nobody@/nothing?host={tmp_path_factory.mktemp('none')}")
    with pytest.raises(BusyError):
        database.write(lambda connection: connection.exec_driver_sql("SELECT 1"))
    with pytest.raises(BusyError), database.read():
        pass
    database.close()


def test_one_worker_at_a_time_has_a_merchants_turn(database: Database) -> None:
    now = 1_000_000
    context = Context(database, ServerKeys(bytes(32)), lambda: now)
    assert turns.take(context, "tea", b"a")
    assert turns.take(context, "tea", b"a")
    assert not turns.take(context, "tea", b"b")
    assert turns.take(context, "other", b"b")
    turns.give_back(context, "tea", b"b")
    assert not turns.take(context, "tea", b"b")
    turns.give_back(context, "tea", b"a")
    assert turns.take(context, "tea", b"b")
    now += (turns.TURN_SECONDS + 1) * 1_000_000
    assert turns.take(context, "tea", b"a")


def test_of_workers_that_reach_for_a_turn_at_once_one_gets_it(database: Database) -> None:
    context = Context(database, ServerKeys(bytes(32)), lambda: 1_000_000)
    got: list[bytes] = []
    start = threading.Barrier(6)

    def reach(worker: bytes) -> None:
        start.wait()
        if turns.take(context, "tea", worker):
            got.append(worker)

    threads = [threading.Thread(target=reach, args=(bytes([number]),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
