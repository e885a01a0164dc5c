"""What a tier brings besides money: an adviser, early access, free returns (W-06, W-47, X-15)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.text import Text


@unique
class Grant(StrEnum):
    """What an entitlement does at the till; most are words alone."""

    WORDS = "words"
    FREE_RETURNS = "free_returns"
    EARLY_ACCESS = "early_access"
    ADVISER = "adviser"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One benefit that is not money.  `tiers` have it; `contact` is how to get it, a person or a number."""

    id: str
    name: Text
    tiers: frozenset[str]
    grant: Grant = Grant.WORDS
    contact: str = ""


def entitlements_of(every: tuple[Entitlement, ...], tier: str) -> tuple[Entitlement, ...]:
    """What a tier has, in the order in which the programme lists it."""
    return tuple(one for one in every if tier in one.tiers)


def free_returns(every: tuple[Entitlement, ...], tier: str) -> Entitlement | None:
    """What makes the returns of a tier free (X-15), or None."""
    return next((one for one in entitlements_of(every, tier) if one.grant is Grant.FREE_RETURNS), None)
