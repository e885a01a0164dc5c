"""From a key to the paint that shows what it did, in the real window, at the size of a chain.

``python -m bench.keys [--quick] [--members N] [--products N] [--rounds N] [--folder DIR] [--profile FILE]``.

A till with 1,000,000 members and 100,000 products, joined to a real server that runs beside it, under 50 offers.  Keys
are real key events: first on a cart of 100 lines, then whole sales with and without a member.  Each key is timed to
the end of the paint that shows what it did: by the clock, and by the processor of the window's thread, which is all
that the till can answer for on a machine that others use.  `--folder` keeps the shop for the next run; `--profile`
writes what the window's thread did, for `python -m pstats`.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure

if TYPE_CHECKING:
    from bench.soak.cashier import Cashier
    from posapp.bootstrap.folders import TillFolder

MEMBERS, PRODUCTS, LINES = 1_000_000, 100_000, 100
QUICK_MEMBERS, QUICK_PRODUCTS = 20_000, 5_000
ROUNDS, QUICK_ROUNDS = 60, 10
_LINES_OF_A_SALE = (1, 2, 3, 4)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.keys", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_MEMBERS:,} members, {QUICK_ROUNDS} rounds")
    parser.add_argument("--members", type=int)
    parser.add_argument("--products", type=int)
    parser.add_argument("--rounds", type=int, help="over the keys of a long cart, and as many sales")
    parser.add_argument("--folder", type=Path, help="where the shop is kept for the next run")
    parser.add_argument("--profile", type=Path, help="where to write what the window's thread did")
    options = parser.parse_args(arguments)
    # Without a screen, Qt must be told before it is imported.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from bench.soak.shop import soak_shop  # noqa: PLC0415 - after the platform was chosen

    members = options.members or (QUICK_MEMBERS if options.quick else MEMBERS)
    products = options.products or (QUICK_PRODUCTS if options.quick else PRODUCTS)
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    kept = nullcontext(str(options.folder)) if options.folder else tempfile.TemporaryDirectory(prefix="posapp-keys-")
    with kept as folder, soak_shop(Path(folder), "", members, products) as shop:
        _measure(shop.home, products, rounds, options.profile)
    return 0


def _measure(home: TillFolder, products: int, rounds: int, profile: Path | None) -> None:
    from bench.soak.counter import open_counter  # noqa: PLC0415 - imports Qt
    from bench.soak.report import print_keys  # noqa: PLC0415 - as above

    with open_counter(home, products) as (cashier, _heart):
        cashier.sell(2, member=True)
        cashier.fill(LINES)
        cashier.forget()
        watch = cProfile.Profile()
        if profile is not None:
            watch.enable()
        cashier.work_on_long_cart(rounds)
        cashier.pay()
        for number in range(rounds):
            cashier.sell(_LINES_OF_A_SALE[number % len(_LINES_OF_A_SALE)], member=number % 2 == 0)
        if profile is not None:
            watch.disable()
            watch.dump_stats(profile)
        print_keys(cashier)
        for figure in figures(cashier):
            print(figure.line, flush=True)


def figures(cashier: Cashier) -> list[Figure]:
    """All keys together, beside the targets of the till."""
    from bench.soak.report import quantile  # noqa: PLC0415 - imports Qt

    clock = [key.clock for key in cashier.struck]
    own = [key.own for key in cashier.struck]
    work = [key.work for key in cashier.struck]
    return [
        Figure("key to paint, p50, clock", quantile(clock, 0.5), "ms"),
        Figure("key to paint, p95, clock", quantile(clock, 0.95), "ms", 33),
        Figure("key to paint, p99, clock", quantile(clock, 0.99), "ms", 50),
        Figure("key to paint, p95, without waiting for a processor", quantile(own, 0.95), "ms", 33),
        Figure("key to paint, p99, without waiting for a processor", quantile(own, 0.99), "ms", 50),
        Figure("the same keys, p50, processor of the window's thread", quantile(work, 0.5), "ms"),
        Figure("the same keys, p95, processor of the window's thread", quantile(work, 0.95), "ms", 20),
        Figure("the same keys, p99, processor of the window's thread", quantile(work, 0.99), "ms", 33),
        Figure("partial repaint, p95, clock", quantile(cashier.partial, 0.95), "ms", 16),
        Figure("partial repaint, p95, processor", quantile(cashier.partial_work, 0.95), "ms", 16),
        Figure("partial repaint, longest, processor", max(cashier.partial_work, default=0.0), "ms", 16),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
