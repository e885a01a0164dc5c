"""What benchmarks report: a figure, and the target that it met or missed."""

from __future__ import annotations

from dataclasses import dataclass


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
        return f"{self.name:<62} {self.value:>10.2f} {self.unit:<8} {sign} {self.target:g} {'met' if met else 'MISSED'}"
