"""`posapp support-bundle`: what somebody who helps from afar needs to know, and nothing about any person.

Only what is listed here goes in: versions, counts, states and the till's own settings.  No name, number, balance or
basket, no key, and nothing that was typed, except where the printer is.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from posapp.application.ports import PrinterFailed
from posapp.application.printing.setup import printer_setup
from posapp.application.printing.worker import FRESH
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.printing import printer_of
from posapp.bootstrap.upkeep import opened
from posapp.storage import print_jobs, settings, streams
from posapp.storage.schema_gaps import metadata
from posapp.storage.schema_payments import payment
from posapp.storage.schema_version import SCHEMA_VERSION, stored
from posapp.storage.verify import verify

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PACKAGES = ("posapp", "PySide6-Essentials", "SQLAlchemy", "sqlcipher3", "httpx", "msgspec", "cryptography")
Facts = dict[str, object]


def write_bundle(folder: TillFolder, target: Path) -> int:
    """Write the bundle, replacing what was there.  Raises the storage's errors and `OSError`."""
    with opened(folder) as till:
        parts = {
            "machine": machine(folder),
            "till": till_facts(till),
            "devices": devices(till, folder),
            "soundness": soundness(till),
        }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, facts in parts.items():
            bundle.writestr(f"{name}.json", json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    print(target)
    return 0


def machine(folder: TillFolder) -> Facts:
    """What the program runs on."""
    free = shutil.disk_usage(folder.root).free
    return {
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "packages": {name: _version(name) for name in _PACKAGES},
        "database_bytes": folder.database.stat().st_size,
        "free_bytes": free,
    }


def till_facts(till: Till) -> Facts:
    """The till's settings that are no secrets, how many rows each table has, and what waits."""
    with till.database.read() as connection:
        waiting = streams.unacknowledged(connection)
        return {
            "device": till.identity.device.hex(),
            "till_number": till.identity.number,
            "schema": {"stored": stored(connection), "program": SCHEMA_VERSION},
            "language": settings.get(connection, settings.LANGUAGE),
            "has_server": till.has_server,
            "waiting_for_server": waiting.dealings,
            "programme_version": till.programme.version,
            "time_zone": str(till.programme.zone),
            "now": till.clock.now().isoformat(),
            "rows": {name: _count(connection, name) for name in sorted(metadata.tables)},
            "payments_by_stage": {str(stage): count for stage, count in _payment_stages(connection)},
        }


def devices(till: Till, folder: TillFolder) -> Facts:
    """The printer as it is set up, whether it answers now, and what waits for it."""
    setup = printer_setup(till)
    with till.database.read() as connection:
        waiting, left = print_jobs.count(connection, till.clock.now() - FRESH)
    try:
        printer_of(setup, folder.receipts).check()
        fault = ""
    except PrinterFailed as failure:
        fault = failure.fault.value
    printer = {
        "way": setup.way.value,
        "address": setup.address,
        "paper": setup.paper.value,
        "asks_status": setup.asks_status,
        "prints_codes": setup.prints_codes,
        "fault": fault,
    }
    return {"printer": printer, "drawer": setup.drawer, "slips_waiting": waiting, "slips_left": left}


def soundness(till: Till) -> Facts:
    """What `verify` counts; which rows differ stays here, for their keys are people's."""
    report = verify(till.database)
    by_table: dict[str, int] = {}
    for difference in report.differences:
        by_table[difference.table] = by_table.get(difference.table, 0) + 1
    return {"events": report.events, "differences": by_table}


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def _payment_stages(connection: Connection) -> list[tuple[int, int]]:
    query = select(payment.c.stage, func.count()).group_by(payment.c.stage)
    return [(stage, count) for stage, count in connection.execute(query)]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
