"""Smaller limits than the product's, so that pages, segments and batches end in the middle of things."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from posapp.bootstrap import leasing
from sync.client import pull, push, till_store
from sync.protocol.limits import SEGMENT_EVENTS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes into a page of a pull, into a segment, and into one transaction of a till that takes a page.

    `renew_seconds` is how often a till gives its shares of balances back for new ones.
    """

    page_bytes: int = pull.PAGE_BYTES
    page_members: int = pull.PAGE_MEMBERS
    segment_events: int = SEGMENT_EVENTS
    events_at_once: int = till_store._EVENTS_AT_ONCE
    renew_seconds: float = leasing.RENEW_SECONDS

    @classmethod
    def drawn(cls, draw: random.Random) -> Limits:
        """Those of the product in half of the worlds."""
        if draw.random() < 0.5:
            return cls()
        return cls(
            draw.choice((1_500, 5_000, 20_000)),
            draw.choice((2, 4, 10)),
            draw.choice((2, 7, 40)),
            draw.choice((1, 3, 100)),
            60.0,
        )

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let them hold for a run."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pull, "PAGE_BYTES", self.page_bytes)
            patch.setattr(pull, "PAGE_MEMBERS", self.page_members)
            patch.setattr(push, "SEGMENT_EVENTS", self.segment_events)
            patch.setattr(leasing, "RENEW_SECONDS", self.renew_seconds)
            patch.setattr(till_store, "_EVENTS_AT_ONCE", self.events_at_once)
            yield
