"""An hour at the counter.

``python -m bench.soak [--minutes 60] [--sales N] [--members N] [--products N] [--folder DIR] [--plot FILE.svg]``.

A till joins a real server, which runs in a process of its own, and is filled with members and products; its programme
has 50 offers.  Then a cashier works in the real window with real key events: first on a cart of 100 lines, each key
timed to the paint that shows what it did; then sale after sale, spread over the minutes, while the log is carried to
the server.  A heart in the window's thread beats every 5 ms: a beat that comes late is a gap.  Without options it is
a quick run of two minutes.  `QT_QPA_PLATFORM=xcb` under Xvfb paints as on a screen; otherwise Qt paints offscreen.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.soak.cashier import Cashier
    from posapp.bootstrap.folders import TillFolder

MEMBERS, PRODUCTS, LINES = 1_000_000, 100_000, 100
QUICK_MINUTES, QUICK_MEMBERS, QUICK_PRODUCTS = 2.0, 20_000, 5_000
SALES_AN_HOUR = 2_000
_LONG_ROUNDS, _QUICK_ROUNDS = 40, 10
_LINES_OF_A_SALE = (1, 2, 2, 3, 4, 6)


def main(arguments: list[str] | None = None) -> int:
    """Run it and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, help=f"{QUICK_MINUTES:g} unless said")
    parser.add_argument("--sales", type=int, help=f"in all; {SALES_AN_HOUR} an hour unless said")
    parser.add_argument("--members", type=int)
    parser.add_argument("--products", type=int)
    parser.add_argument("--database", default="", help="the server's; SQLite unless said")
    parser.add_argument("--folder", type=Path, help="where the shop is kept for the next run")
    parser.add_argument("--plot", type=Path, help="an SVG of gaps and memory over time")
    options = parser.parse_args(arguments)
    # Without a screen, Qt must be told before it is imported.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    long = options.minutes is not None and options.minutes > QUICK_MINUTES
    options.minutes = options.minutes or QUICK_MINUTES
    options.sales = options.sales or max(1, round(options.minutes * SALES_AN_HOUR / 60))
    options.members = options.members or (MEMBERS if long else QUICK_MEMBERS)
    options.products = options.products or (PRODUCTS if long else QUICK_PRODUCTS)
    options.rounds = _LONG_ROUNDS if long else _QUICK_ROUNDS
    # Imported after the platform was chosen.
    from bench.replay import server  # noqa: PLC0415
    from bench.soak.shop import soak_shop  # noqa: PLC0415

    kept = nullcontext(str(options.folder)) if options.folder else tempfile.TemporaryDirectory(prefix="posapp-soak-")
    with kept as folder, soak_shop(Path(folder), options.database, options.members, options.products) as shop:
        _work(shop.home, options)
        objections = server.proven(shop.headquarters)
        print(*objections, sep="\n")
    return 1 if objections else 0


def _work(home: TillFolder, options: argparse.Namespace) -> None:
    from bench.soak.counter import open_counter  # noqa: PLC0415 - imports Qt
    from bench.soak.report import figures, plot, print_keys  # noqa: PLC0415 - as above

    with open_counter(home, options.products) as (cashier, heart):
        cashier.fill(LINES)
        cashier.work_on_long_cart(options.rounds)
        cashier.pay()
        cashier.sales = 0
        print(f"long carts are done; now {options.sales} sales in {options.minutes:g} minutes", flush=True)
        heart.start()
        began = time.monotonic()
        _sell(cashier, options.sales, options.minutes * 60)
        seconds = time.monotonic() - began
        heart.stop()
        print_keys(cashier)
        for figure in figures(cashier, heart, seconds / 60):
            print(figure.line, flush=True)
        pending = cashier.session.sync
        print(f"sync: {pending.kind}, {pending.pending} waiting")
        if options.plot is not None:
            plot(heart, seconds, options.plot)
            print(options.plot)


def _sell(cashier: Cashier, sales: int, seconds: float) -> None:
    """So many sales, evenly spread; what comes late is caught up with."""
    from bench.soak.cashier import rest  # noqa: PLC0415 - imports Qt

    began = time.monotonic()
    for number in range(sales):
        cashier.sell(cashier.dice.choice(_LINES_OF_A_SALE), member=number % 2 == 0)
        ahead = began + seconds * (number + 1) / sales - time.monotonic()
        if ahead > 0:
            rest(round(ahead * 1000))


if __name__ == "__main__":
    raise SystemExit(main())
