"""The way between tills and server: real requests and real answers as bytes, and whatever befalls them."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import httpx

from sync.protocol import intact
from tests.simulation.model import Broken

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping


MOST_REQUESTS: Final = 1_000
"""So many requests no round needs, however much there is to carry here."""


class Ask(NamedTuple):
    """One request: who sends it, where to, with which token, its body, and what its header says of that."""

    sender: str
    path: str
    token: str
    body: bytes
    digest: str


class Answer(NamedTuple):
    """What a server said; `digest` is what its header says of the body, empty where somebody else answers."""

    status: int
    media_type: str
    body: bytes
    digest: str = ""


class Trouble(Protocol):
    """What may befall one request and its answer."""

    name: str

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Carry the request, badly.  Raises httpx's errors as a broken connection does."""
        ...


@dataclass
class Network:
    """Carries requests to `serve`.

    `rates` says how often each trouble befalls a request.  `cut` are the senders that cannot reach the server, `deaf`
    those that the server cannot reach.  `late` are requests that are still under way.  `asked`
    counts those of one round.  `meanwhile` is what a sender does while its request is under way; `sent` hears
    of each request as it is made.
    """

    serve: Callable[[Ask], Answer]
    draw: random.Random
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    late: deque[Ask] = field(default_factory=lambda: deque(maxlen=64))
    tell: Callable[[str], None] = lambda _text: None
    counts: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    meanwhile: Callable[[str], None] = lambda _sender: None
    sent: Callable[[Ask], None] = lambda _ask: None

    def exchange(self, ask: Ask) -> Answer:
        """Carry a request and its answer, if all goes well."""
        self.counts["requests"] += 1
        self.sent(ask)
        self.asked += 1
        if self.asked > MOST_REQUESTS:
            raise Broken(f"{ask.sender} asks for ever ({ask.path})")
        if ask.sender in self.cut:
            raise httpx.ConnectError("no route")
        if ask.sender in self.deaf:
            self.deliver(ask)
            raise httpx.ReadTimeout("no answer")
        for name, rate in self.rates.items():
            if rate and self.draw.random() < rate:
                self.tell(f"the network: {name} ({ask.path} of {ask.sender})")
                self.counts[f"fault: {name}"] += 1
                return self.troubles[name].befall(self, ask, self.draw)
        return self.deliver(ask)

    def deliver(self, ask: Ask) -> Answer:
        """Let the server have it.  Raises `httpx.ConnectError` where none is running."""
        return self.serve(ask)

    def deliver_late(self, count: int) -> None:
        """Requests that were given up long ago reach the server after all, in any order; nobody hears the answers."""
        for _ in range(min(count, len(self.late))):
            place = self.draw.randrange(len(self.late))
            ask = self.late[place]
            del self.late[place]
            self.tell(f"a late request arrives ({ask.path} of {ask.sender})")
            try:
                self.deliver(ask)
            except httpx.TransportError:
                continue


class Cable(httpx.BaseTransport):
    """One sender's end of the network, as httpx knows it."""

    def __init__(self, network: Network, sender: str) -> None:
        self._network = network
        self._sender = sender

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        digest = request.headers.get(intact.HEADER, "")
        answer = self._network.exchange(Ask(self._sender, request.url.path, token, request.read(), digest))
        headers = {"Content-Type": answer.media_type, intact.HEADER: answer.digest}
        return httpx.Response(answer.status, headers=headers, content=answer.body)
