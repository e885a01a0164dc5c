"""Identities that need no clock and no network."""

from __future__ import annotations

import hmac

from posapp.domain.ids import DeviceId, Incarnation, StreamId, event_id, member_id, uuid7


def test_two_tills_mint_the_same_member_for_one_number() -> None:
    key = b"k" * 32
    assert member_id(key, "+8613800006021") == member_id(key, "+8613800006021")
    assert member_id(key, "+8613800006021") != member_id(key, "+8613800006022")
    assert member_id(key, "+8613800006021") != member_id(b"other", "+8613800006021")
    expected = hmac.new(key, b"member\0+8613800006021", "sha256").digest()[:16]
    assert member_id(key, "+8613800006021") == expected


def test_an_event_id_follows_from_its_place_alone() -> None:
    stream = StreamId(DeviceId(b"d" * 16), Incarnation(b"i" * 8))
    other = StreamId(DeviceId(b"d" * 16), Incarnation(b"j" * 8))
    ids = {event_id(stream, 1), event_id(stream, 2), event_id(other, 1)}
    assert len(ids) == 3
    assert all(len(one) == 16 for one in ids)


def test_uuid7_carries_its_version_variant_and_milliseconds() -> None:
    value = uuid7(0x0191_2345_6789, bytes(range(10)))
    assert value.version == 7
    assert value.variant == "specified in RFC 4122"
    assert value.int >> 80 == 0x0191_2345_6789
