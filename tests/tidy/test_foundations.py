"""The ground the other tests stand on: the network guard refuses, PostgreSQL is real, Qt and CPython count alike."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer
from sqlalchemy import create_engine, text

from tests import loopback, postgres

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_the_outside_world_is_refused_and_remembered() -> None:
    with socket.socket() as sock, pytest.raises(loopback.OutsideWorldRefusedError, match=r"192\.0\.2\.1"):
        sock.connect(("192.0.2.1", 80))
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        pytest.raises(loopback.OutsideWorldRefusedError),
    ):
        sock.sendto(b"x", ("192.0.2.1", 53))
    with pytest.raises(loopback.OutsideWorldRefusedError, match="example"):
        socket.getaddrinfo("example.invalid", 443)
    assert loopback.take_refusals() == [
        "socket.connect 192.0.2.1",
        "socket.sendto 192.0.2.1",
        "socket.getaddrinfo example.invalid",
    ]


def test_this_machine_is_not_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
    with socket.socket(socket.AF_UNIX) as sock, pytest.raises(FileNotFoundError):
        sock.connect(str(tmp_path / "nobody"))


def test_each_database_of_postgresql_is_empty_and_on_its_own(
    postgres_url: str, postgres_cluster: postgres.Cluster
) -> None:
    other = postgres_cluster.create_database()
    tables = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    engine, beside = create_engine(postgres_url), create_engine(postgres_cluster.url(other))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE fact (id integer)"))
        assert connection.scalar(tables) == 1
        assert connection.scalar(text("SHOW listen_addresses")) == ""
    with beside.connect() as connection:
        assert connection.scalar(tables) == 0
    engine.dispose()
    beside.dispose()
    postgres_cluster.drop_database(other)


def test_postgresql_goes_when_its_starter_is_killed() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", "sh", "-c", 'echo "$DATABASE_URL"; exec cat'],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    folder = Path(starter.stdout.readline().strip().partition("host=")[2])
    assert (folder / "data" / "postmaster.pid").exists()
    starter.kill()
    starter.wait()
    starter.stdin.close()
    starter.stdout.close()
    deadline = time.monotonic() + 20
    while (folder / "data").exists():
        assert time.monotonic() < deadline, "the server outlived the process that started it"
        time.sleep(0.05)


def test_postgresql_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgres.PostgresMissingError, match=r"apt-get install .* postgresql"):
        postgres.Cluster().start()


def test_qt_calls_that_return_nothing_keep_a_reference_to_none(qtbot: QtBot) -> None:
    # PySide6 6.12.0 on Python 3.11 dropped one at each call, until the process aborted.
    parent, child, timer = QObject(), QObject(), QTimer()
    before = sys.getrefcount(None)
    for _ in range(10_000):
        child.setParent(parent)
        child.setObjectName("x")
        timer.stop()
    assert abs(sys.getrefcount(None) - before) < 1_000
    child.setParent(None)
    del qtbot
