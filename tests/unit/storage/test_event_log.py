"""Facts: chained, balanced, projected in the same transaction, recorded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from posapp.domain.accounts import Account
from posapp.domain.encoding import chain, from_values, genesis, to_values
from posapp.domain.events import Recorded
from posapp.domain.ids import Incarnation, StreamId
from posapp.domain.posting import post
from posapp.storage import event_log, members, sales, streams
from posapp.storage.database import driver
from posapp.storage.errors import ForkDetected, SequenceGap
from posapp.storage.event_log import EventLog
from posapp.storage.server_states import ServerState, apply_server_states
from posapp.storage.unsynced import unsynced
from posapp.storage.verify import verify
from posapp.storage.visits import Attendance
from tests.unit.storage.shop import ANNE, AT, BO, DAY, DEVICE, OTHER_DEVICE, STORE, cart, enrolled, opened, sale

if TYPE_CHECKING:
    from posapp.domain.encoding import Value
    from posapp.domain.events import Event
    from posapp.storage.database import Database

OTHER = StreamId(OTHER_DEVICE, Incarnation(b"other---"))


def _values(stream: StreamId, sequence: int, event: Event) -> list[Value]:
    return to_values(Recorded(stream, sequence, AT, event, post(event)))


def test_events_are_chained_from_the_genesis_of_their_stream(database: Database, log: EventLog) -> None:
    facts: list[Event] = [enrolled(), opened(), sale(), sale("270118-03-0002", None)]
    with database.write() as connection:
        recorded = [log.append(connection, fact, AT) for fact in facts]
    assert [one.sequence for one in recorded] == [1, 2, 3, 4]
    assert log.stream is not None
    with database.read() as connection:
        (state,) = streams.own_streams(connection)
        stored = event_log.events_after(connection, log.stream, 0, 100)
        assert event_log.events_after(connection, log.stream, 2, 1) == stored[2:3]
        assert event_log.previous_hash(connection, log.stream, 3) == stored[1].hash
        assert list(event_log.recorded_events(connection, log.stream)) == recorded
    digest = genesis(log.stream)
    for one, known in zip(stored, recorded, strict=True):
        assert one.canonical == msgspec.msgpack.encode(to_values(known))
        assert from_values(log.stream, one.sequence, one.values) == known
        digest = chain(digest, one.canonical)
        assert one.hash == digest
    assert (state.head_sequence, state.head_hash, state.own, state.store_id) == (4, digest, True, STORE)


def test_a_sale_moves_every_projection(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, opened(), AT)
        log.append(connection, sale(fen=5_000), AT)
    with database.read() as connection:
        standing = members.standing(connection, ANNE)
        balances = dict(driver(connection).execute("SELECT account, amount FROM account_balance"))
        (summary,) = sales.recent(connection)
    assert (standing.points.count, standing.growth.count, standing.spend.fen) == (345, 245, 44_500)
    assert (standing.visits, standing.orders, standing.first_day, standing.last_day) == (8, 1, DAY, DAY)
    assert balances[Account.CASH] == 4_500
    assert balances[Account.SALES] == -5_000
    assert balances[Account.MEMBER_DISCOUNT] == 500
    assert (summary.due.fen, summary.member, summary.own, summary.acknowledged) == (4_500, ANNE, True, False)


def test_three_tickets_under_one_yuan_are_one_visit_once_they_reach_it(database: Database, log: EventLog) -> None:
    visits = []
    for _ in range(3):
        with database.write() as connection:
            log.append(connection, sale(fen=50), AT)  # 45 fen are kept of each
            visits.append(members.standing(connection, ANNE).visits)
    assert visits == [0, 0, 1]
    with database.write() as connection:
        log.append(connection, sale(day=DAY.plus(1)), AT)
        assert members.standing(connection, ANNE).visits == 2
    assert verify(database).ok


def _fail(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        raise OSError("printer")


def test_a_rolled_back_sale_is_as_if_it_had_not_been(database: Database, log: EventLog) -> None:
    with pytest.raises(OSError, match="printer"):
        _fail(database, log)
    with database.read() as connection:
        assert streams.every(connection) == []
        assert members.standing(connection, ANNE).orders == 0
    with database.write() as connection:
        assert log.append(connection, sale(), AT).sequence == 1
    with pytest.raises(OSError, match="printer"):
        _fail(database, log)
    with database.write() as connection:
        assert log.append(connection, sale(), AT).sequence == 2
    assert verify(database).ok


def test_a_stream_whose_beginning_was_rolled_back_leaves_its_key_to_another_till(
    database: Database, log: EventLog
) -> None:
    with pytest.raises(OSError, match="printer"):
        _fail(database, log)
    with database.write() as connection:
        log.append_foreign(connection, OTHER, 1, [_values(OTHER, 1, sale("270118-04-0001", BO))])
    with database.write() as connection:
        recorded = log.append(connection, sale(), AT)
    assert (recorded.stream.device, recorded.sequence) == (DEVICE, 1)
    with database.read() as connection:
        assert [each.head_sequence for each in streams.every(connection)] == [1, 1]
    assert verify(database).ok


def test_each_process_writes_a_stream_of_its_own(database: Database) -> None:
    with database.write() as connection:
        first, second = EventLog(DEVICE, STORE), EventLog(DEVICE, STORE)
        assert first.append(connection, sale(), AT).sequence == 1
        assert second.append(connection, sale(), AT).sequence == 1
        assert first.append(connection, sale(), AT).sequence == 2
        assert len(streams.own_streams(connection)) == 2
    assert verify(database).ok


def test_completing_a_cart_twice_is_the_same_sale(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        first = log.append(connection, sale(), AT, cart_id=cart(1))
    with database.write() as connection:
        assert event_log.find_by_cart(connection, cart(1)) == first
        assert event_log.find_by_cart(connection, cart(2)) is None
        assert log.append(connection, sale("270118-03-0002"), AT, cart_id=cart(1)) == first
    with database.write() as connection:
        # Also after a restart.
        assert EventLog(DEVICE, STORE).append(connection, sale(), AT, cart_id=cart(1)) == first
        assert members.standing(connection, ANNE).orders == 1
        assert len(sales.recent(connection)) == 1


def test_the_pill_counts_what_the_server_lacks(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        for fact in (enrolled(), sale(), sale("270118-03-0002")):
            log.append(connection, fact, AT)
    stream = log.stream
    assert stream is not None
    with database.write() as connection:
        assert streams.unacknowledged(connection) == streams.Unacknowledged(3, 2)
        streams.acknowledge(connection, stream, 2)
        streams.acknowledge(connection, stream, 1)
        assert streams.unacknowledged(connection) == streams.Unacknowledged(1, 1)
        assert [one.sequence for one in unsynced(connection)] == [3]
        streams.acknowledge(connection, stream, 99)
        assert streams.own_streams(connection)[0].acknowledged == 3
        assert streams.unacknowledged(connection) == streams.Unacknowledged(0, 0)
        streams.restate_acknowledged(connection, {stream: 1})
        assert streams.unacknowledged(connection) == streams.Unacknowledged(2, 2)
        streams.restate_acknowledged(connection, {})
        assert streams.unacknowledged(connection) == streams.Unacknowledged(3, 2)


def test_another_tills_events_come_once_however_often_they_are_sent(database: Database, log: EventLog) -> None:
    sent = [_values(OTHER, n, sale(f"270118-04-{n:04d}", BO, DAY.plus(n // 2))) for n in range(1, 7)]
    with database.write() as connection:
        assert log.append_foreign(connection, OTHER, 1, sent[:3], segment_body=b"one") == 3
        assert log.append_foreign(connection, OTHER, 1, sent[:3], segment_body=b"one") == 0
        assert log.append_foreign(connection, OTHER, 2, sent[1:5], segment_body=b"two") == 2
        with pytest.raises(SequenceGap):
            log.append_foreign(connection, OTHER, 7, sent[5:])
        assert log.append_foreign(connection, OTHER, 6, sent[5:], segment_body=b"three") == 1
        assert streams.segments(connection, OTHER, 3, 10) == [b"two", b"three"]
    with database.read() as connection:
        assert len(sales.by_member(connection, BO)) == 6
        assert sales.recent(connection, own=True) == []
        # Their value comes with the server's word on the member, not with the event.
        assert members.standing(connection, BO).spend.fen == 0
        days = driver(connection).execute("SELECT day - ?, net, orders FROM member_day ORDER BY day", (DAY.ordinal,))
        assert days.fetchall() == [(0, 4_500, 1), (1, 9_000, 2), (2, 9_000, 2), (3, 4_500, 1)]
    assert verify(database).ok


def test_another_event_in_the_same_place_is_a_fork(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append_foreign(connection, OTHER, 1, [_values(OTHER, 1, sale())])
    with pytest.raises(ForkDetected), database.write() as connection:
        log.append_foreign(connection, OTHER, 1, [_values(OTHER, 1, sale(fen=1)), _values(OTHER, 2, sale())])
    with database.read() as connection:
        assert streams.every(connection, own=False)[0].head_sequence == 1
    assert verify(database).ok


def test_an_unknown_kind_is_kept_and_projected_by_a_later_program(database: Database, log: EventLog) -> None:
    known = _values(OTHER, 2, sale(member=BO))
    with database.write() as connection:
        log.append_foreign(connection, OTHER, 1, [[77, 1, known[2], ["news"], [], []], known])
    report = verify(database)
    assert report.ok
    assert (report.events, report.deferred) == (2, 1)
    # A program of yesterday did not know kind 3.
    with database.write() as connection:
        driver(connection).execute("UPDATE event SET projected = 0 WHERE sequence = 2")
        for table in ("sale", "member_day", "holder"):
            driver(connection).execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        assert log.project_deferred(connection) == 1
        assert log.project_deferred(connection) == 0
        assert [one.member for one in sales.recent(connection)] == [BO]
    assert verify(database).ok


def test_events_of_many_kinds_that_come_together_keep_their_places(database: Database, log: EventLog) -> None:
    sold = [_values(OTHER, n, sale(f"270118-04-{n:04d}", BO)) for n in range(1, 7)]
    crooked = _values(OTHER, 4, sale())
    crooked[5] = [*crooked[5][:-1], crooked[5][-1] + 1]
    sent = [sold[0], [77, 1, sold[1][2], ["news"], [], []], _values(OTHER, 3, enrolled(BO)), crooked, *sold[4:]]
    with database.write() as connection:
        log.append(connection, sale(), AT)
        assert log.append_foreign(connection, OTHER, 1, sent) == 6
        places = driver(connection).execute(
            "SELECT e.sequence, s.receipt_number FROM sale s JOIN event e USING (position) WHERE member = ?", (BO,)
        )
        assert sorted(places) == [(n, f"270118-04-{n:04d}") for n in (1, 5, 6)]
        days = driver(connection).execute("SELECT net, orders FROM member_day WHERE member = ?", (BO,))
        assert days.fetchall() == [(13_500, 3)]
    assert verify(database).ok


def test_an_event_that_does_not_balance_is_kept_and_moves_nothing(database: Database, log: EventLog) -> None:
    crooked = _values(OTHER, 1, sale())
    crooked[5] = [*crooked[5][:-1], crooked[5][-1] + 1]
    with database.write() as connection:
        assert log.append_foreign(connection, OTHER, 1, [crooked]) == 1
        assert sales.recent(connection) == []
    assert verify(database).ok


def test_a_lost_tail_that_the_servers_word_includes_is_not_counted_twice(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        mine = log.stream
        assert mine is not None
        tail = [_values(mine, n, sale(f"270118-03-{n:04d}")) for n in (2, 3)]
        vanished = StreamId(DEVICE, Incarnation(b"vanished"))
        word = ServerState(ANNE, ((Account.MEMBER_SPEND, 4 * 4_500),), Attendance(1, 4, DAY.ordinal, DAY.ordinal))
        apply_server_states(connection, [word], {mine: 3, vanished: 1}, complete=True)
        assert [(one.id, one.head_sequence, one.covered) for one in streams.own_streams(connection)] == [
            (mine, 1, 3),
            (vanished, 0, 1),
        ]
    later = EventLog(DEVICE, STORE)
    with database.write() as connection:
        later.append_foreign(connection, mine, 2, tail)
        later.append_foreign(connection, vanished, 1, [_values(vanished, 1, sale("270118-03-0004"))])
        assert streams.head(connection, mine)[0] == 3
        assert streams.head(connection, OTHER) == (0, genesis(OTHER))
        standing = members.standing(connection, ANNE)
        assert (standing.spend.fen, standing.orders, standing.visits) == (18_000, 4, 1)
        assert dict(driver(connection).execute("SELECT * FROM account_balance"))[Account.CASH] == 18_000
        assert streams.unacknowledged(connection).events == 0  # who has a tail has what is before it
    assert verify(database).ok


def test_a_tail_lost_by_a_restored_backup_comes_back_with_its_value(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        mine = log.stream
        assert mine is not None
        tail = [_values(mine, n, sale(f"270118-03-{n:04d}")) for n in (2, 3)]
    later = EventLog(DEVICE, STORE)
    with database.write() as connection:
        later.append(connection, sale("270118-03-0009"), AT)
        assert later.append_foreign(connection, mine, 2, tail) == 2
        assert members.standing(connection, ANNE).orders == 4
        assert members.standing(connection, ANNE).spend.fen == 4 * 4_500
        assert streams.unacknowledged(connection).events == 1
    assert verify(database).ok


def test_a_stream_goes_on_behind_a_gap_that_is_noted(database: Database, log: EventLog) -> None:
    sent = [_values(OTHER, n, sale(f"270118-04-{n:04d}", BO)) for n in range(1, 7)]
    hashes = [genesis(OTHER)]
    for values in sent:
        hashes.append(chain(hashes[-1], msgspec.msgpack.encode(values)))
    with database.write() as connection:
        log.append_foreign(connection, OTHER, 1, sent[:2], segment_body=b"one")
        log.leave_gap(connection, OTHER, 5, hashes[4], STORE)
    # Killed here, it goes on from here.
    report = verify(database)
    assert (report.ok, report.gaps, report.events) == (True, 1, 2)
    with database.write() as connection:
        assert log.append_foreign(connection, OTHER, 5, sent[4:], segment_body=b"three") == 2
        assert streams.head(connection, OTHER) == (6, hashes[6])
        # Offered again is what a server with nothing can go on with; the end only to one that has what is missing.
        assert streams.segments(connection, OTHER, 0, 10) == [b"one"]
        assert streams.segments(connection, OTHER, 4, 10) == [b"three"]
    report = verify(database)
    assert (report.ok, report.gaps, report.events) == (True, 1, 4)
    with database.write() as connection:
        driver(connection).execute("UPDATE stream_gap SET hash = zeroblob(32)")
    assert [one.table for one in verify(database).differences] == ["event"]
    with database.write() as connection:
        driver(connection).execute("DELETE FROM stream_gap")
    assert {one.table for one in verify(database).differences} == {"event"}
