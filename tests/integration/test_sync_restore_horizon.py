"""A server put back to an older backup, to tills that were between two pages of a pull, or have a gap in their log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select

from sync.client.pull import pull
from sync.protocol.messages import Cursor
from sync.server import horizon
from sync.server.storage import schema
from tests.integration.test_sync_horizon import DAYS, agree, pass_days

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.integration.sync_world import Till, World

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(autouse=True)
def _a_member_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.client.pull.PAGE_MEMBERS", 1)


def back_up(place: World) -> Rows:
    """All that the server's database holds, on either database."""
    with place.context.database.read() as connection:
        tables = schema.metadata.sorted_tables
        return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}


def put_back(place: World, rows: Rows) -> None:
    """The server starts again with what it held then, and nobody says so."""

    def work(connection: Connection) -> None:
        for table in schema.metadata.sorted_tables:
            connection.execute(delete(table))
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])

    place.context.database.write(work)
    place.stop_server()
    place.start_server()


def documents(till: Till) -> list[tuple[object, ...]]:
    with till.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT collection, key, hlc, device, body FROM document").all()
    return sorted(tuple(row) for row in rows)


def known(place: World) -> list[tuple[object, ...]]:
    with place.context.database.read() as connection:
        kept = schema.document.c
        rows = connection.execute(select(kept.collection, kept.key, kept.hlc, kept.device, kept.body)).all()
    return sorted(tuple(row) for row in rows)


def serve(till: Till, *numbers: int) -> None:
    for number in numbers:
        till.sell(number, 1_000 + number)
        till.push_all()


def between_pages(till: Till) -> Cursor:
    assert pull(till.session, till.store).more
    return till.store.progress().cursor


@pytest.mark.parametrize("before_the_horizon", [False, True])
def test_whoever_stands_behind_the_cursor_again_is_told(place: World, *, before_the_horizon: bool) -> None:
    a, b = place.join("a"), place.join("b")
    a.open_card(1, "王")
    serve(a, 1, 2, 3)
    if before_the_horizon:
        pass_days(place, 2 * DAYS)
    serve(a, 4)
    if before_the_horizon:
        assert horizon.move(place.context, "demo", DAYS) > 0
    backup = back_up(place)
    a.open_card(1, "王小明")
    serve(a, 1)
    # Of member 1 and the document, the first page says nothing: they changed later, and would come later.
    cursor = between_pages(b)
    before = place.server_balances()
    put_back(place, backup)
    with place.context.database.read() as connection:
        counter = connection.execute(select(schema.merchant_counter)).one()
        told = connection.scalars(select(schema.holder.c.gseq).where(schema.holder.c.gseq <= cursor.gseq)).all()
    assert cursor.gseq < counter.gseq < cursor.newest
    assert len(told) > 1, "who stands there again besides those that the page told"
    b.sync()
    assert b.balances() == place.server_balances() != before
    assert documents(b) == known(place)
    agree(place, [a, b], {"b": 1} if before_the_horizon else {})
    assert b.balances() == place.server_balances() == before
    assert documents(b) == known(place)


def test_a_server_that_only_went_on_is_read_on_from_where_the_page_ended(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    serve(a, 1, 2, 3)
    cursor = between_pages(b)
    backup = back_up(place)
    serve(a, 1, 4)
    assert not b.pull_all(), "nothing is asked for twice"
    assert b.store.progress().cursor.newest == 0
    agree(place, [a, b], {})
    # Put back to where the page was cut, it still has all that the page left for later.
    c = place.join("c")
    backup = back_up(place)
    assert between_pages(c).newest > cursor.newest
    serve(a, 2)
    put_back(place, backup)
    assert not c.pull_all()
    assert c.balances() == place.server_balances()
    agree(place, [a, b, c], {})


def test_what_lies_behind_a_gap_comes_back_with_what_lies_in_it(place: World) -> None:
    a, b, c = place.join("a"), place.join("b"), place.join("c")
    backup = back_up(place)
    serve(a, 1, 2, 3)
    b.sync()
    pass_days(place, 2 * DAYS)
    serve(a, 1, 4)
    assert horizon.move(place.context, "demo", DAYS) > 0
    agree(place, [c], {"c": 1})
    serve(c, 9)
    before = place.server_balances()
    put_back(place, backup)
    # a is lost: of its stream, c has what the server cannot go on with, and nobody counts it.
    agree(place, [c], {"c": 1})
    assert c.balances() == place.server_balances()
    assert {who for who, _account in c.balances()} == {c.member(9)}
    assert sorted(head for head, _hash in c.streams().values()) == [1, 5]
    b.sync()
    c.sync()
    # c has heard what b brought, and offers what follows on it.
    agree(place, [b, c], {"c": 1})
    assert c.balances() == place.server_balances() == before
    assert c.streams() == b.streams()
