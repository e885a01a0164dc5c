"""Settled plus pending is right at every moment of any history of selling, pushing, pulling and losing memory."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from posapp.domain.accounts import Account
from posapp.domain.ids import MemberId
from posapp.domain.member import VISIT_MINIMUM_FEN, Standing
from posapp.domain.time import BusinessDay
from posapp.storage import members, settings, streams
from posapp.storage.database import Database, open_database
from posapp.storage.event_log import EventLog
from posapp.storage.server_states import ServerState, apply_server_states, begin_snapshot, recount
from posapp.storage.verify import verify
from posapp.storage.visits import Attendance
from tests.unit.storage.shop import ANNE, AT, BO, DAY, DEVICE, KEY, STORE, sale

if TYPE_CHECKING:
    from posapp.domain.ids import StreamId

PEOPLE = (ANNE, BO)


@dataclass(frozen=True, slots=True)
class Fact:
    """A sale as the model sees it; `place` is None for one of another store."""

    number: int
    member: MemberId
    day: int
    due: int
    place: tuple[StreamId, int] | None


@dataclass(slots=True)
class Totals:
    """What a set of sales comes to for one member, by the definition of domain.md §2.6 and nothing else."""

    points: int = 0
    spend: int = 0
    orders: int = 0
    days: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: list[Fact], who: MemberId) -> Totals:
        result = cls()
        for fact in facts:
            if fact.member == who:
                result.points += fact.due // 100
                result.spend += fact.due
                result.orders += 1
                result.days[fact.day] = result.days.get(fact.day, 0) + fact.due
        return result

    @property
    def visits(self) -> int:
        return sum(net >= VISIT_MINIMUM_FEN for net in self.days.values())

    def state(self, who: MemberId) -> ServerState:
        points = Account.MEMBER_POINTS, self.points
        balances = (points, (Account.MEMBER_GROWTH, self.points), (Account.MEMBER_SPEND, self.spend))
        days = Attendance(self.visits, self.orders, min(self.days, default=None), max(self.days, default=None))
        return ServerState(who, balances, days, tuple(sorted(self.days.items())))

    def matches(self, standing: Standing) -> bool:
        return (self.points, self.points, self.spend, self.visits, self.orders) == (
            standing.points.count,
            standing.growth.count,
            standing.spend.fen,
            standing.visits,
            standing.orders,
        ) and (min(self.days, default=None), max(self.days, default=None)) == (
            standing.first_day and standing.first_day.ordinal,
            standing.last_day and standing.last_day.ordinal,
        )


class Pulling(RuleBasedStateMachine):
    """One till and a model of a server, which may be restored from a copy it made earlier."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database: Database = open_database(Path(self.folder.name) / "till.db", KEY)
        with self.database.write() as connection:
            settings.put(connection, settings.DEVICE_ID, DEVICE)
            settings.put(connection, settings.STORE_ID, STORE)
        self.log = EventLog(DEVICE, STORE)
        self.own: list[Fact] = []
        self.server: list[Fact] = []
        self.copy: list[Fact] = []
        # What the till was told of each member: the facts of the server at that moment.
        self.delivered: dict[MemberId, set[Fact]] = {who: set() for who in PEOPLE}
        self.lost = False
        self.facts = 0
        self.quarantined: set[int] = set()

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def next_number(self) -> int:
        self.facts += 1
        return self.facts

    def heads(self, facts: list[Fact]) -> dict[StreamId, int]:
        heads: dict[StreamId, int] = {}
        for fact in facts:
            if fact.place is not None:
                heads[fact.place[0]] = max(heads.get(fact.place[0], 0), fact.place[1])
        return heads

    @rule(who=st.sampled_from(PEOPLE), day=st.integers(0, 3), fen=st.sampled_from([50, 60, 150, 5_000]))
    def sell(self, who: MemberId, day: int, fen: int) -> None:
        on = BusinessDay(DAY.ordinal + day)
        fact = sale(member=who, day=on, fen=fen)
        with self.database.write() as connection:
            recorded = self.log.append(connection, fact, AT)
        self.own.append(Fact(self.next_number(), who, on.ordinal, fact.due.fen, (recorded.stream, recorded.sequence)))

    @rule(who=st.sampled_from(PEOPLE), day=st.integers(0, 3), fen=st.sampled_from([50, 60, 150, 5_000]))
    def another_store_sells(self, who: MemberId, day: int, fen: int) -> None:
        due = sale(member=who, fen=fen).due.fen
        self.server.append(Fact(self.next_number(), who, DAY.ordinal + day, due, None))

    @rule()
    def restart(self) -> None:
        self.log = EventLog(DEVICE, STORE)

    @rule(count=st.integers(1, 4), quarantine=st.booleans())
    def push(self, count: int, quarantine: bool) -> None:
        """The server takes own facts in order; one that it cannot apply it keeps and acknowledges all the same."""
        missing = [fact for fact in self.own if fact not in self.server][:count]
        self.server += missing
        if quarantine and missing:
            self.quarantined.add(missing[-1].number)

    @rule()
    def server_makes_a_copy(self) -> None:
        self.copy = list(self.server)

    @rule()
    def server_is_restored(self) -> None:
        self.server = list(self.copy)
        self.lost = True

    @rule(
        order=st.permutations(PEOPLE),
        sell_between=st.booleans(),
        push_between=st.booleans(),
        interrupted=st.booleans(),
    )
    def pull(self, order: list[MemberId], sell_between: bool, push_between: bool, interrupted: bool) -> None:
        """Pages of one member; after the first the server and the till may go on, or the network may go."""
        if self.lost:
            with self.database.write() as connection:
                begin_snapshot(connection)
            # A server that lost its memory names only whom it knows.
            self.delivered = {who: set() for who in PEOPLE}
        changed = [who for who in order if set(self.of(who)) != self.delivered[who]]
        for place, who in enumerate(changed):
            self.page([who], complete=False)
            self.check(who)
            if place == 0 and sell_between:
                self.sell(who, 0, 150)
            if place == 0 and push_between:
                self.push(2, quarantine=False)
            if interrupted:
                return
        self.lost = False
        self.page([who for who in PEOPLE if set(self.of(who)) != self.delivered[who]], complete=True)
        with self.database.write() as connection:
            for stream, sequence in self.heads(self.server).items():
                streams.acknowledge(connection, stream, sequence)
        for who in PEOPLE:
            self.check(who)

    def page(self, people: list[MemberId], *, complete: bool) -> None:
        with self.database.write() as connection:
            states = [Totals.of(self.of(who), who).state(who) for who in people]
            apply_server_states(connection, states, self.heads(self.server), complete=complete)
        for who in people:
            self.delivered[who] = set(self.of(who))

    def of(self, who: MemberId) -> list[Fact]:
        return [fact for fact in self.server if fact.member == who and fact.number not in self.quarantined]

    def check(self, who: MemberId) -> None:
        """Just told of a member, the till shows the server's facts and its own that the server lacks."""
        pending = [fact for fact in self.own if fact not in self.server]
        with self.database.read() as connection:
            standing = members.standing(connection, who)
        expected = Totals.of(self.of(who) + pending, who)
        assert expected.matches(standing), (expected, standing)

    @precondition(lambda self: self.own)
    @invariant()
    def holds(self) -> None:
        report = verify(self.database)
        assert report.ok, report.differences


TestPulling = Pulling.TestCase
TestPulling.settings = hypothesis_settings(
    max_examples=max(60, hypothesis_settings().max_examples // 10), stateful_step_count=20, deadline=None
)


def test_a_pull_of_many_members_into_an_empty_till(database: Database) -> None:
    people = [n.to_bytes(16, "big") for n in range(500)]
    states = [
        ServerState(who, ((Account.MEMBER_POINTS, 10), (Account.MEMBER_VISITS, 2)), Attendance(3, 4, 700, 800))
        for who in people
    ]
    with database.write() as connection:
        begin_snapshot(connection)
        apply_server_states(connection, states, {}, complete=True)
    with database.read() as connection:
        standing = members.standing(connection, MemberId(people[7]))
    assert (standing.points.count, standing.visits, standing.orders) == (10, 5, 4)
    assert verify(database).ok


def test_a_value_that_went_to_nothing_is_nothing(database: Database) -> None:
    with database.write() as connection:
        apply_server_states(
            connection, [ServerState(ANNE, ((Account.MEMBER_POINTS, 10),), Attendance())], {}, complete=True
        )
        apply_server_states(connection, [ServerState(ANNE, (), Attendance())], {}, complete=True)
        assert members.standing(connection, ANNE).points.count == 0


def test_a_member_whom_a_restored_server_does_not_know_keeps_only_own_sales(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        assert log.stream is not None
        word = ServerState(ANNE, ((Account.MEMBER_SPEND, 1_000_000),), Attendance(20, 30, 700, DAY.ordinal))
        apply_server_states(connection, [word], {log.stream: 1}, complete=True)
        assert members.standing(connection, ANNE).spend.fen == 1_000_000
        begin_snapshot(connection)
        assert members.standing(connection, ANNE).spend.fen == 1_000_000
        apply_server_states(connection, [], {}, complete=True)
        standing = members.standing(connection, ANNE)
    assert (standing.spend.fen, standing.visits, standing.orders) == (4_500, 1, 1)
    assert verify(database).ok


def test_a_sale_that_the_server_set_aside_is_not_pending_for_ever(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(), AT)
        assert log.stream is not None
        assert members.standing(connection, ANNE).orders == 1
        # Acknowledged and covered, yet the member's row did not change: the server could not apply it.
        apply_server_states(connection, [], {log.stream: 1}, complete=True)
        assert members.standing(connection, ANNE).orders == 0
    assert verify(database).ok


def test_in_the_middle_of_a_pull_every_member_is_right_by_itself(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, sale(member=ANNE), AT)
        log.append(connection, sale(member=BO), AT)
        assert log.stream is not None
        word = ServerState(ANNE, ((Account.MEMBER_SPEND, 4_500),), Attendance(1, 1, DAY.ordinal, DAY.ordinal))
        apply_server_states(connection, [word], {log.stream: 2}, complete=False)
        log.append(connection, sale(member=ANNE), AT)
    with database.read() as connection:
        assert members.standing(connection, ANNE).spend.fen == 9_000
        assert members.standing(connection, BO).spend.fen == 4_500
    assert verify(database).ok


def test_an_interrupted_pull_before_the_server_was_restored_covers_nothing_any_more(
    database: Database, log: EventLog
) -> None:
    with database.write() as connection:
        log.append(connection, sale(member=ANNE), AT)
        assert log.stream is not None
        word = ServerState(ANNE, ((Account.MEMBER_SPEND, 4_500),), Attendance(1, 1, DAY.ordinal, DAY.ordinal))
        apply_server_states(connection, [word], {log.stream: 1}, complete=False)
        begin_snapshot(connection)
        apply_server_states(connection, [ServerState(ANNE, (), Attendance())], {}, complete=False)
        assert members.standing(connection, ANNE).spend.fen == 4_500
        recount(connection, [ANNE])
        assert members.standing(connection, ANNE).spend.fen == 4_500
    assert verify(database).ok
