"""HTTP with a provider: what was certainly never sent is told apart from what may have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Final

import httpx
import msgspec

_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
_MOST_BYTES: Final = 1 << 20


@unique
class Silence(Enum):
    """No answer: the request never left, or nobody knows what became of it."""

    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its HTTP status and its JSON object, empty where there was none."""

    status: int
    body: dict[str, Any]


class Wire:
    """A connection to one provider; safe from several threads.

    The adapters sign nothing yet: whoever brings a provider's keys brings them as `auth`.
    """

    def __init__(self, url: str, *, timeout: httpx.Timeout = _TIMEOUT, auth: httpx.Auth | None = None) -> None:
        self._client = httpx.Client(base_url=url, timeout=timeout, auth=auth, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def get(self, path: str, parameters: dict[str, str]) -> Reply | Silence:
        """Ask for something."""
        return self._exchange(lambda: self._client.get(path, params=parameters))

    def post_json(self, path: str, body: dict[str, Any]) -> Reply | Silence:
        """Send a JSON object."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._exchange(lambda: self._client.post(path, content=msgspec.json.encode(body), headers=headers))

    def post_form(self, path: str, fields: dict[str, str]) -> Reply | Silence:
        """Send a form."""
        return self._exchange(lambda: self._client.post(path, data=fields))

    def _exchange(self, request: Any) -> Reply | Silence:
        try:
            response: httpx.Response = request()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Silence.NOT_SENT
        except (httpx.HTTPError, httpx.StreamError, RuntimeError):
            # RuntimeError is what httpx says when another thread closed it.
            return Silence.UNKNOWN
        if not response.content:
            return Reply(response.status_code, {})
        if len(response.content) > _MOST_BYTES:
            return Silence.UNKNOWN
        try:
            return Reply(response.status_code, msgspec.json.decode(response.content, type=dict[str, Any]))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # A proxy or a captive portal: what it did with the request nobody knows.
            return Silence.UNKNOWN
