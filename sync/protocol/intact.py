"""Whether a body arrives as it was sent: its sender says its digest in a header (RFC 9530, `Content-Digest`).

TLS sees to that where there is TLS.  Without it a bit may become another one on the way, and neither side may take that
for the other's word: what is refused or told is remembered.  This is against accidents; against people there is TLS.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Final

from sync.protocol.errors import DamagedError

HEADER: Final = "Content-Digest"
_OURS: Final = "sha-256=:"


def digest_of(body: bytes) -> str:
    """What the header says of a body."""
    return f"{_OURS}{b64encode(hashlib.sha256(body).digest()).decode()}:"


def check(body: bytes, said: str) -> None:
    """See that a body is the one that its header speaks of; another program may say nothing.  Raises `DamagedError`."""
    if said.startswith(_OURS) and said != digest_of(body):
        raise DamagedError("body", "it was damaged on its way; send it again", "内容在传输中损坏, 请重新发送")
