"""Whatever is changed behind the log's back is found and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from posapp.domain.accounts import Account
from posapp.domain.encoding import to_values
from posapp.domain.events import Recorded
from posapp.domain.ids import Incarnation, StreamId
from posapp.domain.member import Profile
from posapp.domain.posting import post
from posapp.storage.database import driver
from posapp.storage.members import MemberRecord
from posapp.storage.receipts import next_receipt_number
from posapp.storage.server_states import ServerState, apply_server_states, begin_snapshot
from posapp.storage.verify import verify
from posapp.storage.visits import Attendance
from tests.unit.storage.shop import ANNE, AT, BO, DAY, OTHER_DEVICE, cart, enrolled, opened, sale

if TYPE_CHECKING:
    from posapp.storage.database import Database
    from posapp.storage.event_log import EventLog
    from posapp.storage.reference_data import ReferenceData

# Table → the columns whose every change must be found; the rest are named in `UNPROVABLE` with the reason.
PROVABLE = {
    "stream": ("device", "incarnation", "head_sequence", "head_hash", "own"),
    "event": ("stream_key", "sequence", "kind", "at", "canonical", "hash", "projected"),
    "posting": ("line", "account", "holder", "amount"),
    "held_balance": ("holder", "account", "settled", "pending"),
    "account_balance": ("account", "amount"),
    "member_day": ("member", "day", "net", "orders", "pending_net", "pending_orders"),
    "holder": ("holder", "visits", "orders", "first_day", "last_day"),
    "sale": ("receipt_number", "serial", "business_day", "cashier", "member", "due", "at"),
    "member_here": ("day",),
    "card": ("card_number", "member_id"),
}


@pytest.fixture
def traded(database: Database, log: EventLog, reference: ReferenceData) -> Database:
    """A database with a few facts of every kind."""
    with database.write() as connection:
        log.append(connection, enrolled(), AT)
        log.append(connection, opened(), AT)
        reference.put_member(connection, ANNE, MemberRecord(Profile("+8613800006021"), "860000000017"))
        for n in range(4):
            number = next_receipt_number(connection, DAY, 3)
            log.append(connection, sale(number, (ANNE, BO)[n % 2], DAY.plus(n // 2)), AT, cart_id=cart(n + 1))
    report = verify(database)
    assert report.ok
    assert report.events == 6
    return database


def _changed(value: Any) -> Any:
    match value:
        case bytes():
            middle = len(value) // 2
            return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
        case str():
            return value + "x"
        case int():
            return value + 1
        case _:
            return 1


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, names in PROVABLE.items() for column in names]
)
def test_a_change_in_any_provable_column_of_any_row_is_found(traded: Database, table: str, column: str) -> None:
    raw = traded.connect_raw()
    raw.execute("PRAGMA foreign_keys = OFF")
    keys = [name for _cid, name, _type, _null, _default, place in raw.execute(f"PRAGMA table_info({table})") if place]
    rows = raw.execute(f"SELECT {', '.join(keys)}, {column} FROM {table}").fetchall()  # noqa: S608 - names of ours
    assert rows
    for *key, value in rows:
        raw.execute("BEGIN IMMEDIATE")
        where = " AND ".join(f"{name} = ?" for name in keys)
        changed = _changed(value)
        try:
            raw.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (changed, *key))  # noqa: S608 - names of ours
        except raw.IntegrityError:
            # Another row has that key already: the database itself refuses this change.
            raw.execute("ROLLBACK")
            continue
        raw.execute("COMMIT")
        report = verify(traded)
        assert not report.ok, (table, column, key)
        new_key = [changed if name == column else part for name, part in zip(keys, key, strict=True)]
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *new_key))  # noqa: S608 - names of ours
        assert verify(traded).ok
    raw.close()


@pytest.mark.parametrize(
    "table", ["event", "posting", "held_balance", "account_balance", "member_day", "holder", "sale", "member_here"]
)
def test_a_missing_row_is_found(traded: Database, table: str) -> None:
    raw = traded.connect_raw()
    raw.execute("PRAGMA foreign_keys = OFF")
    (first,) = raw.execute(f"PRAGMA table_info({table})").fetchall()[:1]
    raw.execute(f"DELETE FROM {table} WHERE {first[1]} = (SELECT max({first[1]}) FROM {table})")  # noqa: S608 - names of ours
    raw.close()
    report = verify(traded)
    assert not report.ok
    assert any(table in (one.table, "stream") or one.table in ("stream", "posting") for one in report.differences)


def test_an_added_posting_is_found(traded: Database) -> None:
    with traded.write() as connection:
        driver(connection).execute("INSERT INTO posting VALUES (3, 50, 201, ?, 100)", (ANNE,))
    (difference,) = [one for one in verify(traded).differences if "50" in one.key]
    assert (difference.table, difference.expected) == ("posting", "no row")
    assert difference.found.endswith("100)")


def test_a_difference_names_its_place(traded: Database) -> None:
    with traded.write() as connection:
        driver(connection).execute("UPDATE account_balance SET amount = amount + 1 WHERE account = 101")
    (difference,) = verify(traded).differences
    assert str(difference) == "account_balance (101): expected (18000), found (18001)"


def test_verifying_reports_how_far_it_is_and_changes_nothing(traded: Database, log: EventLog) -> None:
    with traded.write() as connection:
        for _ in range(1_000):
            log.append(connection, sale(), AT)
    seen: list[int] = []
    assert verify(traded, seen.append).ok
    assert seen == [1_000]


def test_a_server_that_began_its_word_anew_was_met_all_the_same(database: Database) -> None:
    state = ServerState(BO, ((int(Account.MEMBER_SPEND), 300),), Attendance())
    with database.write() as connection:
        apply_server_states(connection, [state], {}, complete=True)
    assert [each.expected for each in verify(database).differences] == ["settled 0, as no server was met"]
    with database.write() as connection:
        begin_snapshot(connection)
    assert verify(database).ok


def test_what_another_till_did_is_found_for_exactly_whom_it_is_about(database: Database, log: EventLog) -> None:
    other = StreamId(OTHER_DEVICE, Incarnation(b"other---"))
    event = opened(BO)
    with database.write() as connection:
        log.append_foreign(connection, other, 1, [to_values(Recorded(other, 1, AT, event, post(event)))])
    assert verify(database).ok
    raw = database.connect_raw()
    for statement in ("DELETE FROM elsewhere", "INSERT INTO elsewhere VALUES (x'07', 1)"):
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(statement)
        raw.execute("COMMIT")
        report = verify(database)
        assert {one.table for one in report.differences} == {"elsewhere"}, statement
    raw.close()
