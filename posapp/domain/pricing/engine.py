"""The pricing engine: one pure function from basket, programme and moment to a quote.

It follows domain.md §2.3 step by step: base · passes · item price · extra percent · line manual · coupons ·
order manual · points · round-off.  The same inputs give the same quote on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from posapp.domain.amounts import Money, Points
from posapp.domain.campaign import Campaign
from posapp.domain.events import Step
from posapp.domain.ids import RuleId
from posapp.domain.pricing import outcomes
from posapp.domain.pricing.basket import Basket, read_basket
from posapp.domain.pricing.by_pass import ByPass, settle_by_passes
from posapp.domain.pricing.candidates import Candidate, Circumstances, Refusal, find_candidates, is_meant
from posapp.domain.pricing.combination import Combination, choose
from posapp.domain.pricing.compiled import Compiled, compile_programme
from posapp.domain.pricing.earning import best_multiplier, reckon
from posapp.domain.pricing.inputs import Context, MemberView, Method, PlannedTender
from posapp.domain.pricing.outcomes import Row
from posapp.domain.pricing.pipeline import Outcome, Part, Terms, lacking, measured_on, run, sum_of
from posapp.domain.pricing.quote import BenefitOutcome, Earning, Explanation, Quote, QuoteLine, Ruling, Status
from posapp.domain.pricing.settle import POINTS, PointsPayment, pay_with_points, round_off
from posapp.domain.pricing.value import value
from posapp.domain.programme import Programme, Tier
from posapp.domain.programme.gives import Units
from posapp.domain.sale import Cart
from posapp.domain.time import BusinessDay

ENGINE_VERSION: Final = 1
"""Recorded with each sale; raised whenever the same inputs may give another quote."""

ROUND_OFF: Final = RuleId("round_off")
NOWHERE: Final = Context()
_NO_RULES: Final[frozenset[RuleId]] = frozenset()


def price(
    cart: Cart,
    programme: Programme,
    now: datetime,
    member: MemberView | None,
    *,
    business_day: BusinessDay | None = None,
    tenders: Sequence[PlannedTender] = (),
    context: Context = NOWHERE,
) -> Quote:
    """Price a basket.

    `now` is an aware instant; `business_day` is the shop's open business day, or follows from `now`.  `tenders` are the
    payments planned so far: round-off and the earning preview depend on them.  Rules that do not apply never raise:
    each has its outcome in `Quote.benefits`.
    """
    compiled = compile_programme(programme)
    tier = programme.tier(member.tier) if member is not None else None
    day = programme.business_day(now) if business_day is None else business_day
    minute = programme.minute_of_day(now) if compiled.has_hours else 0
    where = Circumstances(member, context, day, minute)
    campaigns = _running_campaigns(programme, where)
    extra = min((c for c in campaigns if c.rate < 10_000), key=lambda c: (c.rate, c.id), default=None)
    terms = Terms(extra, programme.policies.threshold, cart.by_hand, programme.policies.percents == "add")
    by_pass = settle_by_passes(cart, programme, member, day)
    basket = read_basket(by_pass.lines, compiled, tier)
    candidates, refusals, unknown = find_candidates(cart, compiled, basket, where)
    multiplier = best_multiplier(tier, campaigns) if tier is not None else Earning()
    pricing = _Pricing(cart, programme, compiled, member, tier, by_pass, basket, terms, tenders, multiplier)

    priced = pricing.settle(candidates)
    while (dropped := pricing.unaffordable(priced)) is not None:
        candidates = [candidate for candidate in candidates if candidate is not dropped]
        short = Explanation("points_short", {"short": dropped.offer.points_cost})
        refusals.append(Refusal(dropped.offer, Status.SHORT, short))
        priced = pricing.settle(candidates)

    benefits = [*by_pass.outcomes]
    benefits += outcomes.benefits_of(basket, priced.combination, priced.rows, refusals)
    benefits += outcomes.campaign_outcomes(campaigns, extra, priced.rows)
    benefits += outcomes.unknown_codes(unknown)
    if priced.points.outcome is not None:
        benefits.append(priced.points.outcome)
    return _quote(pricing, priced, benefits, day)


@value
class _Priced:
    """A basket priced with one set of candidates."""

    combination: Combination
    rows: list[Row]
    points: PointsPayment
    lines: tuple[QuoteLine, ...]
    due_fen: int
    earning: Earning
    rewards_cost: int


@value
class _Pricing:
    """What stays the same while candidates are tried."""

    cart: Cart
    programme: Programme
    compiled: Compiled
    member: MemberView | None
    tier: Tier | None
    by_pass: ByPass
    basket: Basket
    terms: Terms
    tenders: Sequence[PlannedTender]
    multiplier: Earning

    def settle(self, candidates: list[Candidate]) -> _Priced:
        """Choose the combination, run it, then take points and round-off."""
        basket, programme, terms = self.basket, self.programme, self.terms
        at_list = Outcome(basket.list_fen, basket.list_fen, basket.list_fen)
        combination = choose(
            candidates, programme.policies, lambda chosen: run(basket, chosen, terms), self.misses, at_list
        )
        outcome = combination.outcome
        rows = outcomes.rows_of(basket, outcome, self.tier)
        nets = outcome.nets
        cost = _rewards_cost(combination, basket) if self.compiled.has_rewards else 0
        points = pay_with_points(self.cart, programme, self.member, basket, nets, cost)
        if points.parts:
            why = Explanation("points_spent", {"points": points.points, "fen": points.value_fen})
            rows.append(Row(Ruling(POINTS, Step.POINTS, why, order_wide=True), points.parts, points.value_fen))
            _take(nets, points.parts)
        rounded = round_off(programme, nets, self.tenders)
        if rounded:
            ruling = Ruling(ROUND_OFF, Step.ROUND_OFF, Explanation("round_off"), order_wide=True)
            rows.append(Row(ruling, rounded, sum_of(rounded)))
            _take(nets, rounded)
        lines = outcomes.lines_of(basket, nets, rows, self.by_pass)
        earning = Earning()
        if self.member is not None:
            planned = _planned(self.tenders, sum(nets))
            earning = reckon(lines, self.multiplier, programme, planned, has_member=True)
        return _Priced(combination, rows, points, lines, sum(nets), earning, cost)

    def misses(self, candidate: Candidate, outcome: Outcome) -> bool:
        """Whether the basket falls short of a candidate's condition at the prices of a run."""
        return lacking(candidate, self.basket, measured_on(candidate, outcome)) != (0, 0)

    def unaffordable(self, priced: _Priced) -> Candidate | None:
        """The last reward that the member's points do not pay for, if there is one (`points.redeem.same_sale`)."""
        if not self.compiled.has_rewards:
            return None
        rewards = [candidate for candidate in priced.combination.selected if candidate.offer.points_cost]
        if not rewards:
            return None
        redeem, member = self.programme.redeem, self.member
        have = member.spendable.count if member is not None else 0
        if redeem is not None and redeem.same_sale:
            have += priced.earning.points.count
        return rewards[-1] if priced.rewards_cost > have else None


def _quote(pricing: _Pricing, priced: _Priced, benefits: list[BenefitOutcome], day: BusinessDay) -> Quote:
    programme, basket, points = pricing.programme, pricing.basket, priced.points
    return Quote(
        programme_version=programme.version,
        programme_hash=programme.hash,
        engine_version=ENGINE_VERSION,
        business_day=day,
        tier=pricing.tier.code if pricing.tier is not None else "",
        lines=priced.lines,
        benefits=tuple(benefits),
        ladder=(*pricing.by_pass.ladder, *outcomes.ladder_of(priced.rows)),
        gifts=outcomes.gifts_of(priced.combination.outcome),
        list_total=Money(sum(basket.list_fen) + pricing.by_pass.total_fen),
        due=Money(priced.due_fen),
        points_spent=Points(points.points + priced.rewards_cost),
        points_value=Money(points.value_fen),
        points_cap=Points(points.cap),
        points_usable=Points(points.usable),
        earning=priced.earning,
        coupons=_redeemed(basket, priced.combination),
        has_member=pricing.member is not None,
        reward_rules=_reward_rules(priced.combination) if pricing.compiled.has_rewards else _NO_RULES,
        passes=pricing.by_pass.settled,
    )


def _take(nets: list[int], parts: Iterable[Part]) -> None:
    for index, fen in parts:
        nets[index] -= fen


def _reward_rules(combination: Combination) -> frozenset[RuleId]:
    return frozenset(RuleId(candidate.offer.id) for candidate in combination.selected if candidate.offer.points_cost)


def _rewards_cost(combination: Combination, basket: Basket) -> int:
    """The points that the applied rewards cost: each its own, or so many for every started block of rewarded units."""
    applied = {id(cause) for cause, _step, _parts in combination.outcome.applied}
    cost = 0
    for candidate in combination.selected:
        offer = candidate.offer
        if not offer.points_cost or id(candidate) not in applied:
            continue
        blocks = 1
        if offer.points_per_milli and isinstance(offer.give, Units):
            rewarded = min(offer.give.count, sum(basket.pieces(i) for i in candidate.lines)) * 1000
            blocks = -(-rewarded // offer.points_per_milli)
        cost += offer.points_cost * blocks
    return cost


def _running_campaigns(programme: Programme, where: Circumstances) -> list[Campaign]:
    """The campaigns that run now for this member; none without a card."""
    if where.member is None:
        return []
    return [
        campaign
        for campaign in programme.campaigns
        if campaign.during.is_open(where.day, where.minute) and is_meant(campaign.audience, where)
    ]


def _planned(tenders: Sequence[PlannedTender], due_fen: int) -> list[tuple[Method, int]]:
    """Planned tenders with amounts; the one that takes the rest comes last."""
    fixed = [(tender.method, tender.amount.fen) for tender in tenders if tender.amount is not None]
    rest = due_fen - sum(fen for _method, fen in fixed)
    return fixed + [(tender.method, rest) for tender in tenders if tender.amount is None][:1]


def _redeemed(basket: Basket, combination: Combination) -> tuple[str, ...]:
    """The codes that this sale uses up: applied coupons, and every voucher that was handed over for a line."""
    coded = [candidate for candidate in combination.selected if candidate.code]
    used = {id(cause) for cause, _step, _parts in combination.outcome.applied} if coded else set()
    codes = [candidate.code for candidate in coded if id(candidate) in used]
    codes += [voucher.code for index in basket.special for voucher in basket.lines[index].vouchers]
    return tuple([code for code in codes if code])
