"""Commands about coupons: print a batch's codes, say what became of every coupon."""

from __future__ import annotations

from pathlib import Path

from posapp.application.coupon_report import coupon_report
from posapp.application.coupons import open_batch
from posapp.application.till import Cashier
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.domain.ids import StaffId
from posapp.domain.programme.reader import parse_day

_OFFICE = Cashier(StaffId("office"), "")


def print_batch(folder: TillFolder, number: int, target: Path) -> int:
    """Make a batch of the programme good and write its codes, one a line, for a printer."""
    with opened(folder) as till:
        codes = open_batch(till, number, _OFFICE)
    target.write_text("\n".join(codes) + "\n", encoding="ascii")
    print(f"{target}: {len(codes)} codes")
    return 0


def print_report(folder: TillFolder, day: str) -> int:
    """Print every cohort at the end of a day, today's where none is given; 1 where the ledger says otherwise."""
    with opened(folder) as till:
        report = coupon_report(till, parse_day(day, "--day") if day else None)
    print(f"{report.day}  issued  redeemed  voided  expired  open  again")
    for (template, month), line in [*report.lines.items(), (("total", ""), report.total)]:
        figures = (line.issued, line.redeemed, line.voided, line.expired, line.open_, sum(line.again))
        print(f"{template or '?'} {month}  " + "  ".join(map(str, figures)))
    for account, amount in report.differences.items():
        print(f"{account.name}: {amount} on the ledger and in no line")
    return 1 if report.differences else 0
