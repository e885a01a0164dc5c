"""The server's command line, as an operator types it, in processes of its own."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from sync.client.enrol import enrol
from sync.client.link import Link
from sync.server.storage.engine import Database
from tests.integration.sync_world import Till

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "POSAPP_SERVER_SECRETS")}


def sync(data: Path, *words: str, url: str = "") -> subprocess.CompletedProcess[str]:
    command, *rest = words
    arguments = [sys.executable, "-m", "sync", command, "--data", str(data), *rest]
    environment = {**ENVIRONMENT, **({"DATABASE_URL": url} if url else {})}
    return subprocess.run(arguments, check=False, capture_output=True, text=True, env=environment, timeout=100)


@contextmanager
def serving(data: Path, url: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and everything that it printed until it was ready."""
    arguments = [sys.executable, "-m", "sync", "serve", "--data", str(data), "--port", "0"]
    environment = {**ENVIRONMENT, **({"DATABASE_URL": url} if url else {})}
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        printed = ""
        while "serving on" not in printed:
            line = process.stdout.readline()
            assert line, "the server ended"
            printed += line
        try:
            yield process, printed
        finally:
            process.kill()


def address(printed: str) -> str:
    found = re.search(r"serving on (\S+)", printed)
    assert found
    return found.group(1)


def join(folder: Path, printed: str, code: str) -> Till:
    private_key = os.urandom(32)
    link = Link(address(printed))
    joined = enrol(link, code, os.urandom(16), private_key, "front")
    link.close()
    return Till(folder, "till", joined, private_key, address(printed)).open()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgres" else ""


def test_from_an_empty_folder_to_a_synced_till(tmp_path: Path, url: str) -> None:
    data = tmp_path / "data"
    with serving(data, url) as (process, printed):
        code = re.search(r"DEMO-\w{4}-\w{4}", printed)
        assert code
        assert "Join a server" in printed
        assert "加入服务器" in printed
        till = join(tmp_path, printed, code.group())
        till.open_card(1, "王")
        till.sell(1, 1_000)
        till.sync()
        assert till.enrolment.store_name.startswith("Demo store")
        before = till.balances()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with serving(data, url) as (_process, printed):
        assert "DEMO-" not in printed
        till.connect(address(printed))
        till.sell(1, 100)
        till.sync()
    till.close()
    proof = sync(data, "verify", url=url)
    assert proof.returncode == 0, proof.stdout
    assert "3 events" in proof.stdout
    shown = sync(data, "digest", url=url).stdout
    assert "members unit 2: 1 rows" in shown
    assert len(before) == 3
    secrets = data / "server-secrets.json"
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert json.loads(secrets.read_text())["root"] not in shown + proof.stdout + printed


def test_a_killed_server_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as (process, printed):
        code = re.search(r"DEMO-\w{4}-\w{4}", printed)
        assert code
        till = join(tmp_path, printed, code.group())
        for number in range(20):
            till.sell(number, 1_000)
            till.push_all()
        process.kill()
        process.wait()
    with serving(data) as (_process, printed):
        till.connect(address(printed))
        till.sync()
        till.close()
    proof = sync(data, "verify")
    assert "20 events" in proof.stdout
    assert proof.returncode == 0


def test_merchants_stores_codes_and_documents(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert sync(data, "init-merchant", "Tea House").stdout == "teahouse\n"
    assert sync(data, "init-merchant", "茶馆").stdout.strip() != "teahouse"
    again = sync(data, "init-merchant", "Tea House")
    assert again.returncode == 2
    assert "已存在" in again.stderr
    which = sync(data, "add-store", "S1", "One")
    assert which.returncode == 2
    assert "--merchant" in which.stderr
    assert sync(data, "add-store", "S1", "One", "--merchant", "teahouse").returncode == 0
    bad = sync(data, "add-store", "no spaces", "One", "--merchant", "teahouse")
    assert bad.returncode == 2
    missing = sync(data, "enrolment-code", "--store", "S9", "--till", "1", "--merchant", "teahouse")
    assert missing.returncode == 2
    assert "S9" in missing.stderr
    code = sync(data, "enrolment-code", "--store", "S1", "--till", "2", "--merchant", "teahouse").stdout
    assert re.fullmatch(r"TEAHOUSE-\w{4}-\w{4}\n", code)
    lines = [{"collection": "programme", "key": "000001", "body": base64.b64encode(b"{}").decode()}]
    file = tmp_path / "documents.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    assert sync(data, "import-documents", str(file), "--merchant", "teahouse").stdout == "1 documents\n"
    file.write_text('{"collection": "programme"}')
    torn = sync(data, "import-documents", str(file), "--merchant", "teahouse")
    assert torn.returncode == 2
    assert "line 1" in torn.stderr
    with serving(data) as (_process, printed):
        till = join(tmp_path, printed, code.strip())
        till.sync()
        with till.database.read() as connection:
            query = "SELECT key FROM document WHERE collection = 'programme'"
            assert connection.exec_driver_sql(query).scalars().all() == ["000001"]
        till.close()


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    assert sync(tmp_path, "init-merchant", "Tea House").returncode == 0
    database = Database.at_path(tmp_path / "server.db")
    database.write(lambda connection: connection.exec_driver_sql("INSERT INTO schema_version VALUES (999, 0)"))
    database.close()
    refused = sync(tmp_path, "verify")
    assert refused.returncode == 1
    assert "schema 999" in refused.stderr
    assert "请安装新版程序" in refused.stderr


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    assert sync(tmp_path, "init-merchant", "Tea House").returncode == 0
    (tmp_path / "server-secrets.json").chmod(0o644)
    refused = sync(tmp_path, "verify")
    assert refused.returncode == 1
    assert "chmod 600" in refused.stderr


def test_a_port_that_is_taken_says_so(tmp_path: Path) -> None:
    with serving(tmp_path / "a") as (_process, printed):
        port = address(printed).rsplit(":", 1)[1]
        start = time.monotonic()
        refused = sync(tmp_path / "b", "serve", "--port", port)
        assert refused.returncode == 1
        assert "in use" in refused.stderr
        assert time.monotonic() - start < 30
