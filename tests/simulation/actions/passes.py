"""Passes are sold, used and given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application import passes
from posapp.application.cash import cash_tender
from posapp.application.passes import PassOrder, PassReturn, PassUse
from posapp.domain.amounts import Money
from posapp.domain.events import PassRefunded, PassSold, PassUsed, Recorded
from posapp.domain.passes import RefundBasis
from tests.simulation.actions.desk import who
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER, MANAGER

if TYPE_CHECKING:
    from posapp.application.passes import HeldPass
    from posapp.application.till import Till as Application
    from posapp.domain.member import Member
    from tests.simulation.actions.desk import Desk


def sell(desk: Desk) -> Attempt | None:
    """A member buys a pass."""
    member = desk.member()
    if member is None or not desk.till.programme.passes:
        return None
    template = desk.draw.choice(desk.till.programme.passes)
    order = PassOrder(desk.request(), member.id, template.id, (cash_tender(Money(template.price_fen)),), CASHIER)

    def run(till: Application) -> Recorded | None:
        return passes.sell_pass(till, order).recorded

    return Attempt(f"sells the pass {template.id} to {who(member)}", PassSold, run)


def use(desk: Desk) -> Attempt | None:
    """A member uses one."""
    found = _held(desk)
    if found is None:
        return None
    member, held = found
    desk.hold(member)
    asked = PassUse(desk.request(), held.asset.id, 1, CASHIER, desk.proof(), online=desk.online)

    def run(till: Application) -> None:
        passes.use_pass(till, asked)

    return Attempt(f"takes a use of {who(member)}'s pass, {held.left} left", PassUsed, run)


def give_back(desk: Desk) -> Attempt | None:
    """A member gives one back."""
    found = _held(desk)
    if found is None:
        return None
    member, held = found
    preview = passes.preview_return(desk.till, held.asset.id, RefundBasis.BUYER)
    paid = (cash_tender(preview.refund),) if preview.refund else ()
    back = PassReturn(desk.request(), preview, "moving away", paid, CASHIER, MANAGER)

    def run(till: Application) -> Recorded | None:
        return passes.return_pass(till, back)

    return Attempt(f"takes {who(member)}'s pass back for {preview.refund}", PassRefunded, run)


def _held(desk: Desk) -> tuple[Member, HeldPass] | None:
    # Now and then somebody insists on one that is no good any more.
    insists = desk.draw.random() < 0.2
    for member in desk.members():
        held = [one for one in passes.held_passes(desk.till, member.id) if insists or one.refusal is None]
        if held:
            return member, desk.draw.choice(held)
    return None
