"""A named card or a count pass becomes another member's (domain.md §2.9; 法释〔2025〕4号 Art 11)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Money
from posapp.domain.ids import AssetId, MemberId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class LotTransferred:
    """Principal and bonus that left one lot for another, which promises the same."""

    source: AssetId
    target: AssetId
    principal: Money
    bonus: Money


@dataclass(frozen=True, slots=True)
class ClaimTransferred:
    """What the shop owed one member on a card or a pass it owes another from now on.

    `source` is the card or pass it left, `target` the receiver's own.  A card moves `lots`; a pass moves `uses`, and
    `entries` are the uses of this day, so that its limit of a day goes with it.  `notice` says how the shop was told:
    ``together`` where both came, ``written`` where the giver wrote.
    """

    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    giver: MemberId
    receiver: MemberId
    source: AssetId
    target: AssetId
    lots: tuple[LotTransferred, ...]
    uses: int
    entries: int
    notice: str
