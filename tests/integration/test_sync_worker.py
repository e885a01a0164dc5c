"""The worker tells how things stand, pushes within a second of a commit, and never makes anybody wait."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Final

import pytest

from sync.client.link import Link, Session
from sync.client.worker import State, Status, Worker
from sync.server import devices
from tests.integration.sync_world import MERCHANT, World, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sync.client.store import Changes
    from tests.integration.sync_world import Till


PATIENCE_SECONDS: Final = 30.0
"""A busy machine takes as long as it takes; what is looked at would otherwise come after twice as long, or never."""


class Watch:
    """What a worker said, in order."""

    def __init__(self, till: Till, *, url: str = "", pull_seconds: float = 0.3, breath: float = 0.0) -> None:
        self.said: list[Status] = []
        self.changes: list[Changes] = []
        self.threads: set[str] = set()
        self._heard = threading.Condition()
        link = Link(url or till.url)
        self.worker = Worker(
            link,
            Session(link, till.identity),
            till.store,
            on_status=self._status,
            on_changes=self.changes.append,
            pull_seconds=pull_seconds,
            first_pause_seconds=0.05,
            breath_seconds=breath,
        )

    def _status(self, status: Status) -> None:
        with self._heard:
            self.said.append(status)
            self.threads.add(threading.current_thread().name)
            self._heard.notify_all()

    def wait_for(self, wanted: Callable[[Status], bool]) -> None:
        """Wait until the last word is as wanted."""
        with self._heard:
            assert self._heard.wait_for(lambda: bool(self.said) and wanted(self.said[-1]), PATIENCE_SECONDS), self.said


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


@pytest.fixture
def watching(place: World) -> Iterator[Callable[..., Watch]]:
    made: list[Watch] = []

    def watch(till: Till, *, url: str = "", pull_seconds: float = 0.3, breath: float = 0.0) -> Watch:
        one = Watch(till, url=url, pull_seconds=pull_seconds, breath=breath)
        made.append(one)
        one.worker.start()
        return one

    yield watch
    assert place.url
    for one in made:
        one.worker.stop()


def test_a_commit_is_pushed_long_before_the_next_pull(place: World, watching: Callable[..., Watch]) -> None:
    till = place.join("till")
    watch = watching(till, pull_seconds=60)
    watch.wait_for(lambda status: status.state is State.SYNCED)
    till.sell(1, 1_000)
    watch.worker.notify()
    start = time.monotonic()
    while not place.server_balances():
        assert time.monotonic() - start < PATIENCE_SECONDS
        time.sleep(0.01)
    watch.wait_for(lambda status: status.state is State.SYNCED and status.pending.events == 0)
    assert any(status.state is State.SYNCING and status.pending.dealings == 1 for status in watch.said)
    assert watch.threads == {"sync-client"}


def test_the_window_paints_a_sale_before_its_log_is_sent(place: World, watching: Callable[..., Watch]) -> None:
    """Packing the log wants Python's lock as the window does; the sale goes out as soon as that is over."""
    till = place.join("till")
    watch = watching(till, pull_seconds=60, breath=0.3)
    watch.wait_for(lambda status: status.state is State.SYNCED)
    till.sell(1, 1_000)
    start = time.monotonic()
    watch.worker.notify()
    while not place.server_balances():
        assert time.monotonic() - start < PATIENCE_SECONDS
        time.sleep(0.01)
    assert time.monotonic() - start >= 0.3


def test_what_happens_elsewhere_arrives_by_itself(place: World, watching: Callable[..., Watch]) -> None:
    till, other = place.join("till"), place.join("other")
    watch = watching(till)
    other.open_card(1, "王")
    other.sell(1, 5_000)
    other.sync()
    start = time.monotonic()
    while till.standing(1) != (50, 1, 1):
        assert time.monotonic() - start < PATIENCE_SECONDS
        time.sleep(0.02)
    watch.wait_for(lambda status: status.state is State.SYNCED)
    assert other.member(1) in {who for changes in watch.changes for who in changes.members}
    assert any("profile" in changes.documents for changes in watch.changes)


def test_offline_counts_what_waits_and_comes_back_by_itself(place: World, watching: Callable[..., Watch]) -> None:
    till = place.join("till")
    place.stop_server()
    watch = watching(till)
    watch.wait_for(lambda status: status.state is State.OFFLINE)
    for number in range(3):
        till.sell(1, 1_000)
        watch.worker.notify()
        watch.wait_for(
            lambda status, n=number: status.state is State.OFFLINE and status.pending.dealings == n + 1  # type: ignore[misc]
        )
    english, chinese = watch.said[-1].problem
    assert "Selling goes on" in english
    assert "可继续收银" in chinese
    watch.worker.stop()
    place.start_server()
    again = watching(till)
    again.wait_for(lambda status: status.state is State.SYNCED and status.pending.events == 0)
    assert place.server_balances() == till.balances()


def test_a_server_that_comes_back_is_found_again(place: World, watching: Callable[..., Watch]) -> None:
    till = place.join("till")
    watch = watching(till)
    watch.wait_for(lambda status: status.state is State.SYNCED)
    port = int(place.url.rsplit(":", 1)[1])
    place.stop_server()
    till.sell(1, 1_000)
    watch.worker.notify()
    watch.wait_for(lambda status: status.state is State.OFFLINE and status.pending.dealings == 1)
    place.start_server(port)
    watch.wait_for(lambda status: status.state is State.SYNCED and status.pending.events == 0)
    assert place.server_balances() == till.balances()


def test_the_pill_is_right_although_nothing_is_sold(place: World, watching: Callable[..., Watch]) -> None:
    till = place.join("till")
    watch = watching(till, pull_seconds=60)
    watch.wait_for(lambda status: status.state is State.SYNCED)
    port = int(place.url.rsplit(":", 1)[1])
    place.stop_server()
    watch.wait_for(lambda status: status.state is State.OFFLINE)
    place.start_server(port)
    watch.wait_for(lambda status: status.state is State.SYNCED)


def test_a_till_that_was_shut_out_says_so(place: World, watching: Callable[..., Watch]) -> None:
    till = place.join("till")
    watch = watching(till)
    watch.wait_for(lambda status: status.state is State.SYNCED)
    devices.revoke(place.context, MERCHANT, till.enrolment.device)
    till.sell(1, 1_000)
    watch.worker.notify()
    watch.wait_for(lambda status: status.state is State.CONFLICT and status.pending.dealings == 1)
    english, chinese = watch.said[-1].problem
    assert "shut out" in english
    assert "停用" in chinese


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"nonsense\r\n\r\n"])
def test_something_that_is_no_server(place: World, watching: Callable[..., Watch], answer: bytes) -> None:
    till = place.join("till")
    till.sell(1, 1_000)
    with socket.create_server(("127.0.0.1", 0)) as portal:
        closing = threading.Event()

        def speak() -> None:
            portal.settimeout(0.1)
            while not closing.is_set():
                try:
                    caller, _address = portal.accept()
                except TimeoutError:
                    continue
                with caller:
                    caller.recv(10_000)
                    caller.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        watch = watching(till, url=f"http://127.0.0.1:{portal.getsockname()[1]}")
        watch.wait_for(lambda status: status.state in (State.OFFLINE, State.CONFLICT))
        watch.worker.stop()
        closing.set()
        thread.join()
    assert till.unpushed() == 1
    till.sync()
    assert place.server_balances() == till.balances()


def test_stopping_does_not_wait_for_a_server_that_hangs(place: World, watching: Callable[..., Watch]) -> None:
    till = place.join("till")
    till.sell(1, 1_000)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        watch = watching(till, url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        caller, _address = silent.accept()
        with caller:
            start = time.monotonic()
            watch.worker.stop()
            assert time.monotonic() - start < 20.0, "a request is given up after 30 seconds"
    assert till.unpushed() == 1
