"""The server as an operator has it: processes that are started, watched, killed and stopped while tills push."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from sync.protocol.messages import PushReply, PushRequest, decode, encode
from sync.server import devices
from tests.integration.served_tills import agree, found, join, opened, selling
from tests.integration.sync_world import MERCHANT
from tests.integration.test_sync_refusals import token_of, wires
from tests.postgres import Cluster
from tests.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.sync_world import Till

PATIENCE_SECONDS = 60.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server on SQLite, not started yet; its options may be set."""
    made = ServerProcess(tmp_path / "server")
    found(made)
    yield made
    made.stop()


@pytest.fixture
def tills(server: ServerProcess, tmp_path: Path) -> Iterator[Callable[[], Till]]:
    """Makes tills of the server, and closes them."""
    made: list[Till] = []

    def join_one() -> Till:
        made.append(join(server, tmp_path, len(made) + 1))
        return made[-1]

    yield join_one
    for till in made:
        till.close()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[ServerProcess, Cluster, str]]:
    """Two workers on a PostgreSQL of their own that keeps what it acknowledged; and that database's name."""
    with Cluster(durable=True) as cluster:
        name = cluster.create_database()
        made = ServerProcess(tmp_path / "server", cluster.url(name), ("--workers", "2"))
        found(made)
        made.start()
        yield made, cluster, name
        made.stop()


def get(server: ServerProcess, path: str) -> httpx.Response:
    return httpx.get(server.url + path, trust_env=False, timeout=PATIENCE_SECONDS)


def logged(server: ServerProcess) -> list[dict[str, object]]:
    return [json.loads(line) for line in server.log.read_text("utf-8").splitlines()]


def counters(server: ServerProcess) -> dict[str, int]:
    lines = [line for line in get(server, "/metrics").text.splitlines() if not line.startswith("#")]
    return {name: int(value) for name, _, value in (line.rpartition(" ") for line in lines) if "." not in value}


def until(true: object, words: str) -> None:
    assert callable(true)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, words
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    """The worker processes: children of a server that serve, and not its resource tracker."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdigit() and "spawn_main" in (folder / "cmdline").read_text():
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                found += [int(folder.name)] if parent == str(pid) else []
    return found


def test_told_to_stop_it_finishes_what_it_took_and_ends_well(server: ServerProcess, tmp_path: Path) -> None:
    server.start()
    tills = [join(server, tmp_path, number) for number in (1, 2, 3)]
    with selling(tills) as sellers:
        until(lambda: all(each.sold > 5 for each in sellers), "nothing is sold")
        os.kill(server.pid, signal.SIGTERM)
        assert server.ended() == 0
        until(lambda: all(each.offline for each in sellers), "nobody noticed")
        server.start()
        after = [each.sold for each in sellers]
        until(lambda: all(each.sold > before + 3 for each, before in zip(sellers, after, strict=True)), "no more sales")
    agree(server, tills, sum(each.sold for each in sellers))
    assert not [line for line in logged(server) if line["level"] == "error"]
    for till in tills:
        till.close()


def test_a_push_that_has_begun_is_answered_though_it_was_told_to_stop(server: ServerProcess, tmp_path: Path) -> None:
    server.start()
    till = join(server, tmp_path, 1)
    till.sell(1, 1_000)
    body = encode(PushRequest(wires(till)))
    head = f"POST /v1/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token_of(till)}\r\n"
    till.link.close()
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:50])
        # Anything that is answered comes after what was sent before on another connection.
        assert get(server, "/healthz").text == "ok\n"
        os.kill(server.pid, signal.SIGTERM)
        until(lambda: _refuses(server), "new connections are still taken")
        sock.sendall(body[50:])
        answer = b""
        while part := sock.recv(65_536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200 ")
    reply = decode(answer.partition(b"\r\n\r\n")[2], PushReply)
    assert [head.sequence for head in reply.heads] == [1]
    assert server.ended() == 0
    server.start()
    agree(server, [till], 1)
    till.close()


def _refuses(server: ServerProcess) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), 1).close()
    except OSError:
        return True
    return False


def test_workers_share_the_load_and_are_replaced_when_they_die(
    shared: tuple[ServerProcess, Cluster, str], tmp_path: Path
) -> None:
    server, _cluster, _name = shared
    tills = [join(server, tmp_path, number) for number in (1, 2, 3)]
    with selling(tills) as sellers:
        for _death in range(3):
            until(lambda: len(children_of(server.pid)) == 2, "two workers")
            before = [each.sold for each in sellers]
            until(lambda: all(s.sold > b + 2 for s, b in zip(sellers, before, strict=True)), "no sales")  # noqa: B023
            os.kill(children_of(server.pid)[0], signal.SIGKILL)
    agree(server, tills, sum(each.sold for each in sellers))
    done = [line for line in logged(server) if line.get("route") == "push" and line["status"] == 200]
    pushes = Counter(line["worker"] for line in done)
    assert set(pushes) == {0, 1}
    assert "is started again" in server.log.read_text("utf-8")
    until(lambda: counters(server)["posapp_workers"] == 2, "both workers count")
    # Whichever worker is asked answers for both, those that were killed too.
    assert counters(server)['posapp_requests_total{route="push",status="2xx"}'] >= len(done)
    for till in tills:
        till.close()
    os.kill(server.pid, signal.SIGTERM)
    assert server.ended() == 0


def test_workers_end_with_the_process_that_started_them(shared: tuple[ServerProcess, Cluster, str]) -> None:
    server, _cluster, _name = shared
    until(lambda: len(children_of(server.pid)) == 2, "two workers")
    workers = children_of(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    assert server.ended() == -signal.SIGKILL
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "workers outlive their parent")
    assert _refuses(server)


def test_a_database_that_dies_under_pushes_loses_and_doubles_nothing(
    shared: tuple[ServerProcess, Cluster, str], tmp_path: Path
) -> None:
    server, cluster, _name = shared
    tills = [join(server, tmp_path, number) for number in (1, 2, 3)]
    with selling(tills) as sellers:
        for pause in ("0", "2", "0"):
            before = [each.sold for each in sellers]
            until(lambda: all(s.sold > b + 4 for s, b in zip(sellers, before, strict=True)), "no sales")  # noqa: B023
            cluster.crash(pause)
            time.sleep(0.3)
        before = [each.sold for each in sellers]
        until(lambda: all(s.sold > b + 4 for s, b in zip(sellers, before, strict=True)), "no sales after it")
    agree(server, tills, sum(each.sold for each in sellers))
    # An outage is not a mistake of the program, and is not told as one.
    statuses = Counter(line["status"] for line in logged(server) if "status" in line)
    assert set(statuses) <= {200, 503}, statuses
    assert 'outcome="fork"} 0' in get(server, "/metrics").text
    for till in tills:
        till.close()


def test_ready_means_that_the_database_answers_with_the_right_schema(
    shared: tuple[ServerProcess, Cluster, str],
) -> None:
    server, cluster, name = shared
    assert get(server, "/readyz").text == "ready\n"
    with psycopg.connect(cluster.conninfo(name), autocommit=True) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999, 0)")
        other = get(server, "/readyz")
        connection.execute("DELETE FROM schema_version WHERE version = 999")
    assert (other.status_code, other.text) == (503, "not ready: the database has another schema\n")
    cluster.crash("3")
    until(lambda: get(server, "/readyz").status_code == 503, "it says that it is ready")
    assert get(server, "/readyz").text == "not ready: the database does not answer\n"
    assert get(server, "/healthz").text == "ok\n"
    until(lambda: get(server, "/readyz").text == "ready\n", "it does not come back")


def test_several_workers_on_sqlite_are_refused(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "server", options=("--workers", "2"))
    with pytest.raises(AssertionError, match="several workers need PostgreSQL"):
        server.start()


def test_the_log_names_no_person_and_no_secret(server: ServerProcess, tills: Callable[[], Till]) -> None:
    server.start()
    with opened(server) as context:
        code = devices.new_code(context, MERCHANT, "S1", 9)
    till = tills()
    who = till.open_card(7, "欧阳春晓")
    till.sell(7, 1_000)
    till.sync()
    _provoke(server, till, code)
    token = till.session._token
    server.stop()
    said = server.log.read_text("utf-8")
    lines = logged(server)
    assert {"push", "pull", "session", "enrol"} <= {line.get("route") for line in lines}
    secrets = json.loads((server.folder / "server-secrets.json").read_text("utf-8"))
    keys = (till.private_key, till.enrolment.keys.member_key, till.enrolment.keys.data_key, who)
    secret_words = [
        "13800000007", "8613800000007", "欧阳春晓", code, code[-9:], token, token[:64], secrets["root"], "127.0.0.1",
        *(key.hex() for key in keys), "Bearer",
    ]  # fmt: skip
    assert [word for word in secret_words if word in said] == []


def _provoke(server: ServerProcess, till: Till, code: str) -> None:
    """Whatever might make a server quote what it was sent."""
    token = token_of(till)
    headers = {"Authorization": f"Bearer {token}"}
    for path in ("/v1/push", "/v1/pull", "/v1/session", "/v1/enrol", "/v1/13800000007", f"/v1/{code}?{token}"):
        for body in (b"13800000007", encode({"segments": ["13800000007"]}), encode({"code": code, "device": b"x"})):
            httpx.post(server.url + path, content=body, headers=headers, trust_env=False, timeout=PATIENCE_SECONDS)
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(f"GET /{code} nonsense 13800000007\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        sock.recv(1_000)


def test_the_counters_are_told_to_this_machine_and_to_nobody_else(server: ServerProcess, tmp_path: Path) -> None:
    server.start()
    till = join(server, tmp_path, 1)
    till.sell(1, 1_000)
    till.sync()
    till.close()
    counted = counters(server)
    assert counted['posapp_segments_total{outcome="applied"}'] == 1
    assert counted['posapp_request_seconds_bucket{route="push",le="+Inf"}'] == 1
    assert counted["posapp_requests_under_way"] == 1
    assert counted["posapp_received_bytes_total"] > 100
    # uvicorn believes a proxy on this machine, which says for whom it asks.
    headers = {"X-Forwarded-For": "203.0.113.5"}
    stranger = httpx.get(server.url + "/metrics", headers=headers, trust_env=False, timeout=PATIENCE_SECONDS)
    assert stranger.status_code == 403
    assert stranger.json()["code"] == "forbidden"


def test_every_route_is_counted_by_its_own_name(server: ServerProcess) -> None:
    server.start()
    schema = httpx.get(f"{server.url}/schema/openapi.json", trust_env=False, timeout=PATIENCE_SECONDS).json()
    paths = sorted(path for path in schema["paths"] if path.startswith("/v1/"))
    assert len(paths) > 10
    for path in paths:
        httpx.post(server.url + path, content=b"", trust_env=False, timeout=PATIENCE_SECONDS)
    counted = counters(server)
    for path in paths:
        answers = [counted[f'posapp_requests_total{{route="{path[4:]}",status="{s}"}}'] for s in ("2xx", "4xx", "5xx")]
        assert answers == [0, 1, 0], path


def test_who_asks_too_often_is_told_to_come_back(server: ServerProcess, tills: Callable[[], Till]) -> None:
    server.options = ("--device-rate", "3", "--address-rate", "1")
    server.start()
    first, second = tills(), tills()
    token, other = token_of(first), token_of(second)

    def ask(bearer: str, address: str = "127.0.0.1") -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}", "X-Forwarded-For": address}
        return httpx.post(server.url + "/v1/digest", headers=headers, trust_env=False, timeout=PATIENCE_SECONDS)

    def ask_often(bearer: str, address: str = "127.0.0.1") -> list[httpx.Response]:
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(lambda _request: ask(bearer, address), range(80)))

    answers = ask_often(token)
    assert Counter(answer.status_code for answer in answers).keys() == {200, 429}
    turned_away = next(answer for answer in answers if answer.status_code == 429)
    assert turned_away.json()["code"] == "too_many_requests"
    assert turned_away.headers["retry-after"] == "1"
    assert ask(other).status_code == 200
    assert {answer.status_code for answer in ask_often("nonsense", "203.0.113.5")} == {401, 429}
    assert ask("nonsense", "203.0.113.6").status_code == 401
    assert counters(server)['posapp_rate_limited_total{by="device"}'] >= 1
    # A till takes it for an outage that passes, and not for a conflict that a person must look at.
    first.sell(1, 1_000)
    agree(server, [first, second], 1)
