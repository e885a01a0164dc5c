"""The thread that keeps a till and its server alike, without ever making the till wait.

It pushes as soon as it is notified of a commit, pulls on a schedule, and when nobody answers it tries again after
pauses that grow and are never the same for two tills.  Between them it asks once a second whether the server is there,
so that what the pill says is right.  It tells how things stand by calling `on_status` from its own thread.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import TYPE_CHECKING, Final

from sync.client.errors import OfflineError, RefusedError, SyncError, UntrustedError
from sync.client.pull import pull
from sync.client.push import push
from sync.client.store import NOTHING_PENDING, Changes, Pending

if TYPE_CHECKING:
    from sync.client.link import Link, Session
    from sync.client.store import TillStore

log = logging.getLogger(__name__)

PULL_SECONDS: Final = 10.0
HEARTBEAT_SECONDS: Final = 1.0
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 2.0


@unique
class State(Enum):
    """What the pill says (ux.md)."""

    STANDALONE = "standalone"
    """This till has no server."""
    SYNCING = "syncing"
    """Something is on its way."""
    SYNCED = "synced"
    """The server has everything, and we have what it had at the last pull."""
    OFFLINE = "offline"
    """Nobody answers; selling goes on and records wait here."""
    CONFLICT = "conflict"
    """The server refused something, or has another history of a stream that nobody has decided about yet."""


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand.  `problem` is a sentence in English and in Chinese, empty when there is none."""

    state: State
    pending: Pending = NOTHING_PENDING
    problem: tuple[str, str] = ("", "")


_FORK: Final = (
    "A till's log has two histories or is damaged. Selling goes on, nothing is lost; a manager decides it with Ctrl+E.",
    "某台收银机的记录有两份不同的历史或已损坏, 可继续收银, 记录没有丢失; 请店长按 Ctrl+E 处理。",
)


class Worker:
    """Runs until `stop`.  `notify` and `stop` may be called from any thread, and return at once or soon."""

    def __init__(
        self,
        link: Link,
        session: Session,
        store: TillStore,
        *,
        on_status: Callable[[Status], None],
        on_changes: Callable[[Changes], None] = lambda _changes: None,
        after_pull: Callable[[], None] = lambda: None,
        pull_seconds: float = PULL_SECONDS,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        breath_seconds: float = 0.0,
    ) -> None:
        self._link = link
        self._session = session
        self._store = store
        self._on_status = on_status
        self._on_changes = on_changes
        self._after_pull = after_pull
        self._pull_seconds = pull_seconds
        self._first_pause = first_pause_seconds
        self._heartbeat = heartbeat_seconds
        self._breath = breath_seconds
        self._jitter = random.Random()  # noqa: S311 - spreads tills over time, keeps no secret
        self._wake = threading.Event()
        self._committed = threading.Event()
        self._stopping = threading.Event()
        self._next_pull = 0.0
        self._status = Status(State.SYNCING)
        self._shown: Status | None = None
        self._thread = threading.Thread(target=self._run, name="sync-client", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def notify(self) -> None:
        """Something was committed: push it now, or count it where nobody answers."""
        self._committed.set()
        self._wake.set()

    def pull_now(self) -> None:
        """Do not wait for the schedule, nor for the end of a pause."""
        self._next_pull = 0.0
        self._wake.set()

    def stop(self) -> None:
        """Stop; a request under way is given up after two seconds, which loses nothing."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
            if self._thread.is_alive():
                self._link.close()
                self._thread.join(_STOP_SECONDS)
        self._link.close()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.is_set():
            try:
                self._round()
                pause = 0.0
                self._wait_for_work()
                continue
            except OfflineError as error:
                log.info("offline: %s", error.detail)
                self._note_silence()
                pause = self._longer(pause)
                # A person must look at a server that cannot prove who it is.
                state = State.CONFLICT if isinstance(error, UntrustedError) else State.OFFLINE
                self._show(state, (error.english, error.chinese))
            except SyncError as error:
                if isinstance(error, RefusedError):
                    log.warning("refused: %s %s", error.code, error.field)
                pause = self._longer(pause)
                self._show(State.CONFLICT, (error.english, error.chinese))
            except Exception:
                # A mistake of ours or a full disk must not end syncing for good, nor be forgotten.
                log.exception("sync failed")
                pause = self._longer(pause)
                self._show(State.OFFLINE, ("Syncing failed; selling goes on.", "同步出错, 可继续收银。"))
            self._wait_out(pause)

    def _note_silence(self) -> None:
        try:
            self._store.still_silent()
        except Exception:
            log.exception("cannot note the server's silence")

    def _round(self) -> None:
        """Push until nothing is left; pull when it is time, because every pull costs the till a write."""
        again = True
        while again and not self._stopping.is_set():
            self._committed.clear()
            pending = self._store.pending()
            self._show(State.SYNCING if pending.events or pending.documents else self._status.state, pending=pending)
            lost = self._push_all()
            again = self._committed.is_set()
            if lost or time.monotonic() >= self._next_pull:
                again |= self._pull_all(start_again=lost)
                self._after_pull()
                self._next_pull = time.monotonic() + self._spread(self._pull_seconds)
        self._settle()

    def _push_all(self) -> bool:
        while not self._stopping.is_set():
            pushed = push(self._session, self._store)
            if pushed.lost:
                return True
            if not pushed.anything:
                return False
            self._show(State.SYNCING, pending=self._store.pending())
        return False

    def _pull_all(self, *, start_again: bool) -> bool:
        """Pull to the end; tell whether there may be something to push again."""
        started_again = False
        while not self._stopping.is_set():
            pulled = pull(self._session, self._store, start_again=start_again)
            start_again = False
            started_again |= pulled.started_again
            if pulled.changes:
                self._on_changes(pulled.changes)
            if not pulled.more:
                break
        return started_again or self._committed.is_set()

    def _settle(self) -> None:
        pending = self._store.pending()
        if self._store.forks():
            self._show(State.CONFLICT, _FORK, pending)
        elif pending.events or pending.documents:
            self._show(State.SYNCING, pending=pending)
        else:
            self._show(State.SYNCED, pending=pending)

    def _wait_for_work(self) -> None:
        """Wait to be woken or for the next pull.  Raises `OfflineError` as soon as the server stops answering."""
        while not self._stopping.is_set():
            left = self._next_pull - time.monotonic()
            if left <= 0:
                return
            if self._wake.wait(min(left, self._heartbeat)):
                # Both want Python's one lock: first the cashier sees the sale, then the server hears of it.
                if self._committed.is_set():
                    self._stopping.wait(self._breath)
                self._wake.clear()
                return
            if not self._link.alive():
                raise OfflineError("no heartbeat")

    def _wait_out(self, pause: float) -> None:
        """Wait for the end of a pause, or until a server that was gone is back; commits are only counted."""
        end = time.monotonic() + pause
        gone = False
        while not self._stopping.is_set() and (left := end - time.monotonic()) > 0:
            if self._wake.wait(min(left, self._heartbeat)):
                self._wake.clear()
                if not self._committed.is_set():
                    return
                self._committed.clear()
                self._show(self._status.state, self._status.problem)
            elif not self._link.alive():
                gone = True
            elif gone:
                return

    def _show(self, state: State, problem: tuple[str, str] = ("", ""), pending: Pending | None = None) -> None:
        if pending is None:
            try:
                pending = self._store.pending()
            except Exception:
                log.exception("cannot count what is pending")
                pending = self._status.pending
        self._status = replace(self._status, state=state, problem=problem, pending=pending)
        if self._status != self._shown:
            self._shown = self._status
            self._on_status(self._status)

    def _longer(self, pause: float) -> float:
        return self._spread(min(max(self._first_pause, pause * 2), LONGEST_PAUSE_SECONDS))

    def _spread(self, seconds: float) -> float:
        return seconds * self._jitter.uniform(0.75, 1.25)
