"""The same basket and offers by Medusa's promotion module (npm) and django-oscar's applicator, in turns with ours.

Both are installed by the bench and given the percentage and fixed offers that all three know.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.peers.installed import from_npm, from_pypi
from bench.pricing_goods import basket, offers
from posapp.domain.amounts import format_scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from posapp.domain.sale import Cart

MEDUSA, OSCAR = "2.21.2", "4.2.1"
NAMES = ("medusa", "oscar")
HERE = Path(__file__).parent
TURNS = 3


class Taken(NamedTuple):
    """Milliseconds by the clock and of the processor."""

    clock: list[float]
    processor: list[float]

    def and_then(self, more: Taken) -> Taken:
        """These and more."""
        return Taken(self.clock + more.clock, self.processor + more.processor)

    @property
    def medians(self) -> Medians:
        """The median of each."""
        return Medians(statistics.median(self.clock), statistics.median(self.processor))


class Medians(NamedTuple):
    """Median milliseconds by the clock and of the processor."""

    clock: float
    processor: float


def beside_peers(
    names: Sequence[str], rounds: int, ours: Callable[[], Taken]
) -> Iterator[tuple[str, Medians, Medians]]:
    """Each peer's title, its median milliseconds, and ours of the same minutes; `ours` prices so many baskets."""
    cart, made = basket(100), offers(50)
    if "medusa" in names:
        medusa, home = install_medusa()
        question = {"repeat": rounds, **medusa_question(home, cart, made)}
        mine = theirs = Taken([], [])
        for _turn in range(TURNS):
            mine = mine.and_then(ours())
            theirs = theirs.and_then(asked_of(medusa, question))
        yield f"Medusa {MEDUSA}", theirs.medians, mine.medians
    if "oscar" in names:
        oscar = install_oscar()
        mine = ours()
        theirs = asked_of(oscar, {"repeat": 1, **oscar_question(cart, made)})
        yield f"django-oscar {OSCAR} as shipped", theirs.medians, mine.medians


def install_medusa() -> tuple[list[str], Path]:
    """Install Medusa's promotion module from npm; the command that prices with it, and where it is."""
    packages = [f"@medusajs/promotion@{MEDUSA}", f"@medusajs/framework@{MEDUSA}"]
    node, home = from_npm(f"medusa-{MEDUSA}", packages)
    return [node, str(HERE / "medusa.js")], home


def install_oscar() -> list[str]:
    """Install django-oscar into an environment of its own; the command that prices with it."""
    return [from_pypi(f"oscar-{OSCAR}", [f"django-oscar=={OSCAR}"]), str(HERE / "oscar_offers.py")]


def asked_of(command: Sequence[str], question: dict[str, Any]) -> Taken:
    """The milliseconds that a peer needed."""
    ran = subprocess.run(command, input=json.dumps(question), text=True, check=True, capture_output=True)
    answer = json.loads(ran.stdout)
    return Taken(answer["times"], answer["processor"])


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
