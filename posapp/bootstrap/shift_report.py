"""`posapp report shift`: the shift that is open, and the Z reports of some days."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from posapp.application.shift_slips import z_slip
from posapp.application.shifts import current, z_reports
from posapp.domain.events import CashMove, ShiftClosed
from posapp.hardware.receipt_text import render
from posapp.resources import resource_path

if TYPE_CHECKING:
    from posapp.application.till import Till
    from posapp.domain.time import BusinessDay


def print_shifts(till: Till, first: BusinessDay, last: BusinessDay) -> None:
    """Print the Z reports of these business days as they were printed, the oldest first, and the open shift.

    Whoever may read this till's folder may know what should be in the drawer.
    """
    labels: dict[str, str] = json.loads(resource_path("receipts", "zh_CN.json").read_text("utf-8"))
    for recorded in reversed(z_reports(till)):
        if isinstance(recorded.event, ShiftClosed) and first <= recorded.event.business_day <= last:
            print("\n".join(render(z_slip(till, recorded, labels), labels)), end="\n\n")
    shift = current(till)
    opening = str(shift.opening) if shift.opening is not None else "unknown"
    moves = "  ".join(f"{move.name.lower()} {shift.moved[move]}" for move in CashMove)
    print(f"shift {shift.number} (open): {shift.totals.sales} sales, {shift.totals.refunds} returns")
    print(f"  float {opening}  cash_in {shift.cash_in}  cash_out {shift.cash_out}  {moves}  expected {shift.expected}")
    print(f"  counted {len(shift.counts)} times, drawer opened without a sale {shift.no_sales} times")
