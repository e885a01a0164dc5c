"""What moved on one lot of stored value."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Money
from posapp.domain.ids import AssetId


@dataclass(frozen=True, slots=True)
class LotPart:
    """Principal and bonus of one lot, both counts from zero up; the event says in which direction they moved."""

    lot: AssetId
    principal: Money
    bonus: Money

    @property
    def fen(self) -> int:
        """Both together."""
        return self.principal.fen + self.bonus.fen
