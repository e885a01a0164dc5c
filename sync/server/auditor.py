"""The thread of the server that prices pushed sales again, when they are durable and acknowledged.

It is told of pushes, and remembers only whom they were of; what it was not told of, a sweep finds.  It works for a few
milliseconds at a time, because whoever waits for an answer waits for it too.  Of several worker processes one at a time
prices a merchant's sales (`turns`); the others look again a moment later.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from typing import TYPE_CHECKING, Final

from sync.server import audit, merchants, turns

if TYPE_CHECKING:
    from sync.server.context import Context

log = logging.getLogger(__name__)

TURN_SECONDS: Final = 0.002
"""So long it works at a time, and so long it rests after."""
_WORKER_BYTES: Final = 16
_REMEMBERED: Final = 10_000
_JOIN_SECONDS: Final = 10.0


class _Stopped(Exception):
    """The server stops: what this pass has not kept, the next one does."""


class _Overtaken(Exception):
    """This pass took so long that another worker has the merchant's turn."""


class Auditor:
    """Prices pushes again some `seconds` after they came, and whatever else is behind every `sweep_seconds`."""

    def __init__(self, context: Context, *, seconds: float = 1.0, sweep_seconds: float = 60.0) -> None:
        self._context = context
        self._seconds = seconds
        self._sweep_seconds = sweep_seconds
        self._lock = threading.Lock()
        self._told: set[str] = set()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._turn_began = 0.0
        self._me = secrets.token_bytes(_WORKER_BYTES)
        self._mine = ""
        self._mine_since = 0.0
        self._thread = threading.Thread(target=self._run, name="sync-auditor", daemon=True)

    def start(self) -> None:
        """Begin, with everything that an earlier process left undone."""
        self._thread.start()

    def stop(self) -> None:
        """End within a turn; what is half done is done again at the next start."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def notify(self, merchant_id: str) -> None:
        """A push of this merchant was committed.  Never waits; what does not fit is left to the sweep."""
        with self._lock:
            if len(self._told) < _REMEMBERED:
                self._told.add(merchant_id)
        self._woken.set()

    def _run(self) -> None:
        swept = float("-inf")
        while not self._stopping.is_set():
            try:
                if time.monotonic() - swept >= self._sweep_seconds:
                    swept = time.monotonic()
                    self._sweep()
                self._work()
            except _Stopped:
                return
            except Exception:
                # The database may be away for a while; the cursor knows where to go on.
                log.exception("pricing again was interrupted")
            self._woken.wait(self._sweep_seconds)
            # Many pushes of one moment are one pass, and one transaction.
            self._stopping.wait(self._seconds)
            self._woken.clear()

    def _sweep(self) -> None:
        with self._context.database.read() as connection:
            known = merchants.all_ids(connection)
        for merchant_id in known:
            self._breathe()
            if audit.is_behind(self._context, merchant_id):
                self.notify(merchant_id)

    def _work(self) -> None:
        with self._lock:
            told, self._told = sorted(self._told), set()
        for merchant_id in told:
            if not turns.take(self._context, merchant_id, self._me):
                # It may be nearly done, and past what we were told of.
                self.notify(merchant_id)
                continue
            self._mine, self._mine_since = merchant_id, time.monotonic()
            try:
                self._audit(merchant_id)
            except _Overtaken:
                log.warning("%s: another worker prices its sales", merchant_id)
            finally:
                self._mine = ""
                turns.give_back(self._context, merchant_id, self._me)

    def _audit(self, merchant_id: str) -> None:
        summary = audit.audit(self._context, merchant_id, patient=True, breathe=self._breathe)
        if summary.found:
            log.warning("%s: %d of %d sales to look at", merchant_id, len(summary.found), summary.sales)

    def _breathe(self) -> None:
        if self._stopping.is_set():
            raise _Stopped
        if self._mine and time.monotonic() - self._mine_since > turns.TURN_SECONDS / 3:
            if not turns.take(self._context, self._mine, self._me):
                raise _Overtaken
            self._mine_since = time.monotonic()
        now = time.perf_counter()
        if now - self._turn_began >= TURN_SECONDS:
            self._stopping.wait(TURN_SECONDS)
            self._turn_began = time.perf_counter()
