"""What all parts of the checkout share: the context and a way to say what the cashier wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from posapp.ui.checkout.intents import Intent

Emit: TypeAlias = Callable[[Intent], None]
"""Sends an intent to the presenter."""
