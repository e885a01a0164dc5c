"""Which tier a standing has reached, and how far the next one is."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.member import Standing
from posapp.domain.programme import Programme, Tier
from posapp.domain.time import BusinessDay, plus_months


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


@dataclass(frozen=True, slots=True)
class HeldTier:
    """The tier that a member holds: until when it was promised, and whether a person gave it by hand.

    `until` is the last promised day; None where tiers are never lost.  A tier given by hand is not reviewed before.
    """

    code: str
    until: BusinessDay | None
    by_hand: bool = False


def after_sale(programme: Programme, held: HeldTier, standing: Standing, day: BusinessDay) -> HeldTier:
    """The tier after a sale was recorded, which the next order is priced at (domain.md §2.6).

    A member rises at once, and falls only by a review or a refund.
    """
    reached_now = tier_of(programme, standing)
    places = [tier.code for tier in programme.tiers]
    if places.index(reached_now.code) > places.index(held.code):
        return HeldTier(reached_now.code, promised_until(programme, day))
    return held


def after_refund(programme: Programme, held: HeldTier, before: Standing, after: Standing, day: BusinessDay) -> HeldTier:
    """The tier after a refund: lost only where what was returned is what had reached it."""
    own = programme.tier(held.code)
    if held.by_hand or not reached(own, before) or reached(own, after):
        return held
    return HeldTier(tier_of(programme, after).code, promised_until(programme, day))


def review(programme: Programme, held: HeldTier, year: Standing, day: BusinessDay) -> HeldTier:
    """The tier after its promise ran out: kept where the past period reaches it again, else one lower.

    `year` is what the member did in the period.  Before the end of the promise nothing changes, whatever a merchant
    edited meanwhile.
    """
    if held.until is None or day <= held.until:
        return held
    place = [tier.code for tier in programme.tiers].index(held.code)
    if place == 0 or reached(programme.tiers[place], year):
        return HeldTier(held.code, promised_until(programme, day))
    return HeldTier(programme.tiers[place - 1].code, promised_until(programme, day))


def promised_until(programme: Programme, day: BusinessDay) -> BusinessDay | None:
    """The last day of a promise that begins on a day, or None where the programme lets no tier lapse."""
    if programme.keep_tier_months is None:
        return None
    return plus_months(day, programme.keep_tier_months)
