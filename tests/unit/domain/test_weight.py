"""Weights as buyers read them."""

from __future__ import annotations

import pytest

from posapp.domain.amounts import Quantity
from posapp.domain.weight import weight_text


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
