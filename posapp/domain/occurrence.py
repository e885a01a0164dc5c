"""Something that may happen once, or is counted: rule × member × occurrence (docs/adr/0010-assets-are-holders.md).

Every till derives the same id, so each sees whether it happened; two offline tills that both do it are seen as a count
of two.
"""

from __future__ import annotations

from posapp.domain.ids import AssetId, MemberId, derived_id


def occurrence_id(rule: str, member: MemberId, *what: bytes | str | int) -> AssetId:
    """What one member does or gets by one rule: on a day, for an order, in a year."""
    return derived_id("occurrence", rule, member, *what)
