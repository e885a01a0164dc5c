"""Pricing: basket + member + programme + now → quote, every cent explained (domain.md §2)."""

from posapp.domain.pricing.by_pass import ask_passes
from posapp.domain.pricing.earning import earn, settle_lines
from posapp.domain.pricing.engine import ENGINE_VERSION, price
from posapp.domain.pricing.explanation import render
from posapp.domain.pricing.inputs import Context, MemberView, PlannedTender, Settlement
from posapp.domain.pricing.quote import (
    Adjustment,
    BenefitOutcome,
    Earning,
    Explanation,
    Gift,
    LadderStep,
    Quote,
    QuoteLine,
    SettledUnits,
    Status,
)
from posapp.domain.pricing.recording import sale_lines
from posapp.domain.text import rate_words

__all__ = [
    "ENGINE_VERSION",
    "Adjustment",
    "BenefitOutcome",
    "Context",
    "Earning",
    "Explanation",
    "Gift",
    "LadderStep",
    "MemberView",
    "PlannedTender",
    "Quote",
    "QuoteLine",
    "SettledUnits",
    "Settlement",
    "Status",
    "ask_passes",
    "earn",
    "price",
    "rate_words",
    "render",
    "sale_lines",
    "settle_lines",
]
