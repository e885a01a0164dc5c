"""Comparing what came out with what an independent oracle says must come out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# How the oracle was run, and not a total.
_HOW = "rules"


def committed_expectation(*, first: int, last: int) -> Path | None:
    """The expected totals that lie beside this module for such a slice, if there are any."""
    name = f"expected_first_{first}.json" if first else f"expected_last_{last}.json"
    path = Path(__file__).with_name(name)
    return path if path.exists() else None


def read_expectation(path: Path, *, first: int, last: int) -> dict[str, Any]:
    """Expected totals.  Ends the program with a sentence where they are for other baskets."""
    expected: dict[str, Any] = json.loads(path.read_text("utf-8"))
    chosen = expected.get(_HOW, {}).get("slice")
    if chosen is not None and (chosen.get("first") or 0, chosen.get("last") or 0) != (first, last):
        raise SystemExit(f"{path} expects the baskets {chosen}, not the first {first} or the last {last}")
    return expected


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Every total that is not as expected, by its path; a total that is missing differs too."""
    return list(_differences("", {k: v for k, v in expected.items() if k != _HOW}, found))


def _differences(path: str, expected: Any, found: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | (found.keys() if path else set())):
            yield from _differences(f"{path}.{key}" if path else key, expected.get(key), found.get(key))
    elif (expected or 0) != (found or 0):
        # A count of nothing may be left out: no gold members, no redemptions of a campaign.
        yield f"{path}: expected {expected}, found {found}"
