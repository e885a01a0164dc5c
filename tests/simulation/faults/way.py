"""What befalls one request on its way, or its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.simulation.network import Answer, Ask

if TYPE_CHECKING:
    import random

    from tests.simulation.network import Network


class Loss:
    """The request never arrives."""

    name = "loss"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Nothing happens."""
        raise httpx.ConnectTimeout("lost")


class AnswerLost:
    """The server has done it, and nobody hears so."""

    name = "answer lost after commit"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """The server is asked, the sender waits in vain."""
        network.deliver(ask)
        raise httpx.ReadTimeout("lost")


class Duplication:
    """The request arrives twice; the sender hears one of the answers."""

    name = "duplication"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Twice."""
        answers = [network.deliver(ask), network.deliver(ask)]
        return draw.choice(answers)


class Reordering:
    """The request is overtaken by later ones, and arrives when nobody waits for its answer any more."""

    name = "reordering"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Kept for later."""
        network.late.append(ask)
        raise httpx.ReadTimeout("late")


class TornRequest:
    """The beginning of a request arrives and is taken for all of it."""

    name = "torn request"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Cut somewhere."""
        return network.deliver(ask._replace(body=ask.body[: draw.randrange(len(ask.body) or 1)]))


class TornAnswer:
    """The beginning of an answer arrives; the connection may say so or not."""

    name = "torn answer"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Cut somewhere."""
        answer = network.deliver(ask)
        if draw.random() < 0.5:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
        return answer._replace(body=answer.body[: draw.randrange(len(answer.body) or 1)])


class FlippedBit:
    """A bit of a request or of its answer is another one when it arrives."""

    name = "flipped bit on the way"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """One bit of one of them, anywhere."""
        if draw.random() < 0.5:
            return network.deliver(ask._replace(body=_flipped(ask.body, draw)))
        answer = network.deliver(ask)
        return answer._replace(body=_flipped(answer.body, draw))


class AlteredAnswer:
    """An answer is not even one of ours: a captive portal stands in between."""

    name = "an answer of somebody else"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """A page to log in at."""
        page = b"<html><body>Welcome to our network</body></html>"
        return Answer(200, draw.choice(("text/html", "application/msgpack")), page)


class Meanwhile:
    """Nothing goes wrong; the cashier does not wait, and sells before or after the server has answered."""

    name = "sale meanwhile"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """On one side of the answer."""
        first = draw.random() < 0.5
        if first:
            network.meanwhile(ask.sender)
        answer = network.deliver(ask)
        if not first:
            network.meanwhile(ask.sender)
        return answer


class ServerError:
    """Something in front of the server says that it is not well."""

    name = "bad gateway"

    def befall(self, network: Network, ask: Ask, draw: random.Random) -> Answer:
        """Before or after the server was asked."""
        if draw.random() < 0.5:
            network.deliver(ask)
        return Answer(502, "text/plain", b"bad gateway")


def _flipped(body: bytes, draw: random.Random) -> bytes:
    changed = bytearray(body)
    changed[draw.randrange(len(body))] ^= 1 << draw.randrange(8)
    return bytes(changed)
