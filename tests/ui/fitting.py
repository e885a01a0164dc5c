"""What does not fit in a window, as the audit of the screens finds it."""

from __future__ import annotations

from bench.screens.fitting import misfits, misplaced

__all__ = ["misfits", "misplaced"]
