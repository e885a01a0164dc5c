"""A road between a till and its server on which a bit becomes another one: real HTTP, without TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from sync.client.link import Link, Session

if TYPE_CHECKING:
    from tests.integration.sync_world import Till


class BadRoad(httpx.BaseTransport):
    """Flips a bit of the next request to `path`, or of its answer, and carries everything else as it is.

    `place` is where in the body, in thousandths of its length.
    """

    def __init__(self) -> None:
        self.path = ""
        self.place = 0
        self.is_way_back = False
        self._road = httpx.HTTPTransport()

    def damage(self, path: str, place: int, *, way_back: bool = False) -> None:
        """Damage the next body on that path."""
        self.path, self.place, self.is_way_back = path, place, way_back

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request and its answer."""
        meant = request.url.path == self.path
        if meant:
            self.path = ""
        body = request.read()
        if meant and not self.is_way_back:
            body = self._flipped(body)
        response = self._road.handle_request(
            httpx.Request(request.method, request.url, headers=request.headers, content=body)
        )
        if not (meant and self.is_way_back):
            return response
        said = self._flipped(response.read())
        return httpx.Response(response.status_code, headers=response.headers, content=said)

    def close(self) -> None:
        """Let go of the connection."""
        self._road.close()

    def _flipped(self, body: bytes) -> bytes:
        place = len(body) * self.place // 1_000
        return body[:place] + bytes([body[place] ^ 1 << place % 8]) + body[place + 1 :]


def behind_a_bad_road(till: Till) -> BadRoad:
    """Lead a till's requests over one."""
    road = BadRoad()
    till.link.close()
    till.link = Link(till.url, transport=road)
    till.session = Session(till.link, till.identity)
    return road
