"""Labels that a shop's scales print: which goods, and their weight or their price, in a code of 13 or 18 digits.

Codes that begin with 20 to 29 are the shop's own (GS1 General Specifications, restricted circulation numbers); which of
them scales print, and whether 13 digits carry the price or the weight, a shop sets on its scales (domain.md §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posapp.domain.errors import InvalidField

OWN_PREFIXES: Final = range(20, 30)
_SHORT, _LONG = 13, 18


@dataclass(frozen=True, slots=True)
class ScaleRules:
    """The first two digits of labels.

    Thirteen digits with one of `amounts` carry the price of what was weighed, with one of `weights` its grams; eighteen
    digits carry both.
    """

    amounts: frozenset[int] = frozenset(range(20, 25))
    weights: frozenset[int] = frozenset()

    @property
    def prefixes(self) -> frozenset[int]:
        """Every beginning that makes a code a label."""
        return self.amounts | self.weights


@dataclass(frozen=True, slots=True)
class ScaleLabel:
    """What a label says: the goods' PLU, and of price in fen and weight in grams what is printed."""

    plu: str
    amount_fen: int | None
    grams: int | None


USUAL: Final = ScaleRules()
"""What most scales are delivered with."""


def read_scale_label(digits: str, rules: ScaleRules = USUAL) -> ScaleLabel:
    """Read ``FF PPPPP VVVVV C`` (13 digits) or ``FF PPPPP WWWWW AAAAA C`` (18 digits).

    A printed amount is the price of the line; the quantity is derived from it.
    """
    plu, value = digits[2:7], digits[7:12]
    if len(digits) == _LONG:
        return ScaleLabel(plu, int(digits[12:17]), int(value))
    if len(digits) != _SHORT:
        raise ValueError("a scale label has 13 or 18 digits")
    if int(digits[:2]) in rules.weights:
        return ScaleLabel(plu, None, int(value))
    return ScaleLabel(plu, int(value), None)


def read_rules(amounts: str, weights: str) -> ScaleRules:
    """Rules as they are typed: ``20-24`` or ``20, 22, 25-27``; empty is none.

    Raises `InvalidField` for what is no number from 20 to 29, and for one that is given to both.
    """
    rules = ScaleRules(_read("amounts", amounts), _read("weights", weights))
    both = written(rules.amounts & rules.weights)
    if both:
        raise InvalidField("weights", f"{both} carries the price already", f"{both} 已用于金额，去掉一处")
    return rules


def _read(name: str, text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.replace("，", ",").replace("–", "-").replace(" ", "").split(","):
        if not part:
            continue
        first, dash, last = part.partition("-")
        if not all(len(one) == 2 and one.isascii() and one.isdecimal() for one in (first, last if dash else first)):
            raise _unfit(name)
        meant = range(int(first), int(last if dash else first) + 1)
        if not meant or meant[0] not in OWN_PREFIXES or meant[-1] not in OWN_PREFIXES:
            raise _unfit(name)
        found.update(meant)
    return frozenset(found)


def _unfit(name: str) -> InvalidField:
    return InvalidField(name, "write 20 to 29, such as 20-24", "填 20–29，如 20-24")


def written(prefixes: frozenset[int]) -> str:
    """Prefixes as `read_rules` reads them, neighbours as a range."""
    parts: list[str] = []
    first: int | None = None
    for one in sorted(prefixes):
        first = one if first is None else first
        if one + 1 not in prefixes:
            parts.append(f"{first}" if first == one else f"{first}-{one}")
            first = None
    return ", ".join(parts)
