"""Days on which members meet at the shop: a tasting, a class, with so many places (W-46)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.campaign import EVERYONE, Audience
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class Workshop:
    """One of them: its day, its places, and who may come."""

    id: str
    name: Text
    day: BusinessDay
    capacity: int
    audience: Audience = EVERYONE
