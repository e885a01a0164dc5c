"""What can be wrong with something that came over the wire.

    ProtocolError                  the other side sent something that cannot be used
    ├── DamagedError               bytes that are not those that were sent
    ├── MalformedBodyError         bytes that cannot be read, or that contradict themselves
    ├── TooLargeError              more than a limit allows
    ├── UnknownVersionError        a protocol version that this program does not speak
    ├── SignatureError             a signature that does not fit its key and content
    └── BrokenChainError           events that do not hash to what their segment says

Each names the field it is about and carries a clause in both languages: the server answers with it.
"""

from __future__ import annotations


class ProtocolError(Exception):
    """Base of all of them.  `field` is a dotted path into the message; the reasons are whole clauses."""

    code = "protocol"

    def __init__(self, field: str, reason_en: str, reason_zh: str) -> None:
        super().__init__(f"{field}: {reason_en}")
        self.field = field
        self.reason_en = reason_en
        self.reason_zh = reason_zh


class DamagedError(ProtocolError):
    """Bytes that are not those that were sent: it says nothing of what was sent, which may be sent again."""

    code = "damaged"


class MalformedBodyError(ProtocolError):
    """Bytes that cannot be read, or that contradict themselves."""

    code = "malformed"


class TooLargeError(ProtocolError):
    """More than a limit of `limits` allows."""

    code = "too_large"


class UnknownVersionError(ProtocolError):
    """A protocol version that this program does not speak."""

    code = "unknown_version"


class SignatureError(ProtocolError):
    """A signature that does not fit its key and content."""

    code = "bad_signature"


class BrokenChainError(ProtocolError):
    """Events that do not hash to what their segment says."""

    code = "broken_chain"
