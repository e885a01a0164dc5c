"""Codes that people read from one screen and type at another, and the pin of a shop's own certificate authority.

A pin is the first 100 bits of SHA-256 over the authority's certificate, in twenty characters of which none looks like
another.  It travels behind the enrolment code: ``DEMO-1234-5678/ABCD-EFGH-JKMN-PQRS-TVWX``.
"""

from __future__ import annotations

import hashlib
import ssl
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PIN_CHARACTERS: Final = 20
PIN_MARK: Final = "/"

_MISREAD: Final = str.maketrans("OIL", "011")
_BITS: Final = 5
_GROUP: Final = 4


def plain(text: str) -> str:
    """A code as it was meant, however it was typed: without spaces and dashes, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def as_meant(secret: str) -> str:
    """The drawn part of a code: letters that look like digits are digits."""
    return secret.translate(_MISREAD)


def pin_of(authority_pem: str) -> str:
    """The pin of a certificate.  Raises `ValueError` for a text that is none."""
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(authority_pem)).digest()
    number = int.from_bytes(digest, "big") >> (8 * len(digest) - _BITS * PIN_CHARACTERS)
    letters = "".join(ALPHABET[number >> _BITS * place & 31] for place in reversed(range(PIN_CHARACTERS)))
    return "-".join(letters[start : start + _GROUP] for start in range(0, PIN_CHARACTERS, _GROUP))


def is_pinned(authority_pem: str, pin: str) -> bool:
    """Whether a certificate is the one that a pin was made of."""
    try:
        return plain(pin_of(authority_pem)) == as_meant(plain(pin))
    except ValueError:
        return False
