"""The fixtures of the window, for tests of the whole product."""

from __future__ import annotations

from tests.ui.conftest import make_window

__all__ = ["make_window"]
