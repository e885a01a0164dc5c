"""Every sample state of the window by name, for screenshots and for tests."""

from __future__ import annotations

from collections.abc import Callable

from bench.checkout_samples import CHECKOUT_SAMPLES
from bench.inbox_samples import INBOX_SAMPLES
from bench.return_samples import RETURN_SAMPLES
from posapp.ui.checkout.state import CheckoutState

SAMPLES: dict[str, Callable[..., CheckoutState]] = {**CHECKOUT_SAMPLES, **RETURN_SAMPLES, **INBOX_SAMPLES}
"""Each takes ``english=True`` for data in Latin letters."""
