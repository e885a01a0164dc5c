"""What is refused for its size, on both sides of the wire, before any work is done on it.

Sizes are bytes unless their name says otherwise.
"""

from __future__ import annotations

from typing import Final

PROTOCOL_VERSION: Final = 1
"""Goes up when an older program could misread a message; the server accepts the two versions before it."""

SEGMENT_EVENTS: Final = 4_096
"""Events in one segment, at most."""

SEGMENT_CANONICAL_BYTES: Final = 8 << 20
"""Canonical bytes of the events in one segment, at most, unless it holds a single event."""

SEGMENT_RAW_BYTES: Final = 16 << 20
"""The columnar body of a segment before compression, at most."""

SEGMENT_WIRE_BYTES: Final = 6 << 20
"""A whole segment as it is sent and stored, at most."""

PUSH_BYTES: Final = 8 << 20
"""The body of a push, at most."""

PUSH_SEGMENTS: Final = 256
"""Segments in one push, at most."""

PUSH_EVENTS: Final = 8_192
"""Events in one push, at most."""

PUSH_DOCUMENTS: Final = 2_000
"""Documents in one push, at most."""

DOCUMENT_BYTES: Final = 512 << 10
"""The body of one document, at most."""

SMALL_BODY_BYTES: Final = 64 << 10
"""Any request that is not a push, at most."""

REPLY_BYTES: Final = 32 << 20
"""What a till is willing to read of one answer."""

PULL_BYTES: Final = 4 << 20
"""Segments and documents in one answer to a pull: where to stop, not counting the piece that went beyond."""

PULL_MEMBERS: Final = 4_096
"""Members in one answer to a pull, unless a single push changed more."""

NAME_CHARACTERS: Final = 80
"""A till's, a store's or a merchant's name, at most."""

MAX_HLC: Final = 1 << 62
"""No hybrid logical clock reaches this before the year 4200."""

BODY_SECONDS: Final = 120
"""So long the body of a request may take to arrive."""

TOO_MANY_REQUESTS: Final = "too_many_requests"
"""The code of the answer to a caller that asks too often: to come back in a second, and nothing worse."""

NOT_FOUND: Final = "not_found"
"""The code of the answer to what names something that the server does not have, such as a device of another till."""

LEASE_WISHES: Final = 1_000
"""Shares of balances in one request, at most."""
