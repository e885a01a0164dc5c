"""What a planted bug is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug: its name, the mistake that it is in a sentence, and how it is put into the product."""

    name: str
    mistake: str
    plant: Plant


class Nursery:
    """The bugs of one module, in their order: each is a function whose docstring says what mistake it is."""

    def __init__(self) -> None:
        self.mutants: list[Mutant] = []

    def __call__(self, plant: Plant) -> Plant:
        """Take one in."""
        self.mutants.append(Mutant(plant.__name__.replace("_", "-"), (plant.__doc__ or "").strip(), plant))
        return plant


def wrap(patch: pytest.MonkeyPatch, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put `make(what was there)` in the place of a function."""
    patch.setattr(owner, name, make(getattr(owner, name)))


def answer(patch: pytest.MonkeyPatch, owner: Any, name: str, value: Any) -> None:
    """Let a function do nothing and answer this."""
    patch.setattr(owner, name, lambda *_arguments, **_named: value)
