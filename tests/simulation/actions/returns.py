"""Goods come back: to the till that sold them, to another one, in parts, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.refunds import RefundRequest, complete_refund, undo_sale
from posapp.application.returnable import find_receipt, open_return
from posapp.domain.errors import InvalidField
from posapp.domain.events import Recorded, SaleCompleted, SaleRefunded
from posapp.storage import sales
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER, MANAGER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from tests.simulation.actions.desk import Desk

_TRIES = 4


def give_goods_back(desk: Desk) -> Attempt | None:
    """Some or all of a sale that anybody of the shop made, if this till has heard of it."""
    made = [
        entry.event
        for entries in desk.world.model.log.values()
        for entry in entries[-20:]
        if isinstance(entry.event, SaleCompleted)
    ]
    # What was paid with more than money is the harder case, and the rarer one.
    hard = [sale for sale in made if sale.draws or sale.coupons or sale.points_spent.count]
    if not made:
        return None
    found = hard if hard and desk.draw.random() < 0.5 else made
    for sale in desk.draw.sample(found, min(_TRIES, len(found))):
        try:
            number = sale.receipt_number
            position = find_receipt(desk.till, number)[0].summary.position
            break
        except InvalidField:
            continue
    else:
        return None
    original = open_return(desk.till, position)
    part = desk.draw.random() < 0.5
    coming = tuple(1_000 if part and left >= 1_000 and left % 1_000 == 0 else left for left in original.everything)
    if not any(coming):
        return None
    request = RefundRequest(desk.request(), position, original.before, coming, CASHIER, MANAGER, online=desk.online)

    def run(till: Application) -> Recorded | None:
        return complete_refund(till, request).recorded

    return Attempt(f"takes back goods of receipt {number}{' in part' if part else ''}", SaleRefunded, run)


def undo(desk: Desk) -> Attempt | None:
    """The sale that was just made was a mistake."""
    with desk.till.database.read() as connection:
        newest = sales.recent(connection, 1)
        sold = sales.sale_at(connection, newest[0].position) if newest else None
    if sold is None:
        return None

    def run(till: Application) -> Recorded | None:
        return undo_sale(till, sold, CASHIER).recorded

    number = sold.event.receipt_number if isinstance(sold.event, SaleCompleted) else "?"
    # Undoing it again is undoing it once, so it need not record anything.
    return Attempt(f"undoes receipt {number}", None, run)
