"""Shares of balances for this till: renewed in the background, and asked for when a member stands at the counter."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from posapp.application.till import Till
from posapp.domain.ids import MemberId
from posapp.domain.offline import Leases
from sync.client import leases
from sync.client.errors import SyncError
from sync.client.link import Link, Session

log = logging.getLogger(__name__)

RENEW_SECONDS: Final = 600.0
HOLD_SECONDS: Final = 0.3
"""So long a payment waits for the server's answer; then the till goes on with what it has (sync.md)."""


@dataclass(slots=True)
class Renewing:
    """Gives this till's shares back and takes new ones, after a pull, once in ten minutes."""

    till: Till
    session: Session
    steady: Callable[[], float] = time.monotonic
    _next: float = 0.0

    def __call__(self) -> None:
        """Renew them if it is time; what has to be pushed first is pushed, and it is tried again after the next pull.

        Raises the client's errors.
        """
        if self.till.programme.offline.leases is Leases.NONE or self.steady() < self._next:
            return
        if leases.renew(self.session, self.till.database):
            self._next = self.steady() + RENEW_SECONDS


@dataclass(slots=True)
class Holding:
    """Asks for all that is free of a member's balances while the member is at the counter.

    It waits no longer than a moment; an answer that comes later is taken over all the same.  Not for the window's
    thread.
    """

    till: Till
    link: Link
    session: Session
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "hold"))
    _under_way: Future[None] | None = None

    def __call__(self, member: MemberId) -> None:
        """Ask, where the shop's tills spend shares."""
        if self.till.programme.offline.leases is Leases.NONE:
            return
        if self._under_way is None or self._under_way.done():
            self._under_way = self._thread.submit(self._ask, member)
        try:
            self._under_way.result(HOLD_SECONDS)
        except TimeoutError:
            log.info("no answer about a share within %s seconds", HOLD_SECONDS)
        except SyncError as error:
            log.info("no share: %s", error.english)

    def close(self) -> None:
        """Let go of the connection; a request under way is given up."""
        self.link.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _ask(self, member: MemberId) -> None:
        with self.till.database.read() as connection:
            wishes = list(leases.wishes_for(connection, member, whole=True))
        if wishes:
            leases.ask(self.session, self.till.database, wishes)
