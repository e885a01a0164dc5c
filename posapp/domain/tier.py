"""Which tier a standing has reached, how long it is held, and how far the next one is (domain.md §2.6).

A member rises at once, and falls only by a review at the end of a promise, or by a refund of what had lifted them.
Everything follows from the tier that was recorded, the standing and the day: who looks late sees the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posapp.domain.member import HeldTier, Measures, Member, Standing
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


def reached(tier: Tier, standing: Standing | Measures) -> bool:
    """Whether any threshold of a tier is met, inclusively; the first tier asks nothing (W-16)."""
    have = standing if isinstance(standing, Measures) else Measures.of(standing)
    thresholds = ((tier.spend_fen, have.spend_fen), (tier.visits, have.visits), (tier.growth, have.growth))
    asked = [(least, value) for least, value in thresholds if least is not None]
    return not asked or any(value >= least for least, value in asked)


def tier_of(programme: Programme, standing: Standing | Measures) -> Tier:
    """The highest tier that a standing has reached; tiers may be jumped (W-17)."""
    return next(tier for tier in reversed(programme.tiers) if reached(tier, standing))


def progress(programme: Programme, standing: Standing, held: HeldTier | None = None) -> TierProgress:
    """How far the next tier is.  At the till: "再消费80.00元或1次" (W-19)."""
    current = programme.tier(held.code) if held is not None else tier_of(programme, standing)
    have = Measures.of(standing).since(held.rise) if held is not None else Measures.of(standing)
    place = programme.tiers.index(current)
    if place + 1 == len(programme.tiers):
        return TierProgress(current, None)
    upper = programme.tiers[place + 1]
    return TierProgress(
        current,
        upper,
        None if upper.spend_fen is None else upper.spend_fen - have.spend_fen,
        None if upper.visits is None else upper.visits - have.visits,
        None if upper.growth is None else upper.growth - have.growth,
    )


def current_tier(programme: Programme, member: Member, day: BusinessDay) -> Tier:
    """The tier that the member's next order of a day is priced at."""
    return programme.tier(held_now(programme, member.held_tier, member.standing, day).code)


def held_now(programme: Programme, recorded: HeldTier | None, standing: Standing, day: BusinessDay) -> HeldTier:
    """What a member holds on a day: what was recorded, reviewed as often as its promises ran out, and raised.

    Without a record, or where the merchant dropped the tier that was recorded, what the standing reaches.
    """
    if recorded is None or recorded.code not in [tier.code for tier in programme.tiers]:
        return HeldTier(tier_of(programme, standing).code, None)
    held = recorded
    while held.until is not None and held.until < day:
        held = review(programme, held, standing, held.until.plus(1))
        if held.code == programme.tiers[0].code:
            break  # nothing below it to fall to, however many years have passed
    return after_sale(programme, held, standing, day)


def after_sale(programme: Programme, held: HeldTier, standing: Standing, day: BusinessDay) -> HeldTier:
    """The tier after a sale was recorded, which the next order is priced at (domain.md §2.6).

    A member rises at once, and falls only by a review or a refund.
    """
    reached_now = tier_of(programme, Measures.of(standing).since(held.rise))
    places = [tier.code for tier in programme.tiers]
    if places.index(reached_now.code) > places.index(held.code):
        until = promised_until(programme, day)
        return HeldTier(reached_now.code, until, year=Measures.of(standing), rise=held.rise)
    return held


def after_refund(programme: Programme, held: HeldTier, before: Standing, after: Standing, day: BusinessDay) -> HeldTier:
    """The tier after a refund: lost only where what was returned is what had reached it."""
    own = programme.tier(held.code)
    had, has = (Measures.of(one).since(held.rise) for one in (before, after))
    if held.by_hand or not reached(own, had) or reached(own, has):
        return held
    until = promised_until(programme, day)
    return HeldTier(tier_of(programme, has).code, until, year=Measures.of(after), rise=held.rise)


def review(programme: Programme, held: HeldTier, standing: Standing, day: BusinessDay) -> HeldTier:
    """The tier after its promise ran out: kept where what came since it began reaches it again, else one lower.

    Before the end of the promise nothing changes, whatever a merchant edited meanwhile.  Whoever falls counts anew.  A
    tier that was given by hand and not reached meanwhile leaves what the member had reached without it.
    """
    if held.until is None or day <= held.until:
        return held
    now = Measures.of(standing)
    place = [tier.code for tier in programme.tiers].index(held.code)
    until = promised_until(programme, day)
    if place == 0 or reached(programme.tiers[place], now.since(held.year)):
        return HeldTier(held.code, until, year=now, rise=held.rise)
    if held.by_hand:
        return HeldTier(tier_of(programme, now.since(held.rise)).code, until, year=now, rise=held.rise)
    return HeldTier(programme.tiers[place - 1].code, until, year=now, rise=now)


def given_by_hand(held: HeldTier, code: str, until: BusinessDay | None, standing: Standing) -> HeldTier:
    """A tier that a person gave until a day; it is not reviewed before."""
    return replace(held, code=code, until=until, by_hand=True, year=Measures.of(standing))


def promised_until(programme: Programme, day: BusinessDay) -> BusinessDay | None:
    """The last day of a promise that begins on a day, or None where the programme lets no tier lapse."""
    if programme.keep_tier_months is None:
        return None
    return plus_months(day, programme.keep_tier_months)
