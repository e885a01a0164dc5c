"""X and Z reports on paper.  An X leaves out what would tell what should be in the drawer, until it was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.receipt import ReportSlip
from posapp.application.receipts import local_time
from posapp.domain.events import CashMove, ShiftClosed
from posapp.domain.sale import TenderMethod

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posapp.application.shifts import Shift
    from posapp.application.till import Cashier, Till
    from posapp.domain.amounts import Money
    from posapp.domain.events import Recorded, TenderTotal

Section = tuple[tuple[str, str], ...]


def z_slip(till: Till, recorded: Recorded, labels: Mapping[str, str]) -> ReportSlip:
    """The Z report of a shift, as it was recorded."""
    z = recorded.event
    if not isinstance(z, ShiftClosed):
        raise TypeError("a Z report is a shift that was closed")
    zone = till.programme.zone
    sales = (
        (labels["shift.begun"], f"{z.begun_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        (labels["shift.sales"], f"{z.sales} / {z.sales_total}"),
        (labels["shift.refunds"], f"{z.refunds} / {-z.refunds_total}"),
        (labels["shift.net"], str(z.sales_total - z.refunds_total)),
        *_fees(z.return_fees, labels),
        (labels["shift.discounts"], str(-z.discounts)),
        (labels["shift.by_hand"], str(-z.by_hand)),
        (labels["shift.no_sales"], str(z.no_sales)),
    )
    drawer: Section = (
        (labels["shift.opening"], str(z.opening)),
        (labels["shift.cash_in"], str(z.cash_in)),
        (labels["shift.cash_out"], str(-z.cash_out)),
        (labels["shift.paid_in"], str(z.paid_in)),
        (labels["shift.paid_out"], str(-z.paid_out)),
        (labels["shift.drop"], str(-z.drops)),
        (labels["shift.expected"], str(z.expected)),
        (labels["shift.counted"], f"{z.counted} ({z.counts})"),
        (labels["shift.difference"], str(z.difference)),
    )
    if z.note:
        drawer += ((z.note, ""),)
    return ReportSlip(
        shop=till.identity.shop_name,
        store=till.identity.store_name,
        till=str(till.identity.number),
        number=f"{till.identity.number:02d}-Z{z.number:04d}",
        title=labels["shift.z_day" if z.closes_day else "shift.z"].format(number=z.number),
        local_time=local_time(recorded, zone),
        cashier=z.operator,
        sections=(sales, _tenders(z.tenders, labels), drawer),
    )


def x_slip(till: Till, shift: Shift, cashier: Cashier, labels: Mapping[str, str]) -> ReportSlip:
    """How the shift stands."""
    now, totals = till.clock.now().astimezone(till.programme.zone), shift.totals
    told = shift.counted is not None
    sales = (
        (labels["shift.sales"], str(totals.sales)),
        (labels["shift.refunds"], str(totals.refunds)),
        (labels["shift.no_sales"], str(shift.no_sales)),
        *_fees(shift.return_fees, labels),
    )
    moved = {"paid_in": CashMove.PAID_IN, "paid_out": CashMove.PAID_OUT, "drop": CashMove.DROP}
    drawer = tuple((labels[f"shift.{name}"], str(shift.moved[move])) for name, move in moved.items())
    if told:
        drawer += ((labels["shift.expected"], str(shift.expected)),)
    tenders = [one for one in shift.tenders if told or one.method is not TenderMethod.CASH]
    return ReportSlip(
        shop=till.identity.shop_name,
        store=till.identity.store_name,
        till=str(till.identity.number),
        number=f"{till.identity.number:02d}-X{now:%y%m%d%H%M%S}",
        title=labels["shift.x"].format(number=shift.number),
        local_time=f"{now:%Y-%m-%d %H:%M}",
        cashier=cashier.id,
        sections=(sales, _tenders(tenders, labels), drawer),
    )


def _fees(fees: Money, labels: Mapping[str, str]) -> Section:
    """What was withheld from returns, in a shop that charges for them: the drawer has it, and no sale."""
    return ((labels["shift.return_fees"], str(fees)),) if fees else ()


def _tenders(tenders: Iterable[TenderTotal], labels: Mapping[str, str]) -> Section:
    """Each way of paying: what it took in, less what it gave back."""
    return tuple((labels[f"tender.{one.method.name}"], str(one.taken - one.given_back)) for one in tenders)
