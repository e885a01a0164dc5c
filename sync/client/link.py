"""One server over HTTP: requests with time-outs, answers with a size limit, sessions renewed when they run out."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

import httpx
import msgspec

from sync.client.errors import NonsenseError, OfflineError, RefusedError
from sync.client.trust import untrusted
from sync.protocol import intact
from sync.protocol.errors import DamagedError, MalformedBodyError
from sync.protocol.limits import REPLY_BYTES, TOO_MANY_REQUESTS
from sync.protocol.messages import (
    UNREADABLE,
    ChallengeReply,
    ChallengeRequest,
    SessionReply,
    SessionRequest,
    decode,
    encode,
)
from sync.protocol.signing import Purpose

if TYPE_CHECKING:
    from sync.protocol.signing import Sign

_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
_ALIVE_SECONDS: Final = 0.9
_MEDIA_TYPE: Final = "application/msgpack"
_EARLY_SECONDS: Final = 60
_BAD_REQUEST: Final = 400
_UNAUTHENTICATED: Final = 401
_MISTAKE: Final = 500
_TRY_AGAIN: Final = frozenset({TOO_MANY_REQUESTS, DamagedError.code})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this till is at a server, after it was enrolled there.  `sign` keeps the device's private key to itself."""

    merchant_id: str
    store_id: str
    device: bytes
    certificate: bytes
    sign: Sign


class _Problem(msgspec.Struct, frozen=True):
    code: str = ""
    detail: str = ""
    detail_zh: str = ""
    field: str = ""


class Link:
    """A connection to one server.  Use it from one thread; `close` may be called from another and ends a wait.

    Certificates of https servers are checked, against `verify` where it is given.  `transport` carries requests where
    they do not go over a socket.  Raises `NonsenseError` for an address that cannot be one.
    """

    def __init__(
        self, url: str, *, verify: ssl.SSLContext | bool = True, transport: httpx.BaseTransport | None = None
    ) -> None:
        try:
            if not url.lower().startswith("https:"):
                verify = _no_certificates()
            self._client = httpx.Client(
                base_url=url,
                timeout=_TIMEOUT,
                verify=verify,
                trust_env=False,
                follow_redirects=False,
                transport=transport,
            )
        except (httpx.InvalidURL, UnicodeError) as error:
            raise NonsenseError(str(error)) from error

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def alive(self) -> bool:
        """Whether the server answers at all, within a second."""
        try:
            return self._client.get("/healthz", timeout=_ALIVE_SECONDS).is_success
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError):
            return False

    def post(self, path: str, message: object, kind: type[T], token: str = "") -> T:
        """Send a message and read the answer.  Raises `OfflineError`, `RefusedError` or `NonsenseError`."""
        content = encode(message)
        headers = {"Content-Type": _MEDIA_TYPE, intact.HEADER: intact.digest_of(content)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            with self._client.stream("POST", path, content=content, headers=headers) as response:
                body = _read(response)
            intact.check(body, response.headers.get(intact.HEADER, ""))
        except DamagedError as error:
            raise OfflineError(error.code) from error
        except (httpx.TransportError, httpx.StreamError) as error:
            raise untrusted(error) or OfflineError(type(error).__name__) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise NonsenseError(str(error)) from error
        except RuntimeError as error:
            # What httpx says when it was closed by another thread.
            raise OfflineError(str(error)) from error
        if response.status_code >= _MISTAKE:
            raise OfflineError(f"status {response.status_code}")
        if response.status_code >= _BAD_REQUEST:
            refused = _refused(response.status_code, body)
            if isinstance(refused, RefusedError) and refused.code in _TRY_AGAIN:
                raise OfflineError(refused.code) from refused
            raise refused
        if response.headers.get("Content-Type", "").partition(";")[0] != _MEDIA_TYPE:
            raise NonsenseError(f"an answer of type {response.headers.get('Content-Type')}")
        try:
            return decode(body, kind)
        except MalformedBodyError as error:
            raise NonsenseError(str(error)) from error


@cache
def _no_certificates() -> ssl.SSLContext:
    """For where nothing will be encrypted: reading this machine's certificates takes 50 ms."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _read(response: httpx.Response) -> bytes:
    parts = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > REPLY_BYTES:
            raise NonsenseError("an answer without end")
        parts.append(part)
    return b"".join(parts)


def _refused(status: int, body: bytes) -> RefusedError | NonsenseError:
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except UNREADABLE:
        return NonsenseError(f"status {status}")
    english = f"The server refused: {problem.detail}"
    return RefusedError(status, problem.code, english, f"服务器拒绝: {problem.detail_zh}", problem.field)


class Session:
    """Calls as one enrolled till.  The token is fetched when it is needed and renewed before it runs out.

    `steady` counts seconds and never goes back: no calendar decides whether a token is still good.
    """

    def __init__(self, link: Link, identity: Identity, *, steady: Callable[[], float] = time.monotonic) -> None:
        self.identity = identity
        self._steady = steady
        self._link = link
        self._token = ""
        self._until = 0.0

    def call(self, path: str, message: object, kind: type[T]) -> T:
        """Send a message as this till; a token that is refused is renewed once.  Raises as `Link.post` does."""
        if not self._token or self._steady() > self._until:
            self._open()
        try:
            return self._link.post(path, message, kind, self._token)
        except RefusedError as error:
            if error.status != _UNAUTHENTICATED:
                raise
        self._open()
        return self._link.post(path, message, kind, self._token)

    def _open(self) -> None:
        me = self.identity
        self._token = ""
        asked = self._link.post("/v1/challenge", ChallengeRequest(me.merchant_id, me.device), ChallengeReply)
        signature = me.sign(Purpose.SESSION, asked.challenge)
        request = SessionRequest(me.merchant_id, me.device, asked.challenge, signature, me.certificate)
        reply = self._link.post("/v1/session", request, SessionReply)
        self._token = reply.token
        self._until = self._steady() + max(reply.expires_in - _EARLY_SECONDS, 1)
