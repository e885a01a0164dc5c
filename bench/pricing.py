"""The pricing engine: long baskets under many offers, ordinary sales, growth, and peers side by side.

``python -m bench.pricing [--rounds N] [--peers] [--out FILE] [--plot FILE.svg]``.  With ``--peers`` Medusa's promotion
module (npm) and django-oscar (PyPI) are installed into a temporary folder; they price the same basket under the same
percentage and fixed offers, in turns with our engine, so that whatever else the machine does falls on all.

Every basket is new, with prices of its own, because the engine remembers what it read of a line; only "one line added"
prices a basket whose other lines were priced just before, as a till does.  A bare double loop over integers runs in
turn with every pricing: the ratio to it, and the processor's time, tell a slow engine from a busy machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from posapp.domain.amounts import Money, Points, Quantity, format_scaled
from posapp.domain.ids import CartId, MemberId, Sku
from posapp.domain.pricing import MemberView, price
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.sale import Cart, CartLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOW = datetime(2026, 11, 17, 4, tzinfo=UTC)
WHO = MemberId(b"bench-member-000")
MEDUSA, OSCAR = "2.21.2", "4.2.1"
PEERS = Path(__file__).parent / "peers"
CATEGORIES = 10
FLOOR_PRICES = [500 + 37 * index for index in range(100)]
LONG_TARGET_MS, LINE_TARGET_MS, SALES_TARGET, PEER_TARGET = 5.0, 2.0, 5_000, 10.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure with its target."""

    name: str
    value: float
    unit: str
    target: float | None = None
    more_is_better: bool = False

    @property
    def line(self) -> str:
        """The figure as a row of the report."""
        if self.target is None:
            return f"{self.name:<58} {self.value:>10.2f} {self.unit}"
        met = self.value >= self.target if self.more_is_better else self.value <= self.target
        sign = "≥" if self.more_is_better else "≤"
        return f"{self.name:<58} {self.value:>10.2f} {self.unit:<8} {sign} {self.target:g} {'met' if met else 'MISSED'}"


def offers(count: int) -> list[dict[str, Any]]:
    """Percentages and fixed amounts, on the order and on categories, all of which apply together."""
    made: list[dict[str, Any]] = []
    for index in range(count):
        give = {"type": "percent", "percent": "1"} if index % 2 else {"type": "amount", "amount": "0.50"}
        on = "order" if index % 4 < 2 else {"categories": [f"c{index % CATEGORIES}"]}
        made.append({"id": f"o{index}", "on": on, "give": give})
    return made


def programme(count: int) -> Programme:
    """A programme with so many running offers."""
    return parse_programme(
        {"version": 1, "tiers": [{"code": "gold", "rate": 8500}], "points": {"earn": {}}, "offers": offers(count)}
    )


def basket(lines: int, turn: int = 0) -> Cart:
    """A basket of so many lines; each turn has lines and prices of its own."""
    return Cart(CartId(UUID(int=1)), tuple(_line(index, turn) for index in range(lines)), WHO)


def _line(index: int, turn: int = 0) -> CartLine:
    fen = 500 + 37 * index + 11 * turn % 997
    return CartLine(Sku(f"s{index}"), "", Quantity.pieces(1 + index % 3), Money(fen), category=f"c{index % CATEGORIES}")


@dataclass(slots=True)
class Times:
    """What so many calls took: milliseconds by the clock and of the processor, and the latter in floors."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], object]) -> None:
        """Time one call, then the floor."""
        clock, processor = time.perf_counter(), time.thread_time()
        call()
        called = time.thread_time()
        self.clock.append((time.perf_counter() - clock) * 1000)
        _double_loop(FLOOR_PRICES, 50)
        self.processor.append((called - processor) * 1000)
        self.floors.append((called - processor) / (time.thread_time() - called))

    @property
    def middle(self) -> float:
        """The median by the clock."""
        return statistics.median(self.clock)

    def figures(self, title: str, target: float) -> list[Figure]:
        """Median, 95th percentile by the clock and of the processor, and the ratio to the floor."""
        return [
            Figure(f"{title}, p50", self.middle, "ms"),
            Figure(f"{title}, p95", p95(self.clock), "ms", target),
            Figure(f"{title}, p95 of processor time", p95(self.processor), "ms", target),
            Figure(f"{title}, median ratio to the floor", statistics.median(self.floors), "×"),
        ]


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]


def long_basket(rounds: int) -> list[Figure]:
    """A hundred lines under fifty offers; the same with one line more, which is what a scan costs; and the floor."""
    rules, who = programme(50), MemberView(WHO, "gold")
    whole, longer, floor = Times(), Times(), Times()
    price(basket(100), rules, NOW, who)
    for turn in range(rounds):
        cart = basket(100, turn)
        scanned = cart.add(_line(100, turn))
        whole.take(lambda c=cart: price(c, rules, NOW, who))  # type: ignore[misc]
        longer.take(lambda c=scanned: price(c, rules, NOW, who))  # type: ignore[misc]
        floor.take(lambda: _double_loop(FLOOR_PRICES, 50))
    return [
        *whole.figures("100 lines × 50 offers", LONG_TARGET_MS),
        *longer.figures("one line added, re-priced", LINE_TARGET_MS),
        Figure("the floor: a bare double loop over integers, p50", floor.middle, "ms"),
    ]


def _double_loop(prices: Sequence[int], count: int) -> int:
    """What no engine can be faster than: every offer on every line, nothing explained."""
    nets = list(prices)
    for _offer in range(count):
        for index, net in enumerate(nets):
            nets[index] = net - net // 100
    return sum(nets)


def ordinary_sales(rounds: int) -> list[Figure]:
    """Sales of eight lines with a tier, a member day, two promotions and a coupon that is out of reach."""
    rules = parse_programme(
        {
            "version": 1,
            "tiers": [{"code": "gold", "rate": 8500}],
            "points": {"earn": {}, "redeem": {}},
            "campaigns": [{"id": "day", "for": {"members": True}, "rate": 9000, "points_times": 2}],
            "offers": [
                {"id": "bread", "on": {"categories": ["c1"]}, "give": {"type": "percent", "percent": "10"}},
                {"id": "save10", "when": {"min_amount": "100.00"}, "give": {"type": "amount", "amount": "10.00"}},
                {"id": "vip", "for": {"tags": ["vip"]}, "give": {"type": "percent", "percent": "5"}},
            ],
        }
    )
    who = MemberView(WHO, "gold", spendable=Points(4000))
    batches = Times()
    for turn in range(rounds):
        carts = [basket(lines, turn * 25 + place) for place in range(25) for lines in (8, 3, 12, 6)]
        batches.take(lambda sales=carts: [price(cart, rules, NOW, who) for cart in sales])  # type: ignore[misc]
    each, busy = batches.middle / 100, statistics.median(batches.processor) / 100
    return [
        Figure("ordinary sales on one core, by the clock", 1000 / each, "sales/s", SALES_TARGET, more_is_better=True),
        Figure("the same, by processor time", 1000 / busy, "sales/s", SALES_TARGET, more_is_better=True),
    ]


@dataclass(frozen=True, slots=True)
class Curve:
    """Median floors against size: dividing by the floor of the same moment takes the machine's other work out."""

    title: str
    points: tuple[tuple[int, float], ...]

    @property
    def figures(self) -> list[Figure]:
        """Each size with its time as a multiple of what the first size would give in proportion."""
        size, base = self.points[0]
        return [
            Figure(f"{each:>4} {self.title}: {floors:.1f} floors", floors * size / (base * each), "× linear")
            for each, floors in self.points
        ]


def growth(rounds: int) -> list[Curve]:
    """Time against the number of lines, and against the number of offers."""
    who = MemberView(WHO, "gold")
    curves: list[Curve] = []
    for title, sizes in (
        ("lines × 50 offers", [(size, 50) for size in (25, 50, 100, 200, 400)]),
        ("offers × 100 lines", [(100, size) for size in (12, 25, 50, 100, 200)]),
    ):
        points: list[tuple[int, float]] = []
        for lines, count in sizes:
            rules, times = programme(count), Times()
            price(basket(lines), rules, NOW, who)
            for turn in range(rounds):
                cart = basket(lines, turn)
                times.take(lambda c=cart, r=rules: price(c, r, NOW, who))  # type: ignore[misc]
            points.append((lines if title.startswith("lines") else count, statistics.median(times.floors)))
        curves.append(Curve(title, tuple(points)))
    return curves


def plot(curves: Sequence[Curve]) -> str:
    """The curves as an SVG picture, one panel each, with the straight line through the largest size."""
    width, height, edge = 360, 240, 50
    drawn: list[str] = []
    for number, curve in enumerate(curves):
        most, top = curve.points[-1][0], max(floors for _size, floors in curve.points) * 1.1
        left = number * (width + 2 * edge) + edge
        spots = [(left + width * size / most, edge + height * (1 - floors / top)) for size, floors in curve.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        drawn += [
            f'<path d="M{left},{edge} v{height} h{width}" fill="none" stroke="#888"/>',
            f'<path d="M{left},{edge + height} L{spots[-1][0]:.1f},{spots[-1][1]:.1f}" stroke="#bbb"/>',
            f'<polyline points="{path}" fill="none" stroke="#1f6feb" stroke-width="2"/>',
            f'<text x="{left}" y="{edge - 16}">{curve.title}: time in floors</text>',
        ]
        for (size, floors), (x, y) in zip(curve.points, spots, strict=True):
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1f6feb"/>')
            drawn.append(f'<text x="{x:.1f}" y="{edge + height + 18}" text-anchor="middle">{size}</text>')
            drawn.append(f'<text x="{x - 6:.1f}" y="{y - 8:.1f}" text-anchor="end">{floors:.1f}</text>')
    across, down = len(curves) * (width + 2 * edge), height + 2 * edge
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" font-family="sans-serif" '
    return f'{head}font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"


def beside_peers(rounds: int) -> list[Figure]:
    """The same basket and offers by Medusa's own functions and by django-oscar's applicator, in turns with ours."""
    cart, made, rules, who = basket(100), offers(50), programme(50), MemberView(WHO, "gold")

    def ours() -> list[float]:
        times = Times()
        for turn in range(rounds):
            fresh = basket(100, turn)
            times.take(lambda c=fresh: price(c, rules, NOW, who))  # type: ignore[misc]
        return times.clock

    with tempfile.TemporaryDirectory() as folder:
        medusa = install_medusa(Path(folder))
        mine: list[float] = []
        theirs: list[float] = []
        for _turn in range(3):
            mine += ours()
            theirs += asked_of(medusa, {"repeat": rounds, **medusa_question(Path(folder), cart, made)})
        against_medusa = statistics.median(theirs), statistics.median(mine)
        oscar = install_oscar(Path(folder))
        mine = ours()
        theirs = asked_of(oscar, {"repeat": 1, **oscar_question(cart, made)})
        against_oscar = statistics.median(theirs), statistics.median(mine)
    return [
        Figure(f"Medusa {MEDUSA}, 100 lines × 50 offers, p50", against_medusa[0], "ms"),
        Figure(
            "our rate against Medusa's", against_medusa[0] / against_medusa[1], "×", PEER_TARGET, more_is_better=True
        ),
        Figure(f"django-oscar {OSCAR} as shipped, the same", against_oscar[0], "ms"),
        Figure("our rate against django-oscar's", against_oscar[0] / against_oscar[1], "×"),
    ]


def install_medusa(folder: Path) -> list[str]:
    """Install Medusa's promotion module from npm; the command that prices with it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise SystemExit("npm and node are needed for --peers: install Debian's packages nodejs and npm")
    packages = [f"@medusajs/promotion@{MEDUSA}", f"@medusajs/framework@{MEDUSA}"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"]
    subprocess.run([npm, "install", "--prefix", str(folder), *quiet, *packages], check=True, capture_output=True)
    return [node, str(PEERS / "medusa.js")]


def install_oscar(folder: Path) -> list[str]:
    """Install django-oscar into an environment of its own; the command that prices with it."""
    home = folder / "oscar"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
    python = str(home / "bin" / "python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", f"django-oscar=={OSCAR}"], check=True, capture_output=True
    )
    return [python, str(PEERS / "oscar_offers.py")]


def asked_of(command: Sequence[str], question: dict[str, Any]) -> list[float]:
    """The milliseconds that a peer needed."""
    ran = subprocess.run(command, input=json.dumps(question), text=True, check=True, capture_output=True)
    times: list[float] = json.loads(ran.stdout)["times"]
    return times


def oscar_question(cart: Cart, made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Our basket and offers in django-oscar's terms."""
    items = [
        {
            "quantity": line.quantity.milli // 1000,
            "price": format_scaled(line.unit_price.fen, 2),
            "category": line.category,
        }
        for line in cart.lines
    ]
    asked = [
        {
            **{name: value for name, value in offer["give"].items() if name != "type"},
            "category": None if offer["on"] == "order" else offer["on"]["categories"][0],
        }
        for offer in made
    ]
    return {"items": items, "offers": asked}


def medusa_question(folder: Path, cart: Cart, made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Our basket and offers in Medusa's terms; its money is in yuan."""
    items = [
        {
            "id": line.sku,
            "quantity": line.quantity.milli // 1000,
            "subtotal": float(format_scaled(line.list_amount.fen, 2)),
            "original_total": float(format_scaled(line.list_amount.fen, 2)),
            "is_discountable": True,
            "category": {"id": line.category},
        }
        for line in cart.lines
    ]
    promotions = [
        {
            "code": offer["id"],
            "is_tax_inclusive": False,
            "application_method": {
                "type": "percentage" if offer["give"]["type"] == "percent" else "fixed",
                "value": float(offer["give"].get("percent") or offer["give"]["amount"]),
                "target_type": "order" if offer["on"] == "order" else "items",
                "allocation": "across",
                "target_rules": [
                    {"attribute": "items.category.id", "operator": "in", "values": [{"value": category}]}
                    for category in ([] if offer["on"] == "order" else offer["on"]["categories"])
                ],
            },
        }
        for offer in made
    ]
    module = folder / "node_modules/@medusajs/promotion/dist/utils/compute-actions"
    return {"module": str(module), "items": items, "promotions": promotions}


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="bench.pricing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument(
        "--peers", action="store_true", help="install Medusa's promotion module and django-oscar, and compare"
    )
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    parser.add_argument("--plot", type=Path, help="draw the growth there as SVG")
    asked = parser.parse_args()
    curves = growth(max(10, asked.rounds // 4))
    figures = long_basket(asked.rounds) + ordinary_sales(max(10, asked.rounds // 4))
    figures += [figure for curve in curves for figure in curve.figures]
    if asked.plot is not None:
        asked.plot.write_text(plot(curves), encoding="utf-8")
    if asked.peers:
        figures += beside_peers(max(10, asked.rounds // 4))
    for figure in figures:
        print(figure.line)
    if asked.out is not None:
        asked.out.write_text(
            json.dumps({figure.name: figure.value for figure in figures}, ensure_ascii=False, indent=1)
        )


if __name__ == "__main__":
    main()
