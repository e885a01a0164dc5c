"""Personal data leaves the till only sealed: AES-256-GCM under the merchant's data key.

A sealed profile is ``version byte ‖ 12-byte nonce ‖ ciphertext and tag``; the member id is authenticated with it,
so that a profile cannot be moved to another member.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from posapp.application.ports import Entropy
from posapp.domain.ids import MemberId
from posapp.domain.member import Profile

_VERSION = b"\x01"
_NONCE_BYTES = 12


class CannotUnseal(Exception):
    """A sealed profile that this merchant's key does not open: damaged, or another merchant's."""


def seal_profile(data_key: bytes, member: MemberId, profile: Profile, entropy: Entropy) -> bytes:
    """Seal a profile for one member."""
    nonce = entropy.bytes(_NONCE_BYTES)
    text = json.dumps(asdict(profile), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _VERSION + nonce + AESGCM(data_key).encrypt(nonce, text.encode(), member)


def unseal_profile(data_key: bytes, member: MemberId, sealed: bytes) -> Profile:
    """Open a sealed profile.  Raises `CannotUnseal`."""
    if sealed[:1] != _VERSION:
        raise CannotUnseal(f"unknown sealing version {sealed[:1].hex() or 'none'}")
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        fields = json.loads(AESGCM(data_key).decrypt(nonce, ciphertext, member))
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal("the profile does not open with this merchant's key") from error
    return Profile(**fields)
