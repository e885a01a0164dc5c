"""Around the application: every request is counted and timed, and leaves one line in the log.

A line says what was asked, by which device, and how it went; never from which address, nor anything of what was sent.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from litestar.enums import ScopeType

from sync.server.metrics import ROUTES, Metrics

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

_ROUTE_OF: Final = {f"/v1/{route}": route for route in ROUTES if route != "other"}
_OTHER: Final = "other"


class Watched:
    """An ASGI application that is watched."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note how it went."""
        # A string of the ASGI server's, which equals the member.
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter_ns()
        self._metrics.add("posapp_requests_under_way")
        try:
            await self._app(scope, receive, note_status)
        finally:
            micros = (time.perf_counter_ns() - began) // 1_000
            self._metrics.add("posapp_requests_under_way", -1)
            self._note(scope, status, micros)

    def _note(self, scope: Scope, status: int, micros: int) -> None:
        route = _ROUTE_OF.get(scope["path"], _OTHER)
        length = dict(scope["headers"]).get(b"content-length", b"0")
        received = int(length) if length.isdigit() else 0
        self._metrics.answered(route, status, micros, received)
        if route == _OTHER:
            # Heartbeats, probes, and paths that somebody made up.
            return
        facts = {"route": route, "status": status, "ms": micros // 1_000, "received": received}
        caller = scope.get("state", {}).get("caller")
        if caller is not None:
            facts |= {"merchant": caller.merchant_id, "device": caller.device.hex()}
        log.info("request", extra={"facts": facts})
