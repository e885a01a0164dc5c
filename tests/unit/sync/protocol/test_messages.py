"""Messages name what is wrong in them; sealing and digests do what they say."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import certificate, sealing, signing
from sync.protocol.digest import content_digest
from sync.protocol.errors import MalformedBodyError, ProtocolError, SignatureError
from sync.protocol.messages import Cursor, EnrolRequest, PullRequest, PushRequest, decode, encode


def test_a_message_comes_back() -> None:
    request = PullRequest(Cursor(7, b"h" * 32, b"g" * 8), heads_after=3, max_bytes=9)
    assert decode(encode(request), PullRequest) == request


def test_unknown_fields_are_ignored_and_missing_ones_have_defaults() -> None:
    assert decode(encode({"later": 1}), PushRequest) == PushRequest()


@pytest.mark.parametrize(
    ("content", "kind", "field"),
    [
        ({"cursor": [-1, b"", b""]}, PullRequest, "cursor[0]"),
        ({"cursor": 5}, PullRequest, "cursor"),
        ({"segments": [1]}, PushRequest, "segments[0]"),
        ({"documents": [["c", "k", -1, b"", b""]]}, PushRequest, "documents[0][2]"),
        ({"documents": [["c", "", 1, b"", b""]]}, PushRequest, "documents[0][1]"),
        ({"code": "x", "device": b"short"}, EnrolRequest, "device"),
        ([], PushRequest, "body"),
    ],
)
def test_the_field_is_named(content: object, kind: type[object], field: str) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        decode(encode(content), kind)
    assert refused.value.field == field


@given(st.binary(max_size=60))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        decode(noise + b"\xc1", PushRequest)


def test_text_that_is_no_text_is_refused() -> None:
    with pytest.raises(MalformedBodyError):
        decode(b"\x81\xa4code\xa2\xff\xff", EnrolRequest)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(MalformedBodyError):
        decode(b"\x91" * 100_000 + b"\x01", PushRequest)


def test_only_the_right_key_opens_what_was_sealed() -> None:
    private = sealing.new_private_key()
    sealed = sealing.seal(sealing.public_key(private), b"secret", b"context")
    assert sealing.unseal(private, sealed, b"context") == b"secret"
    assert sealed != sealing.seal(sealing.public_key(private), b"secret", b"context")
    for key, content, context in (
        (sealing.new_private_key(), sealed, b"context"),
        (private, sealed, b"another"),
        (private, sealed[:-1], b"context"),
        (private, b"", b"context"),
        (private, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"context"),
    ):
        with pytest.raises(MalformedBodyError):
            sealing.unseal(key, content, context)


def test_a_certificate_is_only_good_as_it_was_signed() -> None:
    private = bytes(32)
    one = certificate.Certificate("demo", "S1", b"d" * 16, b"k" * 32, 1, "front", 7, False, 5)
    wire = certificate.issue(signing.signer(private), one)
    assert certificate.read(wire, signing.public_key(private)) == one
    content, signature = msgspec.msgpack.decode(wire)
    forged = msgspec.msgpack.encode([content.replace(b"S1", b"S2"), signature])
    with pytest.raises(SignatureError):
        certificate.read(forged, signing.public_key(private))
    with pytest.raises(SignatureError):
        certificate.read(wire, signing.public_key(bytes(31) + b"\1"))
    with pytest.raises(ProtocolError):
        certificate.read(b"noise", signing.public_key(private))


@given(st.lists(st.tuples(st.sampled_from([101, 201, 301]), st.binary(max_size=2), st.integers(-3, 3)), unique=True))
def test_a_digest_depends_on_content_only(rows: list[tuple[int, bytes, int]]) -> None:
    first = content_digest(rows)
    assert first == content_digest(reversed([*rows, (201, b"nobody", 0)]))
    if any(amount for _account, _holder, amount in rows):
        assert first != content_digest([(account, holder, amount + 5) for account, holder, amount in rows])
