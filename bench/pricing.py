"""The pricing engine: long baskets under many offers, ordinary sales, growth, and peers side by side.

``python -m bench.pricing [--rounds N] [--peers [medusa] [oscar]] [--out FILE] [--plot FILE.svg]``.  With ``--peers``
Medusa's promotion module (npm) and django-oscar (PyPI) are installed under `build/`; they price the same
basket under the same percentage and fixed offers, in turns with our engine, so that whatever else the machine does
falls on all.

Everything is measured in turn in each round, and every call by the clock, by the processor, and against a bare double
loop over integers that runs right after it (`bench.timing`).  Every basket is new, with prices of its own, because the
engine remembers what it read of a line; only "one line added" prices a basket whose other lines were priced just
before, as a till does.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure
from bench.peers.installed import PeerMissingError
from bench.peers.promotions import NAMES, Taken, beside_peers
from bench.pricing_goods import (
    BATCH,
    NOW,
    ORDINARY,
    STORE,
    WHO,
    SoldBefore,
    basket,
    line,
    ordinary_baskets,
    programme,
)
from bench.timing import Times, p95
from posapp.domain.amounts import Points
from posapp.domain.pricing import MemberView, price
from posapp.domain.pricing.audit import reprice
from posapp.domain.programme import parse_programme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posapp.domain.programme import Programme
    from posapp.domain.sale import Cart

LONG_TARGET_MS, LINE_TARGET_MS, SALES_TARGET, PEER_TARGET, LINEAR_TARGET = 5.0, 2.0, 5_000, 10.0, 1.1
LINE_SIZES = (25, 50, 100, 200, 400)
OFFER_SIZES = (12, 25, 50, 100, 200)
GOLD = MemberView(WHO, "gold")


def call_figures(title: str, times: Times, target: float) -> list[Figure]:
    """Median and 95th percentile by the clock and by the processor, and the median in floors."""
    clock, counts = by_the_clock(times, target)
    return [
        Figure(f"{title}, p50 {clock}", statistics.median(times.clock), "ms"),
        Figure(f"{title}, p50 by the processor", statistics.median(times.processor), "ms"),
        Figure(f"{title}, p95 {clock}", p95(times.clock), "ms", counts),
        Figure(f"{title}, p95 by the processor", p95(times.processor), "ms", target),
        Figure(f"{title}, median", times.in_floors, "floors"),
    ]


def rate_figures(title: str, times: Times) -> list[Figure]:
    """Sales a second, from the median batch."""
    clock, counts = by_the_clock(times, SALES_TARGET)
    by_clock, by_processor = (1000 * len(BATCH) / statistics.median(taken) for taken in (times.clock, times.processor))
    return [
        Figure(f"{title}, {clock}", by_clock, "sales/s", counts, more_is_better=True),
        Figure(f"{title}, by the processor", by_processor, "sales/s", SALES_TARGET, more_is_better=True),
    ]


def by_the_clock(times: Times, target: float) -> tuple[str, float | None]:
    """What to call the clock's figure, and its target: none where others kept interrupting."""
    return ("by the clock, all interrupted", None) if times.is_disturbed else ("by the clock", target)


def growth_figures(title: str, sizes: Sequence[int], taken: Sequence[Times]) -> list[Figure]:
    """Each size in floors, and its step from the size before, in steps of a straight line through zero."""
    found: list[Figure] = []
    for place, (size, times) in enumerate(zip(sizes, taken, strict=True)):
        name = f"{size:>4} {title}: {times.in_floors:.1f} floors"
        if place:
            before = taken[place - 1].in_floors
            step = times.in_floors * sizes[place - 1] / (before * size)
            found.append(Figure(f"{name}, step from {sizes[place - 1]}", step, "× linear", LINEAR_TARGET))
        else:
            found.append(Figure(name, times.in_floors, "floors"))
    return found


class Measured:
    """Everything that is measured in turn: one call of `round` times each of them once."""

    def __init__(self) -> None:
        self.long, self.longer, self.sales, self.audits = Times(), Times(), Times(), Times()
        self.by_lines = [Times() for _size in LINE_SIZES]
        self.by_offers = [Times() for _size in OFFER_SIZES]
        self._rules = {count: programme(count) for count in {50, *OFFER_SIZES}}
        self._ordinary = parse_programme(ORDINARY)
        self._buyer = MemberView(WHO, "gold", spendable=Points(4000))
        self._sold = SoldBefore(100 * len(BATCH))
        for rules in self._rules.values():
            price(basket(100), rules, NOW, GOLD)
        # What was sold before lies on disk in truth: it is no garbage to look through while something is timed.
        gc.collect()
        gc.freeze()

    def round(self, turn: int) -> None:
        """Each of them once, on baskets of this turn's own."""
        rules = self._rules[50]
        cart = basket(100, turn)
        self.long.take(lambda: price(cart, rules, NOW, GOLD))
        scanned = cart.add(line(100, turn))
        self.longer.take(lambda: price(scanned, rules, NOW, GOLD))
        carts = ordinary_baskets(turn)
        self.sales.take(lambda: [price(each, self._ordinary, NOW, self._buyer) for each in carts])
        first = turn * len(BATCH) % len(self._sold.sales)
        self.audits.take(lambda: self._audit(first))
        for size, times in zip(LINE_SIZES, self.by_lines, strict=True):
            self._one(basket(size, turn + 1000), rules, times)
        for count, times in zip(OFFER_SIZES, self.by_offers, strict=True):
            self._one(basket(100, turn + 2000 + count), self._rules[count], times)

    def _one(self, cart: Cart, rules: Programme, times: Times) -> None:
        times.take(lambda: price(cart, rules, NOW, GOLD))

    def _audit(self, first: int) -> None:
        """Price recorded sales again, as the server does with each that is pushed."""
        shop = self._sold
        for sale in shop.sales[first : first + len(BATCH)]:
            found = reprice(sale, NOW, shop.programme, shop.product_of, STORE)
            if found.differences:
                raise SystemExit(f"an honest sale differs: {found.differences[0].sentence('en')}")

    def figures(self) -> list[Figure]:
        """All of them."""
        return [
            *call_figures("100 lines × 50 offers", self.long, LONG_TARGET_MS),
            *call_figures("one line added, re-priced", self.longer, LINE_TARGET_MS),
            *rate_figures("ordinary sales priced on one core", self.sales),
            *rate_figures("recorded sales re-priced and compared on one core", self.audits),
            *growth_figures("lines × 50 offers", LINE_SIZES, self.by_lines),
            *growth_figures("offers × 100 lines", OFFER_SIZES, self.by_offers),
            Figure("calls that other processes interrupted, which the clock leaves out", self._interrupted, "%"),
        ]

    @property
    def _interrupted(self) -> float:
        measured = (self.long, self.longer, self.sales, self.audits)
        return 100 - 100 * sum(len(each.undisturbed) for each in measured) / sum(len(each.every) for each in measured)

    def plot(self) -> str:
        """The growth as a picture."""
        return plot(
            [
                ("lines × 50 offers", [(s, t.in_floors) for s, t in zip(LINE_SIZES, self.by_lines, strict=True)]),
                ("offers × 100 lines", [(s, t.in_floors) for s, t in zip(OFFER_SIZES, self.by_offers, strict=True)]),
            ]
        )


def plot(curves: Sequence[tuple[str, Sequence[tuple[int, float]]]]) -> str:
    """Curves as an SVG picture, one panel each, with the straight line from zero through the largest size."""
    width, height, edge = 360, 240, 50
    drawn: list[str] = []
    for number, (title, points) in enumerate(curves):
        most, top = points[-1][0], max(floors for _size, floors in points) * 1.1
        left = number * (width + 2 * edge) + edge
        spots = [(left + width * size / most, edge + height * (1 - floors / top)) for size, floors in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        drawn += [
            f'<path d="M{left},{edge} v{height} h{width}" fill="none" stroke="#888"/>',
            f'<path d="M{left},{edge + height} L{spots[-1][0]:.1f},{spots[-1][1]:.1f}" stroke="#bbb"/>',
            f'<polyline points="{path}" fill="none" stroke="#1f6feb" stroke-width="2"/>',
            f'<text x="{left}" y="{edge - 16}">{title}: time in floors</text>',
        ]
        for (size, floors), (x, y) in zip(points, spots, strict=True):
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1f6feb"/>')
            drawn.append(f'<text x="{x:.1f}" y="{edge + height + 18}" text-anchor="middle">{size}</text>')
            drawn.append(f'<text x="{x - 6:.1f}" y="{y - 8:.1f}" text-anchor="end">{floors:.1f}</text>')
    across, down = len(curves) * (width + 2 * edge), height + 2 * edge
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" font-family="sans-serif" '
    return f'{head}font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"


def peer_figures(names: Sequence[str], rounds: int) -> Iterator[Figure]:
    """The rates of others beside ours, by the clock of the same minutes."""
    rules = programme(50)

    def ours() -> Taken:
        times = Times()
        for turn in range(rounds):
            cart = basket(100, turn)
            times.take(lambda c=cart: price(c, rules, NOW, GOLD))  # type: ignore[misc]
        return Taken(times.every, times.processor)

    for name, theirs, mine in beside_peers(names, rounds, ours):
        for place, how in enumerate(("by the clock", "by the processor")):
            yield Figure(f"{name}, 100 lines × 50 offers, p50 {how}", theirs[place], "ms")
            yield Figure(f"the same by us, in turns with it, {how}", mine[place], "ms")
            ratio = theirs[place] / mine[place]
            yield Figure(f"our rate ÷ that of {name}, {how}", ratio, "×", PEER_TARGET, more_is_better=True)


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="bench.pricing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument(
        "--peers",
        nargs="*",
        choices=NAMES,
        metavar="NAME",
        help="install Medusa's promotion module (medusa) and django-oscar (oscar) and compare; no name means both",
    )
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    parser.add_argument("--plot", type=Path, help="draw the growth there as SVG")
    asked = parser.parse_args()
    measured = Measured()
    for turn in range(asked.rounds):
        measured.round(turn)
    figures: list[Figure] = []
    if asked.plot is not None:
        asked.plot.write_text(measured.plot(), encoding="utf-8")
    peers = [] if asked.peers is None else peer_figures(asked.peers or NAMES, max(10, asked.rounds // 8))
    try:
        for figure in chain(measured.figures(), peers):
            figures.append(figure)
            print(figure.line, flush=True)
    except PeerMissingError as error:
        raise SystemExit(str(error)) from error
    if asked.out is not None:
        asked.out.write_text(
            json.dumps({figure.name: figure.value for figure in figures}, ensure_ascii=False, indent=1)
        )


if __name__ == "__main__":
    main()
