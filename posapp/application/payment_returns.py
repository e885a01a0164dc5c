"""Giving back by the way it came what was paid by scanned code: written with the refund, asked for until it is done."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from posapp.application.ports import PaymentGateway
from posapp.application.till import Cashier, Till
from posapp.domain import payment_return as machine
from posapp.domain.errors import InvalidField
from posapp.domain.events import SaleCompleted, SaleRefunded
from posapp.domain.ids import uuid7
from posapp.domain.payment_return import MoneyBack, PaymentReturn, ReturnStage, is_due, parts_back
from posapp.storage import payment_returns as rows


def write_down(
    till: Till, connection: Connection, sale: SaleCompleted, earlier: Sequence[SaleRefunded], refund: SaleRefunded
) -> None:
    """Note what a refund gives back by code, in its own transaction; the worker of payments does the rest."""
    now = till.clock.now()
    for tender, amount in parts_back(sale, earlier, refund):
        number = uuid7(int(now.timestamp() * 1000), till.entropy.bytes(10)).hex
        back = MoneyBack(tender.method, number, tender.reference, amount, tender.amount)
        rows.add(connection, PaymentReturn(back, refund.receipt_number, now))


def advance(till: Till, gateway: PaymentGateway, number: str) -> PaymentReturn:
    """Ask the provider for a return, if that is due; returns where it stands now."""
    with till.database.read() as connection:
        one = rows.get(connection, number)
    if not is_due(one, till.clock.now()):
        return one
    answer = gateway.give_back(one.back)
    with till.database.write() as connection:
        changed = machine.answered(rows.get(connection, number), answer, till.clock.now())
        rows.save(connection, changed)
    return changed


def needing_a_person(till: Till) -> list[PaymentReturn]:
    """Returns that the provider refuses, or that have waited for a day."""
    with till.database.read() as connection:
        return rows.needing_a_person(connection, till.clock.now())


def is_known(till: Till, number: str) -> bool:
    """Whether this is the number of a return."""
    with till.database.read() as connection:
        return rows.is_known(connection, number)


def settle_by_hand(till: Till, number: str, who: Cashier) -> PaymentReturn:
    """A person made sure that the buyer has the money.  Raises `InvalidField` where that is settled already."""
    with till.database.write() as connection:
        one = rows.get(connection, number)
        if one.stage is ReturnStage.DONE:
            raise InvalidField("number", "this return is settled already", "这笔退款已经有结果")
        settled = machine.settled_by_hand(one, who.id)
        rows.save(connection, settled)
    return settled
