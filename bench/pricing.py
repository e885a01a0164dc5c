"""The pricing engine: long baskets under many offers, ordinary sales, growth, and a peer side by side.

``python -m bench.pricing [--rounds N] [--peer] [--out FILE]``.  With ``--peer`` Medusa's promotion module is installed
from npm into a temporary folder and prices the same baskets under the same percentage and fixed offers, in turns with
our engine, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
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
MEDUSA = "2.21.2"
CATEGORIES = 10
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


def basket(lines: int) -> Cart:
    """A basket of so many lines."""
    return Cart(CartId(UUID(int=1)), tuple(_line(index) for index in range(lines)), WHO)


def _line(index: int) -> CartLine:
    fen = 500 + 37 * index
    return CartLine(Sku(f"s{index}"), "", Quantity.pieces(1 + index % 3), Money(fen), category=f"c{index % CATEGORIES}")


def timed(call: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each of so many calls, after one that warms up."""
    call()
    times: list[float] = []
    for _round in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return times


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]


def long_basket(rounds: int) -> list[Figure]:
    """A hundred lines under fifty offers; the same with one line more, which is what a scan costs; and the floor."""
    rules, who, cart = programme(50), MemberView(WHO, "gold"), basket(100)
    whole = timed(lambda: price(cart, rules, NOW, who), rounds)
    longer = timed(lambda: price(cart.add(_line(100)), rules, NOW, who), rounds)
    prices = [line.list_amount.fen for line in cart.lines]
    floor = timed(lambda: _double_loop(prices, 50), rounds)
    return [
        Figure("100 lines × 50 offers, p50", statistics.median(whole), "ms"),
        Figure("100 lines × 50 offers, p95", p95(whole), "ms", LONG_TARGET_MS),
        Figure("one line added to it, p95", p95(longer), "ms", LINE_TARGET_MS),
        Figure("a bare double loop over integers, p50", statistics.median(floor), "ms"),
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
    carts = [basket(8), basket(3), basket(12), basket(6)]
    batches = timed(lambda: [price(cart, rules, NOW, who) for cart in carts * 25], rounds)
    rate = len(carts) * 25 / (statistics.median(batches) / 1000)
    return [Figure("ordinary sales on one core", rate, "sales/s", SALES_TARGET, more_is_better=True)]


def growth(rounds: int) -> list[Figure]:
    """Time against size: with ten times the lines or offers, how many times the time."""
    who = MemberView(WHO, "gold")
    figures: list[Figure] = []
    for title, sizes in (("lines × 50 offers", (25, 50, 100, 200)), ("offers × 100 lines", (12, 25, 50, 100))):
        base = 0.0
        for size in sizes:
            lines, count = (size, 50) if title.startswith("lines") else (100, size)
            rules, cart = programme(count), basket(lines)
            taken = statistics.median(timed(lambda c=cart, r=rules: price(c, r, NOW, who), rounds))  # type: ignore[misc]
            base = base or taken / size
            bar = "█" * round(taken * 4)
            figures.append(Figure(f"{size:>4} {title} {bar}", taken / (base * size), "× linear"))
    return figures


def beside_medusa(rounds: int) -> list[Figure]:
    """The same basket and offers, in turns, by Medusa's own functions."""
    npm = shutil.which("npm")
    node = shutil.which("node")
    if npm is None or node is None:
        raise SystemExit("npm and node are needed for --peer: install Debian's packages nodejs and npm")
    with tempfile.TemporaryDirectory() as folder:
        packages = [f"@medusajs/promotion@{MEDUSA}", f"@medusajs/framework@{MEDUSA}"]
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"]
        subprocess.run([npm, "install", "--prefix", folder, *quiet, *packages], check=True, capture_output=True)
        module = Path(folder, "node_modules/@medusajs/promotion/dist/utils/compute-actions")
        cart, rules, who = basket(100), programme(50), MemberView(WHO, "gold")
        question = json.dumps({"module": str(module), "repeat": rounds, **medusa_question(cart, offers(50))})
        script = Path(__file__).parent / "peers" / "medusa.js"
        ours: list[float] = []
        theirs: list[float] = []
        for _turn in range(3):
            ours += timed(lambda: price(cart, rules, NOW, who), rounds)
            ran = subprocess.run([node, str(script)], input=question, text=True, check=True, capture_output=True)
            theirs += json.loads(ran.stdout)["times"]
    mine, other = statistics.median(ours), statistics.median(theirs)
    return [
        Figure(f"Medusa {MEDUSA}, 100 lines × 50 offers, p50", other, "ms"),
        Figure("our rate against Medusa's", other / mine, "×", PEER_TARGET, more_is_better=True),
    ]


def medusa_question(cart: Cart, made: Sequence[dict[str, Any]]) -> dict[str, Any]:
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
    return {"items": items, "promotions": promotions}


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="bench.pricing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--peer", action="store_true", help="install Medusa's promotion module and compare")
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    asked = parser.parse_args()
    figures = (
        long_basket(asked.rounds) + ordinary_sales(max(5, asked.rounds // 10)) + growth(max(10, asked.rounds // 4))
    )
    if asked.peer:
        figures += beside_medusa(max(10, asked.rounds // 4))
    for figure in figures:
        print(figure.line)
    if asked.out is not None:
        asked.out.write_text(
            json.dumps({figure.name: figure.value for figure in figures}, ensure_ascii=False, indent=1)
        )


if __name__ == "__main__":
    main()
