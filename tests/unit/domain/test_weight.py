"""Weights as buyers read them."""

from __future__ import annotations

import pytest

from posapp.domain.amounts import Quantity
from posapp.domain.weight import in_units, weight_text


@pytest.mark.parametrize(
    ("milli", "unit", "words"),
    [
        (2_500, "500g", "1.25 kg"),
        (1_000, "500g", "0.5 kg"),
        (2_000, "500g", "1 kg"),
        (1_234, "kg", "1.234 kg"),
        (50, "100g", "0.005 kg"),
        (20_000, "kg", "20 kg"),
        (2_000, "each", ""),
    ],
)
def test_a_weight_is_in_kilograms_whatever_the_price_is_for(milli: int, unit: str, words: str) -> None:
    assert weight_text(Quantity(milli), unit) == words


@pytest.mark.parametrize(
    ("kilograms", "unit", "milli"),
    [("0.5", "500g", 1_000), ("1.25", "kg", 1_250), ("0.005", "100g", 50), ("0.333", "500g", 666), ("2", "", 2_000)],
)
def test_kilograms_become_units_of_the_price(kilograms: str, unit: str, milli: int) -> None:
    units = in_units(Quantity.parse(kilograms), unit)
    assert units.milli == milli
    assert weight_text(units, unit) in (f"{kilograms} kg", "")
