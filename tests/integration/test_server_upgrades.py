"""A server's database of every earlier version, with rows in it, becomes one of today, and nothing of it is lost.

The earlier tables are kept as they were written then (`tests/unit/sync/server/earlier`), and filled with what tills
pushed. Then the upgraded server proves its log, and its tills go on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, inspect, select, text

from sync.server import audit, verify
from sync.server.storage import engine, schema, versions
from sync.server.storage.engine import Database
from sync.server.storage.versions import MIGRATIONS
from tests.integration.sync_world import MERCHANT, World, world

EARLIER = Path(__file__).parents[1] / "unit" / "sync" / "server" / "earlier"
VERSIONS = sorted(int(path.stem) for path in EARLIER.glob("*.sql"))
Rows = dict[str, list[dict[str, Any]]]


def lived(folder: Path) -> World:
    """A server of today that two tills pushed to, one of which has more to push."""
    place = World(folder)
    for name in ("front", "back"):
        till = place.join(name)
        till.open_card(len(name), "王")
        for number in range(4):
            till.sell(number % 2 or None, 1_000 + number)
        till.sync()
    place.tills[0].sell(1, 700)
    return place


def rows_of(database: Database, known: dict[str, set[str]]) -> Rows:
    """What a database holds, in the tables and columns that are known."""
    found: Rows = {}
    with database.read() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name in known and table.name != "schema_version":
                wanted = [column for column in table.columns if column.name in known[table.name]]
                rows = [dict(row) for row in connection.execute(select(*wanted)).mappings()]
                found[table.name] = sorted(rows, key=repr)
    return found


def make_earlier(url: str, version: int) -> tuple[Database, dict[str, set[str]]]:
    """An empty database of an earlier version, and its columns."""
    database = Database(url)
    statements = (EARLIER / f"{version}.sql").read_text("utf-8").splitlines()
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement if database.is_sqlite else statement.replace(" BLOB", " BYTEA")))
        for number in range(1, version + 1):
            connection.execute(schema.schema_version.insert().values(version=number, applied_at_us=number))
        looking = inspect(connection)
        known = {name: {each["name"] for each in looking.get_columns(name)} for name in looking.get_table_names()}
    return database, known


def fill(database: Database, rows: Rows) -> None:
    tables = MetaData()
    with database.engine.begin() as connection:
        for name, content in rows.items():
            if content:
                connection.execute(Table(name, tables, autoload_with=connection).insert(), content)


def test_there_is_one_for_each_version_before_todays() -> None:
    assert list(range(1, len(MIGRATIONS))) == VERSIONS


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("version", VERSIONS)
def test_upgraded_with_everything_in_it(
    tmp_path: Path, request: pytest.FixtureRequest, version: int, kind: str
) -> None:
    place = lived(tmp_path)
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path / 'earlier.db'}"
    database, known = make_earlier(url, version)
    before = rows_of(place.context.database, known)
    fill(database, before)
    place.stop_server()

    database.migrate(place.clock.now_us())
    assert database.has_current_schema()
    assert rows_of(database, known) == before
    with database.engine.connect() as connection:
        looking = inspect(connection)
        for table in schema.metadata.sorted_tables:
            names = {each["name"] for each in looking.get_columns(table.name)}
            assert names == set(table.columns.keys()), table.name
            indexes = {
                each["name"] for each in looking.get_indexes(table.name) if not each.get("duplicates_constraint")
            }
            assert {str(index.name) for index in table.indexes} <= indexes, table.name
    database.close()

    place.database_url = url
    place.start_server()
    report = verify.verify(place.context, MERCHANT)
    assert (report.differences, report.events) == ([], 10)
    for till in [*place.tills, *place.tills]:
        till.sync()
        assert till.unpushed() == 0
    assert verify.verify(place.context, MERCHANT).events == 11
    assert all(till.balances() == place.server_balances() for till in place.tills)
    assert audit.audit(place.context, MERCHANT).sales == 9
    place.close()


def test_an_upgrade_that_is_cut_off_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, _known = make_earlier(f"sqlite:///{tmp_path / 'earlier.db'}", 1)

    def cut(connection: Any) -> None:
        versions.add_refunds(connection)
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "MIGRATIONS", [*MIGRATIONS[:2], cut, *MIGRATIONS[3:]])
        with pytest.raises(OSError, match="the power went"):
            database.migrate(0)
    with database.read() as connection:
        assert connection.scalars(select(schema.schema_version.c.version)).all() == [1]
    database.migrate(0)
    assert database.has_current_schema()
    database.close()


def test_a_server_of_today_is_left_as_it_is(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        before = place.contents()
        place.context.database.migrate(1)
        assert place.contents() == before
