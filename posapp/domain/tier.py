"""Which tier a standing has reached, and how far the next one is."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.member import Standing
from posapp.domain.programme import Programme, Tier


@dataclass(frozen=True, slots=True)
class TierProgress:
    """The distance to the next tier (W-19): any one of the three suffices; None where the tier does not ask it.

    `next_tier` is None at the top.
    """

    tier: Tier
    next_tier: Tier | None
    spend_left_fen: int | None = None
    visits_left: int | None = None
    growth_left: int | None = None


def reached(tier: Tier, standing: Standing) -> bool:
    """Whether any threshold of a tier is met, inclusively; the first tier asks nothing (W-16)."""
    thresholds = (
        (tier.spend_fen, standing.spend.fen),
        (tier.visits, standing.visits),
        (tier.growth, standing.growth.count),
    )
    asked = [(least, value) for least, value in thresholds if least is not None]
    return not asked or any(value >= least for least, value in asked)


def tier_of(programme: Programme, standing: Standing) -> Tier:
    """The highest tier that a standing has reached; tiers may be jumped (W-17)."""
    return next(tier for tier in reversed(programme.tiers) if reached(tier, standing))


def progress(programme: Programme, standing: Standing) -> TierProgress:
    """How far the next tier is.  At the till: "再消费80.00元或1次" (W-19)."""
    current = tier_of(programme, standing)
    place = programme.tiers.index(current)
    if place + 1 == len(programme.tiers):
        return TierProgress(current, None)
    upper = programme.tiers[place + 1]
    return TierProgress(
        current,
        upper,
        None if upper.spend_fen is None else upper.spend_fen - standing.spend.fen,
        None if upper.visits is None else upper.visits - standing.visits,
        None if upper.growth is None else upper.growth - standing.growth.count,
    )
