"""Short ways to write programmes, baskets and members in tests of pricing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.coupon import HeldCoupon
from posapp.domain.ids import CartId, MemberId, Sku
from posapp.domain.pricing import BenefitOutcome, Context, MemberView, PlannedTender, Quote, price
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.sale import Cart, CartLine, Identification, TenderMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDINARY_DAY = datetime(2026, 11, 17, 4, 0, tzinfo=UTC)
MEMBER_DAY = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
WHO = MemberId(b"m" * 16)
EXCLUDED = ("no_discount", "no_points")

CARD_TIERS: list[dict[str, Any]] = [
    {"code": "normal", "rate": 9500},
    {"code": "silver", "rate": 9000, "any_of": {"spend": "500.00", "visits": 3}},
    {"code": "gold", "rate": 8500, "any_of": {"spend": "2000.00", "visits": 8}},
]
MEMBER_DAY_CAMPAIGN: dict[str, Any] = {
    "id": "member_day",
    "during": {"month_days": [18]},
    "for": {"members": True},
    "rate": 9000,
    "points_times": 2,
}


def programme(**changes: Any) -> Programme:
    """A programme with three tiers that earns and spends points; `changes` replace fields of the document."""
    document: dict[str, Any] = {
        "version": 1,
        "tiers": CARD_TIERS,
        "points": {"earn": {}, "redeem": {}},
        "growth_per_yuan": 1,
        "campaigns": [MEMBER_DAY_CAMPAIGN],
    }
    return parse_programme({**document, **changes})


def plain(**changes: Any) -> Programme:
    """A programme in which only what a test adds does anything."""
    return parse_programme({"version": 1, "tiers": [{"code": "only"}], **changes})


def line(sku: str, yuan: str, pieces: int = 1, tags: tuple[str, ...] = (), **terms: Any) -> CartLine:
    """A line of whole pieces."""
    return CartLine(Sku(sku), sku, Quantity.pieces(pieces), Money.parse(yuan), tags=tags, **terms)


def cart(*lines: CartLine, **choices: Any) -> Cart:
    """A basket whose member, if any, showed the dynamic code."""
    choices.setdefault("identified_by", Identification.DYNAMIC_CODE)
    return Cart(CartId(UUID(int=1)), lines, **choices)


def member(tier: str = "normal", points: int = 0, coupons: Sequence[HeldCoupon] = (), **more: Any) -> MemberView:
    """A member of a tier."""
    return MemberView(WHO, tier, spendable=Points(points), coupons=tuple(coupons), **more)


def quote(
    basket: Cart,
    rules: Programme,
    who: MemberView | None = None,
    now: datetime = ORDINARY_DAY,
    tenders: Sequence[PlannedTender] = (),
    context: Context | None = None,
) -> Quote:
    """Price, and check what must hold of every quote."""
    result = price(basket, rules, now, who, tenders=tenders, context=context or Context())
    assert_sound(result)
    return result


def assert_sound(result: Quote) -> None:
    """The identities that no rule may break."""
    assert sum(row.amount.fen for row in result.ladder) == result.saved.fen
    assert sum(each.net.fen for each in result.lines) == result.due.fen
    for each in result.lines:
        assert each.net.fen == each.list_amount.fen - sum(a.amount.fen for a in each.adjustments)
        assert 0 <= each.net.fen <= each.list_amount.fen
        assert all(a.amount.fen > 0 for a in each.adjustments)


def nets(result: Quote) -> list[int]:
    """The fen that each line costs."""
    return [each.net.fen for each in result.lines]


def benefit(result: Quote, rule: str) -> BenefitOutcome:
    """What became of one rule."""
    (found,) = [outcome for outcome in result.benefits if outcome.rule == rule]
    return found


CASH = (PlannedTender(TenderMethod.CASH),)
