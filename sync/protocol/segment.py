"""A segment: consecutive events of one stream, as they travel and as the server keeps them for good.

On the wire it is ``[header, signature, body]``: the header as a byte string, the device's Ed25519 signature over it,
and the columnar rows under zstd.  The header names the merchant, the stream, the place in it, the chain's hash before
the first and after the last event, and the digest of the body, so that the signature covers everything.  Hashes between
are recomputed.  Whoever reads one trusts nothing: sizes are checked before anything is unpacked, and decoding has a
budget.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import zstandard

from posapp.domain.encoding import chain, genesis
from posapp.domain.ids import DEVICE_ID_BYTES, INCARNATION_BYTES, DeviceId, Incarnation, StreamId
from sync.protocol import columnar
from sync.protocol.columnar.nodes import Value
from sync.protocol.errors import (
    BrokenChainError,
    MalformedBodyError,
    SignatureError,
    TooLargeError,
    UnknownVersionError,
)
from sync.protocol.limits import (
    PROTOCOL_VERSION,
    SEGMENT_EVENTS,
    SEGMENT_RAW_BYTES,
    SEGMENT_WIRE_BYTES,
)
from sync.protocol.messages import UNREADABLE
from sync.protocol.signing import SIGNATURE_BYTES, Purpose, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.protocol.signing import Sign

_HASH_BYTES: Final = 32
_LAST_SEQUENCE: Final = 1 << 53
_LEVEL: Final = 3

encode_row: Final = msgspec.msgpack.Encoder().encode
"""A row's canonical bytes (`posapp.domain.encoding`)."""


class Header(msgspec.Struct, array_like=True, frozen=True):
    """What a segment says of itself, and its device signs."""

    version: int
    merchant_id: str
    store_id: str
    device: bytes
    incarnation: bytes
    first_sequence: int
    count: int
    previous_hash: bytes
    last_hash: bytes
    raw_length: int
    digest: bytes

    @property
    def stream(self) -> StreamId:
        """The stream that its events belong to."""
        return StreamId(DeviceId(self.device), Incarnation(self.incarnation))

    @property
    def last_sequence(self) -> int:
        """The place of its last event."""
        return self.first_sequence + self.count - 1


class _Wire(msgspec.Struct, array_like=True, frozen=True):
    header: bytes
    signature: bytes
    body: bytes


_read_wire: Final = msgspec.msgpack.Decoder(_Wire).decode
_read_header: Final = msgspec.msgpack.Decoder(Header).decode


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment whose outside was read; nothing of it is proven until `verify` and `unfold`."""

    header: Header
    header_bytes: bytes
    signature: bytes
    body: bytes
    wire: bytes


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The events of a segment as plain values, and the chain's hash after each."""

    rows: list[Value]
    hashes: list[bytes]


def build(
    sign: Sign,
    merchant_id: str,
    store_id: str,
    stream: StreamId,
    first_sequence: int,
    previous_hash: bytes,
    rows: Sequence[Value],
) -> bytes:
    """Write consecutive events as a signed segment.

    `rows` are decoded canonical values, 1 to `SEGMENT_EVENTS` of them; `previous_hash` is the chain's hash before the
    first.  Raises `TooLargeError`.
    """
    if not 0 < len(rows) <= SEGMENT_EVENTS:
        raise TooLargeError("segment.count", f"{len(rows)} events do not fit in one segment", "单个数据段的记录数超限")
    last = previous_hash
    for row in rows:
        last = chain(last, encode_row(row))
    raw = columnar.encode(rows)
    if len(raw) > SEGMENT_RAW_BYTES:
        raise TooLargeError("segment.raw_length", f"{len(raw)} bytes do not fit in one segment", "单个数据段过大")
    body = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress(raw)
    header = Header(
        version=PROTOCOL_VERSION,
        merchant_id=merchant_id,
        store_id=store_id,
        device=stream.device,
        incarnation=stream.incarnation,
        first_sequence=first_sequence,
        count=len(rows),
        previous_hash=previous_hash,
        last_hash=last,
        raw_length=len(raw),
        digest=hashlib.sha256(body).digest(),
    )
    header_bytes = encode_row(header)
    return encode_row(_Wire(header_bytes, sign(Purpose.SEGMENT, header_bytes), body))


def parse(wire: bytes, field: str = "segment") -> Segment:
    """Read the outside of a segment.

    Raises `TooLargeError`, `MalformedBodyError` or `UnknownVersionError`, naming a field under `field`.
    """
    if len(wire) > SEGMENT_WIRE_BYTES:
        raise TooLargeError(field, f"{len(wire)} bytes, {SEGMENT_WIRE_BYTES} at most", "数据段过大")
    try:
        parts = _read_wire(wire)
        header = _read_header(parts.header)
    except UNREADABLE as error:
        raise MalformedBodyError(field, f"it is not a segment: {error}", "不是有效的数据段") from error
    if encode_row(parts) != wire:
        # What is kept and passed on for good has no room for anything that nobody signed.
        raise MalformedBodyError(field, "it is not written as segments are", "数据段格式不符")
    if header.version != PROTOCOL_VERSION:
        raise UnknownVersionError(
            f"{field}.version", f"{header.version} is not spoken here", "协议版本不受支持, 请升级程序"
        )
    _check_header(header, field)
    if len(parts.signature) != SIGNATURE_BYTES:
        raise MalformedBodyError(f"{field}.signature", "it is not 64 bytes long", "签名长度不对")
    if hashlib.sha256(parts.body).digest() != header.digest:
        raise MalformedBodyError(f"{field}.digest", "the body is torn or was altered", "数据不完整或被改动")
    return Segment(header, parts.header, parts.signature, parts.body, wire)


def _check_header(header: Header, field: str) -> None:
    lengths = {
        "device": (header.device, DEVICE_ID_BYTES),
        "incarnation": (header.incarnation, INCARNATION_BYTES),
        "previous_hash": (header.previous_hash, _HASH_BYTES),
        "last_hash": (header.last_hash, _HASH_BYTES),
    }
    for name, (value, length) in lengths.items():
        if len(value) != length:
            raise MalformedBodyError(f"{field}.{name}", f"it is not {length} bytes long", "长度不对")
    if not 0 < header.count <= SEGMENT_EVENTS:
        raise TooLargeError(f"{field}.count", f"1 to {SEGMENT_EVENTS} events", "记录数超出范围")
    if not 0 < header.first_sequence < _LAST_SEQUENCE:
        raise MalformedBodyError(f"{field}.first_sequence", "sequences count from 1", "序号应从 1 开始")
    if not 0 < header.raw_length <= SEGMENT_RAW_BYTES:
        raise TooLargeError(f"{field}.raw_length", f"{SEGMENT_RAW_BYTES} bytes at most", "数据段过大")
    if header.first_sequence == 1 and header.previous_hash != genesis(header.stream):
        raise BrokenChainError(f"{field}.previous_hash", "the stream does not begin there", "首条记录的校验值不符")


def verify(segment: Segment, public_key: bytes, field: str = "segment") -> None:
    """Check that the device behind `public_key` signed it.  Raises `SignatureError`."""
    check(public_key, Purpose.SEGMENT, segment.header_bytes, segment.signature, f"{field}.signature")


def is_signed_by(segment: Segment, public_key: bytes) -> bool:
    """Whether the device behind `public_key` signed it."""
    try:
        verify(segment, public_key)
    except SignatureError:
        return False
    return True


def unfold(segment: Segment, field: str = "segment") -> Unfolded:
    """Read the events and recompute their chain.  Raises `MalformedBodyError` or `BrokenChainError`."""
    header = segment.header
    try:
        # The exact length is known, so a body that claims more is refused before a byte is unpacked.
        if zstandard.frame_content_size(segment.body) != header.raw_length:
            raise MalformedBodyError(f"{field}.raw_length", "it is not the body's", "与数据长度不符")
        raw = zstandard.ZstdDecompressor(max_window_size=SEGMENT_RAW_BYTES).decompress(segment.body)
    except zstandard.ZstdError as error:
        raise MalformedBodyError(f"{field}.body", f"it cannot be unpacked: {error}", "数据无法解压") from error
    try:
        rows = columnar.decode(raw, header.count)
    except MalformedBodyError as error:
        raise MalformedBodyError(f"{field}.{error.field}", error.reason_en, error.reason_zh) from error
    hashes = []
    last = header.previous_hash
    for row in rows:
        last = chain(last, encode_row(row))
        hashes.append(last)
    if last != header.last_hash:
        raise BrokenChainError(f"{field}.last_hash", "its events do not hash to it", "记录与校验值不符")
    return Unfolded(rows, hashes)


def stream_of(device: bytes, incarnation: bytes) -> StreamId:
    """A stream's id from what stands on the wire."""
    return StreamId(DeviceId(device), Incarnation(incarnation))
