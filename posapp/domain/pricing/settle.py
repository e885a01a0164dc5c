"""The last steps of the pipeline: points, then round-off (domain.md §2.3 steps 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posapp.domain.amounts import ZERO_MONEY, Money, allocate
from posapp.domain.ids import RuleId
from posapp.domain.pricing.basket import Basket
from posapp.domain.pricing.inputs import MemberView, PlannedTender
from posapp.domain.pricing.pipeline import Part
from posapp.domain.pricing.quote import BenefitOutcome, Explanation, Status
from posapp.domain.programme import Programme, Text
from posapp.domain.sale import Cart, TenderMethod

POINTS = RuleId("points")
POINTS_NAME = Text("积分抵现", "Pay with points")


@dataclass(frozen=True, slots=True)
class PointsPayment:
    """How points pay: what is spent, what it is worth, over which lines, and the bounds."""

    points: int = 0
    value_fen: int = 0
    parts: tuple[Part, ...] = ()
    cap: int = 0
    usable: int = 0
    outcome: BenefitOutcome | None = None


def pay_with_points(
    cart: Cart,
    programme: Programme,
    member: MemberView | None,
    basket: Basket,
    nets: Sequence[int],
    spent_on_rewards: int = 0,
) -> PointsPayment:
    """Spend points on what is left of the lines that points may pay."""
    rule = programme.redeem
    wanted = cart.points_wanted or 0
    if rule is None:
        return PointsPayment(outcome=_outcome(Status.UNKNOWN, "no_points_rule") if wanted else None)
    if member is None:
        return PointsPayment(outcome=_outcome(Status.NEEDS_MEMBER, "needs_member") if wanted else None)
    eligible = [index for index, product in enumerate(basket.products) if product.points_pay]
    cap_fen = rule.cap(sum(nets[i] for i in eligible))
    cap = cap_fen * rule.points // rule.value_fen
    have = max(0, member.spendable.count - spent_on_rewards)
    usable = min(rule.most(cap_fen), rule.whole_blocks(have))
    if usable < rule.minimum:
        usable = 0
    bounds = {"cap": cap, "usable": usable, "have": have, "worth_fen": rule.worth(usable)}
    if cart.points_wanted is None:
        wanted = usable if rule.proposal == "max" else 0
    if cart.chosen.get(POINTS) is False or wanted <= 0:
        key = "points_possible" if usable else "points_none"
        status = Status.DECLINED if usable else Status.SHORT
        return PointsPayment(cap=cap, usable=usable, outcome=_outcome(status, key, **bounds))
    if cart.identified_by not in rule.identification:
        outcome = _outcome(Status.NEEDS_IDENTIFICATION, "points_need_identification", **bounds)
        return PointsPayment(cap=cap, usable=usable, outcome=outcome)
    if wanted > have:
        short = wanted - have
        return PointsPayment(
            cap=cap, usable=usable, outcome=_outcome(Status.SHORT, "points_short", short=short, **bounds)
        )
    spent = min(rule.whole_blocks(wanted), usable)
    if spent < max(1, rule.minimum):
        least = max(rule.block, rule.minimum)
        return PointsPayment(
            cap=cap, usable=usable, outcome=_outcome(Status.SHORT, "points_least", least=least, **bounds)
        )
    value = rule.worth(spent)
    shares = allocate(value, [nets[i] for i in eligible])
    parts = tuple((i, fen) for i, fen in zip(eligible, shares, strict=True) if fen)
    outcome = _outcome(Status.APPLIED, "points_spent", points=spent, fen=value, amount=value, **bounds)
    return PointsPayment(spent, value, parts, cap, usable, outcome)


def round_off(programme: Programme, nets: Sequence[int], tenders: Sequence[PlannedTender]) -> list[Part]:
    """What is rounded off the part that cash pays: always down, ¥189.50 is never 190; nothing where no cash is paid."""
    unit = programme.round_off_fen
    if not unit or not any(tender.method is TenderMethod.CASH for tender in tenders):
        return []
    others = [tender.amount for tender in tenders if tender.method is not TenderMethod.CASH]
    if any(amount is None for amount in others):
        return []
    cash_fen = sum(nets) - sum(amount.fen for amount in others if amount is not None)
    if cash_fen <= 0 or not cash_fen % unit:
        return []
    return [(index, fen) for index, fen in enumerate(allocate(cash_fen % unit, nets)) if fen]


def _outcome(status: Status, key: str, amount: int = 0, **params: int) -> BenefitOutcome:
    money = Money(amount) if amount else ZERO_MONEY
    return BenefitOutcome(POINTS, "points", POINTS_NAME, status, money, Explanation(key, dict(params)))
