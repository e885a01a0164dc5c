"""What one member has, of whatever kind the law lets go, becomes another's (domain.md §2.9; 法释〔2025〕4号 Art 11)."""

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
class PassTransferred:
    """Uses, or days, that left one pass or part of a bundle for another, which promises the same.

    `entries` are its uses of this day, so that its limit of a day goes with it.
    """

    source: AssetId
    target: AssetId
    uses: int
    entries: int


@dataclass(frozen=True, slots=True)
class ClaimTransferred:
    """What the shop owed one member on a card or a pass it owes another from now on.

    `source` is the card or pass it left, `target` the receiver's own.  A card moves `lots`; a pass moves `uses`, and
    `entries` are the uses of this day, so that its limit of a day goes with it.  `notice` says how the shop was told:
    ``together`` where both came, ``written`` where the giver wrote.

    Since version 2: a bundle moves `parts`, and has no uses itself; `guardian` says that a guardian of the receiver
    agreed.
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
    parts: tuple[PassTransferred, ...] = ()
    guardian: bool = False

    @property
    def passes(self) -> tuple[PassTransferred, ...]:
        """The pass itself, or the parts of the bundle."""
        return self.parts or (PassTransferred(self.source, self.target, self.uses, self.entries),)
