"""A sealed profile opens for its own member under its own key, and says nothing otherwise."""

from __future__ import annotations

import pytest

from posapp.application.ports import SystemEntropy
from posapp.application.sealing import CannotUnseal, seal_profile, unseal_profile
from posapp.domain.ids import MemberId
from posapp.domain.member import Profile

KEY = b"k" * 32
MEMBER = MemberId(b"m" * 16)
PROFILE = Profile("+8613800006021", "林晓梅", "0608", marketing=True)


def sealed() -> bytes:
    return seal_profile(KEY, MEMBER, PROFILE, SystemEntropy())


def test_round_trip_and_fresh_nonce() -> None:
    assert unseal_profile(KEY, MEMBER, sealed()) == PROFILE
    assert sealed() != sealed()
    assert "林晓梅".encode() not in sealed()
    assert b"13800006021" not in sealed()


@pytest.mark.parametrize(
    ("key", "member", "change"),
    [
        (b"x" * 32, MEMBER, b""),
        (KEY, MemberId(b"n" * 16), b""),
        (KEY, MEMBER, b"\x01"),
    ],
)
def test_another_key_member_or_a_changed_byte_does_not_open(
    key: bytes, member: MemberId, change: bytes
) -> None:
    with pytest.raises(CannotUnseal):
        unseal_profile(key, member, sealed() + change)


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(CannotUnseal, match="version 09"):
        unseal_profile(KEY, MEMBER, b"\x09" + sealed()[1:])
    with pytest.raises(CannotUnseal, match="none"):
        unseal_profile(KEY, MEMBER, b"")
