"""The seven rules of the server's SQL (sync.md), held by looking at its tables and at every statement that it sends."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Index, UniqueConstraint, create_mock_engine, event, make_url

from sync.client.inbox import fetch
from sync.server import devices, digest, exceptions, retrying, verify
from sync.server.storage import schema
from tests.integration.sync_world import MERCHANT, World, world

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = {"schema_version"}
ROOT = Path(__file__).parents[2]


def tables_as_sql(url: str) -> list[str]:
    dialect = make_url(url).get_dialect()()
    statements: list[str] = []

    def write(ddl: Any, *_rest: Any, **_more: Any) -> None:
        statements.append(str(ddl.compile(dialect=dialect)))

    schema.metadata.create_all(create_mock_engine(url, write), checkfirst=False)
    return statements


def test_every_key_leads_with_the_merchant() -> None:
    for table in schema.metadata.sorted_tables:
        if table.name in REFERENCE:
            continue
        assert next(iter(table.primary_key.columns)).name == "merchant_id", table.name
        uniques = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
        keys: list[UniqueConstraint | Index] = [*uniques, *table.indexes]
        for key in keys:
            assert key.name, f"{table.name}: constraints are named, so that a migration can name them"
            assert next(iter(key.columns)).name == "merchant_id", key.name
        for reference in table.foreign_key_constraints:
            assert "merchant_id" in {column.name for column in reference.columns}
        assert not table.c.merchant_id.nullable


def test_no_identity_serial_or_default_of_the_database() -> None:
    statements = tables_as_sql("postgresql+psycopg://")
    text = "\n".join(statements).upper()
    assert "CREATE TABLE" in text
    for banned in ("SERIAL", "IDENTITY", "DEFAULT", "TRIGGER", "NOW("):
        assert banned not in text


def test_the_schema_is_the_released_one() -> None:
    """A change here is a new step of `MIGRATIONS`, never an edit of the first."""
    statements = tables_as_sql("sqlite://")
    snapshot = ROOT / "tests" / "unit" / "sync" / "server" / "schema_snapshot.sql"
    written = "\n".join(re.sub(r"\s+", " ", statement).strip() + ";" for statement in statements) + "\n"
    assert written == snapshot.read_text(encoding="utf-8")


def test_citus_distributes_every_table() -> None:
    script = (ROOT / "packaging" / "citus.sql").read_text(encoding="utf-8")
    named = set(re.findall(r"'([a-z_]+)'", script[: script.index("];")]))
    assert named == {table.name for table in schema.metadata.sorted_tables} - REFERENCE


@pytest.fixture(params=["sqlite", "postgres"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, list[str]]]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    statements: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with world(tmp_path, url) as made:
        event.listen(made.context.database.engine, "before_cursor_execute", hear)
        yield made, statements


def test_every_statement_names_the_merchant(heard: tuple[World, list[str]]) -> None:
    place, statements = heard
    a, b = place.join("a"), place.join("b")
    statements.clear()
    for till in (a, b, a):
        till.open_card(1, "王")
        till.sell(1, 1_000)
        till.sync()
    devices.revoke(place.context, MERCHANT, b.enrolment.device)
    devices.new_code(place.context, MERCHANT, "S1", 9)
    verify.verify(place.context, MERCHANT)
    a.sell(1, 0, spend_points=500)
    a.sync()
    fetch(a.session, a.database, a.clock.now())
    assert retrying.retry(place.context, MERCHANT) == (0, 0)
    with place.context.database.read() as connection:
        digest.of_balances(connection, MERCHANT)
        exceptions.list_open(connection, MERCHANT)
    own_tables = {table.name for table in schema.metadata.sorted_tables} - REFERENCE
    seen: set[str] = set()
    for statement in statements:
        flat = re.sub(r"\s+", " ", statement)
        found = re.search(r"(?:FROM|INTO|UPDATE) (\w+)", flat)
        if found is None or found.group(1) not in own_tables:
            continue
        seen.add(found.group(1))
        assert "FOR UPDATE" not in flat.upper()
        if flat.startswith("INSERT"):
            assert re.match(r"INSERT INTO \w+ \(merchant_id, ", flat), flat
            assert "ON CONFLICT" not in flat or "ON CONFLICT (merchant_id, " in flat, flat
        else:
            where = flat[flat.index("WHERE") :]
            assert "merchant_id" in where, flat
            for joined in re.findall(r"JOIN (\w+) ON ([^W]+) WHERE", flat):
                assert "merchant_id" in joined[1], flat
    # Batches go to PostgreSQL past SQLAlchemy; their text is made by the same function that SQLite's is.
    assert {"segment", "stream", "balance", "member_day", "holder", "document", "device", "merchant_counter"} <= seen
