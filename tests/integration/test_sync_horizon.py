"""A server that no longer tells its old log: fresh tills, and tills that were away for longer, come back whole."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Table, func, select

from posapp.application.inbox import close_exception, read_inbox
from posapp.domain.accounts import Account
from posapp.domain.ids import StaffId
from posapp.storage import streams
from posapp.storage.verify import VerifyReport
from posapp.storage.verify import verify as verify_till
from sync.__main__ import main
from sync.client.inbox import fetch
from sync.client.pull import pull
from sync.protocol import segment
from sync.protocol.digest import content_digest
from sync.protocol.messages import PullReply, PullRequest
from sync.server import digest, effects, exceptions, horizon, merchants, retrying, verify
from sync.server.exceptions import Kind
from sync.server.storage import schema
from tests.integration.stocked_tills import application
from tests.integration.sync_world import MERCHANT, World
from tests.integration.test_sync_exceptions import GOOD, POISON, send
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.sync_world import Till

DAYS = 30


def trade(till: Till, sales: int, *, first: int = 0) -> None:
    for number in range(first, first + sales):
        till.sell(number, 1_000 + number)
        till.sync()


def pass_days(place: World, days: int) -> None:
    place.clock.instant += timedelta(days=days)


def agree(place: World, tills: list[Till], gaps: dict[str, int]) -> None:
    """Everybody holds the same; a till has as many gaps in its log as is said, and its log proves itself."""
    for till in (*tills, *tills):
        till.sync()
    with place.context.database.read() as connection:
        word = digest.of_balances(connection, MERCHANT).members
    assert word
    for till in tills:
        assert content_digest((a, who, amount) for (who, a), amount in till.balances().items()) == word, till.name
        assert (till.unpushed(), till.store.forks()) == (0, 0)
        report = proven(till)
        assert report.gaps == gaps.get(till.name, 0), till.name
    whole = verify.verify(place.context, MERCHANT)
    assert whole.ok, whole.differences


def proven(till: Till) -> VerifyReport:
    report = verify_till(till.database)
    assert report.ok, report.differences
    return report


def events_of(till: Till) -> int:
    return proven(till).events


def test_a_fresh_till_starts_from_a_snapshot_and_not_from_history(place: World) -> None:
    a = place.join("a")
    a.open_card(3, "王")
    trade(a, 12)
    pass_days(place, 2 * DAYS)
    trade(a, 3, first=20)
    h = horizon.move(place.context, MERCHANT, DAYS)
    assert h > 0
    b = place.join("b")
    agree(place, [a, b], {"b": 1})
    assert (events_of(a), events_of(b)) == (16, 3)
    # Both go on: what one sells the other hears of, and the gap stays one.
    trade(a, 2)
    trade(b, 2)
    agree(place, [a, b], {"b": 1})
    assert a.balances() == b.balances() == place.server_balances()
    assert a.standing(3) == b.standing(3)


def test_the_snapshot_of_many_pages_passes_the_places_before_the_horizon(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.pull.PAGE_MEMBERS", 2)
    a = place.join("a")
    trade(a, 9)
    pass_days(place, 2 * DAYS)
    trade(a, 3, first=20)
    assert horizon.move(place.context, MERCHANT, DAYS) > 0
    b = place.join("b")
    assert not b.pull_all()
    agree(place, [a, b], {"b": 1})


def test_a_till_that_was_away_for_months_brings_its_sales_and_is_whole(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    trade(a, 4)
    agree(place, [a, b], {})
    for number in range(5):
        b.sell(number, 500)
    b.restart()
    b.sell(9, 700)
    for _month in range(3):
        pass_days(place, DAYS)
        trade(a, 4)
    a.restart()
    trade(a, 2, first=30)
    before = horizon.move(place.context, MERCHANT, DAYS)
    assert before > b.store.progress().cursor.gseq
    assert b.unpushed() == 6
    b.sync()
    agree(place, [a, b], {"b": 1})
    # What b sold is everywhere, once.
    assert events_of(a) == 4 + 12 + 2 + 6
    assert a.balances() == b.balances() == place.server_balances()
    held = b.streams()
    assert held == a.streams()


def test_a_till_within_the_horizon_notices_nothing(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    trade(a, 4)
    pass_days(place, 2 * DAYS)
    agree(place, [a, b], {})
    trade(a, 3)
    assert horizon.move(place.context, MERCHANT, DAYS) > 0
    assert not b.pull_all()
    agree(place, [a, b], {})


def test_the_horizon_passes_in_the_middle_of_a_pull(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.client.pull.PAGE_MEMBERS", 2)
    a, b = place.join("a"), place.join("b")
    trade(a, 9)
    assert pull(b.session, b.store).more
    assert 0 < events_of(b) < 9
    pass_days(place, 2 * DAYS)
    trade(a, 3, first=20)
    h = horizon.move(place.context, MERCHANT, DAYS)
    assert 0 < b.store.progress().cursor.gseq < h
    assert b.pull_all(), "its cursor is no place any more"
    agree(place, [a, b], {"b": 1})
    # And once more while it pulls the places before a horizon.
    trade(a, 1, first=40)
    c = place.join("c")
    assert pull(c.session, c.store).more
    assert 0 < c.store.progress().cursor.gseq < h
    pass_days(place, 2 * DAYS)
    trade(a, 1)
    assert horizon.move(place.context, MERCHANT, DAYS) > h
    assert c.pull_all()
    agree(place, [a, b, c], {"b": 2, "c": 1})


def test_a_stream_that_comes_long_after_goes_on_behind_its_gap(place: World) -> None:
    """A till that kept running without its server pushes the rest of a stream whose beginning is before the horizon."""
    a, b = place.join("a"), place.join("b")
    trade(b, 3)
    b.sell(1, 999)
    pass_days(place, 2 * DAYS)
    trade(a, 2)
    horizon.move(place.context, MERCHANT, DAYS)
    c = place.join("c")
    agree(place, [c], {})
    b.sync()
    agree(place, [a, b, c], {"c": 1})
    assert events_of(c) == 2 + 1


def test_a_till_that_was_put_back_gets_its_own_events_from_before_the_horizon(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    trade(a, 2)
    agree(place, [a, b], {})
    a.close()
    shutil.copy(place.folder / "a.db", place.folder / "a-backup.db")
    a.open()
    trade(a, 3)
    trade(b, 2)
    pass_days(place, 2 * DAYS)
    trade(a, 2)
    agree(place, [a, b], {})
    horizon.move(place.context, MERCHANT, DAYS)
    before = a.streams()
    a.close()
    for left in place.folder.glob("a.db*"):
        left.unlink()
    shutil.copy(place.folder / "a-backup.db", place.folder / "a.db")
    a.open()
    agree(place, [a, b], {})
    # What it sold itself is whole again; of the other till it never hears what came before the horizon.
    own = {stream: head for stream, head in before.items() if stream[0] == a.enrolment.device}
    assert {stream: a.streams().get(stream) for stream in own} == own
    assert len(a.streams()) < len(before)


def test_what_is_in_quarantine_stays_there(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    a.sell(1, 1_000)
    a.sync()
    a.close()
    shutil.copy(place.folder / "a.db", place.folder / "copy.db")
    a.open()
    agree(place, [a, b], {})
    # Two histories of one stream: the machine was copied while it ran.
    stream = next(iter(a.streams()))
    b.store.note_forks({each.id: 0 for each in streams_of(b) if (each.id.device, each.id.incarnation) == stream})
    pass_days(place, 2 * DAYS)
    trade(a, 3)
    horizon.move(place.context, MERCHANT, DAYS)
    held = b.streams()[stream]
    b.sync()
    assert b.streams()[stream] == held, "nothing is appended behind a gap of a stream that a person must look at"
    assert b.store.forks() == 1
    assert b.balances() == place.server_balances()


def test_what_could_not_be_booked_before_the_horizon_is_told_as_an_exception_and_not_as_log(place: World) -> None:
    a = place.join("a")
    assert send(a, 1, [GOOD, *POISON]).quarantined == len(POISON)
    pass_days(place, 2 * DAYS)
    trade(a, 2)
    horizon.move(place.context, MERCHANT, DAYS)
    b = place.join("b")
    agree(place, [a, b], {})
    assert events_of(b) == 2, "nobody sends it the stream that ended before the horizon"
    fetch(b.session, b.database, b.clock.now())
    found = read_inbox(application(b)).cases
    assert sorted((each.case.kind, each.case.sequence) for each in found) == [
        (Kind.QUARANTINE, number) for number in (2, 3, 4)
    ]
    assert all([line.recorded for line in each.case.lines] == [None] for each in found), "each with its event"
    for each in found:
        close_exception(application(b), each, each.options[0], CASHIER, StaffId("9001"))
    agree(place, [a, b], {})
    with place.context.database.read() as connection:
        assert exceptions.list_open(connection, MERCHANT) == []


def test_what_is_booked_at_last_reaches_a_till_that_came_after_the_horizon(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = place.join("a")
    who = a.open_card(1)
    a.sync()
    older = {account: unit for account, unit in effects._UNIT_OF.items() if account != Account.MEMBER_POINTS}
    with monkeypatch.context() as patch:
        patch.setattr(effects, "_UNIT_OF", older)
        a.sell(1, 30_00)
        a.sync()
    pass_days(place, 2 * DAYS)
    trade(a, 1)
    horizon.move(place.context, MERCHANT, DAYS)
    b = place.join("b")
    b.sync()
    before = b.balances().get((who, Account.MEMBER_POINTS), 0)
    assert retrying.retry(place.context, MERCHANT) == (1, 0)
    agree(place, [a, b], {"b": 1})
    assert b.balances()[who, Account.MEMBER_POINTS] == before + 30


def streams_of(till: Till) -> list[streams.StreamState]:
    with till.database.read() as connection:
        return streams.every(connection)


def test_only_what_goes_on_is_offered_to_a_server_that_lost_it(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    trade(a, 4)
    agree(place, [a, b], {})
    pass_days(place, 2 * DAYS)
    trade(a, 4)
    pass_days(place, 2 * DAYS)
    trade(a, 2)
    horizon.move(place.context, MERCHANT, DAYS)
    agree(place, [a, b], {"b": 1})
    before = place.server_balances()
    with b.database.write() as connection:
        streams.restate_acknowledged(connection, {})
    # b has the beginning and the end of a's stream: the server could not go on behind the gap.
    firsts = [segment.parse(kept.wire).header.first_sequence for kept in b.store.kept_segments(100)]
    assert firsts == [1, 2, 3, 4]
    merchants.new_generation(place.context, MERCHANT)
    agree(place, [a, b], {"b": 1})
    assert place.server_balances() == before


def test_the_log_is_kept_whole(place: World) -> None:
    a = place.join("a")
    trade(a, 5)
    pass_days(place, 2 * DAYS)
    trade(a, 2)

    def count(table: Table) -> int:
        with place.context.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    segments, places = count(schema.segment), count(schema.change)
    h = horizon.move(place.context, MERCHANT, DAYS)
    assert count(schema.segment) == segments
    assert count(schema.change) == places - h + 1
    assert horizon.move(place.context, MERCHANT, DAYS * 10) == h, "it never moves back"
    assert verify.verify(place.context, MERCHANT).events == 7
    reply = a.session.call("/v1/pull", PullRequest(), PullReply)
    assert (reply.horizon, reply.rehandshake) == (h, False)
    with place.context.database.read() as connection:
        assert exceptions.list_open(connection, MERCHANT) == []


def test_the_operator_moves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path)]
    assert main(["init-merchant", "demo", *data]) == 0
    assert main(["add-store", "S1", "Shop", *data]) == 0
    assert main(["horizon", "--days", "30", *data]) == 0
    assert "from place 0 on" in capsys.readouterr().out
    assert main(["verify", *data]) == 0
    with pytest.raises(SystemExit):
        main(["horizon", "--days", "0", *data])
