"""Weights of goods that are sold by weight: what scales show and buyers read, whatever unit the price is for."""

from __future__ import annotations

from typing import Final

from posapp.domain.amounts import Quantity, format_scaled, half_up

GRAMS: Final = {"kg": 1_000, "500g": 500, "100g": 100}
"""The weight of each unit that goods are priced by."""


def weight_text(quantity: Quantity, unit: str) -> str:
    """So many units of a weight in kilograms, such as ``1.25 kg``; empty where the unit is no weight."""
    grams = GRAMS.get(unit)
    if grams is None:
        return ""
    kilograms = format_scaled(quantity.milli * grams // 1_000, 3).rstrip("0").rstrip(".")
    return f"{kilograms} kg"


def in_units(number: Quantity, unit: str) -> Quantity:
    """So many kilograms in the unit that goods are priced by; where that is no weight, the number itself."""
    grams = GRAMS.get(unit)
    return number if grams is None else Quantity(half_up(number.milli * 1_000, grams))
