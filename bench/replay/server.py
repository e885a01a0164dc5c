"""The server of a replay: its merchant and codes, and the process that serves."""

from __future__ import annotations

import os
import resource
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.replay.baskets import ZONE
from bench.replay.schedule import TillPlan
from bench.replay.till import ReplayFailed
from posapp.domain.programme import parse_programme
from posapp.storage.reference_data import programme_key
from sync.__main__ import open_context
from sync.protocol.messages import DocumentRow
from sync.server import devices, merchants
from sync.server.context import Context, system_now_us
from sync.server.serving import Running

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
_STOP_SECONDS = 30
_DAY_US = 86_400 * 1_000_000
_GAIN_US = 3 * 1_000_000

PROGRAMME = {
    "version": 1,
    "zone": str(ZONE),
    "tiers": [
        {"code": "base"},
        {"code": "silver", "any_of": {"spend": "500.00"}},
        {"code": "gold", "any_of": {"spend": "2000.00"}},
        {"code": "platinum", "any_of": {"spend": "5000.00"}},
    ],
    "points": {"earn": {}},
    "not_earning_tenders": ["manufacturer_coupon"],
}
"""A point for each whole 1.00 paid, manufacturers' coupons left out; tiers by what was paid."""


class GainingClock:
    """The server's clock while tills are fitted out: it gains three seconds each time it is read.

    A merchant may try ten enrolment codes a minute, which is half an hour for three hundred tills; here that half hour
    passes in seconds.
    """

    def __init__(self) -> None:
        self._gained = 0
        self._lock = threading.Lock()

    def now_us(self) -> int:
        """Microseconds since 1970 UTC."""
        with self._lock:
            self._gained += _GAIN_US
            return system_now_us() + self._gained


@dataclass(frozen=True, slots=True)
class Headquarters:
    """The server's database, its merchant of this replay, and where its secrets are."""

    context: Context
    merchant: str
    data: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """For processes of the server: a database's address may hold a password, so it is no argument."""
        return {**os.environ, "DATABASE_URL": self.url}


@contextmanager
def founded(data: Path, database_url: str, stores: Sequence[int]) -> Iterator[Headquarters]:
    """A new merchant with its stores and its programme, in a database that may hold others."""
    url = database_url or f"sqlite:///{data.absolute() / 'server.db'}"
    context = open_context(data, url)
    try:
        merchant = merchants.create(context, "Replay 重放", f"replay{secrets.token_hex(4)}")
        for store in stores:
            merchants.add_store(context, merchant, f"S{store}", f"Store {store}")
        programme = parse_programme(msgspec.json.encode(PROGRAMME))
        row = DocumentRow(
            "programme", programme_key(programme.version), merchants.hlc(context), b"", programme.canonical
        )
        context.database.write(lambda connection: merchants.publish(connection, merchant, [row]))
        yield Headquarters(context, merchant, data, url)
    finally:
        context.database.close()


def enrolment_codes(headquarters: Headquarters, tills: Sequence[TillPlan]) -> list[str]:
    """A code for each till; made by tomorrow's clock, so that they last while the other one gains."""
    context = headquarters.context
    tomorrow = Context(context.database, context.keys, lambda: system_now_us() + _DAY_US)
    return [devices.new_code(tomorrow, headquarters.merchant, f"S{till.store}", till.number) for till in tills]


@contextmanager
def reception(headquarters: Headquarters) -> Iterator[str]:
    """A server in this process that lets tills in; its address is the one that they keep."""
    context = headquarters.context
    with Running(Context(context.database, context.keys, GainingClock().now_us), HOST) as running:
        yield running.url


@contextmanager
def serving(headquarters: Headquarters, port: int) -> Iterator[str]:
    """The server as an operator starts it, in a process of its own."""
    command = [sys.executable, "-m", "sync", "serve", "--data", str(headquarters.data), "--port", str(port)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (headquarters.data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=headquarters.environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        yield _address(process)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"server: {spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime:.1f} s of a processor")


def _address(process: subprocess.Popen[str]) -> str:
    if process.stdout is not None:
        for line in process.stdout:
            if line.startswith("serving on "):
                return line.removeprefix("serving on ").strip()
    raise ReplayFailed("the server did not start; see server.log in its folder")


def proven(headquarters: Headquarters) -> list[str]:
    """What ``python -m sync verify`` objects to; nothing where the log proves the database."""
    command = [sys.executable, "-m", "sync", "verify", "--data", str(headquarters.data)]
    ran = subprocess.run(
        [*command, "--merchant", headquarters.merchant],
        cwd=ROOT,
        env=headquarters.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    print(f"server verify: {ran.stdout.strip()}")
    return [] if ran.returncode == 0 else [*ran.stdout.splitlines(), *ran.stderr.splitlines()]
