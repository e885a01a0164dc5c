"""What can go wrong inside the domain.

    DomainError                 a caller asked for something the rules do not allow
    ├── InvalidField            a named field of some input has a value that cannot be used
    ├── UnbalancedTransaction   postings of one unit do not sum to zero: a bug, never a user's mistake
    └── UnknownKind             an event kind or version this program does not know

Rules that merely do not apply are not errors: they are values (see `pricing`).
"""

from __future__ import annotations


class DomainError(Exception):
    """Base of every refusal that the domain raises."""


class InvalidField(DomainError):
    """A value that cannot be used, with the path of its field, so that a person can mend it.

    `field` is a dotted path such as ``tiers[1].rate``; `reason_en` and `reason_zh` are whole clauses.
    """

    def __init__(self, field: str, reason_en: str, reason_zh: str) -> None:
        super().__init__(f"{field}: {reason_en}")
        self.field = field
        self.reason_en = reason_en
        self.reason_zh = reason_zh


class UnbalancedTransaction(DomainError):
    """A transaction whose postings do not sum to zero in some unit (sync.md, invariants)."""


class UnknownKind(DomainError):
    """An event of a kind or version that this program cannot read; it is kept verbatim and deferred."""
