"""Many tills of many merchants in one process, each with a connection, a key and a chain of its own, that push at once.

What they push is made and signed before anything is timed, so that the measured part is the server's.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx

from bench.sync.sales import Row
from posapp.domain.encoding import genesis
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from sync.protocol import segment, signing
from sync.protocol.certificate import Certificate
from sync.protocol.messages import (
    ChallengeReply,
    ChallengeRequest,
    PushRequest,
    SessionReply,
    SessionRequest,
    decode,
    encode,
)
from sync.protocol.signing import Purpose

_TRIES: Final = 3
_SIGNING_IN: Final = 32
_TIMEOUT: Final = httpx.Timeout(120.0)
# A till keeps its connection for as long as the server does.
_KEPT: Final = httpx.Limits(keepalive_expiry=None)

T = TypeVar("T")


@dataclass(slots=True)
class LoadTill:
    """A till that only pushes.  `bodies` are its pushes to come, ready to be posted."""

    merchant: str
    store: str
    device: DeviceId
    private_key: bytes
    bodies: deque[bytes] = field(default_factory=deque)
    token: str = ""
    client: httpx.AsyncClient | None = None

    @property
    def certificate(self) -> Certificate:
        """What a server learns of it."""
        key = signing.public_key(self.private_key)
        return Certificate(self.merchant, self.store, self.device, key, 1, "till", 1, False, 1)

    def prepare(self, pushes: Sequence[Sequence[Row]]) -> None:
        """Make and sign pushes, one after the other in its stream."""
        sign = signing.signer(self.private_key)
        stream = StreamId(self.device, Incarnation(bytes(8)))
        sequence, previous = 1, genesis(stream)
        for rows in pushes:
            wire = segment.build(sign, self.merchant, self.store, stream, sequence, previous, rows)
            sequence += len(rows)
            previous = segment.parse(wire).header.last_hash
            self.bodies.append(encode(PushRequest([wire])))

    async def sign_in(self) -> None:
        """Fetch a token for a signed challenge."""
        asked = await self._post("/v1/challenge", encode(ChallengeRequest(self.merchant, self.device)), ChallengeReply)
        signature = signing.signer(self.private_key)(Purpose.SESSION, asked.challenge)
        request = SessionRequest(self.merchant, self.device, asked.challenge, signature)
        self.token = (await self._post("/v1/session", encode(request), SessionReply)).token

    async def push(self) -> None:
        """Push what is next."""
        await self._send("/v1/push", self.bodies.popleft())

    async def _post(self, path: str, body: bytes, kind: type[T]) -> T:
        return decode(await self._send(path, body), kind)

    async def _send(self, path: str, body: bytes) -> bytes:
        """Send and wait; where the connection broke, again, as a till does.  Raises `httpx.HTTPError`."""
        if self.client is None:
            raise RuntimeError("it has no connection")
        headers = {"Content-Type": "application/msgpack"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        for left in reversed(range(_TRIES)):
            try:
                answer = await self.client.post(path, content=body, headers=headers)
            except httpx.TransportError:
                if not left:
                    raise
            else:
                answer.raise_for_status()
                return answer.content
        raise RuntimeError("not one try")


@asynccontextmanager
async def connected(tills: Sequence[LoadTill], url: str) -> AsyncIterator[None]:
    """A connection for each till, over which it has signed in."""
    # Nothing is encrypted, and reading this machine's certificates takes 50 ms each time.
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    few = asyncio.Semaphore(_SIGNING_IN)

    async def sign_in(till: LoadTill) -> None:
        async with few:
            await till.sign_in()

    for till in tills:
        # A pool of all of them would look through a thousand connections for every request.
        till.client = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, verify=verify, limits=_KEPT, trust_env=False)
    try:
        await asyncio.gather(*map(sign_in, tills))
        yield
    finally:
        for till in tills:
            if till.client is not None:
                await till.client.aclose()


@dataclass(frozen=True, slots=True)
class Pushed:
    """How long it all took, and each push, in seconds."""

    seconds: float
    each: list[float]


async def all_at_once(tills: Sequence[LoadTill], pushes: int) -> Pushed:
    """Every till pushes its share of so many, one as soon as the last is answered: the most that a server can take."""
    took: list[float] = []

    async def go_on(till: LoadTill, share: int) -> None:
        for _push in range(share):
            begun = time.perf_counter()
            await till.push()
            took.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(go_on(till, share(pushes, len(tills), place)) for place, till in enumerate(tills)))
    return Pushed(time.perf_counter() - begun, took)


async def paced(tills: Sequence[LoadTill], pushes: int, a_second: float, dice: random.Random) -> Pushed:
    """So many pushes a second from one till after the other, at random moments, whether or not the last is answered.

    A push that has to wait for its till's last one is late from the moment at which it was due.
    """
    took: list[float] = []
    moments: list[list[float]] = [[] for _till in tills]
    at = 0.0
    for push in range(pushes):
        at += dice.expovariate(a_second)
        moments[push % len(tills)].append(at)
    start = time.perf_counter()

    async def keep_to(till: LoadTill, its: Sequence[float]) -> None:
        for moment in its:
            await asyncio.sleep(max(0.0, start + moment - time.perf_counter()))
            await till.push()
            took.append(time.perf_counter() - start - moment)

    await asyncio.gather(*(keep_to(till, its) for till, its in zip(tills, moments, strict=True)))
    return Pushed(time.perf_counter() - start, took)


def share(pushes: int, tills: int, place: int) -> int:
    """How many of all pushes fall to the till of that place, when they go round."""
    return (pushes - place + tills - 1) // tills
