"""Passes at the counter: sell one, use it, take a use back, give it back, and see what a member holds.

All of it works offline, within the limits of domain.md §5.1.
"""

from __future__ import annotations

from posapp.application.passes.holding import HeldPass, held_passes, pass_tags
from posapp.application.passes.returning import (
    PassReturn,
    PassReturnPreview,
    ReturnablePass,
    preview_return,
    return_pass,
    returnable_passes,
)
from posapp.application.passes.selling import PassOrder, SoldPass, sell_pass, sell_with
from posapp.application.passes.using import PassUse, UsedPass, take_back_use, use_pass

__all__ = [
    "HeldPass",
    "PassOrder",
    "PassReturn",
    "PassReturnPreview",
    "PassUse",
    "ReturnablePass",
    "SoldPass",
    "UsedPass",
    "held_passes",
    "pass_tags",
    "preview_return",
    "return_pass",
    "returnable_passes",
    "sell_pass",
    "sell_with",
    "take_back_use",
    "use_pass",
]
