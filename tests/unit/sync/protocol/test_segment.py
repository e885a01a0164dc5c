"""A segment proves who wrote it and that nothing is missing, and refuses everything else with the field it is about."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.encoding import chain, genesis
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from sync.protocol import segment, signing
from sync.protocol.errors import (
    BrokenChainError,
    MalformedBodyError,
    ProtocolError,
    SignatureError,
    TooLargeError,
    UnknownVersionError,
)
from sync.protocol.limits import SEGMENT_EVENTS, SEGMENT_WIRE_BYTES

PRIVATE = bytes(range(32))
STREAM = StreamId(DeviceId(b"d" * 16), Incarnation(b"i" * 8))
ROWS: list[Any] = [[3, 1, 1_000 + n, ["S", n], [b"m" * 16], [101, 0, n, 110, 0, -n]] for n in range(50)]


def build(rows: list[Any] = ROWS, first: int = 1, previous: bytes = genesis(STREAM)) -> bytes:
    return segment.build(signing.signer(PRIVATE), "demo", "S1", STREAM, first, previous, rows)


def prove(wire: bytes) -> segment.Unfolded:
    parsed = segment.parse(wire)
    segment.verify(parsed, signing.public_key(PRIVATE))
    return segment.unfold(parsed)


def changed(wire: bytes, **fields: object) -> bytes:
    """The segment with another header, signed again: what a wrong program would send."""
    header_bytes, _signature, body = msgspec.msgpack.decode(wire)
    header = msgspec.structs.replace(msgspec.msgpack.decode(header_bytes, type=segment.Header), **fields)
    fresh = msgspec.msgpack.encode(header)
    return msgspec.msgpack.encode([fresh, signing.signer(PRIVATE)(signing.Purpose.SEGMENT, fresh), body])


def test_events_and_hashes_come_back() -> None:
    parsed = segment.parse(build())
    segment.verify(parsed, signing.public_key(PRIVATE))
    unfolded = segment.unfold(parsed)
    last = genesis(STREAM)
    for row, found, digest in zip(ROWS, unfolded.rows, unfolded.hashes, strict=True):
        assert segment.encode_row(found) == segment.encode_row(row)
        last = chain(last, segment.encode_row(row))
        assert digest == last
    assert parsed.header.last_hash == last
    assert parsed.header.stream == STREAM
    assert parsed.header.last_sequence == 50


def test_another_key_did_not_sign_it() -> None:
    parsed = segment.parse(build())
    with pytest.raises(SignatureError) as error:
        segment.verify(parsed, signing.public_key(bytes(32)), "segments[3]")
    assert error.value.field == "segments[3].signature"


@pytest.mark.parametrize("written", ["more", "longer"])
def test_nothing_that_nobody_signed_travels_with_it(written: str) -> None:
    wire = build()
    more = msgspec.msgpack.encode([*msgspec.msgpack.decode(wire), b"unsigned"])
    longer = b"\xdc\x00\x03" + wire[1:]
    with pytest.raises(MalformedBodyError, match="not written as segments are"):
        segment.parse({"more": more, "longer": longer}[written])


def test_a_signature_for_another_purpose_proves_nothing() -> None:
    header_bytes, _signature, body = msgspec.msgpack.decode(build())
    other = signing.signer(PRIVATE)(signing.Purpose.SESSION, header_bytes)
    parsed = segment.parse(msgspec.msgpack.encode([header_bytes, other, body]))
    with pytest.raises(SignatureError):
        segment.verify(parsed, signing.public_key(PRIVATE))


@pytest.mark.parametrize(
    ("fields", "error", "named"),
    [
        ({"version": 2}, UnknownVersionError, "segment.version"),
        ({"device": b"short"}, MalformedBodyError, "segment.device"),
        ({"incarnation": b""}, MalformedBodyError, "segment.incarnation"),
        ({"last_hash": b""}, MalformedBodyError, "segment.last_hash"),
        ({"count": 0}, TooLargeError, "segment.count"),
        ({"count": SEGMENT_EVENTS + 1}, TooLargeError, "segment.count"),
        ({"first_sequence": 0}, MalformedBodyError, "segment.first_sequence"),
        ({"raw_length": 1 << 40}, TooLargeError, "segment.raw_length"),
        ({"previous_hash": bytes(32)}, BrokenChainError, "segment.previous_hash"),
        ({"digest": bytes(32)}, MalformedBodyError, "segment.digest"),
    ],
)
def test_headers_that_cannot_be(fields: dict[str, object], error: type[ProtocolError], named: str) -> None:
    with pytest.raises(error) as refused:
        segment.parse(changed(build(), **fields))
    assert refused.value.field == named
    assert refused.value.reason_zh


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"last_hash": bytes(32)}, "segment.last_hash"),
        ({"count": 49}, "segment.last_hash"),
        ({"raw_length": 7}, "segment.raw_length"),
        ({"previous_hash": bytes(32), "first_sequence": 2}, "segment.last_hash"),
    ],
)
def test_bodies_that_contradict_their_header(fields: dict[str, object], named: str) -> None:
    parsed = segment.parse(changed(build(), **fields))
    with pytest.raises(ProtocolError) as refused:
        segment.unfold(parsed)
    assert refused.value.field == named


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(200 << 20))
    wire = changed(build(), digest=hashlib.sha256(bomb).digest())
    header_bytes, signature, _body = msgspec.msgpack.decode(wire)
    parsed = segment.parse(msgspec.msgpack.encode([header_bytes, signature, bomb]))
    with pytest.raises(MalformedBodyError):
        segment.unfold(parsed)


def test_too_many_events_and_too_many_bytes() -> None:
    with pytest.raises(TooLargeError):
        build([ROWS[0]] * (SEGMENT_EVENTS + 1))
    with pytest.raises(TooLargeError):
        build([])
    with pytest.raises(TooLargeError):
        segment.parse(bytes(SEGMENT_WIRE_BYTES + 1))


@given(st.integers(0, 5_000), st.integers(1, 255))
def test_any_flipped_bit_is_noticed(place: int, flip: int) -> None:
    wire = bytearray(build())
    wire[place % len(wire)] ^= flip
    with pytest.raises(ProtocolError):
        prove(bytes(wire))


@pytest.mark.parametrize("length", [0, 1, 10, 100, -1])
def test_torn_segments_are_noticed(length: int) -> None:
    with pytest.raises(ProtocolError):
        segment.parse(build()[:length])


def test_noise_is_refused() -> None:
    for _ in range(200):
        with pytest.raises(ProtocolError):
            segment.parse(os.urandom(120))
