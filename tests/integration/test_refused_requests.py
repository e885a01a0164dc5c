"""Every door of the server against every kind of request that is not what it says: refused, and nothing written.

Forged: changed after it was signed, or signed by somebody else. Replayed: sent before, by the same or by another.
Of another merchant, or of another device: good there, and worth nothing here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec
import pytest

from sync.client.enrol import Enrolment, enrol
from sync.client.link import Link
from sync.protocol import sealing, segment, signing
from sync.protocol.messages import (
    CardKeysRequest,
    ChallengeReply,
    ChallengeRequest,
    EnrolRequest,
    PullRequest,
    PushRequest,
    SessionReply,
    SessionRequest,
    encode,
)
from sync.protocol.paying import PaymentAct, PaymentRequest
from sync.protocol.signing import Purpose
from sync.server import devices, merchants
from tests.integration.sync_world import MERCHANT, Till, World
from tests.integration.test_sync_refusals import refused, send, token_of, wires

OTHER: Final = "other"


@dataclass
class Shop:
    """Two tills of one store, one of another store, and a stranger's till of another merchant."""

    place: World
    mine: Till = field(init=False)
    near: Till = field(init=False)
    far: Till = field(init=False)
    stranger: Enrolment = field(init=False)
    stranger_key: bytes = field(default_factory=lambda: os.urandom(32))

    def __post_init__(self) -> None:
        self.mine, self.near, self.far = (
            self.place.join("mine", "S1"),
            self.place.join("near", "S1"),
            self.place.join("far", "S2"),
        )
        self.mine.sell(1, 100)
        merchants.create(self.place.context, "Other", OTHER)
        merchants.add_store(self.place.context, OTHER, "S1", "Other")
        link = Link(self.place.url)
        code = devices.new_code(self.place.context, OTHER, "S1", 1)
        self.stranger = enrol(link, code, self.mine.enrolment.device, self.stranger_key)
        link.close()

    @property
    def push(self) -> bytes:
        return encode(PushRequest(wires(self.mine)))

    def challenge(self, merchant_id: str, device: bytes) -> bytes:
        return self.mine.link.post("/v1/challenge", ChallengeRequest(merchant_id, device), ChallengeReply).challenge

    def session(self, merchant_id: str, device: bytes, key: bytes, challenge: bytes, certificate: bytes = b"") -> bytes:
        signature = signing.signer(key)(Purpose.SESSION, challenge)
        return encode(SessionRequest(merchant_id, device, challenge, signature, certificate))

    def stranger_token(self) -> str:
        device = self.stranger.device
        body = self.session(OTHER, device, self.stranger_key, self.challenge(OTHER, device))
        return msgspec.msgpack.decode(send(self.place, "/v1/session", body).content, type=SessionReply).token

    def enrolment(self, code: str, device: bytes, key: bytes, signer: bytes = b"") -> bytes:
        exchange = os.urandom(32)
        proof = signing.signer(signer or key)(Purpose.ENROLMENT, device + exchange + code.encode())
        return encode(EnrolRequest(code, device, signing.public_key(key), exchange, proof))

    def code(self, merchant_id: str = MERCHANT) -> str:
        return devices.new_code(self.place.context, merchant_id, "S1", 9)


PAYMENT: Final = encode(PaymentRequest(PaymentAct.QUERY, 4, "X1", 100))
CARD_KEYS: Final = encode(CardKeysRequest(sealing.public_key(bytes(range(32)))))
TOKEN_DOORS: Final = {
    "push": b"", "pull": encode(PullRequest()), "digest": b"", "payment": PAYMENT, "card-keys": CARD_KEYS,
}  # fmt: skip

Sent = tuple[bytes, str]
"""A body and a token."""
Made = Callable[[Shop], Sent]


def _flipped(token: str) -> str:
    return token[:40] + ("0" if token[40] != "0" else "1") + token[41:]


def _changed(token: str, place: int, value: object) -> str:
    """A token whose merchant, store, device or end was changed, with the tag that it had."""
    raw = bytes.fromhex(token)
    fields = msgspec.msgpack.decode(raw[:-32])
    fields[place] = value
    return (msgspec.msgpack.encode(fields) + raw[-32:]).hex()


def _signed_by(shop: Shop, signer: Till) -> bytes:
    (stretch,) = shop.mine.store.own_stretches(10)
    origin = (MERCHANT, "S1", stretch.stream, stretch.first_sequence, stretch.previous_hash, stretch.rows)
    return encode(PushRequest([segment.build(signer.identity.sign, *origin)]))


def _replayed_session(shop: Shop) -> Sent:
    body = shop.session(
        MERCHANT, shop.mine.enrolment.device, shop.mine.private_key,
        shop.challenge(MERCHANT, shop.mine.enrolment.device),
    )  # fmt: skip
    assert send(shop.place, "/v1/session", body).status_code == 200
    return body, ""


def _used_code(shop: Shop) -> Sent:
    code = shop.code()
    assert send(shop.place, "/v1/enrol", shop.enrolment(code, os.urandom(16), os.urandom(32))).status_code == 200
    return shop.enrolment(code, os.urandom(16), os.urandom(32)), ""


def _late_token(shop: Shop) -> str:
    token = token_of(shop.mine)
    shop.place.clock.instant = shop.place.clock.instant.replace(year=shop.place.clock.instant.year + 1)
    return token


REFUSED: Final[dict[tuple[str, str], tuple[Made, str]]] = {
    ("enrol", "forged"): (
        lambda shop: (shop.enrolment(shop.code(), os.urandom(16), os.urandom(32), os.urandom(32)), ""),
        "bad_signature",
    ),
    ("enrol", "replayed"): (_used_code, "bad_code"),
    ("enrol", "of another merchant"): (
        lambda shop: (
            shop.enrolment(shop.code(OTHER).replace("OTHER", "DEMO"), os.urandom(16), os.urandom(32)), ""
        ),
        "bad_code",
    ),
    ("enrol", "of another device"): (
        lambda shop: (shop.enrolment(shop.code(), shop.near.enrolment.device, os.urandom(32)), ""),
        "bad_code",
    ),
    ("challenge", "forged"): (lambda _shop: (encode({"merchant_id": MERCHANT, "device": b"short"}), ""), "malformed"),
    ("session", "forged"): (
        lambda shop: (
            shop.session(
                MERCHANT, shop.mine.enrolment.device, os.urandom(32),
                shop.challenge(MERCHANT, shop.mine.enrolment.device),
            ),
            "",
        ),
        "bad_signature",
    ),
    ("session", "replayed"): (_replayed_session, "unauthenticated"),
    ("session", "of another merchant"): (
        # The stranger's device has the same id; its challenge and key are good at its own merchant.
        lambda shop: (
            shop.session(
                MERCHANT, shop.stranger.device, shop.stranger_key, shop.challenge(OTHER, shop.stranger.device)
            ),
            "",
        ),
        "unauthenticated",
    ),
    ("session", "with a certificate of another merchant"): (
        lambda shop: (
            shop.session(
                MERCHANT, shop.stranger.device, shop.stranger_key, shop.challenge(MERCHANT, shop.stranger.device),
                shop.stranger.certificate,
            ),
            "",
        ),
        "bad_signature",
    ),
    ("session", "of another device"): (
        lambda shop: (
            shop.session(
                MERCHANT, shop.near.enrolment.device, shop.mine.private_key,
                shop.challenge(MERCHANT, shop.near.enrolment.device),
            ),
            "",
        ),
        "bad_signature",
    ),
    ("push", "forged"): (
        lambda shop: (
            encode(PushRequest([wire[:-1] + bytes([wire[-1] ^ 1]) for wire in wires(shop.mine)])), token_of(shop.mine)
        ),
        "malformed",
    ),
    ("push", "of another merchant"): (lambda shop: (shop.push, shop.stranger_token()), "forbidden"),
    ("push", "of another store"): (lambda shop: (shop.push, token_of(shop.far)), "forbidden"),
    ("push", "of another device"): (lambda shop: (_signed_by(shop, shop.near), token_of(shop.near)), "bad_signature"),
}  # fmt: skip
BAD_TOKENS: Final[dict[str, Callable[[Shop], str]]] = {
    "none": lambda _shop: "",
    "forged": lambda shop: _flipped(token_of(shop.mine)),
    "changed to another merchant": lambda shop: _changed(token_of(shop.mine), 0, OTHER),
    "changed to another store": lambda shop: _changed(token_of(shop.mine), 1, "S2"),
    "changed to another device": lambda shop: _changed(token_of(shop.mine), 2, shop.near.enrolment.device),
    "changed to last longer": lambda shop: _changed(token_of(shop.mine), 3, 1 << 60),
    "replayed too late": _late_token,
}


@pytest.mark.parametrize(("door", "kind"), REFUSED, ids=lambda words: words.replace(" ", "-"))
def test_refused(place: World, door: str, kind: str) -> None:
    make, code = REFUSED[door, kind]
    body, token = make(Shop(place))
    assert refused(place, f"/v1/{door}", body, token)["code"] == code


@pytest.mark.parametrize("door", TOKEN_DOORS)
@pytest.mark.parametrize("kind", BAD_TOKENS, ids=lambda words: words.replace(" ", "-"))
def test_refused_with_a_token_that_is_not_this_tills(place: World, door: str, kind: str) -> None:
    shop = Shop(place)
    body = TOKEN_DOORS[door] or shop.push
    assert refused(place, f"/v1/{door}", body, BAD_TOKENS[kind](shop))["code"] == "unauthenticated"


@pytest.mark.parametrize("door", TOKEN_DOORS)
def test_a_till_that_is_shut_out_is_refused_at_once_with_the_token_that_it_has(place: World, door: str) -> None:
    shop = Shop(place)
    token = token_of(shop.mine)
    body = TOKEN_DOORS[door] or shop.push
    devices.revoke(place.context, MERCHANT, shop.mine.enrolment.device)
    assert refused(place, f"/v1/{door}", body, token)["code"] == "revoked"


def test_a_push_that_is_sent_again_changes_nothing(place: World) -> None:
    shop = Shop(place)
    body, token = shop.push, token_of(shop.mine)
    assert send(place, "/v1/push", body, token).status_code == 200
    before = place.contents()
    assert send(place, "/v1/push", body, token).status_code == 200
    # Another till of the store may offer it again: a server that was restored gets it back that way.
    assert send(place, "/v1/push", body, token_of(shop.near)).status_code == 200
    assert place.contents() == before


def test_a_stranger_sees_nothing_of_the_shop(place: World) -> None:
    shop = Shop(place)
    shop.mine.sync()
    token = shop.stranger_token()
    known = [shop.mine.member(1), shop.near.enrolment.device, b"Demo"]
    for door in ("pull", "digest"):
        answer = send(place, f"/v1/{door}", TOKEN_DOORS[door], token)
        assert answer.status_code == 200
        assert [each for each in known if each in answer.content] == []
