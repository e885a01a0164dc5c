"""Work off the GUI thread: where it runs, in which order, and where its results arrive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from posapp.ui.tasks import Lane, TaskRunner


def _numbered(number: int) -> tuple[int, int]:
    return number, threading.get_ident()


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[TaskRunner]:  # noqa: ARG001 - results arrive in its event loop
    made = TaskRunner()
    yield made
    made.close()


def test_work_runs_elsewhere_and_results_come_back_here(runner: TaskRunner, qtbot: QtBot) -> None:
    here = threading.get_ident()
    seen: list[tuple[int, int]] = []
    runner.submit(threading.get_ident, lambda worker: seen.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    worker, receiver = seen[0]
    assert worker != here
    assert receiver == here


def test_database_work_keeps_its_order_in_one_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    done: list[tuple[int, int]] = []
    for number in range(50):
        runner.submit(partial(_numbered, number), done.append)
    qtbot.waitUntil(lambda: len(done) == 50, timeout=20_000)
    assert [number for number, _ in done] == list(range(50))
    assert len({thread for _, thread in done}) == 1


def test_a_slow_device_does_not_hold_up_the_database(runner: TaskRunner, qtbot: QtBot) -> None:
    release = threading.Event()
    done: list[str] = []
    runner.submit(lambda: release.wait(60), lambda _: done.append("printer"), lane=Lane.OUTSIDE)
    runner.submit(lambda: "sale", done.append)
    qtbot.waitUntil(lambda: done == ["sale"], timeout=20_000)
    release.set()
    qtbot.waitUntil(lambda: done == ["sale", "printer"], timeout=20_000)


def test_an_error_is_handed_over(runner: TaskRunner, qtbot: QtBot) -> None:
    errors: list[BaseException] = []

    def fail() -> None:
        raise OSError("disk full")

    runner.submit(fail, None, errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=20_000)
    assert str(errors[0]) == "disk full"


def test_an_error_nobody_wants_is_logged(runner: TaskRunner, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("a bug")

    with caplog.at_level(logging.ERROR):
        runner.submit(fail)
        qtbot.waitUntil(lambda: "a bug" in caplog.text, timeout=20_000)


@pytest.mark.usefixtures("qapp")
def test_closing_finishes_the_database_and_delivers_nothing_more() -> None:
    runner = TaskRunner()
    written: list[int] = []
    shown: list[None] = []
    for number in range(5):
        runner.submit(partial(written.append, number), shown.append)
    runner.close()
    QApplication.processEvents()
    assert written == [0, 1, 2, 3, 4]
    assert shown == []
    with pytest.raises(RuntimeError, match="closing"):
        runner.submit(lambda: None)
