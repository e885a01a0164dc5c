"""From a run's trace to what people see: lines with their adjustments, the price ladder, every benefit's outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from posapp.domain.amounts import ZERO_MONEY, Money, Quantity, half_up
from posapp.domain.by_hand import LINE_BY_HAND, ORDER_BY_HAND, ByHand, reason_words
from posapp.domain.campaign import Campaign
from posapp.domain.events import Step
from posapp.domain.ids import RuleId
from posapp.domain.pricing.basket import MEMBER_PRICE, NO_RULE, TIER_RATE, Basket
from posapp.domain.pricing.by_pass import ByPass
from posapp.domain.pricing.candidates import Candidate, Refusal
from posapp.domain.pricing.combination import Combination, conflicts
from posapp.domain.pricing.explanation import render
from posapp.domain.pricing.pipeline import Cause, Outcome, Part, Parts, lacking, measured_on, sum_of
from posapp.domain.pricing.quote import (
    BenefitOutcome,
    Explanation,
    Gift,
    LadderStep,
    Parameter,
    QuoteLine,
    Ruling,
    Rulings,
    Status,
)
from posapp.domain.pricing.unit_gives import units_missing
from posapp.domain.pricing.value import value
from posapp.domain.programme import Text, Tier
from posapp.domain.programme.gives import FreeGift
from posapp.domain.programme.offer import Offer
from posapp.domain.time import BusinessDay


@value
class Row:
    """What one rule took off the lines, `fen` in all; `frees_units` where it gives whole units for nothing."""

    ruling: Ruling
    parts: Sequence[Part]
    fen: int
    frees_units: bool = False
    cause: Candidate | Campaign | None = None

    @property
    def name(self) -> Text:
        """What people call the rule."""
        explanation = self.ruling.explanation
        for name in ("name", "tier"):
            found = explanation.params.get(name)
            if isinstance(found, Text):
                return found
        return Text(render(explanation, "zh_CN"), render(explanation, "en"))


def rows_of(basket: Basket, outcome: Outcome, tier: Tier | None) -> list[Row]:
    """Every rule that took something off, in order, with what it took off each line."""
    rows = _item_price_rows(basket, outcome.released, tier)
    for cause, step, parts in outcome.applied:
        rows.append(_row(cause, step, parts))
    return rows


def _item_price_rows(basket: Basket, released: set[int], tier: Tier | None) -> list[Row]:
    """What member prices and the tier's rate took off the lines that did not give them up."""
    rules = set(basket.item_rule)
    if rules == {NO_RULE} or not rules:
        return []
    rows: list[Row] = []
    for rule, ruling in ((MEMBER_PRICE, _MEMBER_PRICE), (TIER_RATE, _tier_ruling(tier))):
        if rule not in rules or ruling is None:
            continue
        lines: Sequence[int] = range(len(basket.item_rule))
        before, after = basket.list_fen, basket.item_net_fen
        if released or len(rules - {NO_RULE}) > 1:
            lines = [i for i, own in enumerate(basket.item_rule) if own == rule and i not in released]
            before, after = [before[i] for i in lines], [after[i] for i in lines]
        fen = sum(before) - sum(after)
        if fen:
            rows.append(Row(ruling, Parts(lines, before, after, fen), fen))
    return rows


_MEMBER_PRICE: Final = Ruling(RuleId("member_price"), Step.MEMBER_PRICE, Explanation("member_price"))


def _tier_ruling(tier: Tier | None) -> Ruling | None:
    if tier is None:
        return None
    params: dict[str, Parameter] = {"tier": tier.name, "rate": tier.rate}
    return Ruling(RuleId(f"tier.{tier.code}"), Step.TIER_RATE, Explanation("tier_rate", params))


def lines_of(basket: Basket, nets: Sequence[int], rows: Sequence[Row], by_pass: ByPass) -> tuple[QuoteLine, ...]:
    """The priced lines, which cost `nets` beside what passes settle of them."""
    freed = _freed(basket, rows) if any(row.frees_units for row in rows) else None
    rulings = Rulings([*by_pass.shares, *((row.ruling, row.parts) for row in rows)], len(nets))
    lines: list[QuoteLine] = []
    for index, (reading, net) in enumerate(zip(basket.readings, nets, strict=True)):
        product, pieces = reading.product, reading.pieces
        if freed is not None:
            pieces = max(0, pieces - freed[index])
        settled = by_pass.fen.get(index)
        lines.append(
            QuoteLine(
                index,
                reading.list_amount if settled is None else Money(reading.list_amount.fen + settled),
                Money(net),
                product.earns,
                product.counts,
                product.points_pay,
                pieces,
                rulings,
            )
        )
    return tuple(lines)


def _freed(basket: Basket, rows: Sequence[Row]) -> list[int]:
    """How many whole pieces of each line were given for nothing."""
    left = basket.list_fen.copy()
    freed = [0] * len(left)
    for row in rows:
        for index, fen in row.parts:
            if row.frees_units and left[index]:
                freed[index] += half_up(fen * basket.pieces(index), left[index])
            left[index] -= fen
    return freed


def ladder_of(rows: Sequence[Row]) -> tuple[LadderStep, ...]:
    """One row for each rule and step, in the order in which they applied."""
    # Steps are told apart by identity, because an enumeration's member is slow to hash.
    steps: dict[tuple[RuleId, int], LadderStep] = {}
    for row in rows:
        fen = row.fen
        if fen:
            ruling = row.ruling
            key = ruling.rule, id(ruling.step)
            if key in steps:
                fen += steps[key].amount.fen
            steps[key] = LadderStep(ruling.rule, ruling.step, Money(fen), ruling.explanation)
    return tuple(steps.values())


def benefits_of(
    basket: Basket,
    combination: Combination,
    rows: Sequence[Row],
    refusals: Sequence[Refusal],
) -> list[BenefitOutcome]:
    """What became of every offer that was looked at."""
    outcome = combination.outcome
    taken = {id(row.cause): row.fen for row in rows if row.cause is not None}
    given = {id(candidate) for candidate, milli in outcome.gifts if milli}
    outcomes: list[BenefitOutcome] = []
    for candidate in combination.selected:
        fen = taken.get(id(candidate), 0)
        if fen or id(candidate) in given:
            outcomes.append(_applied(candidate, fen))
        else:
            missing = outcome.short.get(candidate, (0, 1000 * units_missing(candidate, basket)))
            outcomes.append(_not_applied(candidate, missing, combination, rows))
    for candidate in (*combination.hopeless, *combination.beaten):
        missing = lacking(candidate, basket, measured_on(candidate, outcome))
        if missing == (0, 0):
            missing = 0, 1000 * units_missing(candidate, basket)
        outcomes.append(_not_applied(candidate, missing, combination, rows))
    outcomes += [
        BenefitOutcome(
            RuleId(no.offer.id),
            _kind(no.offer),
            no.offer.name,
            no.status,
            ZERO_MONEY,
            no.explanation,
            code=no.code,
            last_day=_last_day_of(no),
        )
        for no in refusals
    ]
    return outcomes


def gifts_of(outcome: Outcome) -> tuple[Gift, ...]:
    """The units that are added on top."""
    return tuple(
        Gift(RuleId(candidate.offer.id), candidate.offer.give.sku, Quantity(milli))
        for candidate, milli in outcome.gifts
        if isinstance(candidate.offer.give, FreeGift) and milli > 0
    )


def campaign_outcomes(
    campaigns: Sequence[Campaign], best: Campaign | None, rows: Sequence[Row]
) -> list[BenefitOutcome]:
    """What became of the campaigns that run and raise the rate: the best one counts."""
    amount = sum(row.fen for row in rows if row.ruling.step is Step.EXTRA_PERCENT)
    outcomes: list[BenefitOutcome] = []
    for campaign in campaigns:
        if campaign.rate == 10_000 or best is None:
            continue
        status, why = Status.APPLIED, _campaign_words(campaign)
        if not amount:
            status, why = Status.EXCLUDED, Explanation("nothing_left")
        elif campaign is not best:
            status, why = Status.BEATEN, Explanation("beaten", {"by": best.name})
        outcomes.append(
            BenefitOutcome(
                RuleId(campaign.id),
                "campaign",
                campaign.name,
                status,
                Money(amount) if status is Status.APPLIED else ZERO_MONEY,
                why,
                beaten_by=(RuleId(best.id),) if status is Status.BEATEN else (),
                optional=False,
            )
        )
    return outcomes


def unknown_codes(codes: Sequence[str]) -> list[BenefitOutcome]:
    """Entered codes that no rule and no held coupon answers to."""
    return [
        BenefitOutcome(
            RuleId(""),
            "code",
            Text(code, code),
            Status.UNKNOWN,
            ZERO_MONEY,
            Explanation("unknown_code", {"code": code}),
            code,
        )
        for code in codes
    ]


def _outcome(
    candidate: Candidate,
    status: Status,
    why: Explanation,
    amount: int = 0,
    beaten_by: tuple[RuleId, ...] = (),
    short_by: Money | None = None,
) -> BenefitOutcome:
    offer, held = candidate.offer, candidate.held
    return BenefitOutcome(
        candidate.prepared.ruling.rule,
        "coupon" if candidate.prepared.is_coupon else "promotion",
        offer.name,
        status,
        Money(amount) if amount else ZERO_MONEY,
        why,
        candidate.code,
        beaten_by,
        short_by,
        held.last_day if held is not None else offer.during.until,
    )


def _applied(candidate: Candidate, fen: int) -> BenefitOutcome:
    if candidate.code or candidate.held is not None:
        return _outcome(candidate, Status.APPLIED, candidate.why, fen)
    memo = candidate.prepared.memo
    known = memo.applied
    if known is None or known.amount.fen != fen:
        known = memo.applied = _outcome(candidate, Status.APPLIED, candidate.why, fen)
    return known


def _not_applied(
    candidate: Candidate, missing: tuple[int, int], combination: Combination, rows: Sequence[Row]
) -> BenefitOutcome:
    """What the basket lacks for it, or what beat it."""
    if missing != (0, 0):
        return _short(candidate, missing)
    return _beaten(candidate, combination.selected, rows)


def _short(candidate: Candidate, missing: tuple[int, int]) -> BenefitOutcome:
    missing_fen, missing_milli = missing
    why = Explanation("short", {"fen": missing_fen, "milli": missing_milli, **candidate.why.params})
    return _outcome(candidate, Status.SHORT, why, short_by=Money(missing_fen) if missing_fen else None)


def _beaten(candidate: Candidate, selected: Sequence[Candidate], rows: Sequence[Row]) -> BenefitOutcome:
    """Lost to the offers that keep it out, else to the rules that took its lines; or there is nothing left to take."""
    rivals = [other for other in selected if conflicts(candidate, other)]
    if not rivals and candidate.offer.is_coupon:
        rivals = [other for other in selected if other.offer.is_coupon and other is not candidate]
    own = set(candidate.lines)
    if not rivals and candidate.offer.takes_units:
        wanted = own.union(candidate.asked)
        others = [other for other in selected if other.offer.takes_units and other is not candidate]
        rivals = [other for other in others if not wanted.isdisjoint((*other.lines, *other.asked))]
    causes = set(map(id, rivals))
    won = [row for row in rows if id(row.cause) in causes] or [
        row for row in rows if any(index in own for index, _fen in row.parts)
    ]
    if not won:
        return _outcome(candidate, Status.EXCLUDED, Explanation("nothing_left"))
    insisted = any(other.wanted for other in rivals)
    status = Status.NOT_COMBINABLE if insisted else Status.BEATEN
    names = [row.name for row in won]
    by = Text("、".join(dict.fromkeys(n.zh for n in names)), ", ".join(dict.fromkeys(n.en for n in names)))
    why = Explanation("not_combinable" if insisted else "beaten", {"by": by})
    return _outcome(candidate, status, why, beaten_by=tuple(dict.fromkeys(row.ruling.rule for row in won)))


def _kind(offer: Offer) -> str:
    return "coupon" if offer.is_coupon else "promotion"


def _last_day_of(refusal: Refusal) -> BusinessDay | None:
    return refusal.held.last_day if refusal.held is not None else refusal.offer.during.until


def _row(cause: Cause, step: Step, parts: Sequence[Part]) -> Row:
    fen = sum_of(parts)
    match cause:
        case Candidate():
            prepared = cause.prepared
            return Row(prepared.ruling, parts, fen, prepared.frees_units, cause)
        case Campaign():
            return Row(Ruling(RuleId(cause.id), step, _campaign_words(cause)), parts, fen, cause=cause)
        case ByHand():
            of_order = step is Step.ORDER_MANUAL
            rule = ORDER_BY_HAND if of_order else LINE_BY_HAND
            why = Explanation(rule, {"reason": reason_words(cause.reason)})
            return Row(Ruling(rule, step, why, of_order), parts, fen)
        case _:
            return Row(Ruling(RuleId(cause), step, Explanation(cause)), parts, fen)


def _campaign_words(campaign: Campaign) -> Explanation:
    return Explanation("campaign_rate", {"name": campaign.name, "rate": campaign.rate})
