"""Coupons are claimed, bought with points, and voided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application import coupons
from posapp.application.wallet import load_wallet
from posapp.domain.events import CouponsVoided
from tests.simulation.actions.desk import who
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from tests.simulation.actions.desk import Desk


def claim_word(desk: Desk) -> Attempt | None:
    """A word from the shop's page puts a coupon into a wallet, once."""
    member = desk.member()
    if member is None:
        return None

    def run(till: Application) -> None:
        coupons.claim(till, member.id, "QH50", CASHIER)

    return Attempt(f"puts QH50 into {who(member)}'s wallet", None, run)


def exchange(desk: Desk) -> Attempt | None:
    """A coupon for points."""
    member = desk.member()
    if member is None:
        return None
    request, how, online = desk.request().hex(), desk.proof(), desk.online

    def run(till: Application) -> None:
        coupons.exchange_points(till, member.id, "points5", how, CASHIER, request, online=online)

    return Attempt(f"sells {who(member)} a coupon for points", None, run)


def void_some(desk: Desk) -> Attempt | None:
    """A coupon is made worthless, while another till may redeem it."""
    held = next((found for each in desk.members() if (found := load_wallet(desk.till, each.id).coupons)), ())
    if not held:
        return None
    code = desk.draw.choice(held).code

    def run(till: Application) -> None:
        coupons.void(till, [code], "lost", CASHIER)

    return Attempt(f"voids coupon {code}", CouponsVoided, run, by_request=False)
