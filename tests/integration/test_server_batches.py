"""Batches of rows say the same to either database, whether a row's values stand in the statement or beside it."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from sync.server.storage import batches, schema
from sync.server.storage.engine import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MERCHANT = "tea"
MOST = (1 << 63) - 1
COUNTS = (1, 99, 100, 2_345)
"""Few enough to go as parameters, enough to be written out, and several statements of them."""


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    made = Database(url) if url else Database.at_path(tmp_path / "server.db")
    made.migrate(0)
    yield made
    made.close()


def rows_in(database: Database, table: Any) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))


@pytest.mark.parametrize("count", COUNTS)
def test_numbers_and_bytes_come_back_as_they_were(database: Database, count: int) -> None:
    dice = random.Random(count)  # noqa: S311 - rows to write, and no secret
    edges = [b"", b"'", b"\\", b"\\x00'); DROP TABLE balance; --", bytes(range(256))]
    holders = [*edges, *(dice.randbytes(16) for _ in range(count))][:count]
    amounts = [0, -1, MOST, -MOST - 1, *(dice.randrange(-MOST, MOST) for _ in range(count))]
    rows = [(MERCHANT, who, 201, amount) for who, amount in zip(holders, amounts, strict=False)]
    database.write(lambda connection: batches.append(connection, schema.balance, rows))
    assert rows_in(database, schema.balance) == sorted(rows)


@pytest.mark.parametrize("count", COUNTS)
def test_sums_are_added_and_what_is_kept_stays(database: Database, count: int) -> None:
    who = [number.to_bytes(16, "big") for number in range(count)]
    sums = [(MERCHANT, each, 201, 5) for each in who]
    nobody = [(MERCHANT, each, 1, None, None) for each in who]
    cards = [(MERCHANT, each, 2, f"it's {number}", number) for number, each in enumerate(who)]
    later = [(MERCHANT, each, 3, None, None) for each in who]
    for _ in range(3):
        database.write(lambda connection: batches.add_up(connection, schema.balance, ["amount"], sums))
    for members in (nobody, cards, later):
        put = partial(batches.put, table=schema.holder, rows=members, keep=("card_number", "joined"))
        database.write(put)
    assert rows_in(database, schema.balance) == [(MERCHANT, each, 201, 15) for each in who]
    assert rows_in(database, schema.holder) == [
        (MERCHANT, each, 3, *card[3:]) for each, card in zip(who, cards, strict=True)
    ]


def test_what_is_no_number_is_no_part_of_a_statement(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.migrate(0)
    good = [(MERCHANT, number.to_bytes(16, "big"), 201, number) for number in range(200)]
    for bad in ((MERCHANT, "'); DROP TABLE balance; --", 201, 1), (MERCHANT, b"w", 201, "1); DROP TABLE balance; --")):
        with pytest.raises(TypeError):
            database.write(partial(batches.append, table=schema.balance, rows=[*good, bad]))
    other = "tea'); DROP TABLE balance; --"
    rows = [(other, *row[1:]) for row in good]
    database.write(lambda connection: batches.append(connection, schema.balance, rows))
    assert rows_in(database, schema.balance) == sorted(rows)
    database.close()
