"""Random programmes and baskets, as documents of the public format.

Hypothesis takes longer to draw a document choice by choice than the engine takes to price it.  By day it does, so that
a failure shrinks; at night it draws a seed for each document, and ten thousand of them are soon tried.  What has few
values is one choice of a list of combinations, in which what is common stands several times.
"""

from __future__ import annotations

from itertools import combinations, product
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hypothesis import strategies as st

from posapp.domain.amounts import format_scaled
from tests.properties.thorough import is_night

SKUS = {"a": "food", "b": "food", "c": "drink", "d": "drink", "e": "other"}
"""Each product with its category."""

T = TypeVar("T")
Document = dict[str, Any]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DrawFn

TAGS: list[list[str]] = [[], [], [], ["no_discount"], ["no_points"]]
LINES = list(product(sorted(SKUS), range(1, 6), TAGS, (False, True), (False, True)))
"""What is sold, how many of it, tags, and whether it has a member price and a cost."""
FRACTIONS: list[Document] = [
    *({"percent": value} for value in ("10", "12.5", "33.33", "50", "100")),
    *({"rate": value} for value in (5000, 8500, 8888, 9900, 0)),
]
REWARDS: list[Any] = [*FRACTIONS, *["amount", "price"] * 5]
SKU_SETS: list[Any] = [{"skus": list(few)} for size in (1, 2, 3) for few in combinations(sorted(SKUS), size)]
CATEGORIES: list[Any] = [{"categories": ["food"]}, {"categories": ["drink"]}]
SOME = [*SKU_SETS, *CATEGORIES * 12]
PLACES = [*["order"] * 25, *SOME]
TERMS = list(
    product(
        ("auto", "auto", "code"),
        (None, "min_amount", "min_quantity"),
        (False, True),
        (-1, 0, 1),
        (None, None, None, "g", "h"),
        (None, None, None, None, True),
        (None, None, "line", "sum"),
        (None, None, None, True),
    )
)
"""How it is reached, what it asks, whether it is capped, priority, group, exclusive, rounding, closes its lines."""
PLAIN = ("percent", "rate", "amount", "price", "amount_each")
UNITS = ("cheapest", "nth", "buy_get", "spend_ladder", "quantity_tiers")
MORE = ("buy_from", "bundle", "gift")
MORE_TERMS = list(product((False, False, True), repeat=5))
"""Instead of the member price, floor price, least margin, so many times an order, not with the first offer."""


PASSES: list[Document] = [
    {"id": "cup", "kind": "count", "uses": 9, "on": {"categories": ["drink"]}},
    {"id": "month", "kind": "time", "valid": {"type": "months", "count": 1}, "per_day": 3, "on": {"skus": ["a", "c"]}},
]
HELD_PASSES: list[Document] = [
    {"id": "p1", "pass": "cup", "left": 3},
    {"id": "p2", "pass": "cup", "left": 1},
    {"id": "p3", "pass": "month", "left": 20, "used_today": 1},
]
ASKED_PASSES: list[list[Document] | None] = [
    *[None] * 12,
    *([{"id": held["id"], "uses": uses}] for held in HELD_PASSES for uses in (1, 2)),
    [{"id": "p1", "uses": 2}, {"id": "p2"}],
    [{"id": "p3"}, {"id": "p1"}],
]
"""What passes a line asks for: mostly none."""


class Choices(Protocol):
    """Where the choices of a document come from."""

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        ...

    def number(self, low: int, high: int) -> int:
        """A whole number within bounds."""
        ...


class Drawn:
    """Each choice is Hypothesis's own."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


class Rolled:
    """All choices follow from one seed."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)  # noqa: S311
        self.pick = random.choice
        self.number = random.randint


def choices(draw: DrawFn) -> Choices:
    """By day drawn, at night rolled."""
    return Rolled(draw(st.integers(0, 2**64))) if is_night() else Drawn(draw)


def _yuan(made: Choices, low: int, high: int) -> str:
    """An amount of so many fen, as a text."""
    return format_scaled(made.number(low, high), 2)


def _without_none(value: Document) -> Document:
    return {name: each for name, each in value.items() if each is not None}


def _line(made: Choices) -> Document:
    sku, quantity, tags, has_member_price, has_cost = made.pick(LINES)
    return _without_none(
        {
            "sku": sku,
            "category": SKUS[sku],
            "price": _yuan(made, 1, 6000),
            "quantity": quantity,
            "member_price": _yuan(made, 1, 6000) if has_member_price else None,
            "tags": list(tags),
            "cost": _yuan(made, 1, 4000) if has_cost else None,
            "passes": made.pick(ASKED_PASSES),
        }
    )


def _reward(made: Choices) -> Document:
    found = made.pick(REWARDS)
    return {found: _yuan(made, int(found == "amount"), 3000)} if isinstance(found, str) else dict(found)


def _rising(made: Choices, high: int, step: Callable[[int], Document]) -> list[Document]:
    """One to three steps in rising order."""
    bounds = {made.number(1, high) for _step in range(made.number(1, 3))}
    return [step(least) for least in sorted(bounds)]


def _plain_give(made: Choices, kind: str) -> Document:
    if kind in ("percent", "rate"):
        return {"type": kind, **made.pick([each for each in FRACTIONS if kind in each])}
    low, high = {"amount": (1, 4000), "price": (0, 3000), "amount_each": (1, 1000)}[kind]
    return {"type": kind, ("price" if kind == "price" else "amount"): _yuan(made, low, high)}


def _unit_give(made: Choices, kind: str) -> Document:
    match kind:
        case "cheapest":
            return {"type": kind, "count": made.number(1, 3), **_reward(made)}
        case "nth":
            return {"type": kind, "n": made.number(1, 4), "same_product": made.pick((False, True)), **_reward(made)}
        case "buy_get":
            buy, get, same, is_free = made.pick(list(product((1, 2, 3), (1, 2), (False, True), (False, True))))
            reward = {} if is_free else _reward(made)
            return {"type": kind, "buy": buy, "get": get, "same_product": same, **reward}
        case "spend_ladder":
            steps = _rising(made, 9000, lambda fen: {"min_amount": format_scaled(fen, 2), **made.pick(FRACTIONS)})
            return {"type": kind, "steps": steps}
        case _:
            return {"type": kind, "steps": _rising(made, 8, lambda least: {"min_quantity": least, **_reward(made)})}


def _more_give(made: Choices, kind: str) -> Document:
    match kind:
        case "buy_from":
            return {"type": "buy_get", "buy": made.number(1, 3), "get": made.number(1, 3), **_reward(made)}
        case "bundle":
            second = {"of": made.pick(SOME), "count": made.number(1, 2)}
            return {"type": kind, "parts": [{"of": made.pick(SOME)}, second], **_reward(made)}
        case _:
            return {"type": "gift", "sku": "sample"}


def _give(made: Choices, *, wide: bool) -> Document:
    kind = made.pick([*PLAIN, *UNITS, *(MORE if wide else ())])
    if kind in PLAIN:
        return _plain_give(made, kind)
    return _unit_give(made, kind) if kind in UNITS else _more_give(made, kind)


def _more_terms(made: Choices) -> Document:
    """What only the wide documents have: other terms, and conditions that repeat."""
    instead, floor, margin, often, not_with = made.pick(MORE_TERMS)
    terms: Document = {
        "member_price": "instead" if instead else None,
        "floor_price": _yuan(made, 1, 2000) if floor else None,
        "min_margin": made.number(0, 9000) if margin else None,
        "limits": {"per_order": made.number(1, 3)} if often else None,
        "not_with": ["o0"] if not_with else None,
    }
    condition = made.pick((None, "every_amount", "every_quantity"))
    if condition == "every_amount":
        terms["when"] = {condition: _yuan(made, 100, 5000)}
    elif condition == "every_quantity":
        terms["when"] = {condition: made.number(1, 4), "of": {"categories": ["food"]}}
    return _without_none(terms)


def _offer(made: Choices, *, wide: bool) -> Document:
    by, asks, capped, priority, group, exclusive, rounding, closes = made.pick(TERMS)
    when: Document | None = None
    if asks is not None:
        when = {asks: _yuan(made, 1, 20_000) if asks == "min_amount" else made.number(1, 9)}
    offer = _without_none(
        {
            "give": _give(made, wide=wide),
            "on": made.pick(PLACES),
            "by": by,
            "when": when,
            "cap": _yuan(made, 1, 3000) if capped else None,
            "priority": priority,
            "group": group,
            "exclusive": exclusive,
            "rounding": rounding,
            "closes_lines": closes,
        }
    )
    if not wide:
        return offer
    offer = {**offer, **_more_terms(made)}
    if offer["give"]["type"] in ("cheapest", "nth", "buy_get", "bundle") and "member_price" not in offer:
        offer["takes_units"] = made.pick((False, True))
    return offer


def _offers(made: Choices, most: int, *, wide: bool) -> list[Document]:
    every = [_offer(made, wide=wide) for _each in range(made.number(0, most))]
    return [
        # An offer cannot name itself among those it does not go with.
        {"id": f"o{index}", **{name: value for name, value in offer.items() if index or name != "not_with"}}
        for index, offer in enumerate(every)
    ]


@st.composite
def offers(draw: DrawFn, most: int, *, wide: bool = False) -> list[Document]:
    """Up to so many offers: of every kind that the oracle knows, or, if `wide`, of every kind there is."""
    return _offers(choices(draw), most, wide=wide)


@st.composite
def documents(draw: DrawFn, most_lines: int = 5, most_offers: int = 4, *, wide: bool = True) -> Document:
    """A programme with one tier, perhaps a member day, and a basket that enters every code."""
    made = choices(draw)
    rate, has_day = made.pick(list(product((10_000, 8500, 9500), (False, True))))
    day = {"id": "day", "for": {"members": True}, "rate": 9000, "points_times": 2}
    lines = [_line(made) for _each in range(made.number(1, most_lines))]
    given = _offers(made, most_offers, wide=wide)
    return {
        "programme": {
            "version": 1,
            "tiers": [{"code": "only", "rate": rate}],
            "points": {"earn": {}, "redeem": {}},
            "growth_per_yuan": 1,
            "campaigns": [day] if has_day else [],
            "offers": given,
            "passes": PASSES,
        },
        "member": {"points": 5000, "passes": HELD_PASSES},
        "cart": {"lines": lines, "codes": [offer["id"] for offer in given if offer["by"] == "code"]},
    }
