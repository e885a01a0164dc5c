"""What every part of the server stands on: its database, its secrets, its clock."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sync.protocol.messages import ExceptionRow
from sync.server import keys as key_files
from sync.server.keys import ServerKeys
from sync.server.providers.gateway import Provider
from sync.server.recently import Recently
from sync.server.storage.engine import Database

_PAGES: Final = 32


def system_now_us() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1_000


def _nobody(_merchant_id: str) -> None:
    """Where nobody wants to hear of pushes."""


def _no_provider(_merchant_id: str) -> Provider | None:
    """Where nobody takes payments by code."""
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """Passed to whatever the server does.

    `now_us` is the only clock that decides what has expired, `entropy` gives so many unpredictable bytes.  `pushed` is
    told the merchant after each push that was committed; it must not wait for anything.  `pages` are members as they
    were last told (`feeds`), `inboxes` open exceptions.  `provider_of` gives a merchant's payment providers, with its
    keys.
    """

    database: Database
    keys: ServerKeys
    now_us: Callable[[], int] = system_now_us
    entropy: Callable[[int], bytes] = secrets.token_bytes
    pushed: Callable[[str], None] = _nobody
    pages: Recently[Hashable, tuple[int, bytes]] = field(default_factory=lambda: Recently(_PAGES))
    inboxes: Recently[Hashable, list[ExceptionRow]] = field(default_factory=lambda: Recently(_PAGES))
    provider_of: Callable[[str], Provider | None] = _no_provider


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a good token says is speaking."""

    merchant_id: str
    store_id: str
    device: bytes


def open_context(data: Path, database_url: str = "") -> Context:
    """Open (and make) the database and the secrets of a data folder.

    `database_url`, else the environment's ``DATABASE_URL``, names a PostgreSQL database instead of the folder's file.
    Raises `StorageError` or `OSError`.
    """
    data.mkdir(parents=True, exist_ok=True)
    url = database_url or os.environ.get("DATABASE_URL", "")
    database = Database(url) if url else Database.at_path(data / "server.db")
    database.migrate(system_now_us())
    return Context(database, key_files.load(data / "server-secrets.json"))
