"""Passes that settle units of a sale's lines: checked and worked out inside the transaction that records the sale."""

from __future__ import annotations

from sqlalchemy import Connection

from posapp.application.coupons import BenefitGone
from posapp.application.passes.terms import USABLE, earned_by, left_of, taken_of, usable
from posapp.application.till import Till
from posapp.domain.events import UnitsByPass
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.pricing import Quote
from posapp.domain.sale import PROVEN, Cart
from posapp.domain.text import Text
from posapp.storage import assets
from posapp.storage.assets import HeldAsset

NOT_THEIRS = Text("会员没有这张卡，已重新计价", "the member has no such pass; the sale is priced again")
NOT_PROVEN = Text("用次卡需出示动态会员码或输入密码", "using a pass needs the member's code or PIN")


def check_passes(till: Till, connection: Connection, cart: Cart, quote: Quote, *, online: bool) -> None:
    """Whether the passes may still settle what the quote says: the same questions as of a use.

    Raises `BenefitGone`.
    """
    wanted: dict[AssetId, int] = {}
    for each in quote.passes:
        wanted[each.pass_id] = wanted.get(each.pass_id, 0) + each.units
    if wanted and cart.identified_by not in PROVEN:
        raise BenefitGone("pass", NOT_PROVEN)
    for pass_id, units in wanted.items():
        held = _of_member(connection, pass_id, cart.member)
        refusal = usable(till, connection, held, quote.business_day, online=online).why_not(units, quote.business_day)
        if refusal is not None:
            raise BenefitGone("pass", Text(refusal.zh, refusal.en))


def units_by_pass(connection: Connection, quote: Quote) -> tuple[UnitsByPass, ...]:
    """What the sale records of its passes: the uses that leave each, and what they earn."""
    left: dict[AssetId, int] = {}
    found = []
    for each in quote.passes:
        held = assets.find(connection, each.pass_id)
        if held is None:
            raise LookupError("a pass that was priced is not on this till")
        before = left.setdefault(each.pass_id, left_of(held, quote.business_day))
        taken = taken_of(held.asset, each.units)
        left[each.pass_id] -= taken
        revenue = earned_by(held.asset, before, taken)
        found.append(UnitsByPass(each.line, each.pass_id, each.units, taken, revenue))
    return tuple(found)


def _of_member(connection: Connection, pass_id: AssetId, member: MemberId | None) -> HeldAsset:
    held = assets.find(connection, pass_id)
    if held is None or held.asset.owner != member or held.asset.kind not in USABLE:
        raise BenefitGone("pass", NOT_THEIRS)
    return held
