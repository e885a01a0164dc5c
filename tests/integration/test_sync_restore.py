"""A server or till put back from an old backup: what any surviving node holds is offered again and returns."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from posapp.domain.ids import StoreId
from posapp.storage import documents
from sync.client.errors import OfflineError
from sync.client.inbox import fetch
from sync.client.pull import pull
from sync.client.push import push
from sync.protocol.messages import PullReply, PullRequest
from sync.server import devices, merchants, verify
from tests.integration.bad_road import behind_a_bad_road
from tests.integration.sync_world import MERCHANT, World, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.sync_world import Till


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def back_up(place: World) -> None:
    place.stop_server()
    shutil.copy(place.server_file, place.folder / "backup.db")
    place.start_server()


def put_back(place: World, *, new_generation: bool = True) -> None:
    place.stop_server()
    for left in place.folder.glob("server.db*"):
        left.unlink()
    shutil.copy(place.folder / "backup.db", place.server_file)
    place.start_server()
    if new_generation:
        merchants.new_generation(place.context, MERCHANT)


def agree(place: World, tills: list[Till]) -> None:
    for till in (*tills, *tills):
        till.sync()
    balances = place.server_balances()
    for till in tills:
        assert till.balances() == balances, till.name
        assert till.unpushed() == 0
        assert till.store.forks() == 0
    report = verify.verify(place.context, MERCHANT)
    assert report.ok, report.differences


def joined_after_the_backup(place: World) -> tuple[Till, Till, dict[tuple[bytes, int], int]]:
    """A till that the backup knows, one that joined and sold after it, and what the server has then."""
    a = place.join("a")
    agree(place, [a])
    back_up(place)
    b = place.join("b")
    b.sell(1, 9_900)
    agree(place, [a, b])
    before = place.server_balances()
    return a, b, before


@pytest.mark.parametrize("new_generation", [True, False])
@pytest.mark.parametrize("pulled_before", [True, False])
def test_a_restored_server_gets_everything_back(place: World, *, new_generation: bool, pulled_before: bool) -> None:
    a, b = place.join("a"), place.join("b")
    a.open_card(1, "王")
    a.sell(1, 1_000)
    if pulled_before:
        agree(place, [a, b])
    back_up(place)
    a.sell(1, 2_000)
    b.sell(2, 3_000)
    b.open_card(3, "李")
    a.restart()
    a.sell(3, 4_000)
    if pulled_before:
        # Only one of them hears of what came after the backup, and only in part.
        a.push_all()
        b.push_all()
    else:
        agree(place, [a, b])
    before = place.server_balances()
    assert len(before) >= 9
    put_back(place, new_generation=new_generation)
    assert place.server_balances() != before
    agree(place, [a, b])
    assert place.server_balances() == before
    with place.context.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM document WHERE collection = 'profile'").scalar() == 2


def test_what_a_lost_till_pushed_returns_from_its_neighbour(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    back_up(place)
    for number in range(5):
        a.sell(number, 1_000 * (number + 1))
        a.push_all()
    a.restart()
    a.sell(1, 500)
    agree(place, [a, b])
    before = place.server_balances()
    put_back(place)
    assert place.server_balances() == {}
    # The first till is gone for good.
    agree(place, [b])
    assert place.server_balances() == before


def test_a_till_that_joined_after_the_backup_need_not_join_again(place: World) -> None:
    a, b, before = joined_after_the_backup(place)
    put_back(place)
    b.sell(1, 100)
    agree(place, [b, a])
    assert place.server_balances()[b.member(1), 201] == before[b.member(1), 201] + 1


def test_a_till_that_joined_after_the_backup_is_known_again_while_its_token_is_good(place: World) -> None:
    """A token outlives the restore: nothing but the server makes such a till show its certificate again."""
    a, b, before = joined_after_the_backup(place)
    token = b.session._token
    put_back(place)
    b.session._token, b.session._until = token, float("inf")
    b.sell(1, 100)
    agree(place, [b, a])
    assert place.server_balances()[b.member(1), 201] == before[b.member(1), 201] + 1


def test_the_neighbour_alone_makes_a_forgotten_till_known_again(place: World) -> None:
    a, _b, before = joined_after_the_backup(place)
    put_back(place)
    agree(place, [a])
    assert place.server_balances() == before


def test_a_till_that_was_shut_out_stays_out_after_a_restore(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    agree(place, [a, b])
    back_up(place)
    devices.revoke(place.context, MERCHANT, b.enrolment.device)
    a.sync()
    put_back(place)
    a.sync()
    table_says = place.contents()["device"]
    assert [row[7] for row in table_says if row[1] == b.enrolment.device] == [1]


def test_a_till_that_was_put_back_gets_its_own_events_back(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    a.sell(1, 1_000)
    agree(place, [a, b])
    a.close()
    shutil.copy(place.folder / "a.db", place.folder / "a-backup.db")
    a.open()
    for number in range(3):
        a.sell(number, 2_000)
        a.restart()
    a.sell(1, 700)
    agree(place, [a, b])
    streams, before = a.streams(), a.balances()
    a.close()
    for left in place.folder.glob("a.db*"):
        left.unlink()
    shutil.copy(place.folder / "a-backup.db", place.folder / "a.db")
    a.open()
    assert a.streams() != streams
    a.sell(1, 100)
    agree(place, [a, b])
    assert a.streams().items() >= streams.items()
    assert a.balances()[a.member(1), 201] == before[a.member(1), 201] + 1
    assert a.streams() == b.streams()


def test_both_put_back_at_once(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    a.sell(1, 1_000)
    agree(place, [a, b])
    a.close()
    shutil.copy(place.folder / "a.db", place.folder / "a-backup.db")
    a.open()
    back_up(place)
    a.sell(1, 2_000)
    b.sell(1, 3_000)
    agree(place, [a, b])
    before = place.server_balances()
    a.close()
    for left in place.folder.glob("a.db*"):
        left.unlink()
    shutil.copy(place.folder / "a-backup.db", place.folder / "a.db")
    put_back(place)
    a.open()
    agree(place, [a, b])
    assert place.server_balances() == before


def test_a_server_that_goes_on_after_a_restore_is_not_taken_for_the_old_one(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    agree(place, [a, b])
    back_up(place)
    a.sell(1, 1_000)
    a.sell(1, 1_000)
    agree(place, [a, b])
    cursor = b.store.progress().cursor
    put_back(place, new_generation=False)
    for number in range(6):
        a.sell(2, 100 + number)
        a.push_all()
    reply = b.session.call("/v1/pull", PullRequest(cursor), PullReply)
    assert reply.rehandshake
    agree(place, [a, b])


def test_a_server_that_is_put_back_again_learns_again_whose_segments_a_neighbour_keeps(place: World) -> None:
    a, _b, before = joined_after_the_backup(place)
    put_back(place, new_generation=False)
    assert pull(a.session, a.store).started_again
    assert push(a.session, a.store).documents, "the certificate among them"
    put_back(place, new_generation=False)
    assert not push(a.session, a.store).anything, "it does not know whose they are"
    assert a.store.forks() == 0
    agree(place, [a])
    assert place.server_balances() == before


def test_a_kept_segment_that_the_server_refuses_does_not_hold_up_the_rest(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    back_up(place)
    a.sell(1, 1_000)
    a.restart()
    a.sell(2, 2_000)
    agree(place, [a, b])
    with b.database.write() as connection:
        # A bad sector: what lies in the other till's database is not what came.
        connection.exec_driver_sql(
            "UPDATE segment SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB)"
            " WHERE segment_key = (SELECT min(segment_key) FROM segment)"
        )
    put_back(place)
    b.sell(3, 3_000)
    for _ in range(3):
        b.sync()
    fetch(b.session, b.database, b.clock.now())
    assert b.store.forks() == 1, "no exception is about what is damaged here"
    assert b.unpushed() == 0
    held = {who for who, _account in place.server_balances()}
    assert held == {b.member(2), b.member(3)}
    a.sync()
    b.sync()
    assert b.store.forks() == 0, "whose log it is has told it again"


def test_what_was_damaged_on_its_way_to_a_restored_server_returns(place: World) -> None:
    a, b = place.join("a"), place.join("b")
    back_up(place)
    a.sell(1, 1_000)
    agree(place, [a, b])
    before = place.server_balances()
    put_back(place)
    road = behind_a_bad_road(b)
    for at in range(0, 1_000, 100):
        road.damage("/v1/push", at)
        with pytest.raises(OfflineError):
            b.sync()
    agree(place, [b])
    assert place.server_balances() == before


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_document_that_only_the_backup_lacks_is_offered_again(place: World, *, goes_on: bool) -> None:
    """The events go on where the backup ends, or nothing happens: nothing else tells that the server was put back."""
    a = place.join("a")
    agree(place, [a])
    back_up(place)
    with a.database.write() as connection:
        a.reference.put_store(connection, StoreId("S1"), {"name": "renamed"})
    a.push_all()
    assert "renamed" in repr(place.contents()["document"])
    put_back(place, new_generation=False)
    assert "renamed" not in repr(place.contents()["document"])
    if goes_on:
        a.sell(1, 100)
    agree(place, [a])
    assert "renamed" in repr(place.contents()["document"])
    with a.database.read() as connection:
        assert documents.outbox_count(connection) == 0
