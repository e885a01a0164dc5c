"""The server of a replay: its merchant and codes, and the process that serves."""

from __future__ import annotations

import os
import resource
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.replay.baskets import ZONE
from bench.replay.schedule import TillPlan
from bench.replay.till import ReplayFailed
from posapp.domain.programme import parse_programme
from posapp.storage.reference_data import programme_key
from sync.protocol.messages import DocumentRow
from sync.server import devices, merchants
from sync.server.context import Context, open_context

ROOT = Path(__file__).parents[2]
_STOP_SECONDS = 30

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
def founded(
    data: Path, database_url: str, stores: Sequence[int], rules: dict[str, Any] = PROGRAMME
) -> Iterator[Headquarters]:
    """A new merchant with its stores and its programme, in a database that may hold others."""
    url = database_url or f"sqlite:///{data.absolute() / 'server.db'}"
    context = open_context(data, url)
    try:
        merchant = merchants.create(context, "Replay 重放", f"replay{secrets.token_hex(4)}")
        for store in stores:
            merchants.add_store(context, merchant, f"S{store}", f"Store {store}")
        programme = parse_programme(msgspec.json.encode(rules))
        row = DocumentRow(
            "programme", programme_key(programme.version), merchants.hlc(context), b"", programme.canonical
        )
        context.database.write(lambda connection: merchants.publish(connection, merchant, [row]))
        yield Headquarters(context, merchant, data, url)
    finally:
        context.database.close()


@contextmanager
def again(data: Path, database_url: str, merchant: str) -> Iterator[Headquarters]:
    """A merchant that an earlier run founded in that folder, or in that database."""
    url = database_url or f"sqlite:///{data.absolute() / 'server.db'}"
    context = open_context(data, url)
    try:
        yield Headquarters(context, merchant, data, url)
    finally:
        context.database.close()


def enrolment_codes(headquarters: Headquarters, tills: Sequence[TillPlan]) -> list[str]:
    """A code for each till."""
    return [
        devices.new_code(headquarters.context, headquarters.merchant, f"S{till.store}", till.number) for till in tills
    ]


@contextmanager
def serving(headquarters: Headquarters) -> Iterator[str]:
    """The server as an operator starts it, in a process of its own."""
    command = [sys.executable, "-m", "sync", "serve", "--data", str(headquarters.data), "--port", "0"]
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
