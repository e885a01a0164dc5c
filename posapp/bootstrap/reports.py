"""Reports on the command line."""

from __future__ import annotations

from posapp.application.liabilities import entries_of, report
from posapp.application.stored_value.custody import custody_gauge
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shift_report import print_shifts
from posapp.bootstrap.staff_report import print_staff
from posapp.bootstrap.upkeep import opened
from posapp.domain.accounts import Unit
from posapp.domain.amounts import Money
from posapp.domain.liability import Movement
from posapp.domain.programme.reader import parse_day
from posapp.domain.time import BusinessDay

_MONEY = frozenset({Unit.FEN, Unit.STORED_FEN})


def print_report(folder: TillFolder, name: str, first: str | None, last: str | None, *, listed: bool) -> int:
    """Print what is owed over a period, and every entry where they are `listed`; 0 where everything agrees.

    Without days it is today; without the first day, everything up to the last.
    """
    with opened(folder) as till:
        end = parse_day(last, "--to") if last else till.business_day()
        start = parse_day(first, "--from") if first else (BusinessDay(1) if last else end)
        if name == "shift":
            print_shifts(till, start, end)
            return 0
        if name == "staff":
            print_staff(till, start, end)
            return 0
        made = report(till, name, start, end)
        store = till.identity.store_name or till.identity.store
        print(f"{name}: {start if first or not last else '…'} – {end}  (store {store} only / 仅本店账)")
        for each in made.movements:
            _print_movement(each)
        if listed:
            for entry in entries_of(till, name, start, end):
                amounts = "  ".join(f"{code} {Money(amount)}" for code, amount in entry.amounts.items() if amount)
                print(f"  {entry.day}  {entry.kind:<22}{amounts}")
        if name == "stored-value":
            _print_gauge(till)
    for line in made.differences:
        print(line)
    print("agrees with its entries" if not made.differences else f"{len(made.differences)} differences")
    return 1 if made.differences else 0


def _print_movement(each: Movement) -> None:
    figures = {"open": each.open, **each.columns, "close": each.close}
    in_money = each.liability.held.unit in _MONEY
    words = [f"{name} {Money(amount) if in_money else amount}" for name, amount in figures.items()]
    print(f"{each.liability.code} ({each.liability.name.zh}): {'  '.join(words)}  [{each.entries}]")


def _print_gauge(till: Till) -> None:
    if till.programme.stored_value is None:
        return
    gauge = custody_gauge(till)
    words = [f"owed {gauge.balance}"]
    if gauge.custody is not None:
        words.append(f"in custody {gauge.custody} (last quarter ended with {gauge.last_quarter})")
    if gauge.most is not None and gauge.used is not None:
        words.append(f"{gauge.used // 100}% of the {gauge.most} that may be owed")
    print("custody (存管): " + ", ".join(words) + (" - ALERT / 预警" if gauge.is_alert else ""))
