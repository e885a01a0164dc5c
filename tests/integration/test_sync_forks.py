"""A machine that was copied while it ran: two histories of one stream, and nothing that was sold is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from posapp.application.inbox import close_exception, read_inbox
from posapp.bootstrap.carrying import Reporting
from posapp.bootstrap.inbox_watch import InboxWatch
from posapp.domain.accounts import Account
from posapp.domain.inbox.kinds import Remedy
from posapp.storage import streams
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind, SyncPill
from sync.client.errors import OfflineError
from sync.client.inbox import fetch
from sync.client.link import Link, Session
from sync.client.push import push
from sync.client.worker import Worker
from sync.server import merchants
from sync.server.concerned import LINES
from sync.server.exceptions import Kind
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT
from tests.integration.test_sync_inbox import BOSS, agree
from tests.integration.test_sync_leases import until
from tests.integration.tills import CASHIER
from tests.unit.ui.checkout.shells import PlainShell

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.sync_world import Till, World

ANNE = 1


def copied(place: World, till: Till) -> Till:
    """A second machine with the disk and the memory of one that runs: both write on where it was."""
    till.database.checkpoint()
    (place.folder / "copy.db").write_bytes((place.folder / "till.db").read_bytes())
    copy = type(till)(place.folder, "copy", till.enrolment, till.private_key, place.url).open()
    place.tills.append(copy)
    with copy.database.write() as connection:
        key = connection.exec_driver_sql("SELECT stream_key FROM stream WHERE own = 1").scalar_one()
        copy.log._stream, copy.log._stream_key = till.log.stream, key
        copy.log._raw = connection.connection.driver_connection
    return copy


@pytest.fixture
def two(place: World) -> tuple[Till, Till]:
    """Both sold something to Anne since, and the server has what the first one sold."""
    till = place.join("till")
    till.sell(ANNE, 10_00)
    till.sync()
    copy = copied(place, till)
    till.sell(ANNE, 20_00)
    copy.sell(ANNE, 77_00)
    assert till.log.stream == copy.log.stream
    till.sync()
    return till, copy


def pushes(
    monkeypatch: pytest.MonkeyPatch, till: Till, *, before: Callable[[], object] = int, heard: bool = True
) -> None:
    """Let the till do something else while its push is under way, and hear the answer or not."""
    call = type(till.session).call

    def called(session: Any, path: str, message: Any, kind: Any) -> Any:
        reply = call(session, path, message, kind)
        if path == "/v1/push":
            monkeypatch.undo()
            before()
            if not heard:
                raise OfflineError("the answer was lost")
        return reply

    monkeypatch.setattr(type(till.session), "call", called)


def adopt(place: World, till: Till, *tills: Till) -> int:
    """A manager takes over what another history moved, item by item; returns how many events that were."""
    agree(place, till)
    found = read_inbox(application(till)).cases
    for each in found:
        (option,) = [one for one in each.options if one.remedy is Remedy.ADOPTED]
        assert close_exception(application(till), each, option, CASHIER, BOSS)
    agree(place, till, *tills)
    assert inbox(place) == []
    return sum(len(each.case.lines) for each in found)


def points(place: World) -> int:
    return place.server_balances()[place.tills[0].member(ANNE), Account.MEMBER_POINTS]


def test_a_copy_whose_original_went_on_further_does_not_ask_for_ever(place: World, two: tuple[Till, Till]) -> None:
    till, copy = two
    for _ in range(4):
        till.sell(ANNE, 1_00)
    till.sync()
    copy.sync()
    assert copy.store.forks() == 1
    assert copy.store.progress().wanted == []
    assert [item.kind for item in inbox(place)] == [Kind.FORK]
    assert adopt(place, copy, till) == 1
    assert points(place) == 10 + 20 + 4 + 77


def test_what_is_sold_while_the_fork_is_found_is_told_as_well(
    place: World, two: tuple[Till, Till], monkeypatch: pytest.MonkeyPatch
) -> None:
    till, copy = two
    pushes(monkeypatch, copy, before=lambda: [copy.sell(ANNE, 5_00), copy.sell(ANNE, 6_00)])
    push(copy.session, copy.store)
    assert copy.unpushed() == 2, "they stand behind what the server has kept apart"
    copy.sync()
    assert copy.unpushed() == 0
    assert copy.balances() == place.server_balances() == till.balances(), "nobody has decided yet"
    copy.sell(ANNE, 7_00)
    assert copy.log.stream != till.log.stream, "it goes on in a stream of its own"
    assert adopt(place, till, copy) == 3
    assert points(place) == 10 + 20 + 77 + 5 + 6 + 7
    assert copy.standing(ANNE)[0] == till.standing(ANNE)[0] == points(place)


def test_what_was_told_and_not_answered_is_told_again_and_counts_once(
    place: World, two: tuple[Till, Till], monkeypatch: pytest.MonkeyPatch
) -> None:
    till, copy = two
    pushes(monkeypatch, copy, before=lambda: copy.sell(ANNE, 5_00), heard=False)
    with pytest.raises(OfflineError):
        copy.sync()
    # Now one segment holds what was told, and what was not.
    copy.sync()
    assert [item.sequence for item in inbox(place)] == [2, 3]
    assert adopt(place, copy, till) == 2
    assert points(place) == 10 + 20 + 77 + 5


def test_of_another_history_all_is_taken_over(place: World, two: tuple[Till, Till]) -> None:
    till, copy = two
    for _ in range(3 * LINES):
        copy.sell(ANNE, 1_00)
    copy.sync()
    assert adopt(place, till, copy) == 1 + 3 * LINES
    assert points(place) == 10 + 20 + 77 + 3 * LINES


def test_a_server_that_asks_to_start_again_hears_it_again_and_lists_nothing_new(
    place: World, two: tuple[Till, Till]
) -> None:
    till, copy = two
    copy.sell(ANNE, 5_00)
    copy.sync()
    before = [item.item_id for item in inbox(place)]
    merchants.new_generation(place.context, MERCHANT)
    for each in (copy, till, copy):
        each.sync()
    assert [item.item_id for item in inbox(place)] == before
    assert copy.unpushed() == till.unpushed() == 0
    assert copy.balances() == till.balances() == place.server_balances()
    assert not copy.pull_all(), "what is kept apart is not missed in the log"
    with copy.database.read() as connection:
        assert streams.logged_events(connection) == 1


def test_a_fork_that_meets_a_new_start_first_is_told_from_where_it_begins(place: World, two: tuple[Till, Till]) -> None:
    till, copy = two
    copy.sell(ANNE, 5_00)
    merchants.new_generation(place.context, MERCHANT)
    assert copy.pull_all(), "the server's head is no place of the copy's, though it has as many events"
    assert copy.unpushed() == 3
    copy.sync()
    assert adopt(place, copy, till) == 2
    assert points(place) == 10 + 20 + 77 + 5


def pill(till: Till) -> SyncPill:
    """What the screen says of the server when the carrier of the log has made its round."""
    app, told = application(till), [SyncStatus()]
    reporting = Reporting(app, told.append)
    link = Link(till.url)
    session = Session(link, till.identity)
    watch = InboxWatch(app, session, reporting.again)
    worker = Worker(link, session, till.store, on_status=reporting, after_pull=watch)
    worker.start()
    try:
        until(lambda: told[-1].kind in (SyncKind.SYNCED, SyncKind.CONFLICT), "the round is over")
    finally:
        worker.stop()
    shell = PlainShell()
    CheckoutPresenter(app, CASHIER, shell).sync_changed(told[-1])
    return shell.state.top.sync


@pytest.mark.parametrize("remedy", [Remedy.ADOPTED, Remedy.LEFT])
def test_the_pill_is_red_until_somebody_has_decided_and_then_no_longer(
    place: World, two: tuple[Till, Till], remedy: Remedy
) -> None:
    till, copy = two
    copy.sync()
    assert copy.store.forks() == 1, "nobody has told yet what is to be decided"
    assert pill(copy) == SyncPill(SyncKind.CONFLICT, conflicts=1)
    copy.sell(ANNE, 7_00)
    assert pill(copy).kind is SyncKind.CONFLICT, "what it sells in its new stream settles nothing"
    agree(place, till)
    (opened,) = read_inbox(application(till)).cases
    (option,) = [one for one in opened.options if one.remedy is remedy]
    assert close_exception(application(till), opened, option, CASHIER, BOSS)
    agree(place, till)
    assert pill(copy) == SyncPill(SyncKind.SYNCED)
    assert pill(till) == SyncPill(SyncKind.SYNCED)
    copy.restart()
    copy.sell(ANNE, 1_00)
    assert pill(copy) == SyncPill(SyncKind.SYNCED)


def test_what_is_told_of_a_settled_fork_later_is_to_be_decided_as_well(
    place: World, two: tuple[Till, Till], monkeypatch: pytest.MonkeyPatch
) -> None:
    till, copy = two
    pushes(monkeypatch, copy, before=lambda: copy.sell(ANNE, 5_00))
    push(copy.session, copy.store)
    assert adopt(place, till) == 1
    fetch(copy.session, copy.database, copy.clock.now())
    assert copy.store.forks() == 1, "what was sold meanwhile is not told yet"
    copy.sync()
    assert copy.store.forks() == 1
    assert adopt(place, till, copy) == 1
    assert copy.store.forks() == 0


def test_left_out_it_moves_nothing_and_waits_for_nobody(place: World, two: tuple[Till, Till]) -> None:
    till, copy = two
    copy.sync()
    agree(place, till)
    (opened,) = read_inbox(application(till)).cases
    (option,) = [one for one in opened.options if one.remedy is Remedy.LEFT]
    close_exception(application(till), opened, option, CASHIER, BOSS)
    agree(place, till, copy)
    assert points(place) == 10 + 20
    assert (inbox(place), copy.unpushed()) == ([], 0)
