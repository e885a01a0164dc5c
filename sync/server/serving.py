"""Running the server in this process until it is told to stop."""

from __future__ import annotations

import gc
import signal
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from sync.server.api.app import create_app
from sync.server.auditor import Auditor

if TYPE_CHECKING:
    from types import TracebackType

    from sync.server.context import Context

_GRACE_SECONDS: Final = 10
_KEEP_ALIVE_SECONDS: Final = 30
_BACKLOG: Final = 512
_START_SECONDS: Final = 20.0


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for tills; port 0 takes a free one.  Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
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


def serve(context: Context, sock: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, and price again what is pushed.  For the main thread.

    Requests under way are finished first, for ten seconds.
    """
    # uvicorn sends itself the signal again when it is done; having stopped in good order is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    calm_collector()
    auditor = Auditor(context)
    auditor.start()
    try:
        _server(replace(context, pushed=auditor.notify)).run(sockets=[sock])
    finally:
        auditor.stop()


class Running:
    """A server in a thread of this process, for a till that is its own server, and for tests.

    With `auditor` it also prices again what is pushed, beginning and ending with the server.
    """

    def __init__(
        self, context: Context, host: str = "127.0.0.1", port: int = 0, auditor: Auditor | None = None
    ) -> None:
        self._auditor = auditor
        if auditor is not None:
            context = replace(context, pushed=auditor.notify)
        self._socket = listen(host, port)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._server = _server(context)
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


def _server(context: Context) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(context),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)
