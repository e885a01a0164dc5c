"""What benchmarks report: a figure, and the target that it met or missed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

OUTCOMES: Final = ("met", "MISSED")
"""How a line ends that says a figure and its target."""
_LINE: Final = re.compile(r"(?P<name>.*\S)\s+(?P<value>-?[\d.]+) (?P<unit>\S*)\s*(?P<target>[≤≥] \S+) (?P<met>\w+)")


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
            return f"{self.name:<62} {self.value:>10.2f} {self.unit}"
        met = self.value >= self.target if self.more_is_better else self.value <= self.target
        sign = "≥" if self.more_is_better else "≤"
        outcome = OUTCOMES[0] if met else OUTCOMES[1]
        return f"{self.name:<62} {self.value:>10.2f} {self.unit:<8} {sign} {self.target:g} {outcome}"


def table(lines: Sequence[str]) -> str:
    """Lines of figures with their targets as a table in Markdown; lines of another form are left out."""
    found = filter(None, map(_LINE.fullmatch, lines))
    rows = [
        f"| {each['name']} | {each['value']} {each['unit']}".rstrip() + f" | {each['target']} | {each['met']} |"
        for each in found
    ]
    return "\n".join(["| what | reached | target | |", "|---|---|---|---|", *rows]) + "\n"
