"""What the server refuses, it refuses with a sentence in both languages, and nothing is written."""

from __future__ import annotations

import os
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from sync.client.enrol import enrol
from sync.client.errors import RefusedError
from sync.client.link import Identity, Link, Session
from sync.protocol import segment, signing
from sync.protocol.limits import PUSH_BYTES
from sync.protocol.messages import (
    ChallengeReply,
    ChallengeRequest,
    Cursor,
    DocumentRow,
    EnrolReply,
    EnrolRequest,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    SessionRequest,
    encode,
)
from sync.protocol.signing import Purpose
from sync.server import devices, merchants
from sync.server.context import Context
from sync.server.errors import Refusal
from tests.integration.sync_world import MERCHANT, World

if TYPE_CHECKING:
    from tests.integration.sync_world import Till


def token_of(till: Till) -> str:
    till.session._open()
    return till.session._token


def send(place: World, path: str, body: bytes, token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.post(place.url + path, content=body, headers=headers, trust_env=False)


def refused(place: World, path: str, body: bytes, token: str = "") -> dict[str, Any]:
    """Send something that is refused; see that nothing changed and that the answer says why in both languages."""
    before = place.contents()
    response = send(place, path, body, token)
    assert place.contents() == before
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"].startswith("application/problem+json")
    problem: dict[str, Any] = response.json()
    assert problem["title"]
    assert problem["title_zh"]
    assert problem["detail"]
    return problem


def wires(till: Till) -> list[bytes]:
    """What the till would push now."""
    return [
        segment.build(
            till.identity.sign, MERCHANT, till.identity.store_id, each.stream, each.first_sequence,
            each.previous_hash, each.rows,
        )
        for each in till.store.own_stretches(4_096)
    ]  # fmt: skip


def push_body(_till: Till, segments: list[bytes]) -> bytes:
    return encode(PushRequest(segments))


def test_bodies_that_are_no_messages(place: World) -> None:
    till = place.join("till")
    till.sell(1, 100)
    token = token_of(till)
    whole = push_body(till, wires(till))
    for body in (b"", b"\xc1", os.urandom(50), whole[:-1], whole[: len(whole) // 2], b"{}", encode([1, 2])):
        assert refused(place, "/v1/push", body, token)["code"] == "malformed"
        assert refused(place, "/v1/pull", body + b"\xc1", token)["code"] == "malformed"


def test_the_field_of_a_bad_segment_is_named(place: World) -> None:
    till = place.join("till")
    till.sell(1, 100)
    (wire,) = wires(till)
    torn = refused(place, "/v1/push", push_body(till, [wire, wire[:-9]]), token_of(till))
    assert torn["field"] == "segments[1]"
    header, signature, body = msgspec.msgpack.decode(wire)
    forged = encode([header, bytes(64), body])
    assert refused(place, "/v1/push", push_body(till, [forged]), token_of(till))["field"] == "segments[0].signature"
    flipped = encode([header, signature, body[:-1] + bytes([body[-1] ^ 1])])
    assert refused(place, "/v1/push", push_body(till, [flipped]), token_of(till))["field"] == "segments[0].digest"


def test_a_body_that_is_too_large_is_refused_and_not_read(place: World) -> None:
    till = place.join("till")
    token = token_of(till)
    assert refused(place, "/v1/push", bytes(PUSH_BYTES + 1), token)["code"] == "too_large"
    assert refused(place, "/v1/pull", bytes(100_000), token)["code"] == "too_large"
    assert refused(place, "/v1/enrol", bytes(100_000))["code"] == "too_large"


def test_a_torn_request_changes_nothing(place: World) -> None:
    till = place.join("till")
    till.sell(1, 100)
    body = push_body(till, wires(till))
    before = place.contents()
    host, port = place.url.removeprefix("http://").split(":")
    head = f"POST /v1/push HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token_of(till)}\r\n"
    with socket.create_connection((host, int(port))) as sock:
        sock.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    with socket.create_connection((host, int(port))) as sock:
        sock.sendall(b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: nonsense\r\n\r\n")
        sock.settimeout(30)
        assert b" 400 " in sock.recv(100)
    assert send(place, "/healthz", b"").status_code == 405
    assert httpx.get(place.url + "/readyz", trust_env=False).text == "ready\n"
    assert place.contents() == before
    till.sync()
    assert place.server_balances() == till.balances()


def test_a_segment_signed_by_another_device(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    till.sell(1, 100)
    (stretch,) = till.store.own_stretches(10)
    wire = segment.build(
        other.identity.sign, MERCHANT, "S1", stretch.stream, stretch.first_sequence, stretch.previous_hash,
        stretch.rows,
    )  # fmt: skip
    for token in (token_of(till), token_of(other)):
        assert refused(place, "/v1/push", push_body(till, [wire]), token)["code"] == "bad_signature"


def test_another_store_and_another_merchant(place: World) -> None:
    till, far = place.join("till", "S1"), place.join("far", "S2")
    till.sell(1, 100)
    (wire,) = wires(till)
    assert refused(place, "/v1/push", push_body(till, [wire]), token_of(far))["field"] == "segments[0].store_id"
    merchants.create(place.context, "other", "other")
    merchants.add_store(place.context, "other", "S1", "Other")
    link = Link(place.url)
    private = os.urandom(32)
    joined = enrol(link, devices.new_code(place.context, "other", "S1", 1), till.enrolment.device, private)
    stranger = Session(link, Identity("other", "S1", joined.device, joined.certificate, signing.signer(private)))
    stranger._open()
    assert refused(place, "/v1/push", push_body(till, [wire]), stranger._token)["field"] == "segments[0].merchant_id"
    assert stranger.call("/v1/pull", PullRequest(), PullReply).segments == []
    assert joined.keys != till.enrolment.keys
    link.close()


def test_a_device_that_nobody_knows(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    till.sell(1, 100)
    (stretch,) = till.store.own_stretches(10)
    stream = segment.stream_of(b"?" * 16, bytes(8))
    rows = stretch.rows
    wire = segment.build(till.identity.sign, MERCHANT, "S1", stream, 2, bytes(32), rows)
    assert refused(place, "/v1/push", push_body(till, [wire]), token_of(other))["field"] == "segments[0].device"
    asked = till.link.post("/v1/challenge", ChallengeRequest(MERCHANT, b"?" * 16), ChallengeReply)
    signature = till.identity.sign(Purpose.SESSION, asked.challenge)
    body = encode(SessionRequest(MERCHANT, b"?" * 16, asked.challenge, signature))
    assert refused(place, "/v1/session", body)["code"] == "unauthenticated"


def test_a_session_needs_a_fresh_challenge_and_the_device_key(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    device = till.enrolment.device
    asked = till.link.post("/v1/challenge", ChallengeRequest(MERCHANT, device), ChallengeReply)

    def body(challenge: bytes, signer: Till, certificate: bytes = b"") -> bytes:
        signature = signer.identity.sign(Purpose.SESSION, challenge)
        return encode(SessionRequest(MERCHANT, device, challenge, signature, certificate))

    assert refused(place, "/v1/session", body(asked.challenge, other))["code"] == "bad_signature"
    assert refused(place, "/v1/session", body(b"", till))["field"] == "challenge"
    changed = asked.challenge[:-1] + bytes([asked.challenge[-1] ^ 1])
    assert refused(place, "/v1/session", body(changed, till))["field"] == "challenge"
    stolen = body(asked.challenge, till, other.enrolment.certificate)
    assert refused(place, "/v1/session", stolen)["field"] == "certificate"
    place.clock.instant = place.clock.instant.replace(year=place.clock.instant.year + 1)
    assert refused(place, "/v1/session", body(asked.challenge, till))["field"] == "challenge"


def test_tokens_that_are_not_good(place: World) -> None:
    till = place.join("till")
    token = token_of(till)
    body = encode(PullRequest())
    flipped = token[:-1] + ("0" if token[-1] != "0" else "1")
    for bad in ("-", "zz", "00", flipped, token[2:], "é"):
        headers = {b"Authorization": f"Bearer {bad}".encode()}
        response = httpx.post(place.url + "/v1/pull", content=body, headers=headers, trust_env=False)
        assert response.status_code == 401
    assert send(place, "/v1/pull", body, token).status_code == 200
    place.clock.instant = place.clock.instant.replace(year=place.clock.instant.year + 1)
    assert refused(place, "/v1/pull", body, token)["code"] == "unauthenticated"
    till.pull_all()


def test_a_device_that_was_shut_out(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    till.sell(1, 100)
    body = push_body(till, wires(till))
    token = token_of(till)
    devices.revoke(place.context, MERCHANT, till.enrolment.device)
    assert refused(place, "/v1/push", body, token)["code"] == "revoked"
    assert refused(place, "/v1/pull", encode(PullRequest()), token)["code"] == "revoked"
    with pytest.raises(RefusedError) as error:
        till.sync()
    assert error.value.code == "revoked"
    assert till.unpushed() == 1
    assert send(place, "/v1/push", body, token_of(other)).status_code == 200


def test_cursors_that_are_not_from_here(place: World) -> None:
    till = place.join("till")
    till.sell(1, 100)
    till.sync()
    good = till.store.progress().cursor
    for cursor in (
        Cursor(good.gseq + 1, good.hash, good.generation),
        Cursor(good.gseq - 1, good.hash, good.generation),
        Cursor(good.gseq, bytes(32), good.generation),
        Cursor(good.gseq, good.hash, bytes(8)),
        Cursor(0, good.hash, good.generation),
        Cursor(0, b"", bytes(8)),
        Cursor(good.gseq, good.hash, good.generation, good.gseq + 1, good.hash),
        Cursor(good.gseq, good.hash, good.generation, good.gseq, bytes(32)),
        Cursor(good.gseq, good.hash, good.generation, 0, good.hash),
    ):
        before = place.contents()
        reply = till.session.call("/v1/pull", PullRequest(cursor), PullReply)
        assert reply.rehandshake
        assert [head.sequence for head in reply.store_heads] == [1]
        assert (reply.segments, reply.members, reply.documents) == ([], b"", [])
        assert place.contents() == before
    for content in (PullRequest(good), {"cursor": [good.gseq, good.hash, good.generation]}):
        # As this program writes it, and as one before `newest` did.
        assert not till.session.call("/v1/pull", content, PullReply).rehandshake
    body = encode({"cursor": [-1, b"", b""]})
    assert refused(place, "/v1/pull", body, token_of(till))["field"] == "cursor[0]"


def test_documents_that_are_refused(place: World) -> None:
    till = place.join("till")
    token = token_of(till)
    device = till.enrolment.device.hex()
    forged = encode(PushRequest([], [DocumentRow("device", device, 1 << 61, b"", b"noise")]))
    assert refused(place, "/v1/push", forged, token)["field"] == "documents[0].body"
    moved = encode(PushRequest([], [DocumentRow("device", "00" * 16, 5, b"", till.enrolment.certificate)]))
    assert refused(place, "/v1/push", moved, token)["code"] == "forbidden"
    late = encode({"documents": [["profile", "k", 1 << 63, b"", b""]]})
    assert refused(place, "/v1/push", late, token)["field"] == "documents[0][2]"


def enrolment(place: World, code: str, device: bytes, private: bytes) -> EnrolReply:
    exchange = os.urandom(32)
    proof = signing.signer(private)(Purpose.ENROLMENT, device + exchange + code.encode())
    link = Link(place.url)
    try:
        request = EnrolRequest(code, device, signing.public_key(private), exchange, proof)
        return link.post("/v1/enrol", request, EnrolReply)
    finally:
        link.close()


def test_a_code_lets_one_device_in_once_and_for_a_while(place: World) -> None:
    code = devices.new_code(place.context, MERCHANT, "S1", 3)
    device, private = os.urandom(16), os.urandom(32)
    typed = code.lower().replace("-", " ")
    first = enrolment(place, typed, device, private)
    assert (first.till_number, first.store_id) == (3, "S1")
    assert enrolment(place, code, device, private).till_number == 3
    with pytest.raises(RefusedError, match="refused") as error:
        enrolment(place, code, os.urandom(16), os.urandom(32))
    assert error.value.code == "bad_code"
    with pytest.raises(RefusedError):
        enrolment(place, code, device, os.urandom(32))
    late = devices.new_code(place.context, MERCHANT, "S1", 4)
    place.clock.instant = place.clock.instant.replace(hour=place.clock.instant.hour + 1)
    with pytest.raises(RefusedError) as expired:
        enrolment(place, late, os.urandom(16), os.urandom(32))
    assert expired.value.code == "bad_code"
    assert "登记码" in expired.value.chinese


def test_codes_cannot_be_searched_for(place: World) -> None:
    good = devices.new_code(place.context, MERCHANT, "S1", 3)
    now = place.clock.instant.replace(second=0)
    codes = []
    for number in range(devices.WRONG_CODES_A_MINUTE + 1):
        place.clock.instant = now
        with pytest.raises(RefusedError) as error:
            enrolment(place, f"{MERCHANT}-AAAA-{number:04d}", os.urandom(16), os.urandom(32))
        codes.append(error.value.code)
    assert codes == ["bad_code"] * devices.WRONG_CODES_A_MINUTE + ["too_many_tries"]
    place.clock.instant = now
    with pytest.raises(RefusedError, match="refused"):
        enrolment(place, good, os.urandom(16), os.urandom(32))
    place.clock.instant = now.replace(minute=now.minute + 2)
    assert enrolment(place, good, os.urandom(16), os.urandom(32)).till_number == 3
    for nonsense in ("", "x", "unknown-AAAA-AAAA", "demo-AAAA-AAA!", "-" * 60):
        with pytest.raises(RefusedError):
            enrolment(place, nonsense, os.urandom(16), os.urandom(32))


def test_a_chain_fits_out_all_its_tills_in_one_minute(place: World) -> None:
    now = place.clock.instant.replace(second=0)
    codes = [devices.new_code(place.context, MERCHANT, "S1", number) for number in range(25)]
    names = ["wrong"] * (devices.WRONG_CODES_A_MINUTE - 1)
    for number, code in enumerate(codes):
        place.clock.instant = now
        if names:
            with pytest.raises(RefusedError) as error:
                enrolment(place, f"{MERCHANT}-AAAA-{number:04d}", os.urandom(16), os.urandom(32))
            names.remove("wrong")
            assert error.value.code == "bad_code"
        assert enrolment(place, code, os.urandom(16), os.urandom(32)).till_number == number


def test_of_wrong_codes_that_come_at_once_none_is_left_uncounted(place: World) -> None:
    now = place.clock.now_us()
    standing = Context(place.context.database, place.context.keys, lambda: now)

    def search(number: int) -> str:
        code, device, private, exchange = (
            f"{MERCHANT}-BBBB-{number:04d}",
            os.urandom(16),
            os.urandom(32),
            os.urandom(32),
        )
        proof = signing.signer(private)(Purpose.ENROLMENT, device + exchange + code.encode())
        with pytest.raises(Refusal) as error:
            devices.enrol(standing, EnrolRequest(code, device, signing.public_key(private), exchange, proof))
        return error.value.code

    with ThreadPoolExecutor(8) as pool:
        said = Counter(pool.map(search, range(30)))
    assert said == {"bad_code": devices.WRONG_CODES_A_MINUTE, "too_many_tries": 30 - devices.WRONG_CODES_A_MINUTE}


def test_an_enrolment_proves_that_the_key_is_held(place: World) -> None:
    code = devices.new_code(place.context, MERCHANT, "S1", 3)
    request = EnrolRequest(code, bytes(16), signing.public_key(os.urandom(32)), bytes(32), bytes(64))
    assert refused(place, "/v1/enrol", encode(request))["field"] == "signature"


def test_paths_that_are_not_there(place: World) -> None:
    assert refused(place, "/v1/nothing", b"")["code"] == "not_found"
    schema = httpx.get(place.url + "/schema/openapi.json", trust_env=False).json()
    assert {"/v1/enrol", "/v1/push", "/v1/pull", "/healthz"} <= schema["paths"].keys()


def test_two_merchants_with_the_same_device_stay_apart(place: World) -> None:
    till = place.join("till")
    till.sell(1, 100)
    till.sync()
    merchants.create(place.context, "other", "other")
    merchants.add_store(place.context, "other", "S1", "Other")
    link = Link(place.url)
    private = os.urandom(32)
    joined = enrol(link, devices.new_code(place.context, "other", "S1", 1), till.enrolment.device, private)
    stranger = Session(link, Identity("other", "S1", joined.device, joined.certificate, signing.signer(private)))
    reply = stranger.call("/v1/pull", PullRequest(), PullReply)
    assert (reply.member_count, reply.own_heads, reply.segments) == (0, [], [])
    assert {row.collection for row in reply.documents} == {"device", "store"}
    assert stranger.call("/v1/push", PushRequest(), PushReply).heads == []
    link.close()
