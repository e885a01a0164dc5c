"""Running the server until it is told to stop: in this process, in several, or in a thread of a till."""

from __future__ import annotations

import gc
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from sync.server import logs, workers
from sync.server.api.app import create_app
from sync.server.api.watched import Watched
from sync.server.auditor import Auditor
from sync.server.context import open_context
from sync.server.metrics import Cells, Metrics, shared_cells
from sync.server.providers.simulated import simulated
from sync.server.rates import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from types import TracebackType

    from sync.server.context import Context

_GRACE_SECONDS: Final = 10
_KEEP_ALIVE_SECONDS: Final = 30
_BACKLOG: Final = 512
_START_SECONDS: Final = 20.0
# A till that is its own server has nobody to keep out.
_NO_LIMITS: Final = Limits(device_per_second=1_000_000, address_per_second=1_000_000)


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for tills; port 0 takes a free one.  Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once only on what says that it is TCP; else each answer on a kept connection waits 40 ms for the
    # till's acknowledgement of its first half.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        # From now on tills can knock: they wait until the application is ready instead of being turned away.
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def calm_collector() -> None:
    """Collect garbage less often: unpacking a segment makes a hundred thousand tuples, none of them in a cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


@dataclass(frozen=True, slots=True)
class Tls:
    """What a server proves itself with: a certificate and its key, and the authority behind it where it is our own."""

    certificate: Path
    key: Path
    authority_pem: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """How to serve; it is handed to every worker process, which opens its own context."""

    data: Path
    database_url: str = ""
    limits: Limits = DEFAULT_LIMITS
    simulator_url: str = ""
    """Where payments by code are simulated; empty where none are taken."""
    tls: Tls | None = None


def serve(setup: Setup, sock: socket.socket, worker_count: int = 1) -> bool:
    """Serve until SIGINT or SIGTERM, and tell whether it ended in good order.  For the main thread.

    What was taken is finished first, for ten seconds; nothing new is taken meanwhile.
    """
    if worker_count == 1:
        _work(0, setup, sock, shared_cells(1))
        return True
    logs.start()
    return workers.keep_running(worker_count, _work, (setup, sock, shared_cells(worker_count)))


def _work(number: int, setup: Setup, sock: socket.socket, cells: Cells) -> None:
    """One worker, until it is told to stop."""
    logs.start(number)
    told = threading.Event()
    _when_told_to_stop(told.set)
    with ExitStack() as stack:
        context = open_context(setup.data, setup.database_url)
        stack.callback(context.database.close)
        if setup.simulator_url:
            gateway = simulated(setup.simulator_url)
            stack.callback(gateway.close)
            context = replace(context, provider_of=lambda _merchant_id: gateway)
        metrics = Metrics(cells, number)
        context.database.on_retry = lambda: metrics.add("posapp_transactions_retried_total")
        calm_collector()
        auditor = Auditor(context)
        auditor.start()
        stack.callback(auditor.stop)
        server = _server(replace(context, pushed=auditor.notify), metrics, setup.limits, setup.tls)
        # uvicorn listens for signals itself, but only while it runs, and sends itself the last one again when it is
        # done; having stopped in good order is no failure.
        _when_told_to_stop(lambda: setattr(server, "should_exit", True))
        if not told.is_set():
            server.run(sockets=[sock])


def _when_told_to_stop(stop: Callable[[], None]) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _number, _frame: stop())


class Running:
    """A server in a thread of this process, for a till that is its own server, and for tests.

    With `auditor` it also prices again what is pushed, beginning and ending with the server.
    """

    def __init__(
        self,
        context: Context,
        host: str = "127.0.0.1",
        port: int = 0,
        auditor: Auditor | None = None,
        limits: Limits = _NO_LIMITS,
    ) -> None:
        self._auditor = auditor
        if auditor is not None:
            context = replace(context, pushed=auditor.notify)
        self._socket = listen(host, port)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._server = _server(context, Metrics(), limits)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="sync-server", daemon=True
        )

    def __enter__(self) -> Self:
        if self._auditor is not None:
            self._auditor.start()
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise OSError("the server did not start")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop it and wait until it has."""
        if self._auditor is not None:
            self._auditor.stop()
        self._server.should_exit = True
        self._thread.join(_GRACE_SECONDS + _START_SECONDS)
        self._socket.close()


def _server(context: Context, metrics: Metrics, limits: Limits, tls: Tls | None = None) -> uvicorn.Server:
    config = uvicorn.Config(
        Watched(create_app(context, metrics, limits, tls.authority_pem if tls else ""), metrics),
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)
