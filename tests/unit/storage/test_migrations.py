"""The schema only grows: its snapshot is known, every migration leads to it, and nothing destructive runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from posapp.domain.encoding import to_values
from posapp.domain.events import Recorded
from posapp.domain.ids import Incarnation, StreamId
from posapp.domain.member import Profile
from posapp.domain.posting import post
from posapp.storage import migrations, schema_version, settings
from posapp.storage.database import Database, driver, open_database
from posapp.storage.members import MemberRecord
from posapp.storage.migrations import DestructiveMigration
from posapp.storage.verify import verify
from tests.unit.storage.shop import ANNE, AT, BO, DAY, DEVICE, KEY, OTHER_DEVICE, enrolled, opened, sale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posapp.domain.events import Event
    from posapp.storage.event_log import EventLog
    from posapp.storage.reference_data import ReferenceData

SNAPSHOT = Path(__file__).with_name("schema_snapshot.sql")
ROOT = Path(__file__).parents[3]


def _schema(database: Database) -> str:
    """Every table and index as text, one statement a paragraph, white space evened out."""
    with database.read() as connection:
        rows = driver(connection).execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '*_search_*'"
            " ORDER BY type DESC, name"
        )
        statements = [re.sub(r"\s+", " ", row[0]).replace("( ", "(").replace(" )", ")").strip() for row in rows]
    return "\n\n".join(f"{one};" for one in statements) + "\n"


def test_the_schema_is_the_one_in_the_snapshot(database: Database) -> None:
    """A change is made by a new migration; then the snapshot is renewed with ``POSAPP_RENEW_SNAPSHOT=1``."""
    found = _schema(database)
    if os.environ.get("POSAPP_RENEW_SNAPSHOT"):
        SNAPSHOT.write_text(found, encoding="utf-8")
    assert found == SNAPSHOT.read_text(encoding="utf-8")


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Database]:
    """A database that went through every migration from nothing."""
    path = tmp_path / "migrated.db"
    path.touch()
    database = Database(path, KEY, read_only=False)
    with database.write() as connection:
        migrations.upgrade(connection, f"{schema_version.SCHEMA_VERSION:04d}")
        schema_version.stamp(connection)
    yield database
    database.close()


def test_migrating_from_the_first_revision_gives_the_same_schema(migrated: Database, database: Database) -> None:
    assert _schema(migrated) == _schema(database)
    with migrated.read() as one, database.read() as other:
        for table in ("alembic_version", "pragma_user_version"):
            query = f"SELECT * FROM {table}"  # noqa: S608 - names of ours
            assert driver(one).execute(query).fetchall() == driver(other).execute(query).fetchall()


NEWEST = f"{schema_version.SCHEMA_VERSION:04d}"
NEXT = f"{schema_version.SCHEMA_VERSION + 1:04d}"


def _next_revision(folder: Path, body: str) -> None:
    """A copy of the committed revisions, and one more after them."""
    (folder / "versions").mkdir()
    for file in sorted((migrations.FOLDER / "versions").glob("r*.py")):
        (folder / "versions" / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "versions" / f"r{NEXT}_next.py").write_text(
        f'from alembic import op\nrevision = "{NEXT}"\ndown_revision = "{NEWEST}"\n\ndef upgrade():\n    {body}\n',
        encoding="utf-8",
    )


def test_an_addition_reaches_a_till_that_has_traded(database: Database, log: EventLog, tmp_path: Path) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
    _next_revision(tmp_path, 'op.execute("ALTER TABLE sale ADD COLUMN note TEXT")')
    with database.write() as connection:
        migrations.upgrade(connection, NEXT, folder=tmp_path)
    with database.read() as connection:
        assert driver(connection).execute("SELECT receipt_number, note FROM sale").fetchall() == [
            ("270118-03-0001", None)
        ]
        assert driver(connection).execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]
    assert verify(database).ok


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE event",
        "drop table if exists member",
        "DELETE FROM posting WHERE amount = 0",
        "ALTER TABLE sale DROP COLUMN due",
        "ALTER TABLE sale RENAME TO old_sale",
        "ALTER TABLE sale RENAME COLUMN due TO total",
        "UPDATE event SET at = 0",
        'UPDATE OR REPLACE "posting" SET amount = 0',
        "REPLACE INTO sale(position) VALUES (1)",
    ],
)
def test_what_could_lose_a_fact_is_refused_and_nothing_of_the_migration_stays(
    database: Database, log: EventLog, tmp_path: Path, statement: str
) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
    before = _schema(database)
    _next_revision(tmp_path, f'op.execute("CREATE TABLE extra(a)"); op.execute({statement!r})')
    with pytest.raises(DestructiveMigration), database.write() as connection:
        migrations.upgrade(connection, NEXT, folder=tmp_path)
    assert _schema(database) == before
    assert verify(database).ok


def test_statements_that_only_look_like_it_pass() -> None:
    for statement in (
        "UPDATE alembic_version SET version_num='0002'",
        "UPDATE stream_note SET a = 1",
        "DROP INDEX sale_receipt",
        "INSERT INTO setting SELECT 'a', x'00'",
    ):
        migrations._refuse_destructive(None, None, statement, None, None, False)


def test_the_committed_migrations_follow_on_each_other_up_to_the_newest() -> None:
    files = [file.read_text(encoding="utf-8") for file in sorted((migrations.FOLDER / "versions").glob("r*.py"))]
    number, before = (
        [re.findall(rf'^{name} = (?:"(\d{{4}})"|None)', file, re.MULTILINE)[0] for file in files]
        for name in ("revision", "down_revision")
    )
    assert number[0] == "0001"
    assert number[-1] == NEWEST
    assert before == ["", *number[:-1]]


def test_a_migration_of_an_older_database_happens_on_opening(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    asked: list[str] = []

    def upgrade(_connection: Any, revision: str) -> None:
        asked.append(revision)

    monkeypatch.setattr(schema_version, "SCHEMA_VERSION", schema_version.SCHEMA_VERSION + 1)
    monkeypatch.setattr(migrations, "upgrade", upgrade)
    open_database(database.path, KEY).close()
    open_database(database.path, KEY).close()
    assert asked == [NEXT]


def test_an_up_to_date_database_opens_without_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from posapp.storage.database import open_database;"
        "open_database(Path(sys.argv[1]), bytes(32)).close();"
        "sys.exit('alembic' in sys.modules or 'sqlalchemy.orm' in sys.modules or 'pypinyin' in sys.modules)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "till.db")], cwd=ROOT, check=True)


REVISIONS = sorted(int(path.name[1:5]) for path in (migrations.FOLDER / "versions").glob("r*.py"))
PROFILES_SINCE = 5
"""Today's program writes profiles into tables that there were none of before this revision."""


EARLIER = sorted(int(path.name[1:5]) for path in (migrations.FOLDER / "versions").glob("r*.py"))[:-1]


@pytest.mark.parametrize("number", EARLIER)
def test_a_till_of_an_earlier_schema_that_has_traded_gets_the_newest_one(
    tmp_path: Path, log: EventLog, reference: ReferenceData, number: int
) -> None:
    """The real revisions, over data: nothing is lost, the schema is that of today, and trading goes on."""
    path = tmp_path / "old.db"
    path.touch()
    old = Database(path, KEY, read_only=False)
    with old.write() as connection:
        migrations.upgrade(connection, f"{number:04d}")
        connection.exec_driver_sql(f"PRAGMA user_version = {number}")
        settings.put(connection, settings.DEVICE_ID, DEVICE)
        log.append(connection, enrolled(), AT)
        if number >= PROFILES_SINCE:
            reference.put_member(connection, ANNE, MemberRecord(Profile("+8613800006021", "安"), "860000000017", DAY))
        log.append(connection, sale(), AT)
        log.append(connection, sale("270118-03-0002", member=None), AT)
    before = _rows(old)
    old.close()
    assert [len(before[name]) for name in ("event", "sale")] == [3, 2]
    with open_database(path, KEY) as migrated, open_database(tmp_path / "new.db", KEY) as new:
        assert _schema(migrated) == _schema(new)
        after = _rows(migrated)
        assert {name: after[name] for name in before} == before
        assert not any(after[name] for name in after.keys() - before.keys())
        with migrated.write() as connection:
            log.append(connection, sale("270118-03-0003"), AT)
        report = verify(migrated)
        assert (report.ok, report.events) == (True, 4)


def test_what_other_tills_did_before_the_table_was_is_found_in_it(database: Database, log: EventLog) -> None:
    """Revision 17 fills its table from the log."""
    other = StreamId(OTHER_DEVICE, Incarnation(b"other---"))
    told: list[Event] = [opened(BO), sale("270118-04-0001", BO), opened(ANNE)]
    sent = [to_values(Recorded(other, n, AT, event, post(event))) for n, event in enumerate(told, 1)]
    with database.write() as connection:
        log.append(connection, opened(), AT)
        log.append_foreign(connection, other, 1, sent)
    raw = database.connect_raw()
    before = raw.execute("SELECT * FROM elsewhere ORDER BY 1, 2").fetchall()
    assert [holder for holder, _position in before] == sorted([ANNE, BO]), "the sale stands in a table of its own"
    for statement in (
        "DROP TABLE elsewhere",
        "DROP INDEX refund_member",
        "DROP INDEX event_staff",
        "UPDATE alembic_version SET version_num = '0016'",
        "PRAGMA user_version = 16",
    ):
        raw.execute(statement)
    raw.close()
    database.close()
    with open_database(database.path, KEY) as migrated:
        raw = migrated.connect_raw()
        assert raw.execute("SELECT * FROM elsewhere ORDER BY 1, 2").fetchall() == before
        raw.close()
        assert verify(migrated).ok


def _rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """What every table holds, but for which schema it is."""
    with database.read() as connection:
        raw = driver(connection)
        names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_search*'")
        known = [name for (name,) in names.fetchall() if name != "alembic_version"]
        return {name: sorted(raw.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in known}  # noqa: S608
