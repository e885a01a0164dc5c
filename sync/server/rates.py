"""How often one caller may ask: a bucket of tokens each, which refills steadily.

Every worker process counts for itself, so that a caller whose connections reach several workers has that many times as
much.  That is bound enough: the limit is there so that one broken or hostile caller leaves room for the others.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

_REMEMBERED: Final = 20_000
_BURST_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes from one caller.

    `device_per_second` holds for each enrolled device; `address_per_second` for whatever an address sends before it has
    shown a good token, which is how tills sign in: a chain's may all come from one address.  Both may come 20 seconds'
    worth at once.  `metrics_from` may read the counters.
    """

    device_per_second: int = 100
    address_per_second: int = 100
    metrics_from: tuple[IPv4Network | IPv6Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))

    def may_read_metrics(self, address: str) -> bool:
        """Whether an address may read the counters."""
        try:
            asking = ip_address(address)
        except ValueError:
            return False
        return any(asking in network for network in self.metrics_from)


DEFAULT_LIMITS: Final = Limits()


class Buckets:
    """A bucket for each key, full at first; the keys used last are remembered.  For any thread."""

    def __init__(self, per_second: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._most = per_second * _BURST_SECONDS
        self._now = now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> bool:
        """Take one token out of a key's bucket; False where it is empty."""
        with self._lock:
            now = self._now()
            left, since = self._buckets.pop(key, (float(self._most), now))
            left = min(left + (now - since) * self._per_second, float(self._most))
            enough = left >= 1
            self._buckets[key] = (left - 1 if enough else left, now)
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
            return enough
