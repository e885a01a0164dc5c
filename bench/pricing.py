"""The pricing engine: long baskets under many offers, ordinary sales, growth, and peers side by side.

``python -m bench.pricing [--rounds N] [--peers] [--out FILE]``.  With ``--peers`` Medusa's promotion module (npm) and
django-oscar (PyPI) are installed into a temporary folder; they price the same basket under the same percentage and
fixed offers, in turns with our engine, so that whatever else the machine does falls on all.
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
MEDUSA, OSCAR = "2.21.2", "4.2.1"
PEERS = Path(__file__).parent / "peers"
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


def beside_peers(rounds: int) -> list[Figure]:
    """The same basket and offers by Medusa's own functions and by django-oscar's applicator, in turns with ours."""
    cart, made, who = basket(100), offers(50), MemberView(WHO, "gold")
    rules = programme(50)

    def ours() -> list[float]:
        return timed(lambda: price(cart, rules, NOW, who), rounds)

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
    asked = parser.parse_args()
    figures = (
        long_basket(asked.rounds) + ordinary_sales(max(5, asked.rounds // 10)) + growth(max(10, asked.rounds // 4))
    )
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
